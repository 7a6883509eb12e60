//! What the steps of a return and its story tell each other: they are parts of their own.

use crate::api::json::Json;
use aftercart_shared::locale::Locale;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Between {
    /// The return that has just been made.
    pub made: StoredValue<String>,
    /// What the server said to it, and in which language, until it is shown.
    pub answer: StoredValue<Option<(Locale, Json)>>,
    /// What of an order may come back has changed on the server.
    pub changed: StoredValue<bool>,
}

impl Between {
    pub fn new() -> Between {
        Between { made: StoredValue::default(), answer: StoredValue::new(None), changed: StoredValue::new(false) }
    }
}

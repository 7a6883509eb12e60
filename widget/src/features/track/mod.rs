//! Tracking an order: a form of two fields, and the answer to it.

mod form;
mod headline;
mod order;
mod parcel;
mod times;

use crate::{
    api::{
        json::{Said, object},
        loading::Loading,
    },
    session::Session,
};
use aftercart_shared::api::orders::OrderView;
use leptos::prelude::*;

pub use form::form;
pub use order::order;

/// What was typed and what was found; outlives the views, so that nothing is typed twice. Kept in memory only.
#[derive(Clone, Copy)]
pub struct Draft {
    pub number: RwSignal<String>,
    pub contact: RwSignal<String>,
    pub found: Loading<OrderView>,
}

impl Draft {
    pub fn new() -> Draft {
        Draft { number: RwSignal::default(), contact: RwSignal::default(), found: Loading::new() }
    }

    /// Fills in what came from elsewhere: an address, a page, a pasted line.
    pub fn fill(self, number: String, contact: Option<String>) {
        self.number.set(number);
        if let Some(contact) = contact {
            self.contact.set(contact);
        }
    }

    fn look_up(self, session: Session) {
        let (number, contact) = (self.number.get_untracked(), self.contact.get_untracked());
        let request = object(&[("number", Said::Text(&number)), ("contact", Said::Text(&contact))]);
        self.found.ask(move || session.api.post("/orders/lookup".into(), request.clone()));
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

//! The return on screen, and whose it is.

use super::between::Between;
use crate::{
    api::{loading::Loading, read::Read},
    session::Session,
    ui::dom::afterwards,
};
use aftercart_shared::{api::returns::ReturnView, locale::Locale};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Shown {
    pub view: Loading<ReturnView>,
    /// Which, and in which language.
    of: StoredValue<Option<(String, Locale)>>,
    pub between: Between,
}

impl Shown {
    pub fn new(session: Session, between: Between) -> Shown {
        let shown = Shown { view: Loading::new(), of: StoredValue::new(None), between };
        // Signed out, by herself or by time: it is not for the next one.
        let was_known = StoredValue::new(false);
        afterwards(move || {
            let known = session.api.signed_in();
            if was_known.get_value() && !known && shown.of.with_value(Option::is_some) {
                shown.view.clear();
                shown.of.set_value(None);
            }
            was_known.set_value(known);
        });
        shown
    }

    /// Is another one on screen, or in another language? Then it leaves.
    pub fn turns_to(self, id: &str, locale: Locale) -> bool {
        let about = Some((id.to_owned(), locale));
        let new = self.of.with_value(|known| *known != about);
        if new {
            self.of.set_value(about);
            self.view.clear();
        }
        new
    }

    /// The one that has just been made needs not be asked for.
    pub fn take_answer(self, id: &str, locale: Locale) -> bool {
        let Some((said_in, json)) = self.between.answer.try_update_value(Option::take).flatten() else { return false };
        let view = ReturnView::read(&json).filter(|view| view.summary.id.0 == id && said_in == locale);
        let known = view.is_some();
        if known {
            self.view.data.set(view);
        }
        known
    }
}

//! Tracking an order: a form of two fields, and the answer to it.

mod form;
mod headline;
mod order;
mod parcel;
mod share;
mod times;
mod watch;

use crate::{
    api::{
        client::Failure,
        json::{Said, object},
        loading::Loading,
    },
    session::Session,
};
use aftercart_shared::{api::orders::OrderView, time::Timestamp};
use leptos::prelude::*;

pub use form::form;
pub use order::{order, shared};

/// What was typed and what was found; outlives the views, so that nothing is typed twice. Kept in memory only.
#[derive(Clone, Copy)]
pub struct Draft {
    pub number: RwSignal<String>,
    pub contact: RwSignal<String>,
    pub found: Loading<OrderView>,
    /// The token of a link, instead of what was typed.
    link: StoredValue<Option<String>>,
    /// It is a verified shopper's: who asked for it asks again, for news show it masked.
    own: StoredValue<bool>,
    /// Parts of the answer that the shopper has opened; they stay so when it is drawn anew.
    opened: RwSignal<Vec<String>>,
    /// When the server was last heard of, and whether it is silent now.
    heard: RwSignal<(Timestamp, bool)>,
    /// A link to the status, once it was asked for.
    shareable: RwSignal<Option<share::Link>>,
}

impl Draft {
    pub fn new() -> Draft {
        Draft {
            number: RwSignal::default(),
            contact: RwSignal::default(),
            found: Loading::new(),
            link: StoredValue::new(None),
            own: StoredValue::new(false),
            opened: RwSignal::default(),
            heard: RwSignal::new((Timestamp(0), false)),
            shareable: RwSignal::new(None),
        }
    }

    /// Fills in what came from elsewhere: an address, a page, a pasted line.
    pub fn fill(self, number: String, contact: Option<String>) {
        self.number.set(number);
        if let Some(contact) = contact {
            self.contact.set(contact);
        }
    }

    fn look_up(self, session: Session) {
        self.link.set_value(None);
        self.ask(session);
    }

    fn open_link(self, session: Session, token: String) {
        self.found.clear();
        self.link.set_value(Some(token));
        self.ask(session);
    }

    /// What will be found now was asked for elsewhere, with a session.
    pub fn begin_own(self) {
        self.link.set_value(None);
        self.own.set_value(true);
        self.opened.set(Vec::new());
        self.shareable.set(None);
        self.hears(false);
    }

    fn ask(self, session: Session) {
        self.own.set_value(false);
        self.opened.set(Vec::new());
        self.shareable.set(None);
        self.found.ask(move || self.request(session));
    }

    /// By what was typed or by the link, whichever was used.
    async fn request(self, session: Session) -> Result<OrderView, Failure> {
        let (path, request) = match self.link.get_value() {
            Some(token) => ("/orders/shared", object(&[("token", Said::Text(&token))])),
            None => {
                let (number, contact) = (self.number.get_untracked(), self.contact.get_untracked());
                ("/orders/lookup", object(&[("number", Said::Text(&number)), ("contact", Said::Text(&contact))]))
            }
        };
        let order = session.api.post(path.into(), request).await?;
        self.hears(false);
        Ok(order)
    }

    fn hears(self, silent: bool) {
        let now = Timestamp(js_sys::Date::now() as i64);
        self.heard.update(|(heard, was_silent)| {
            if !silent {
                *heard = now;
            }
            *was_silent = silent;
        });
    }

    fn is_open(self, part: &str) -> bool {
        self.opened.with(|opened| opened.iter().any(|one| one == part))
    }

    fn toggle(self, part: &str) {
        self.opened.update(|opened| match opened.iter().position(|one| one == part) {
            Some(at) => _ = opened.remove(at),
            None => opened.push(part.to_owned()),
        });
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

//! Who the shopper is, and what is hers: proving it by a code or by the shop's word, her orders, signing out.

mod details;
mod recent;
mod verify;

use crate::{
    api::loading::Loading,
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, inward},
        dom::{Dom, afterwards, el},
    },
};
use aftercart_shared::api::{
    orders::{FullOrder, MyOrders, OrderView},
    shoppers::{CodeSent, SessionStarted},
};
use leptos::{prelude::*, task::spawn_local};

pub use details::details;
pub use recent::recent;
pub use verify::{Inside, verify};

/// What was asked for and found out; outlives the views. Kept in memory only.
#[derive(Clone, Copy)]
pub struct Draft {
    sent: Loading<CodeSent>,
    /// Number and contact that the code is for.
    about: StoredValue<(String, String)>,
    started: Loading<SessionStarted>,
    code: RwSignal<String>,
    shared: RwSignal<bool>,
    orders: Loading<MyOrders>,
    full: RwSignal<Option<FullOrder>>,
    /// The order on screen, as tracking shows it.
    found: Loading<OrderView>,
}

impl Draft {
    pub fn new(found: Loading<OrderView>) -> Draft {
        Draft {
            sent: Loading::new(),
            about: StoredValue::default(),
            started: Loading::new(),
            code: RwSignal::default(),
            shared: RwSignal::new(false),
            orders: Loading::new(),
            full: RwSignal::new(None),
            found,
        }
    }

    fn signed_in(self, session: Session, token: String, keep: bool) {
        session.api.sign_in(token, keep);
        self.ask_orders(session);
    }

    fn ask_orders_once(self, session: Session) {
        let asked = self.orders.data.with_untracked(Option::is_some) || self.orders.pace.get_untracked().is_busy();
        if session.api.signed_in() && !asked {
            self.ask_orders(session);
        }
    }

    fn ask_orders(self, session: Session) {
        self.orders.ask(move || session.api.get("/me/orders?limit=5".into()));
    }
}

/// Signed out, by herself or by time: nothing of hers stays on screen or in memory.
pub fn forget_when_signed_out(session: Session, draft: Draft) {
    afterwards(move || {
        if !session.api.signed_in() {
            draft.orders.clear();
            if draft.full.with_untracked(Option::is_some) {
                draft.full.set(None);
                draft.found.data.set(None);
            }
        }
    });
}

/// The shop's page has said who is signed in there. Kept in memory only: the page says it again.
pub fn identified(session: Session, draft: Draft, token: String) {
    spawn_local(async move {
        // Whoever was here before by a code is not here any more.
        if session.api.signed_in() {
            let _ = session.api.delete("/session".into()).await;
        }
        draft.signed_in(session, token, false);
    });
}

/// Asks for everything about an order, for tracking and for [`details`]; `false` when it is there already.
pub fn open(session: Session, draft: Draft, id: String) -> bool {
    let number = draft.found.data.with_untracked(|found| found.as_ref().map(|order| order.number.clone()));
    let there = |full: &FullOrder| full.id.as_str() == id && number.as_ref() == Some(&full.order.number);
    if draft.full.with_untracked(|full| full.as_ref().is_some_and(there)) {
        return false;
    }
    draft.full.set(None);
    draft.found.clear();
    draft.found.ask(move || {
        let path = format!("/me/orders/{id}");
        async move {
            let full: FullOrder = session.api.get(path).await?;
            let order = full.order.clone();
            draft.full.set(Some(full));
            Ok(order)
        }
    });
    true
}

/// Below a tracked order: there is more, for whoever proves that it is hers.
pub fn more(session: Session) -> Dom {
    let t = session.t();
    let link = inward(session, Kind::Main, "", t.account_see_all(), View::Verify);
    let back = inward(session, Kind::Quiet, "return", t.returns_flow_something(), View::Return(Going::Choose));
    el("div", "ac-account-more ac-buttons").child(link).child(back).into()
}

fn sign_out(session: Session) {
    spawn_local(async move {
        // Out of reach or not: here she is signed out.
        session.api.end_session().await;
        session.api.sign_out();
        session.api.keep_begun(None);
        session.api.forget_talk();
        session.announce(session.t().account_signed_out());
        session.nav.replace(View::Home);
    });
}

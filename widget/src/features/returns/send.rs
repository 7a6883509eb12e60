//! Sending the wish: once, whatever the network does, under the key that it was given when it began.

use super::{
    state::{Fault, State, leads_back, line_of},
    wish::Wish,
};
use crate::{
    api::loading::Pace,
    nav::{Going, Step, View},
    session::Session,
    ui::dom::afterwards,
};
use aftercart_shared::error::ErrorCode;
use leptos::prelude::*;

pub fn send(session: Session, state: State, goods_back: bool) {
    if state.sending.pace.get_untracked().is_busy() {
        return;
    }
    let locale = session.locale.get_untracked().tag();
    state.wish.update(|wish| {
        wish.sent = true;
        // In which language it was asked for belongs to the wish: asked again in another it would be another one.
        if wish.locale.is_empty() {
            wish.locale = locale.into();
        }
    });
    let (order, body) = state.wish.with_untracked(|wish| (wish.order.clone(), wish.request(&wish.locale, goods_back)));
    let path = format!("/me/orders/{order}/returns");
    state.sending.ask(move || session.api.post(path.clone(), body.clone()));
}

/// What comes of it, wherever she is by then.
pub fn follow(session: Session, state: State) {
    afterwards(move || match state.sending.pace.get() {
        Pace::Done => untrack(|| done(session, state)),
        Pace::Failed => untrack(|| failed(session, state)),
        _ => {}
    });
    // A quote can be refused for the same reasons.
    afterwards(move || {
        if let Some(failure) = state.quote.failure.get().filter(|failure| leads_back(failure.code)) {
            untrack(|| back_to_the_line(session, state, failure.code, line_of(&state.wish.get_untracked(), &failure)));
        }
    });
}

fn done(session: Session, state: State) {
    let Some(made) = state.sending.data.get_untracked() else { return };
    let order = state.wish.with_untracked(|wish| wish.order.clone());
    let id = made.get("summary").get("id").text().unwrap_or_default().to_owned();
    let said_in = session.locale.get_untracked();
    state.sending.clear();
    state.forget_wish();
    state.between.made.set_value(id.clone());
    state.between.answer.set_value(Some((said_in, made)));
    session.announce(session.t().returns_flow_announced());
    let here =
        session.nav.view.with_untracked(|view| matches!(view, View::Return(Going::Order { id, .. }) if *id == order));
    if here {
        session.nav.replace(View::Return(Going::Status { id }));
    }
}

fn failed(session: Session, state: State) {
    let Some(failure) = state.sending.failure.get_untracked() else { return };
    // Back on the network, or signed in again, it goes out by itself; after anything else she decides.
    if !matches!(failure.code, ErrorCode::Offline | ErrorCode::SessionExpired) {
        state.wish.update(|wish| wish.sent = false);
    }
    if leads_back(failure.code) {
        let line = line_of(&state.wish.get_untracked(), &failure);
        state.sending.clear();
        back_to_the_line(session, state, failure.code, line);
    }
}

fn back_to_the_line(session: Session, state: State, code: ErrorCode, line: Option<String>) {
    let order = state.wish.with_untracked(|wish: &Wish| wish.order.clone());
    state.forget_quote();
    state.fault.set(Some(Fault { line, text: session.t().error(code).into() }));
    let step = match code {
        ErrorCode::PhotoRequired => Step::Why,
        ErrorCode::VariantGone => Step::What,
        _ => Step::Pick,
    };
    if code == ErrorCode::VariantGone {
        // It is sold: nobody goes on with it, whichever it was.
        let gone = state.fault.with_untracked(|fault| fault.as_ref().and_then(|fault| fault.line.clone()));
        state.wish.update(|wish| {
            wish.sent = false;
            for chosen in wish.lines.iter_mut().filter(|chosen| gone.as_ref().is_none_or(|gone| *gone == chosen.line)) {
                chosen.variant.clear();
            }
        });
    }
    state.options_changed();
    session.nav.replace(View::Return(Going::Order { id: order, step }));
}

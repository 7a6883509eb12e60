//! How the goods travel back, and what that costs.

use super::{
    state::State,
    steps::{fault, faulty, head, lead, money, onward, quoted},
};
use crate::{
    nav::Step,
    session::Session,
    ui::{
        choice::{Choice, choice, choices},
        dom::{Dom, el, focus},
    },
};
use aftercart_shared::{
    api::returns::{MethodView, Quote, ReturnOptions},
    returns::Method,
};
use leptos::prelude::*;

pub fn how(session: Session, state: State, options: &ReturnOptions) -> Dom {
    let t = session.t();
    let order = options.order_id.0.clone();
    let (currency, decimals) = (options.currency.clone(), options.decimals);
    let draw = {
        let order = order.clone();
        move |quote: &Quote| ways(session, state, &order, quote, &currency, decimals)
    };
    [head(session, options, Step::How, t.returns_flow_how_title()), quoted(session, state, order, 1, draw)].into()
}

fn ways(session: Session, state: State, order: &str, quote: &Quote, currency: &str, decimals: u32) -> Dom {
    let t = session.t();
    let order = order.to_owned();
    if quote.methods.is_empty() {
        // Reached by going back, or by its address.
        let on = move || lead(session, &order, Step::Review);
        let text = el("p", "ac-intro").child(t.returns_flow_nothing_back());
        return [text.into(), onward(t.returns_flow_next(), on)].into();
    }
    let wished = state.wish.with_untracked(|wish| wish.method);
    let wished = wished.filter(|wished| quote.methods.iter().any(|way| way.method == *wished));
    let only = (quote.methods.len() == 1).then(|| quote.methods.first().map(|way| way.method)).flatten();
    let wished = wished.or(only);
    if wished != state.wish.with_untracked(|wish| wish.method) {
        state.change(|wish| wish.method = wished);
    }
    let one = |(i, way): (usize, &MethodView)| {
        let method = way.method;
        // Her own carrier is not free to her: the note says so.
        let cost = match way.cost {
            0 if method == Method::ShipLater => None,
            0 => Some(t.returns_flow_free().to_owned()),
            cost => Some(money(session, currency, decimals, cost)),
        };
        let row = Choice {
            group: "ac-how",
            id: &format!("ac-how-{i}"),
            checked: wished == Some(method),
            title: &way.words,
            end: cost,
            note: way.says.clone(),
        };
        choice(row, move || state.change(|wish| wish.method = Some(method))).into()
    };
    let rows = quote.methods.iter().enumerate().map(one).collect();
    let on = move || {
        if state.wish.with_untracked(|wish| wish.method.is_none()) {
            faulty(state, None, session.t().returns_flow_how_missing());
            return focus("ac-how-0");
        }
        lead(session, &order, Step::Review);
    };
    let group = choices(rows).attr("role", "radiogroup").attr("aria-label", t.returns_flow_how_title());
    [
        el("p", "ac-intro").child(t.returns_flow_how_intro()).into(),
        el("div", "ac-ways-back").child(group).into(),
        fault(state, None),
        onward(t.returns_flow_next(), on),
    ]
    .into()
}

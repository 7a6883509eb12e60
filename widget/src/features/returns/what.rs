//! What she would like for it.

use super::{
    state::State,
    steps::{fault, faulty, head, lead, money, onward, quoted, sentences},
    variant,
};
use crate::{
    nav::Step,
    session::Session,
    ui::{
        choice::{Choice, choice, choices},
        dom::{Dom, el, focus},
    },
};
use aftercart_shared::api::returns::{Quote, ReturnOptions};
use leptos::prelude::*;

pub fn what(session: Session, state: State, options: &ReturnOptions) -> Dom {
    let t = session.t();
    let order = options.order_id.0.clone();
    let (currency, decimals) = (options.currency.clone(), options.decimals);
    let draw = {
        let (order, lines) = (order.clone(), options.lines.clone());
        move |quote: &Quote| {
            [
                offers(session, state, quote, &currency, decimals),
                variant::pickers(session, state, &lines),
                foot(session, state, &order, quote),
            ]
            .into()
        }
    };
    [head(session, options, Step::What, t.returns_flow_what_title()), quoted(session, state, order, 0, draw)].into()
}

fn offers(session: Session, state: State, quote: &Quote, currency: &str, decimals: u32) -> Dom {
    let t = session.t();
    let wished = state.wish.with_untracked(|wish| wish.resolution);
    let wished = wished.filter(|wished| quote.resolutions.iter().any(|offer| offer.resolution == *wished));
    // One way is no choice.
    let only =
        (quote.resolutions.len() == 1).then(|| quote.resolutions.first().map(|offer| offer.resolution)).flatten();
    let wished = wished.or(only);
    if wished != state.wish.with_untracked(|wish| wish.resolution) {
        state.change(|wish| wish.resolution = wished);
    }
    let one = |(i, offer): (usize, &aftercart_shared::api::returns::ResolutionOffer)| {
        let resolution = offer.resolution;
        let stays = (!offer.goods_back).then(|| t.returns_flow_nothing_back().to_owned());
        let note: Vec<String> = offer.says.clone().into_iter().chain(stays).collect();
        let row = Choice {
            group: "ac-what",
            id: &format!("ac-what-{i}"),
            checked: wished == Some(resolution),
            title: &offer.words,
            end: offer.total.map(|total| money(session, currency, decimals, total)),
            note: (!note.is_empty()).then(|| sentences(session, &note)),
        };
        let take = move || {
            // Another way has other ways back.
            state.change(|wish| {
                wish.resolution = Some(resolution);
                wish.method = None;
            });
        };
        choice(row, take).into()
    };
    let rows = quote.resolutions.iter().enumerate().map(one).collect();
    let group = choices(rows).attr("role", "radiogroup").attr("aria-label", t.returns_flow_what_title());
    el("div", "ac-ways-back").child(group).into()
}

fn foot(session: Session, state: State, order: &str, quote: &Quote) -> Dom {
    let order = order.to_owned();
    let offers: Vec<_> = quote.resolutions.iter().map(|offer| (offer.resolution, offer.goods_back)).collect();
    let on = move || {
        let wished = state.wish.with_untracked(|wish| wish.resolution);
        match offers.iter().find(|(offer, _)| Some(*offer) == wished) {
            None => {
                faulty(state, None, session.t().returns_flow_what_missing());
                focus("ac-what-0");
            }
            Some(_) if variant::ask_missing(session, state) => {}
            Some((_, goods_back)) => lead(session, &order, if *goods_back { Step::How } else { Step::Review }),
        }
    };
    [fault(state, None), onward(session.t().returns_flow_next(), on)].into()
}

//! All of it once more, the sum line by line, and one button.

use super::{
    send::send,
    state::State,
    steps::{head, lead, quoted},
    sum::sum,
};
use crate::{
    api::client::Failure,
    js,
    nav::{Going, Step, View},
    session::Session,
    ui::{
        button::{Kind, button, inward},
        dom::{Dom, El, el, redrawn},
        notice::{Tone, failed, notice},
    },
};
use aftercart_shared::{
    api::returns::{Quote, ReturnOptions},
    error::ErrorCode,
    returns::Verdict,
};
use leptos::prelude::*;
use web_sys::Event;

/// As the server has it.
const COMMENT_MAX: &str = "1000";

pub fn review(session: Session, state: State, options: &ReturnOptions) -> Dom {
    let t = session.t();
    let order = options.order_id.0.clone();
    let draw = move |quote: &Quote| {
        let known = state.options.data;
        known.with_untracked(|known| known.as_ref().map(|known| whole(session, state, known, quote))).into()
    };
    [head(session, options, Step::Review, t.returns_flow_review_title()), quoted(session, state, order, 2, draw)].into()
}

fn whole(session: Session, state: State, options: &ReturnOptions, quote: &Quote) -> Dom {
    let t = session.t();
    let order = options.order_id.0.clone();
    let wish = state.wish.get_untracked();
    let offer = quote.resolutions.iter().find(|offer| Some(offer.resolution) == wish.resolution);
    let Some(offer) = offer else {
        // It is no longer offered.
        session.nav.replace(View::Return(Going::Order { id: order, step: Step::What }));
        return Dom::default();
    };
    let goods_back = offer.goods_back;
    let way = quote.methods.iter().find(|way| Some(way.method) == wish.method);
    if goods_back && way.is_none() {
        session.nav.replace(View::Return(Going::Order { id: order, step: Step::How }));
        return Dom::default();
    }
    let change = |step: Step, what: &str| {
        let (order, label) = (order.clone(), t.returns_flow_change_what(what));
        el("button", "ac-button ac-button-plain")
            .attr("type", "button")
            .attr("aria-label", &label)
            .on_click(move || lead(session, &order, step))
            .child(t.returns_flow_change())
    };
    let fact = |name: &str, value: &str, step: Step| {
        let words = el("span", "ac-review-words").child(el("span", "ac-review-name").child(name));
        el("li", "ac-review-fact").child(words.child(el("span", "").child(value))).child(change(step, name))
    };
    let reasons: Vec<String> = wish
        .lines
        .iter()
        .filter_map(|chosen| options.reasons.iter().find(|one| one.id == chosen.reason))
        .map(|reason| reason.words.clone())
        .collect();
    let mut distinct: Vec<String> = Vec::new();
    for reason in reasons {
        if !distinct.contains(&reason) {
            distinct.push(reason);
        }
    }
    let items = wish.lines.iter().filter_map(|chosen| {
        let line = options.lines.iter().find(|line| line.line == chosen.line)?;
        Some(format!("{} × {}", line.title, chosen.quantity))
    });
    let new = quote.sum.iter().flat_map(|sum| &sum.lines).filter_map(|line| line.instead.clone());
    let given: Vec<String> = std::iter::once(offer.words.clone()).chain(new).collect();
    let facts = el("ul", "ac-review")
        .child(fact(t.returns_flow_review_items(), &js::joined(&items.collect::<Vec<_>>(), "\n"), Step::Pick))
        .child(fact(t.returns_flow_review_why(), &js::joined(&distinct, "\n"), Step::Why))
        .child(fact(t.returns_flow_review_what(), &js::joined(&given, "\n"), Step::What))
        .child(way.filter(|_| goods_back).map(|way| fact(t.returns_flow_review_how(), &way.words, Step::How)));
    let total = quote.sum.as_ref().map(|all| {
        let card = el("section", "ac-parcel").attr("aria-label", t.returns_flow_sum_heading());
        card.child(sum(session, all, &options.currency, options.decimals))
    });
    let says = (quote.verdict == Verdict::Person).then(|| {
        let text = t.returns_why_person_decides();
        el("div", "ac-review-says").child(notice(Tone::Calm, "clock", None, text, vec![]))
    });
    // She had sent it and closed the page, or her session had ended: it goes on by itself.
    let stopped = |failure: &Failure| failure.code != ErrorCode::SessionExpired;
    if wish.sent && !state.sending.failure.with_untracked(|failure| failure.as_ref().is_some_and(stopped)) {
        send(session, state, goods_back);
    }
    [
        facts.into(),
        total.into(),
        says.into(),
        comment(session, state).into(),
        trouble(session, state),
        press(session, state, goods_back, quote.verdict).into(),
    ]
    .into()
}

fn comment(session: Session, state: State) -> El {
    let t = session.t();
    let area = el("textarea", "ac-field-input ac-comment")
        .id("ac-comment")
        .attr("rows", "2")
        .attr("maxlength", COMMENT_MAX)
        .attr("aria-describedby", "ac-comment-hint")
        .child(state.wish.with_untracked(|wish| wish.comment.clone()))
        .on("input", move |event: Event| {
            let typed = event_target_value(&event);
            state.change(|wish| wish.comment = typed);
        });
    el("div", "ac-field")
        .child(el("label", "").attr("for", "ac-comment").child(t.returns_flow_comment()))
        .child(area)
        .child(el("p", "ac-field-hint").id("ac-comment-hint").child(t.returns_flow_comment_hint()))
}

/// What kept it from being sent. Everything is still here.
fn trouble(session: Session, state: State) -> Dom {
    let shown = redrawn(move || {
        let t = session.t();
        match state.sending.failure.get().map(|failure| failure.code) {
            None => Dom::default(),
            Some(ErrorCode::Offline) => {
                let text = format!("{} {}", t.returns_flow_offline(), t.returns_flow_kept());
                let alert = el("div", "").attr("role", "alert");
                alert.child(notice(Tone::Trouble, "offline", Some(t.offline_title()), &text, vec![])).into()
            }
            // An earlier try had arrived after all, and then she changed something.
            Some(ErrorCode::KeyReused) => {
                let mine = inward(session, Kind::Main, "", t.returns_flow_mine(), View::Return(Going::Choose));
                let anew = button(Kind::Quiet, "", t.returns_flow_start_again(), move || {
                    state.another_key();
                    state.sending.clear();
                    let order = state.wish.with_untracked(|wish| wish.order.clone());
                    session.nav.replace(View::Return(Going::Order { id: order, step: Step::Pick }));
                });
                let text = t.returns_flow_sent_before();
                let alert = el("div", "").attr("role", "alert");
                alert.child(notice(Tone::Trouble, "info", None, text, vec![mine, anew])).into()
            }
            Some(_) => {
                [failed(session, state.sending), el("p", "ac-field-hint").child(t.returns_flow_kept()).into()].into()
            }
        }
    });
    el("div", "ac-fault").child(shown).into()
}

fn press(session: Session, state: State, goods_back: bool, verdict: Verdict) -> El {
    let t = session.t();
    let text = if verdict == Verdict::Person { t.returns_flow_send_person() } else { t.returns_flow_send() };
    let button = el("button", "ac-button ac-button-wide")
        .id("ac-onward")
        .attr("type", "button")
        .attr_follows("aria-busy", move || state.sending.is_busy().then(|| "true".into()))
        .on_click(move || send(session, state, goods_back))
        .child(text);
    let busy = redrawn(move || {
        let slow = state.sending.is_busy();
        slow.then(|| el("p", "ac-vh").attr("role", "status").child(session.t().returns_flow_sending())).into()
    });
    el("div", "ac-onward").child(button).child(busy)
}

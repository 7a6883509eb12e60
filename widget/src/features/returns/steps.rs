//! What every step of a return has in common: its order, how far along it is, and where it leads.

use super::{
    how,
    pick::pick,
    review::review,
    state::{Fault, State, offered},
    what,
    why::why,
    wish::{Chosen, Wish},
};
use crate::{
    i18n, js,
    nav::{Going, Step, View},
    session::Session,
    ui::{
        button::{Kind, button},
        dom::{Dom, El, el, redrawn},
        frame::{heading_meanwhile, heading_waits, title},
        notice::{Tone, failed, notice},
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    api::returns::{Quote, ReasonAnswer, ReturnOptions, ReturnableLine},
    returns::Verdict,
};
use leptos::prelude::*;

pub fn step(session: Session, state: State, order: String, step: Step) -> Dom {
    state.open(session, &order);
    heading_waits(session, move || state.options.data.with(Option::is_some));
    let drawn = redrawn(move || {
        state.options.data.track();
        untrack(|| state.options.data.with(|options| options.as_ref().map(|options| at(session, state, options, step))))
            .into()
    });
    [
        heading_meanwhile(state.options.data, session.t().returns_flow_title()),
        skeleton(session, state.options.pace, &["title", "half", "row", "row", "row"]),
        drawn,
        failed(session, state.options),
    ]
    .into()
}

fn at(session: Session, state: State, options: &ReturnOptions, step: Step) -> Dom {
    state.fit(options);
    let reached = reached(&state.wish.get_untracked(), options).min(step);
    if reached != step {
        let id = options.order_id.0.clone();
        session.nav.replace(View::Return(Going::Order { id, step: reached }));
        return Dom::default();
    }
    match step {
        Step::Pick => pick(session, state, options),
        Step::Why => why(session, state, options),
        Step::What => what::what(session, state, options),
        Step::How => how::how(session, state, options),
        Step::Review => review(session, state, options),
    }
}

/// The last step that has all it needs.
fn reached(wish: &Wish, options: &ReturnOptions) -> Step {
    if wish.lines.is_empty() {
        Step::Pick
    } else if wish.lines.iter().any(|chosen| !answered(chosen, options)) {
        Step::Why
    } else if wish.resolution.is_none() || super::variant::is_missing(wish) {
        Step::What
    } else {
        Step::Review
    }
}

/// Has it a reason for which it may come back, and the photo which that one needs?
fn answered(chosen: &Chosen, options: &ReturnOptions) -> bool {
    let answer = line(options, &chosen.line).and_then(|line| answer(line, &chosen.reason));
    answer.is_some_and(|answer| !answer.photo || !chosen.photos.is_empty())
}

pub fn line<'a>(options: &'a ReturnOptions, id: &str) -> Option<&'a ReturnableLine> {
    options.lines.iter().find(|line| line.line == id && offered(line))
}

/// What the shop says to this reason, unless it is no.
pub fn answer<'a>(line: &'a ReturnableLine, reason: &str) -> Option<&'a ReasonAnswer> {
    line.answers.iter().find(|answer| answer.reason == reason && answer.verdict != Verdict::Refuse)
}

/// Which order, how far, and the heading.
pub fn head(session: Session, options: &ReturnOptions, step: Step, text: &str) -> Dom {
    let t = session.t();
    let at = step as usize + 1;
    // Names are for where there is room; readers hear "Step 2 of 5" either way.
    let names = [
        t.returns_flow_review_items(),
        t.returns_flow_review_why(),
        t.returns_flow_review_what(),
        t.returns_flow_review_how(),
        t.returns_panel_review(),
    ];
    let bar: Vec<Dom> = (1..)
        .zip(names)
        .map(|(n, name)| {
            let class = match n {
                n if n < at => "ac-step-dot ac-step-reached",
                n if n == at => "ac-step-dot ac-step-reached ac-step-here",
                _ => "ac-step-dot",
            };
            el("span", class).child(el("span", "ac-step-name").child(name)).into()
        })
        .collect();
    let where_ = el("p", "ac-order-line")
        .child(el("span", "").child(t.track_order_line(&options.number)))
        .child(el("span", "").child(t.returns_flow_step("5", &at.to_string())));
    [where_.into(), el("div", "ac-step").attr("aria-hidden", "true").child(bar).into(), title(text).into()].into()
}

/// The one button that leads on.
pub fn onward(text: &str, press: impl Fn() + 'static) -> Dom {
    let button = el("button", "ac-button ac-button-wide").id("ac-onward").attr("type", "button");
    el("div", "ac-onward").child(button.child(text).on_click(press)).into()
}

pub fn lead(session: Session, order: &str, step: Step) {
    session.nav.go(View::Return(Going::Order { id: order.into(), step }));
}

/// What has to be put right about one line, or about all of it; said as soon as it appears.
pub fn fault(state: State, about: Option<String>) -> Dom {
    let shown = redrawn(move || {
        let fault = state.fault.get().filter(|fault| fault.line == about);
        fault.map(|fault| notice(Tone::Error, "alert", None, &fault.text, vec![])).into()
    });
    el("div", "ac-fault").attr("role", "alert").child(shown).into()
}

pub fn faulty(state: State, line: Option<&str>, text: &str) {
    state.fault.set(Some(Fault { line: line.map(Into::into), text: text.into() }));
}

/// A step that needs to know how it would come out.
pub fn quoted(
    session: Session,
    state: State,
    order: String,
    how_far: u8,
    draw: impl Fn(&Quote) -> Dom + 'static,
) -> Dom {
    quoted_as(session, state, order, how_far, Box::new(draw))
}

fn quoted_as(session: Session, state: State, order: String, how_far: u8, draw: Box<dyn Fn(&Quote) -> Dom>) -> Dom {
    state.ask_quote(session, how_far);
    let drawn = redrawn(move || {
        let drawn = |quote: &Quote| match quote.verdict {
            Verdict::Refuse => refused(session, &order, quote),
            _ => draw(quote),
        };
        state.quote.data.track();
        untrack(|| state.quote.data.with(|quote| quote.as_ref().map(drawn))).into()
    });
    [skeleton(session, state.quote.pace, &["row", "row", "half"]), drawn, failed(session, state.quote)].into()
}

/// These lines together cannot: why, and the way back to them.
fn refused(session: Session, order: &str, quote: &Quote) -> Dom {
    let t = session.t();
    let order = order.to_owned();
    let back = button(Kind::Main, "", t.returns_flow_other_items(), move || lead(session, &order, Step::Pick));
    let says = if quote.says.is_empty() { t.errors_not_returnable().into() } else { sentences(session, &quote.says) };
    notice(Tone::Trouble, "info", None, &says, vec![back])
}

/// One after the other: Chinese ones stand without a blank between them.
pub fn sentences(session: Session, all: &[String]) -> String {
    js::joined(all, if session.locale.get_untracked().is_chinese() { "" } else { " " })
}

pub fn money(session: Session, currency: &str, decimals: u32, minor: i64) -> String {
    i18n::money(session.locale.get_untracked(), currency, decimals, minor)
}

/// A small picture of an article: until shops send theirs, its first letter.
pub fn tile(title: &str) -> El {
    let letter: String = title.chars().find(|c| c.is_alphanumeric()).into_iter().collect();
    el("span", "ac-thumb").attr("aria-hidden", "true").child(letter)
}

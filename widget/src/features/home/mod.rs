//! The first view: one field that takes questions and order numbers, and four things to do.

mod answers;

use crate::{
    i18n,
    nav::{Going, View},
    session::Session,
    ui::{
        button::leads,
        dom::{Dom, El, el, redrawn},
        field::search_field,
        icon::icon,
    },
};
use aftercart_shared::validate;
use answers::{Answers, ask_tidied};
use leptos::prelude::*;
use web_sys::{Event, KeyboardEvent};

/// What was typed; outlives the view, so that coming back finds it.
#[derive(Clone, Copy)]
pub struct Draft {
    pub q: RwSignal<String>,
}

impl Draft {
    pub fn new(q: String) -> Draft {
        Draft { q: RwSignal::new(q) }
    }
}

/// Opens tracking with a number, and the contact when it was pasted along.
pub type Track = Callback<(String, Option<String>)>;

/// Laid out exactly as the skeleton in `surfaces/storefront/shell.html`.
/// `told` stands above everything else that can be done, `recent` below it.
pub fn home(session: Session, draft: Draft, track: Track, told: Dom, recent: Dom) -> Dom {
    let t = session.t();
    let answers = Answers::new(session, draft.q);
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        _ if event.is_composing() => {}
        "ArrowDown" if answers.step(1) => event.prevent_default(),
        "ArrowUp" if answers.step(-1) => event.prevent_default(),
        // Spent here, Escape must not close the panel as well.
        "Escape" if !draft.q.with_untracked(String::is_empty) => {
            event.prevent_default();
            draft.q.set(String::new());
            answers.refresh();
        }
        _ => {}
    };
    let on_submit = move |event: Event| {
        event.prevent_default();
        if !answers.choose_active(track) {
            submit(session, &draft.q.get_untracked(), track);
        }
    };
    let greeting = el("h1", "ac-greeting").id("ac-title").attr("tabindex", "-1");
    let (form, input) = search_field("ac-first", "ac-first-q", "ac-ask", t.home_ask_label(), t.home_ask_placeholder());
    let input = input
        .attr("role", "combobox")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", "ac-answers")
        .attr_follows("aria-expanded", move || Some(answers.is_open().to_string()))
        .attr_follows("aria-activedescendant", move || answers.active_id())
        .value_follows(move || draft.q.get())
        .on("keydown", on_key)
        .on("input", move |event: Event| {
            draft.q.set(event_target_value(&event));
            answers.refresh();
        });
    let tiles = el("div", "").hidden_while(move || answers.is_open()).child(told).child(actions(session)).child(recent);
    [
        greeting.child(t.home_greeting(&session.boot.shop_name)).into(),
        form.child(input).on("submit", on_submit).into(),
        answers.draw(Callback::new(move |index: usize| answers.choose(index, track))).into(),
        tiles.into(),
    ]
    .into()
}

/// Enter without a suggestion chosen, or a form that was sent before the bundle had arrived.
pub fn submit(session: Session, typed: &str, track: Track) {
    if let Some((number, contact)) = validate::split_number_and_contact(typed) {
        track.run((number, Some(contact)));
    } else if validate::OrderNumber::recognise(typed).is_some() {
        track.run((ask_tidied(typed), None));
    } else if let Ok(query) = validate::search_query(typed) {
        session.nav.go(View::Search { query });
    }
}

fn actions(session: Session) -> El {
    let t = session.t();
    let tile = |class: &str, name: &str, text: Dom, to: View| -> Dom {
        let link = el("a", class).child(icon(name)).child(el("span", "").child(text));
        el("li", "").child(leads(session, link, to)).into()
    };
    let unread = redrawn(move || match session.unread.get() {
        0 => Dom::default(),
        count => {
            let said = i18n::plural(count, |n| t.chat_unread_one(n), |n| t.chat_unread_other(n));
            el("span", "ac-dot").child(el("span", "ac-vh").child(said)).into()
        }
    });
    el("ul", "ac-tiles").attr("aria-label", t.home_actions()).child([
        tile("ac-tile ac-tile-first", "parcel", t.home_action_track().into(), View::Track { number: None }),
        tile("ac-tile", "return", t.home_action_returns().into(), View::Return(Going::Choose)),
        tile("ac-tile", "book", t.home_action_help().into(), View::Help),
        tile("ac-tile", "talk", [t.home_action_talk().into(), unread].into(), View::talk()),
    ])
}

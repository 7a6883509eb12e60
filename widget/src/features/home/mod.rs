//! The first view: one field that takes questions and order numbers, and four things to do.

mod answers;

use crate::{
    nav::View,
    session::Session,
    ui::{button::follow, icon::icon},
};
use aftercart_shared::validate;
use answers::{Answers, ask_tidied};
use leptos::{ev, prelude::*};

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

pub fn home(session: Session, draft: Draft, track: Track) -> AnyView {
    let t = session.t();
    let answers = Answers::new(session, draft.q);
    let choose = Callback::new(move |index: usize| answers.choose(index, track));
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
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
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !answers.choose_active(track) {
            submit(session, &draft.q.get_untracked(), track);
        }
    };
    let options_open = move || if answers.is_open() { "true" } else { "false" };
    view! {
        <h1 class="ac-greeting" id="ac-title" tabindex="-1">{t.home_greeting(&session.boot.shop_name)}</h1>
        <form id="ac-first" class="ac-ask" role="search" on:submit=on_submit>
            <label class="ac-vh" for="ac-first-q">{t.home_ask_label()}</label>
            <svg class="ac-icon ac-ask-icon" aria-hidden="true"><use href="#ac-i-search"></use></svg>
            <input
                class="ac-ask-input"
                id="ac-first-q"
                name="q"
                type="search"
                role="combobox"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                aria-autocomplete="list"
                aria-controls="ac-answers"
                aria-expanded=options_open
                aria-activedescendant=move || answers.active_id()
                placeholder=t.home_ask_placeholder()
                prop:value=move || draft.q.get()
                on:input=move |event| {
                    draft.q.set(event_target_value(&event));
                    answers.refresh();
                }
                on:keydown=on_key
            />
        </form>
        {answers.draw(choose)}
        <div class="ac-actions" hidden=move || answers.is_open()>{actions(session)}</div>
    }
    .into_any()
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

fn actions(session: Session) -> AnyView {
    let t = session.t();
    let tiles = [
        ("parcel", t.home_action_track(), View::Track { number: None }),
        ("return", t.home_action_returns(), View::Category { id: "returns".into() }),
        ("book", t.home_action_help(), View::Help),
        ("talk", t.home_action_talk(), View::Talk { order: None }),
    ];
    let tiles = tiles.into_iter().enumerate().map(|(i, (name, text, to))| {
        let href = session.nav.href(&to);
        let class = if i == 0 { "ac-tile ac-tile-first" } else { "ac-tile" };
        view! { <li><a class=class href=href on:click=follow(session, to)>{icon(name)}<span>{text}</span></a></li> }
    });
    view! { <ul class="ac-tiles" aria-label=t.home_actions()>{tiles.collect_view()}</ul> }.into_any()
}

//! Searching help as one types.

use super::{Draft, stuck};
use crate::{
    api::loading::{Loading, Pace},
    i18n,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward},
        highlight::highlighted,
        notice::{empty, failed},
        row::{row, rows},
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    api::articles::{SearchResponse, SearchResult},
    error::ErrorCode,
    validate::search_query,
};
use leptos::{ev, prelude::*};
use std::time::Duration;

/// As in the first view's field.
const PAUSE: Duration = Duration::from_millis(140);
const AT_MOST: u32 = 20;

/// The view of a search that has an address.
pub fn search(session: Session, draft: Draft, query: String) -> AnyView {
    draft.q.set(query);
    view! {
        <h1 class="ac-title" id="ac-title" tabindex="-1">{session.t().help_title()}</h1>
        {field(session, draft, true, stuck(session))}
    }
    .into_any()
}

/// The search field; below it what was found, or, while nothing is typed, `otherwise`.
pub fn field(session: Session, draft: Draft, addressed: bool, otherwise: AnyView) -> AnyView {
    let t = session.t();
    let found: Loading<SearchResponse> = Loading::new();
    let keys = StoredValue::new(0u32);
    let ask = move || {
        keys.update_value(|keys| *keys += 1);
        match draft.q.with_untracked(|typed| search_query(typed)) {
            Ok(query) => {
                let locale = session.locale.get_untracked();
                found.ask(move || {
                    let query = String::from(js_sys::encode_uri_component(&query));
                    session.api.get(format!("/articles/search?q={query}&locale={}&limit={AT_MOST}", locale.tag()))
                });
            }
            Err(code) => {
                found.clear();
                if code == ErrorCode::TooLong {
                    found.failure.set(Some(code.into()));
                }
            }
        }
    };
    let typed = move |event: ev::Event| {
        draft.q.set(event_target_value(&event));
        keys.update_value(|keys| *keys += 1);
        let turn = keys.get_value();
        set_timeout(
            move || {
                if keys.try_get_value() == Some(turn) {
                    ask()
                }
            },
            PAUSE,
        );
        if session.nav.view.with_untracked(|view| matches!(view, View::Search { .. })) {
            let query = draft.q.get_untracked();
            session.nav.amend(if query.trim().is_empty() { View::Help } else { View::Search { query } });
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask();
        // The answers are on screen already: all that a search gains by being sent is an address.
        if let Ok(query) = draft.q.with_untracked(|typed| search_query(typed)) {
            session.nav.amend(View::Search { query });
        }
    };
    ask();
    Effect::new(move |_| {
        if found.pace.get() == Pace::Done {
            let count = found.data.with_untracked(|f| f.as_ref().map_or(0, |f| f.results.len()));
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            session.announce(&i18n::plural(count, |n| t.help_results_one(n), |n| t.help_results_other(n)));
        }
    });
    let searching = move || draft.q.with(|q| !q.trim().is_empty());
    // Then the way on stands in the answer itself.
    let nothing = move || found.data.with(|f| f.as_ref().is_some_and(|f| f.results.is_empty()));
    let results = move || searching().then(|| found.data.get().map(|f| listed(session, draft, &f.results))).flatten();
    let waiting = move || {
        let first = searching() && found.data.with(Option::is_none);
        first.then(|| skeleton(session, found.pace, &["half", "row", "row", "row"]))
    };
    view! {
        <form class="ac-ask ac-help-ask" id="ac-help-search" role="search" on:submit=submit>
            <label class="ac-vh" for="ac-help-q">{t.help_search_label()}</label>
            <svg class="ac-icon ac-ask-icon" aria-hidden="true"><use href="#ac-i-search"></use></svg>
            <input
                class="ac-ask-input"
                id="ac-help-q"
                name="q"
                type="search"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                placeholder=t.help_search_placeholder()
                prop:value=move || draft.q.get()
                on:input=typed
            />
        </form>
        <div class="ac-help-results">{results}{waiting}{failed(session, found)}</div>
        <div hidden=move || searching() && (!addressed || nothing())>{otherwise}</div>
    }
    .into_any()
}

fn listed(session: Session, draft: Draft, results: &[SearchResult]) -> AnyView {
    let t = session.t();
    if results.is_empty() {
        let query = draft.q.get_untracked();
        let talk = inward(session, Kind::Main, "talk", t.home_action_talk(), View::Talk { order: None });
        return empty("search", t.help_no_results(query.trim()), t.help_no_results_note(), vec![talk]);
    }
    let count = u32::try_from(results.len()).unwrap_or(u32::MAX);
    let found = results.iter().map(|result| {
        let snippet = highlighted(&result.snippet, &result.snippet_matches);
        let to = View::Article { slug: result.slug.clone() };
        row(session, "", highlighted(&result.title, &result.title_matches), Some(snippet), to)
    });
    view! {
        <h2 class="ac-heading">{i18n::plural(count, |n| t.help_results_one(n), |n| t.help_results_other(n))}</h2>
        {rows(found.collect())}
    }
    .into_any()
}

//! Searching help as one types.

use super::{Draft, stuck, talk};
use crate::{
    api::loading::{Loading, Pace},
    i18n,
    nav::View,
    session::Session,
    ui::{
        button::Kind,
        dom::{Dom, afterwards, el, redrawn},
        field::search_field,
        frame::title,
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
use leptos::prelude::*;
use std::time::Duration;
use web_sys::Event;

/// As in the first view's field.
const PAUSE: Duration = Duration::from_millis(140);
const AT_MOST: u32 = 20;

/// The view of a search that has an address.
pub fn search(session: Session, draft: Draft, query: String) -> Dom {
    draft.q.set(query);
    [title(session.t().help_title()).into(), field(session, draft, true, stuck(session, None))].into()
}

/// The search field; below it what was found, or, while nothing is typed, `otherwise`.
pub fn field(session: Session, draft: Draft, addressed: bool, otherwise: Dom) -> Dom {
    let t = session.t();
    let found: Loading<SearchResponse> = Loading::new();
    let asked = StoredValue::new(String::new());
    let keys = StoredValue::new(0u32);
    let typed = move |event: Event| {
        draft.q.set(event_target_value(&event));
        keys.update_value(|keys| *keys += 1);
        let turn = keys.get_value();
        let ask_if_last = move || {
            if keys.try_get_value() == Some(turn) {
                ask(session, draft.q, found, asked);
            }
        };
        set_timeout(ask_if_last, PAUSE);
        if session.nav.view.with_untracked(|view| matches!(view, View::Search { .. })) {
            let query = draft.q.get_untracked();
            session.nav.amend(if query.trim().is_empty() { View::Help } else { View::Search { query } });
        }
    };
    let submit = move |event: Event| {
        event.prevent_default();
        // What the last key press would have asked in a moment is asked now.
        keys.update_value(|keys| *keys += 1);
        ask(session, draft.q, found, asked);
        // The answers are on screen already: all that a search gains by being sent is an address.
        if let Ok(query) = draft.q.with_untracked(|typed| search_query(typed)) {
            session.nav.amend(View::Search { query });
        }
    };
    ask(session, draft.q, found, asked);
    afterwards(move || {
        if found.pace.get() == Pace::Done {
            let count = found.data.with_untracked(|f| f.as_ref().map_or(0, |f| f.results.len()));
            session.announce(&answers(session, count));
        }
    });
    let searching = move || draft.q.with(|q| !q.trim().is_empty());
    // Then the way on stands in the answer itself.
    let nothing = move || found.data.with(|f| f.as_ref().is_some_and(|f| f.results.is_empty()));
    let results = redrawn(move || {
        let drawn = || found.data.with(|f| f.as_ref().map(|f| listed(session, draft, &f.results)));
        searching().then(drawn).flatten().into()
    });
    let waiting = redrawn(move || {
        let first = searching() && found.data.with(Option::is_none);
        first.then(|| skeleton(session, found.pace, &["half", "row", "row", "row"])).into()
    });
    let (form, input) = search_field(
        "ac-help-search",
        "ac-help-q",
        "ac-ask ac-help-ask",
        t.help_search_label(),
        t.help_search_placeholder(),
    );
    let input = input.value_follows(move || draft.q.get()).on("input", typed);
    let otherwise =
        el("div", "ac-help-rest").hidden_while(move || searching() && (!addressed || nothing())).child(otherwise);
    [
        form.on("submit", submit).child(input).into(),
        el("div", "ac-help-results").child(results).child(waiting).child(failed(session, found)).into(),
        otherwise.into(),
    ]
    .into()
}

/// `asked` is what was asked for last. The same again would only draw the same rows anew, under a finger that is on one.
fn ask(session: Session, q: RwSignal<String>, found: Loading<SearchResponse>, asked: StoredValue<String>) {
    let typed = q.with_untracked(|typed| search_query(typed));
    let before = asked.get_value();
    asked.set_value(typed.clone().unwrap_or_default());
    match typed {
        Ok(query) if query == before && found.failure.with_untracked(Option::is_none) => {}
        Ok(query) => found.ask(move || {
            let (query, locale) = (js_sys::encode_uri_component(&query), session.locale.get_untracked());
            let query = String::from(query);
            session.api.get(format!("/articles/search?q={query}&locale={}&limit={AT_MOST}", locale.tag()))
        }),
        Err(code) => {
            found.clear();
            if code == ErrorCode::TooLong {
                found.failure.set(Some(code.into()));
            }
        }
    }
}

fn answers(session: Session, count: usize) -> String {
    let t = session.t();
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    i18n::plural(count, |n| t.help_results_one(n), |n| t.help_results_other(n))
}

fn listed(session: Session, draft: Draft, results: &[SearchResult]) -> Dom {
    let t = session.t();
    if results.is_empty() {
        let query = draft.q.get_untracked();
        let ways = vec![talk(session, Kind::Main, None)];
        return empty("search", &t.help_no_results(query.trim()), t.help_no_results_note(), ways);
    }
    let found = results.iter().map(|result| {
        let title = highlighted(&result.title, &result.title_matches);
        let snippet = highlighted(&result.snippet, &result.snippet_matches);
        row(session, "", title, snippet, View::Article { slug: result.slug.clone() })
    });
    [el("h2", "ac-heading").child(answers(session, results.len())).into(), rows(found.collect()).into()].into()
}

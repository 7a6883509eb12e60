//! Rows that lead to other views.

use super::{
    button::follow,
    icon::{arrow, icon},
};
use crate::{nav::View, session::Session};
use leptos::prelude::*;

/// A row of a list: what it is, a quieter line below, and where it leads.
pub fn row(session: Session, name: &str, title: AnyView, note: Option<AnyView>, to: View) -> AnyView {
    let href = session.nav.href(&to);
    let drawn = (!name.is_empty()).then(|| icon(name));
    let note = note.map(|note| view! { <span class="ac-row-note">{note}</span> });
    view! {
        <li>
            <a class="ac-row" href=href on:click=follow(session, to)>
                {drawn}
                <span class="ac-row-text"><span class="ac-row-title">{title}</span>{note}</span>
                {arrow("next")}
            </a>
        </li>
    }
    .into_any()
}

pub fn rows(rows: Vec<AnyView>) -> AnyView {
    view! { <ul class="ac-rows">{rows}</ul> }.into_any()
}

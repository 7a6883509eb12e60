//! The topics of help, and the articles of one.

use super::{Draft, search::field, stuck};
use crate::{
    i18n,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward},
        notice::{Tone, empty, failed, notice},
        row::{row, rows},
        skeleton::skeleton,
    },
};
use aftercart_shared::api::articles::{ArticleLink, CategoryView};
use leptos::prelude::*;

pub fn topics(session: Session, draft: Draft) -> AnyView {
    let t = session.t();
    draft.load(session);
    let listed = move || {
        let list = draft.list.data.get()?;
        let filled: Vec<AnyView> =
            list.categories.iter().filter(|c| !c.articles.is_empty()).map(|c| topic(session, c)).collect();
        Some(if filled.is_empty() {
            let talk = inward(session, Kind::Quiet, "talk", t.home_action_talk(), View::Talk { order: None });
            empty("book", t.help_empty().into(), t.help_empty_note(), vec![talk])
        } else {
            view! { <h2 class="ac-heading">{t.help_categories()}</h2>{rows(filled)} }.into_any()
        })
    };
    let rest = view! {
        {listed}
        {skeleton(session, draft.list.pace, &["half", "row", "row", "row", "row", "row"])}
        {failed(session, draft.list)}
        {stuck(session)}
    }
    .into_any();
    view! {
        <h1 class="ac-title" id="ac-title" tabindex="-1">{t.help_title()}</h1>
        {field(session, draft, false, rest)}
    }
    .into_any()
}

fn topic(session: Session, category: &CategoryView) -> AnyView {
    let t = session.t();
    let count = u32::try_from(category.articles.len()).unwrap_or(u32::MAX);
    let count = i18n::plural(count, |n| t.help_articles_one(n), |n| t.help_articles_other(n));
    let to = View::Category { id: category.id.clone() };
    row(session, "", category.title.clone().into_any(), Some(count.into_any()), to)
}

pub fn category(session: Session, draft: Draft, id: String) -> AnyView {
    let t = session.t();
    draft.load(session);
    let returns = id == "returns";
    let listed = move || {
        let list = draft.list.data.get()?;
        let found = list.categories.iter().find(|category| category.id == id);
        Some(match found {
            Some(category) => view! {
                <h1 class="ac-title" id="ac-title" tabindex="-1">{category.title.clone()}</h1>
                // The first view promises returns: say what they can find here and what not yet.
                {returns.then(|| view! {
                    <div class="ac-category-note">{notice(Tone::Calm, "info", None, t.help_returns_note().into(), vec![])}</div>
                })}
                {articles(session, &category.articles)}
            }
            .into_any(),
            None => view! {
                <h1 class="ac-title" id="ac-title" tabindex="-1">{t.help_title()}</h1>
                {empty("book", t.help_empty().into(), t.help_empty_note(), vec![
                    inward(session, Kind::Quiet, "book", t.help_all_topics(), View::Help),
                ])}
            }
            .into_any(),
        })
    };
    Effect::new(move |_| {
        draft.list.data.track();
        if crate::ui::frame::focus_waits() {
            crate::ui::frame::focus_title();
        }
    });
    view! {
        {listed}
        {skeleton(session, draft.list.pace, &["title", "row", "row", "row", "row"])}
        {failed(session, draft.list)}
        {stuck(session)}
    }
    .into_any()
}

pub fn articles(session: Session, links: &[ArticleLink]) -> AnyView {
    let link = |link: &ArticleLink| {
        row(session, "", link.title.clone().into_any(), None, View::Article { slug: link.slug.clone() })
    };
    view! { <div class="ac-articles">{rows(links.iter().map(link).collect())}</div> }.into_any()
}

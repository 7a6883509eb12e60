//! The topics of help, and the articles of one.

use super::{Draft, search::field, stuck, talk};
use crate::{
    i18n,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward},
        dom::{Dom, El, afterwards, el, redrawn},
        frame::{focus_title, focus_waits, heading_meanwhile, title},
        notice::{Tone, empty, failed, notice},
        row::{row, rows},
        skeleton::skeleton,
    },
};
use aftercart_shared::api::articles::{ArticleLink, ArticleList, CategoryView};

pub fn topics(session: Session, draft: Draft) -> Dom {
    draft.load(session);
    let listed =
        redrawn(move || draft.list.data.with(|list| list.as_ref().map(|list| all_topics(session, list))).into());
    let rest = [
        listed,
        skeleton(session, draft.list.pace, &["half", "row", "row", "row", "row", "row"]),
        failed(session, draft.list),
        stuck(session, None),
    ];
    [title(session.t().help_title()).into(), field(session, draft, false, rest.into())].into()
}

fn all_topics(session: Session, list: &ArticleList) -> Dom {
    let t = session.t();
    let filled = list.categories.iter().filter(|category| !category.articles.is_empty());
    let filled: Vec<Dom> = filled.map(|category| topic(session, category)).collect();
    if filled.is_empty() {
        return empty("book", t.help_empty(), t.help_empty_note(), vec![talk(session, Kind::Quiet, None)]);
    }
    [el("h2", "ac-heading").child(t.help_categories()).into(), rows(filled).into()].into()
}

fn topic(session: Session, category: &CategoryView) -> Dom {
    let t = session.t();
    let count = u32::try_from(category.articles.len()).unwrap_or(u32::MAX);
    let count = i18n::plural(count, |n| t.help_articles_one(n), |n| t.help_articles_other(n));
    row(session, "", category.title.as_str(), count.into(), View::Category { id: category.id.clone() })
}

pub fn category(session: Session, draft: Draft, id: String) -> Dom {
    draft.load(session);
    afterwards(move || {
        draft.list.data.track();
        if focus_waits() {
            focus_title(session);
        }
    });
    let listed =
        redrawn(move || draft.list.data.with(|list| list.as_ref().map(|list| one_topic(session, list, &id))).into());
    [
        heading_meanwhile(draft.list.data, session.t().help_title()),
        listed,
        skeleton(session, draft.list.pace, &["title", "row", "row", "row", "row"]),
        failed(session, draft.list),
        stuck(session, None),
    ]
    .into()
}

fn one_topic(session: Session, list: &ArticleList, id: &str) -> Dom {
    let t = session.t();
    let Some(category) = list.categories.iter().find(|category| category.id == id) else {
        let all = inward(session, Kind::Quiet, "book", t.help_all_topics(), View::Help);
        let empty = empty("book", t.help_empty(), t.help_empty_note(), vec![all]);
        return [title(t.help_title()).into(), empty].into();
    };
    // The first view promises returns: say what can be found here and what not yet.
    let note = (id == "returns")
        .then(|| el("div", "ac-category-note").child(notice(Tone::Calm, "info", None, t.help_returns_note(), vec![])));
    [title(category.title.as_str()).into(), note.into(), articles(session, &category.articles).into()].into()
}

pub fn articles(session: Session, links: &[ArticleLink]) -> El {
    let link = |link: &ArticleLink| {
        row(session, "", link.title.as_str(), Dom::default(), View::Article { slug: link.slug.clone() })
    };
    el("div", "ac-articles").child(rows(links.iter().map(link).collect()))
}

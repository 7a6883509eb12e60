//! One article: read, judged, and left for a person when it did not help.

use super::{stuck, topics::articles};
use crate::{
    api::{
        json::{Said, object},
        loading::{Loading, Pace},
    },
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, button, inward, leads},
        document::{anchor, contents, document},
        dom::{Dom, El, afterwards, el, redrawn},
        frame::{focus_title, focus_waits, heading_meanwhile, title},
        notice::{empty, failed},
        skeleton::skeleton,
    },
};
use aftercart_shared::{api::articles::ArticleView, error::ErrorCode};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

pub fn article(session: Session, slug: String) -> Dom {
    let t = session.t();
    let loaded: Loading<ArticleView> = Loading::new();
    let path = String::from(js_sys::encode_uri_component(&slug));
    let locale = session.locale.get_untracked();
    loaded.ask(move || session.api.get(format!("/articles/{path}?locale={}", locale.tag())));
    afterwards(move || {
        if loaded.pace.get() == Pace::Done && focus_waits() {
            focus_title(session);
        }
    });
    let failure = redrawn(move || match loaded.failure.with(|failure| failure.as_ref().map(|failure| failure.code)) {
        None => Dom::default(),
        Some(ErrorCode::ArticleNotFound | ErrorCode::NotFound) => {
            let all = inward(session, Kind::Quiet, "book", t.help_all_topics(), View::Help);
            empty("book", t.errors_title(), t.errors_article_not_found(), vec![all])
        }
        Some(_) => failed(session, loaded),
    });
    [
        heading_meanwhile(loaded.data, t.help_title()),
        redrawn(move || loaded.data.with(|article| article.as_ref().map(|article| read(session, article))).into()),
        skeleton(session, loaded.pace, &["half", "title", "", "", "half", "", "", "half"]),
        failure,
    ]
    .into()
}

fn read(session: Session, article: &ArticleView) -> Dom {
    let t = session.t();
    let locale = session.locale.get_untracked();
    let category = article.category.as_ref().map(|category| {
        let link = el("a", "ac-article-category").child(category.title.as_str());
        leads(session, link, View::Category { id: category.id.clone() })
    });
    let foreign = article.locale.is_chinese() != locale.is_chinese();
    let foreign = foreign.then(|| el("p", "ac-intro").attr("lang", locale.tag()).child(t.help_other_language()));
    let headings = contents(&article.body);
    let text = el("article", "")
        .attr("lang", article.locale.tag())
        .child(category)
        .child(title(article.title.as_str()))
        .child(foreign)
        .child((!headings.is_empty()).then(|| contents_list(session, headings)))
        .child(document(session, &article.body));
    let updated = i18n::date(locale, &session.boot.time_zone, Style::Short, article.updated_at);
    let related = (!article.related.is_empty()).then(|| {
        Dom::from([el("h2", "ac-heading").child(t.help_related()).into(), articles(session, &article.related).into()])
    });
    [
        text.into(),
        el("p", "ac-article-updated").child(t.help_updated(&updated)).into(),
        feedback(session, article).into(),
        stuck(session, Some(&article.slug)),
        related.into(),
    ]
    .into()
}

fn contents_list(session: Session, headings: Vec<(String, String)>) -> El {
    let name = session.t().help_contents();
    let entry = |(id, text): (String, String)| -> Dom {
        let id = anchor(&id);
        let link = el("a", "").attr("href", &format!("#{id}")).child(text);
        el("li", "").child(link.on("click", move |event: Event| jump(&event, &id))).into()
    };
    let entries: Vec<Dom> = headings.into_iter().map(entry).collect();
    el("nav", "ac-contents")
        .attr("aria-label", name)
        .child(el("p", "ac-contents-title").attr("aria-hidden", "true").child(name))
        .child(el("ul", "").child(entries))
}

/// Scrolls to a heading without putting it in the address, which belongs to the views.
fn jump(event: &Event, id: &str) {
    event.prevent_default();
    if let Some(heading) = leptos::prelude::document().get_element_by_id(id) {
        heading.scroll_into_view();
        let _ = heading.unchecked_ref::<HtmlElement>().focus();
    }
}

fn feedback(session: Session, article: &ArticleView) -> El {
    let t = session.t();
    let sent: Loading<()> = Loading::new();
    let answered = RwSignal::new(None::<bool>);
    let (slug, locale) = (article.slug.clone(), article.locale);
    let say = Callback::new(move |helpful: bool| {
        answered.set(Some(helpful));
        let path = format!("/articles/{}/feedback", String::from(js_sys::encode_uri_component(&slug)));
        let body = object(&[("locale", Said::Text(locale.tag())), ("helpful", Said::Bool(helpful))]);
        sent.ask(move || session.api.tell(path.clone(), body.clone()));
    });
    // Thanked at once: nobody should wait for a thank-you. A failure takes it back and says so.
    let question = redrawn(move || match (answered.get(), sent.failure.with(Option::is_some)) {
        (Some(helpful), false) => {
            let thanks = if helpful { t.help_thanks() } else { t.help_sorry() };
            el("p", "ac-feedback-thanks").attr("role", "status").child(thanks).into()
        }
        (_, failed) => {
            let choices = el("div", "ac-buttons")
                .attr("role", "group")
                .attr("aria-labelledby", "ac-feedback")
                .child(button(Kind::Quiet, "", t.help_yes(), move || say.run(true)))
                .child(button(Kind::Quiet, "", t.help_no(), move || say.run(false)));
            let failed =
                failed.then(|| el("p", "ac-field-error").attr("role", "alert").child(t.help_feedback_failed()));
            [el("p", "").id("ac-feedback").child(t.help_feedback()).into(), choices.into(), failed.into()].into()
        }
    });
    el("div", "ac-feedback").child(question)
}

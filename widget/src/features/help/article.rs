//! One article: read, judged, and left for a person when it did not help.

use super::{stuck, topics::articles};
use crate::{
    api::loading::{Loading, Pace},
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, button, follow, inward},
        document::{anchor, contents, document},
        frame,
        notice::{empty, failed},
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    api::articles::{ArticleView, FeedbackRequest},
    error::ErrorCode,
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub fn article(session: Session, slug: String) -> AnyView {
    let t = session.t();
    let loaded: Loading<ArticleView> = Loading::new();
    let path = String::from(js_sys::encode_uri_component(&slug));
    let locale = session.locale.get_untracked();
    loaded.ask(move || session.api.get(format!("/articles/{path}?locale={}", locale.tag())));
    Effect::new(move |_| {
        if loaded.pace.get() == Pace::Done && frame::focus_waits() {
            frame::focus_title();
        }
    });
    let gone = move || {
        let code = loaded.failure.with(|failure| failure.as_ref().map(|failure| failure.code));
        let gone = matches!(code, Some(ErrorCode::ArticleNotFound | ErrorCode::NotFound));
        gone.then(|| {
            let all = inward(session, Kind::Quiet, "book", t.help_all_topics(), View::Help);
            empty("book", t.errors_title().into(), t.errors_article_not_found(), vec![all])
        })
    };
    let other_failure = move || {
        let code = loaded.failure.with(|failure| failure.as_ref().map(|failure| failure.code));
        let other = !matches!(code, None | Some(ErrorCode::ArticleNotFound | ErrorCode::NotFound));
        other.then(|| failed(session, loaded))
    };
    view! {
        {move || loaded.data.get().map(|article| read(session, &article))}
        {skeleton(session, loaded.pace, &["half", "title", "", "", "half", "", "", "half"])}
        {gone}
        {other_failure}
    }
    .into_any()
}

fn read(session: Session, article: &ArticleView) -> AnyView {
    let t = session.t();
    let locale = session.locale.get_untracked();
    let category = article.category.clone().map(|category| {
        let to = View::Category { id: category.id };
        let href = session.nav.href(&to);
        view! { <a class="ac-article-category" href=href on:click=follow(session, to)>{category.title}</a> }
    });
    let foreign = (article.locale.is_chinese() != locale.is_chinese())
        .then(|| view! { <p class="ac-intro">{t.help_other_language()}</p> });
    let headings = contents(&article.body);
    let contents = (!headings.is_empty()).then(|| {
        let entries = headings.into_iter().map(|(id, text)| {
            let id = anchor(&id);
            let href = format!("#{id}");
            view! { <li><a href=href on:click=move |event| jump(&event, &id)>{text}</a></li> }
        });
        view! {
            <nav class="ac-contents" aria-label=t.help_contents()>
                <p class="ac-contents-title" aria-hidden="true">{t.help_contents()}</p>
                <ul>{entries.collect_view()}</ul>
            </nav>
        }
    });
    let related = (!article.related.is_empty()).then(|| {
        view! { <h2 class="ac-heading">{t.help_related()}</h2>{articles(session, &article.related)} }
    });
    let updated = i18n::date(locale, &session.boot.time_zone, Style::Short, article.updated_at);
    let lang = article.locale.tag();
    view! {
        <article lang=lang>
            {category}
            <h1 class="ac-title" id="ac-title" tabindex="-1">{article.title.clone()}</h1>
            {foreign}
            {contents}
            {document(session, &article.body)}
        </article>
        <p class="ac-article-updated">{t.help_updated(&updated)}</p>
        {feedback(session, article)}
        {stuck(session)}
        {related}
    }
    .into_any()
}

/// Scrolls to a heading without putting it in the address, which belongs to the views.
fn jump(event: &ev::MouseEvent, id: &str) {
    event.prevent_default();
    if let Some(heading) = leptos::prelude::document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        heading.scroll_into_view();
        let _ = heading.focus();
    }
}

fn feedback(session: Session, article: &ArticleView) -> AnyView {
    let t = session.t();
    let sent: Loading<()> = Loading::new();
    let answered = RwSignal::new(None::<bool>);
    let (slug, locale) = (article.slug.clone(), article.locale);
    let say = Callback::new(move |helpful: bool| {
        answered.set(Some(helpful));
        let path = format!("/articles/{}/feedback", String::from(js_sys::encode_uri_component(&slug)));
        sent.ask(move || {
            let path = path.clone();
            async move { session.api.tell(path, &FeedbackRequest { locale, helpful }).await }
        });
    });
    // Thanked at once: nobody should wait for a thank-you. A failure takes it back and says so.
    let question = move || match (answered.get(), sent.failure.with(Option::is_some)) {
        (Some(helpful), false) => {
            let thanks = if helpful { t.help_thanks() } else { t.help_sorry() };
            view! { <p class="ac-feedback-thanks" role="status">{thanks}</p> }.into_any()
        }
        (_, failed) => {
            let failed = failed.then(|| view! { <p class="ac-field-error" role="alert">{t.help_feedback_failed()}</p> });
            view! {
                <p id="ac-feedback">{t.help_feedback()}</p>
                <div class="ac-buttons" role="group" aria-labelledby="ac-feedback">
                    {button(Kind::Quiet, "", t.help_yes(), move || say.run(true))}
                    {button(Kind::Quiet, "", t.help_no(), move || say.run(false))}
                </div>
                {failed}
            }
            .into_any()
        }
    };
    view! { <div class="ac-feedback">{question}</div> }.into_any()
}

//! `/n/{site}`: where the links of our mails lead. One question, one button, no bundle.

use super::shell;
use crate::{
    app::App,
    error::Error,
    html::{self, csp_hash, escape},
    http::Query,
};
use aftercart_shared::{i18n::Messages, locale::Locale};
use axum::{
    extract::{Path, State},
    http::header,
    response::{Html, IntoResponse},
};
use serde::Deserialize;

const SCRIPT: &str = include_str!("notice_page.js");
const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
const PAGE: &str = include_str!("notice_page.css");

#[derive(Debug, Deserialize)]
pub struct LocaleQuery {
    #[serde(default)]
    locale: String,
}

pub async fn page(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<LocaleQuery>,
) -> Result<impl IntoResponse, Error> {
    let site = app.sites.by_key(&key).await?;
    let locale = Locale::parse(&query.locale).unwrap_or_else(|| site.locale_for(""));
    let t = Messages::new(locale);
    let words = html::json(&serde_json::json!({
        "site": site.key.as_str(),
        "confirm": {"path": "notices/confirm", "title": t.notices_page_confirm(), "button": t.notices_confirm_button(), "done": t.notices_page_confirmed()},
        "stop": {"path": "notices/stop", "title": t.notices_page_stop(), "button": t.notices_stop(), "done": t.notices_page_stopped()},
        "answers": {"path": "answer-mails/confirm", "title": t.answers_page_confirm(), "button": t.answers_page_yes(), "done": t.answers_page_confirmed()},
        "quiet": {"path": "answer-mails/stop", "title": t.answers_page_stop(), "button": t.answers_stop(), "done": t.answers_page_stopped()},
        "dead": t.notices_page_dead(), "failed": t.errors_unavailable(),
    }));
    let theme = shell::theme(&site);
    let name = escape(site.name(locale));
    let style = format!("{theme}{PAGE}");
    let body = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{name}</title>\
         <link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\"><style>{STYLES}</style>\
         <style>{style}</style></head><body class=\"notices\"><main><p>{name}</p>\
         <h1 id=\"title\" tabindex=\"-1\">{dead}</h1>\
         <p><button id=\"go\" class=\"ac-button\" type=\"button\" hidden></button></p>\
         <p><a href=\"/s/{key}?locale={lang}\">{home}</a></p></main>\
         <script type=\"application/json\" id=\"words\">{words}</script><script>{SCRIPT}</script></body></html>",
        lang = locale.tag(),
        dead = escape(t.notices_page_dead()),
        home = escape(t.notices_page_home()),
        key = escape(site.key.as_str()),
    );
    let policy = format!(
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src {} {}; script-src {}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        csp_hash(STYLES),
        csp_hash(&style),
        csp_hash(SCRIPT)
    );
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(body)))
}

//! `/help/{site}/{locale}/…`: the help articles as plain pages, for search engines and for browsers without scripts.

use super::shell;
use crate::{
    app::App,
    error::Error,
    html,
    http::Query,
    knowledge::{routes, store},
    sites::Site,
};
use aftercart_shared::{error::ErrorCode, i18n::Messages, locale::Locale, validate::search_query};
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
const PAGE: &str = include_str!("help_pages.css");

/// The most answers on a page of results.
const RESULTS: usize = 20;

#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// What every help page needs.
struct Counter<'a> {
    site: &'a Site,
    locale: Locale,
    t: Messages,
    base: String,
}

impl<'a> Counter<'a> {
    /// A language that the site does not offer has no pages: a wrong address must not be indexed twice.
    fn new(site: &'a Site, tag: &str) -> Result<Counter<'a>, Error> {
        let locale = Locale::parse(tag).filter(|locale| locale.tag() == tag).ok_or(Error::NotFound)?;
        let base = format!("/help/{}/{locale}", site.key);
        Ok(Counter { site, locale, t: Messages::new(locale), base })
    }

    fn page(&self, status: StatusCode, title: &str, q: &str, content: &str) -> Response {
        let t = self.t;
        let shop = html::escape(self.site.name(self.locale));
        let theme = shell::theme(self.site);
        let languages: String = self
            .site
            .locales
            .iter()
            .filter(|l| **l != self.locale)
            .map(|l| {
                format!(
                    "<a href=\"/help/{}/{l}\" lang=\"{l}\" hreflang=\"{l}\">{}</a>",
                    html::escape(self.site.key.as_str()),
                    l.own_name()
                )
            })
            .collect();
        let body = format!(
            "<!doctype html><html lang=\"{locale}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width,initial-scale=1\"><title>{title} – {shop}</title>\
             <link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\"><style>{STYLES}</style>\
             <style>{theme}{PAGE}</style></head><body class=\"help\"><header><a class=\"help-home\" href=\"{base}\">{shop} · {home}</a>\
             <nav aria-label=\"{language}\">{languages}</nav></header><main>\
             <form role=\"search\" action=\"{base}/search\"><label class=\"ac-vh\" for=\"q\">{search_label}</label>\
             <input id=\"q\" name=\"q\" type=\"search\" maxlength=\"200\" value=\"{q}\" placeholder=\"{placeholder}\">\
             <button class=\"ac-button\">{action}</button></form>{content}</main>\
             <footer><p>{stuck} <a href=\"/s/{key}/talk?locale={locale}\">{talk}</a></p></footer></body></html>",
            locale = self.locale,
            title = html::escape(title),
            base = html::escape(&self.base),
            home = html::escape(t.help_home()),
            language = html::escape(t.common_language()),
            search_label = html::escape(t.help_search_label()),
            q = html::escape(q),
            placeholder = html::escape(t.help_search_placeholder()),
            action = html::escape(t.help_search_action()),
            stuck = html::escape(t.help_stuck()),
            key = html::escape(self.site.key.as_str()),
            talk = html::escape(t.talk_title()),
        );
        let policy = format!(
            "default-src 'none'; img-src 'self' data:; style-src {} {}; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'",
            html::csp_hash(STYLES),
            html::csp_hash(&format!("{theme}{PAGE}")),
        );
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::CACHE_CONTROL, "public, max-age=60"),
        ];
        (status, headers, body).into_response()
    }
}

pub async fn index(State(app): State<App>, Path((key, tag)): Path<(String, String)>) -> Result<Response, Error> {
    let site = app.sites.by_key(&key).await?;
    let counter = Counter::new(&site, &tag)?;
    let categories = store::list(&app.db, &site.id, counter.locale).await?;
    let list: String = categories
        .iter()
        .map(|category| {
            let links: String = category
                .articles
                .iter()
                .map(|a| {
                    format!(
                        "<li><a href=\"{}/{}\" dir=\"auto\">{}</a></li>",
                        html::escape(&counter.base),
                        html::escape(&a.slug),
                        html::escape(&a.title)
                    )
                })
                .collect();
            format!("<section><h2>{}</h2><ul>{links}</ul></section>", html::escape(&category.title))
        })
        .collect();
    let title = counter.t.help_title();
    Ok(counter.page(
        StatusCode::OK,
        title,
        "",
        &format!("<h1>{}</h1><div class=\"help-topics\">{list}</div>", html::escape(title)),
    ))
}

pub async fn article(
    State(app): State<App>,
    Path((key, tag, slug)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let site = app.sites.by_key(&key).await?;
    let counter = Counter::new(&site, &tag)?;
    let Some(article) = store::article(&app.db, &site.id, &slug, counter.locale).await? else {
        let text = counter.t.error(ErrorCode::ArticleNotFound);
        let content = format!("<h1>{}</h1>", html::escape(text));
        return Ok(counter.page(StatusCode::NOT_FOUND, counter.t.help_title(), "", &content));
    };
    let categories = store::list(&app.db, &site.id, counter.locale).await?;
    let view = routes::view(article, &categories);
    let related: String = view
        .related
        .iter()
        .map(|a| {
            format!(
                "<li><a href=\"{}/{}\" dir=\"auto\">{}</a></li>",
                html::escape(&counter.base),
                html::escape(&a.slug),
                html::escape(&a.title)
            )
        })
        .collect();
    let related = if related.is_empty() {
        String::new()
    } else {
        format!("<aside><h2>{}</h2><ul>{related}</ul></aside>", html::escape(counter.t.help_related()))
    };
    let content = format!(
        "<article lang=\"{}\" class=\"ac-doc\"><h1>{}</h1>{}</article>{related}",
        view.locale,
        html::escape(&view.title),
        html::document(&view.body, &counter.base),
    );
    Ok(counter.page(StatusCode::OK, &view.title, "", &content))
}

pub async fn search(
    State(app): State<App>,
    Path((key, tag)): Path<(String, String)>,
    Query(query): Query<SearchQuery>,
) -> Result<Response, Error> {
    let site = app.sites.by_key(&key).await?;
    let counter = Counter::new(&site, &tag)?;
    let t = counter.t;
    let text = match search_query(&query.q) {
        Ok(text) => text,
        Err(code) => {
            let said = t.error(code);
            let shown: String = query.q.chars().take(200).collect();
            let content =
                format!("<h1>{}</h1><p role=\"alert\">{}</p>", html::escape(t.help_title()), html::escape(said));
            return Ok(counter.page(StatusCode::UNPROCESSABLE_ENTITY, t.help_title(), &shown, &content));
        }
    };
    let index = app.knowledge.index(&site.id, site.articles_revision).await?;
    let results = index.search(&text, counter.locale, RESULTS);
    let list: String = results
        .iter()
        .map(|r| {
            format!(
                "<li><a href=\"{}/{}\" dir=\"auto\">{}</a><p dir=\"auto\">{}</p></li>",
                html::escape(&counter.base),
                html::escape(&r.slug),
                html::escape(&r.title),
                html::escape(&r.snippet)
            )
        })
        .collect();
    let content = if results.is_empty() {
        format!("<h1>{}</h1><p>{}</p>", html::escape(&t.help_no_results(&text)), html::escape(t.help_no_results_note()))
    } else {
        format!("<h1>{}</h1><ol class=\"help-results\">{list}</ol>", html::escape(&t.help_results_for(&text)))
    };
    Ok(counter.page(StatusCode::OK, &text, &text, &content))
}

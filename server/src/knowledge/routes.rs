//! `/api/v1/articles…`: the help topics, one article, search, "did this help?".

// The macro that describes a route writes its types in full.
#![allow(unused_qualifications)]

use super::{markdown, store};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Query},
    sites::Site,
};
use aftercart_shared::{
    api::articles::{ArticleList, ArticleView, FeedbackRequest, SearchResponse},
    error::{ErrorCode, WireError},
    locale::Locale,
    validate::search_query,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use std::time::Instant;
use utoipa::IntoParams;

/// The most results that one search returns.
const LIMIT_MAX: usize = 50;
const LIMIT: usize = 10;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LocaleQuery {
    /// `en`, `zh-CN`, …; the site's first language when none is named.
    locale: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// As typed, up to 300 characters.
    #[serde(default)]
    #[param(required = true)]
    q: String,
    /// `en`, `zh-CN`, …; the site's first language when none is named.
    locale: Option<String>,
    /// 1 to 50; 10 when left out.
    limit: Option<usize>,
}

/// A language that we speak, or the site's own when none is named.
fn locale(site: &Site, asked: Option<&str>) -> Result<Locale, Error> {
    match asked {
        None | Some("") => Ok(site.locale_for("")),
        Some(tag) => Locale::parse(tag).ok_or(Error::UnknownLocale),
    }
}

/// List the help topics
#[utoipa::path(
    get, path = "/api/v1/articles", tag = "shoppers", security(("site_key" = [])), params(LocaleQuery),
    responses((status = 200, body = ArticleList), (status = 404, body = WireError, description = "`unknown_site`"))
)]
pub async fn list(
    State(app): State<App>,
    site: CurrentSite,
    Query(query): Query<LocaleQuery>,
) -> Result<Json<ArticleList>, Error> {
    let locale = locale(&site, query.locale.as_deref())?;
    let categories = store::list(&app.db, &site.id, locale).await?;
    Ok(Json(ArticleList { locale, categories }))
}

/// Search the help articles
#[utoipa::path(
    get, path = "/api/v1/articles/search", tag = "shoppers", security(("site_key" = [])), params(SearchQuery),
    responses((status = 200, body = SearchResponse), (status = 422, body = WireError, description = "`q` is too long"))
)]
pub async fn search(
    State(app): State<App>,
    site: CurrentSite,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchResponse>, Error> {
    let text = search_query(&query.q).map_err(|code| Error::invalid(code, "q"))?;
    let locale = locale(&site, query.locale.as_deref())?;
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let index = app.knowledge.index(&site.id, site.articles_revision).await?;
    let started = Instant::now();
    let results = index.search(&text, locale, limit);
    Ok(Json(SearchResponse { results, took_us: started.elapsed().as_micros() as u64 }))
}

/// Read one article
#[utoipa::path(
    get, path = "/api/v1/articles/{slug}", tag = "shoppers", security(("site_key" = [])),
    params(("slug" = String, Path, description = "As `ArticleLink::slug` says"), LocaleQuery),
    responses((status = 200, body = ArticleView), (status = 404, body = WireError, description = "`article_not_found`"))
)]
pub async fn article(
    State(app): State<App>,
    site: CurrentSite,
    Path(slug): Path<String>,
    Query(query): Query<LocaleQuery>,
) -> Result<Json<ArticleView>, Error> {
    let locale = locale(&site, query.locale.as_deref())?;
    let article = store::article(&app.db, &site.id, &slug, locale).await?.ok_or(Error::ArticleNotFound)?;
    let categories = store::list(&app.db, &site.id, locale).await?;
    Ok(Json(view(article, &categories)))
}

/// An article as shoppers read it, with its neighbours.
pub fn view(article: store::Article, categories: &[aftercart_shared::api::articles::CategoryView]) -> ArticleView {
    let category = categories.iter().find(|c| Some(&c.id) == article.category.as_ref());
    let related = category.map(|c| c.articles.iter().filter(|a| a.id != article.id).take(4).cloned().collect());
    ArticleView {
        category: category
            .map(|c| aftercart_shared::api::articles::CategoryLink { id: c.id.clone(), title: c.title.clone() }),
        related: related.unwrap_or_default(),
        body: markdown::parse(&article.body),
        id: article.id,
        slug: article.slug,
        locale: article.locale,
        title: article.title,
        updated_at: article.updated_at,
    }
}

/// Say whether an article helped
#[utoipa::path(
    post, path = "/api/v1/articles/{slug}/feedback", tag = "shoppers", security(("site_key" = [])),
    params(("slug" = String, Path, description = "As `ArticleLink::slug` says")),
    request_body(content = FeedbackRequest, example = json!({"locale": "en", "helpful": true})),
    responses((status = 204), (status = 404, body = WireError, description = "`article_not_found`"))
)]
pub async fn feedback(
    State(app): State<App>,
    site: CurrentSite,
    Path(slug): Path<String>,
    Json(feedback): Json<FeedbackRequest>,
) -> Result<StatusCode, Error> {
    if slug.len() > 200 {
        return Err(Error::invalid(ErrorCode::TooLong, "slug"));
    }
    let article = store::article(&app.db, &site.id, &slug, feedback.locale).await?.ok_or(Error::ArticleNotFound)?;
    let site = site.id.clone();
    app.db
        .write(move |tx| {
            Box::pin(
                async move { store::count_feedback(tx, &site, &article.id, article.locale, feedback.helpful).await },
            )
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

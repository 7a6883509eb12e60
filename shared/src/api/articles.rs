//! Help: categories, articles, search.
//!
//! - `GET /api/v1/articles?locale=` → [`ArticleList`]
//! - `GET /api/v1/articles/search?q=&locale=&limit=` → [`SearchResponse`]
//! - `GET /api/v1/articles/{slug}?locale=` → [`ArticleView`]
//! - `POST /api/v1/articles/{slug}/feedback` with [`FeedbackRequest`] → 204

use crate::{document::Block, ids::ArticleId, locale::Locale, time::Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleList {
    pub locale: Locale,
    pub categories: Vec<CategoryView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryView {
    /// Stable, the same in every locale; usable in an address.
    pub id: String,
    pub title: String,
    pub articles: Vec<ArticleLink>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleLink {
    pub id: ArticleId,
    pub slug: String,
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleView {
    pub id: ArticleId,
    pub slug: String,
    /// The locale of this text: another than asked for when the article exists only there.
    pub locale: Locale,
    pub title: String,
    pub category: Option<CategoryLink>,
    pub updated_at: Timestamp,
    pub body: Vec<Block>,
    /// Other articles of the same category, at most four.
    pub related: Vec<ArticleLink>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryLink {
    pub id: String,
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResponse {
    /// Best first.
    pub results: Vec<SearchResult>,
    /// Time spent searching, in microseconds.
    pub took_us: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResult {
    pub id: ArticleId,
    pub slug: String,
    pub locale: Locale,
    pub title: String,
    pub snippet: String,
    /// Comparable within one answer only.
    pub score: f32,
    /// Matched places of the title, as `[start, end)` in characters (not bytes).
    #[serde(default)]
    pub title_matches: Vec<(u32, u32)>,
    /// Matched places of the snippet, likewise.
    #[serde(default)]
    pub snippet_matches: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackRequest {
    pub locale: Locale,
    pub helpful: bool,
}

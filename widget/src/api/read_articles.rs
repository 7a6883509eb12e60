//! Help articles and what a search finds, read from [`Json`].

use super::{
    json::Json,
    read::{Read, all, count, maybe, text},
};
use aftercart_shared::{
    api::articles::{ArticleLink, ArticleList, ArticleView, CategoryLink, CategoryView, SearchResponse, SearchResult},
    document::{Block, Inline},
    ids::ArticleId,
};

impl Read for ArticleList {
    fn read(json: &Json) -> Option<Self> {
        Some(ArticleList { locale: maybe(json, "locale")?, categories: all(json.get("categories"))? })
    }
}

impl Read for CategoryView {
    fn read(json: &Json) -> Option<Self> {
        Some(CategoryView { id: text(json, "id")?, title: text(json, "title")?, articles: all(json.get("articles"))? })
    }
}

impl Read for ArticleLink {
    fn read(json: &Json) -> Option<Self> {
        Some(ArticleLink { id: ArticleId(text(json, "id")?), slug: text(json, "slug")?, title: text(json, "title")? })
    }
}

impl Read for CategoryLink {
    fn read(json: &Json) -> Option<Self> {
        Some(CategoryLink { id: text(json, "id")?, title: text(json, "title")? })
    }
}

impl Read for ArticleView {
    fn read(json: &Json) -> Option<Self> {
        Some(ArticleView {
            id: ArticleId(text(json, "id")?),
            slug: text(json, "slug")?,
            locale: maybe(json, "locale")?,
            title: text(json, "title")?,
            category: maybe(json, "category"),
            updated_at: maybe(json, "updated_at")?,
            body: all(json.get("body"))?,
            related: all(json.get("related"))?,
        })
    }
}

impl Read for SearchResponse {
    fn read(json: &Json) -> Option<Self> {
        let took_us = json.get("took_us").number()?.try_into().ok()?;
        Some(SearchResponse { results: all(json.get("results"))?, took_us })
    }
}

impl Read for SearchResult {
    fn read(json: &Json) -> Option<Self> {
        Some(SearchResult {
            id: ArticleId(text(json, "id")?),
            slug: text(json, "slug")?,
            locale: maybe(json, "locale")?,
            title: text(json, "title")?,
            snippet: text(json, "snippet")?,
            // Results come best first; by how much is nobody's business here.
            score: 0.0,
            title_matches: ranges(json.get("title_matches")),
            snippet_matches: ranges(json.get("snippet_matches")),
        })
    }
}

fn ranges(json: &Json) -> Vec<(u32, u32)> {
    let range = |pair: &Json| {
        let [start, end] = pair.list()? else { return None };
        Some((start.number()?.try_into().ok()?, end.number()?.try_into().ok()?))
    };
    json.list().unwrap_or_default().iter().filter_map(range).collect()
}

impl Read for Block {
    fn read(json: &Json) -> Option<Self> {
        let inlines = || all(json.get("inlines"));
        Some(match json.get("t").text()? {
            "heading" => Block::Heading {
                level: count(json, "level")?.try_into().ok()?,
                id: text(json, "id")?,
                inlines: inlines()?,
            },
            "paragraph" => Block::Paragraph { inlines: inlines()? },
            "list" => Block::List {
                start: json.get("start").number().and_then(|start| start.try_into().ok()),
                items: json.get("items").list()?.iter().map(all).collect::<Option<_>>()?,
            },
            "quote" => Block::Quote { blocks: all(json.get("blocks"))? },
            "code" => Block::Code { text: text(json, "text")? },
            "table" => {
                let row = |row: &Json| row.list()?.iter().map(all).collect::<Option<_>>();
                Block::Table { rows: json.get("rows").list()?.iter().map(row).collect::<Option<_>>()? }
            }
            "rule" => Block::Rule,
            _ => return None,
        })
    }
}

impl Read for Inline {
    fn read(json: &Json) -> Option<Self> {
        let inlines = || all(json.get("inlines"));
        Some(match json.get("t").text()? {
            "text" => Inline::Text { text: text(json, "text")? },
            "strong" => Inline::Strong { inlines: inlines()? },
            "emphasis" => Inline::Emphasis { inlines: inlines()? },
            "code" => Inline::Code { text: text(json, "text")? },
            "link" => Inline::Link { href: text(json, "href")?, inlines: inlines()? },
            "break" => Inline::Break,
            _ => return None,
        })
    }
}

//! A help text: a tree of blocks becomes elements, never HTML from data.

use super::{
    button::leads,
    dom::{Dom, El, el},
};
use crate::{nav::View, session::Session};
use aftercart_shared::document::{Block, Inline};

/// From this many headings on, a text is long enough for a list of contents.
const CONTENTS_FROM: usize = 4;

/// Headings for a list of contents: id and text of each, or nothing when the text is short.
pub fn contents(blocks: &[Block]) -> Vec<(String, String)> {
    let headings: Vec<(String, String)> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading { id, inlines, .. } => Some((id.clone(), plain(inlines))),
            _ => None,
        })
        .collect();
    if headings.len() >= CONTENTS_FROM { headings } else { Vec::new() }
}

pub fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text { text } | Inline::Code { text } => text.clone(),
            Inline::Strong { inlines } | Inline::Emphasis { inlines } | Inline::Link { inlines, .. } => plain(inlines),
            Inline::Break => " ".into(),
        })
        .collect()
}

/// Where a link of an article leads. Schemes that are not listed lead nowhere, whatever the server let through.
#[derive(Debug, PartialEq, Eq)]
enum Target<'a> {
    Article(&'a str),
    Outside(&'a str),
    Nowhere,
}

fn target(href: &str) -> Target<'_> {
    if let Some(slug) = href.strip_prefix("article:") {
        return Target::Article(slug);
    }
    let leads = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme))
        || (href.starts_with('/') && !href.starts_with("//"));
    if leads { Target::Outside(href) } else { Target::Nowhere }
}

pub fn document(session: Session, body: &[Block]) -> El {
    el("div", "ac-document").child(blocks(session, body))
}

fn blocks(session: Session, all: &[Block]) -> Vec<Dom> {
    all.iter().map(|one| block(session, one).into()).collect()
}

fn block(session: Session, block: &Block) -> El {
    match block {
        Block::Heading { level, id, inlines: words } => {
            let tag = match level {
                2 => "h2",
                3 => "h3",
                _ => "h4",
            };
            el(tag, "").id(&anchor(id)).attr("tabindex", "-1").child(inlines(session, words))
        }
        Block::Paragraph { inlines: words } => el("p", "").child(inlines(session, words)),
        Block::List { start, items } => {
            let list = match start {
                Some(start) => el("ol", "").attr("start", &start.to_string()),
                None => el("ul", ""),
            };
            let item = |item: &Vec<Block>| match item.as_slice() {
                // A short point needs no paragraph of its own.
                [Block::Paragraph { inlines: words }] => inlines(session, words),
                item => blocks(session, item),
            };
            list.child(items.iter().map(|one| el("li", "").child(item(one)).into()).collect::<Vec<Dom>>())
        }
        Block::Quote { blocks: inner } => el("blockquote", "").child(blocks(session, inner)),
        // What scrolls sideways must be reachable without a mouse.
        Block::Code { text } => el("pre", "").attr("tabindex", "0").child(el("code", "").child(text.as_str())),
        Block::Table { rows } => table(session, rows),
        Block::Rule => el("hr", ""),
    }
}

fn table(session: Session, rows: &[Vec<Vec<Inline>>]) -> El {
    let row = |row: &Vec<Vec<Inline>>, head: bool| -> Dom {
        let cell = |cell: &Vec<Inline>| -> Dom {
            let cell_el = if head { el("th", "").attr("scope", "col") } else { el("td", "") };
            cell_el.child(inlines(session, cell)).into()
        };
        el("tr", "").child(row.iter().map(cell).collect::<Vec<Dom>>()).into()
    };
    let head = rows.first().map(|first| el("thead", "").child(row(first, true)));
    let body: Vec<Dom> = rows.iter().skip(1).map(|one| row(one, false)).collect();
    let table = el("table", "").child(head).child(el("tbody", "").child(body));
    el("div", "ac-document-table").attr("tabindex", "0").child(table)
}

fn inlines(session: Session, all: &[Inline]) -> Vec<Dom> {
    all.iter().map(|one| inline(session, one)).collect()
}

fn inline(session: Session, inline: &Inline) -> Dom {
    match inline {
        Inline::Text { text } => text.as_str().into(),
        Inline::Strong { inlines: inner } => el("strong", "").child(inlines(session, inner)).into(),
        Inline::Emphasis { inlines: inner } => el("em", "").child(inlines(session, inner)).into(),
        Inline::Code { text } => el("code", "").child(text.as_str()).into(),
        Inline::Break => el("br", "").into(),
        Inline::Link { href, inlines: inner } => {
            let words = inlines(session, inner);
            match target(href) {
                Target::Article(slug) => {
                    leads(session, el("a", "").child(words), View::Article { slug: slug.to_owned() }).into()
                }
                Target::Outside(href) => {
                    let link = el("a", "").attr("href", href).attr("target", "_blank");
                    link.attr("rel", "noopener noreferrer").child(words).into()
                }
                Target::Nowhere => words.into(),
            }
        }
    }
}

/// Ids of an article must not meet those of the panel.
pub fn anchor(id: &str) -> String {
    format!("a-{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(id: &str) -> Block {
        let inlines = vec![
            Inline::Text { text: "About ".into() },
            Inline::Strong { inlines: vec![Inline::Code { text: id.into() }] },
        ];
        Block::Heading { level: 2, id: id.into(), inlines }
    }

    #[test]
    fn only_long_texts_get_contents() {
        let mut blocks = vec![heading("a"), Block::Rule, heading("b"), heading("c")];
        assert!(contents(&blocks).is_empty());
        blocks.push(heading("d"));
        assert_eq!(contents(&blocks)[3], ("d".to_owned(), "About d".to_owned()));
    }

    #[test]
    fn links_lead_only_where_links_may_lead() {
        assert_eq!(target("article:refund-time"), Target::Article("refund-time"));
        for href in ["https://example.com", "mailto:a@b.cn", "tel:+86138", "/returns"] {
            assert_eq!(target(href), Target::Outside(href));
        }
        for href in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "JavaScript:x", ""] {
            assert_eq!(target(href), Target::Nowhere, "{href}");
        }
    }
}

//! A help text: a tree of blocks becomes elements, never HTML from data.

use super::button::follow;
use crate::{nav::View, session::Session};
use aftercart_shared::document::{Block, Inline};
use leptos::prelude::*;

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

pub fn document(session: Session, body: &[Block]) -> AnyView {
    view! { <div class="ac-document">{blocks(session, body)}</div> }.into_any()
}

fn blocks(session: Session, all: &[Block]) -> Vec<AnyView> {
    all.iter().map(|one| block(session, one)).collect()
}

fn block(session: Session, block: &Block) -> AnyView {
    match block {
        Block::Heading { level, id, inlines: words } => {
            let id = anchor(id);
            let words = inlines(session, words);
            match level {
                2 => view! { <h2 id=id tabindex="-1">{words}</h2> }.into_any(),
                3 => view! { <h3 id=id tabindex="-1">{words}</h3> }.into_any(),
                _ => view! { <h4 id=id tabindex="-1">{words}</h4> }.into_any(),
            }
        }
        Block::Paragraph { inlines: words } => view! { <p>{inlines(session, words)}</p> }.into_any(),
        Block::List { start, items } => {
            let items: Vec<AnyView> = items
                .iter()
                .map(|item| match item.as_slice() {
                    // A short point needs no paragraph of its own.
                    [Block::Paragraph { inlines: words }] => view! { <li>{inlines(session, words)}</li> }.into_any(),
                    item => view! { <li>{blocks(session, item)}</li> }.into_any(),
                })
                .collect();
            match start {
                Some(start) => view! { <ol start=start.to_string()>{items}</ol> }.into_any(),
                None => view! { <ul>{items}</ul> }.into_any(),
            }
        }
        Block::Quote { blocks: inner } => view! { <blockquote>{blocks(session, inner)}</blockquote> }.into_any(),
        Block::Code { text } => view! { <pre tabindex="0"><code>{text.clone()}</code></pre> }.into_any(),
        Block::Table { rows } => table(session, rows),
        Block::Rule => view! { <hr/> }.into_any(),
    }
}

fn table(session: Session, rows: &[Vec<Vec<Inline>>]) -> AnyView {
    let Some((head, body)) = rows.split_first() else { return ().into_any() };
    let head = head.iter().map(|cell| view! { <th scope="col">{inlines(session, cell)}</th> }).collect_view();
    let body = body
        .iter()
        .map(|row| {
            let cells = row.iter().map(|cell| view! { <td>{inlines(session, cell)}</td> }).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="ac-document-table" tabindex="0">
            <table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>
        </div>
    }
    .into_any()
}

fn inlines(session: Session, all: &[Inline]) -> Vec<AnyView> {
    all.iter().map(|one| inline(session, one)).collect()
}

fn inline(session: Session, inline: &Inline) -> AnyView {
    match inline {
        Inline::Text { text } => text.clone().into_any(),
        Inline::Strong { inlines: inner } => view! { <strong>{inlines(session, inner)}</strong> }.into_any(),
        Inline::Emphasis { inlines: inner } => view! { <em>{inlines(session, inner)}</em> }.into_any(),
        Inline::Code { text } => view! { <code>{text.clone()}</code> }.into_any(),
        Inline::Break => view! { <br/> }.into_any(),
        Inline::Link { href, inlines: inner } => {
            let words = inlines(session, inner);
            match target(href) {
                Target::Article(slug) => {
                    let to = View::Article { slug: slug.to_owned() };
                    let href = session.nav.href(&to);
                    view! { <a href=href on:click=follow(session, to)>{words}</a> }.into_any()
                }
                Target::Outside(href) => {
                    let href = href.to_owned();
                    view! { <a href=href target="_blank" rel="noopener noreferrer">{words}</a> }.into_any()
                }
                Target::Nowhere => words.into_any(),
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

//! Writing HTML by hand, safely.

use aftercart_shared::document::{Block, Inline};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Text as it may stand in an element or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// JSON as it may stand inside `<script type="application/json">` or a script: nothing in it can end the element.
pub fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value)
        .unwrap_or_else(|_| "null".into())
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// How a CSP names an inline script or style.
pub fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// Puts values in the place of `{{names}}`. What is put in is not read again.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else { break };
        match values.iter().find(|(known, _)| *known == name.trim()) {
            Some((_, value)) => filled.push_str(value),
            None => debug_assert!(false, "the template names {name}, which nobody fills"),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A help text as HTML. `base` is where the site's help pages live.
pub fn document(blocks: &[Block], base: &str) -> String {
    blocks.iter().map(|block| one_block(block, base)).collect()
}

fn one_block(block: &Block, base: &str) -> String {
    match block {
        Block::Heading { level, id, inlines: i } => {
            let level = (*level).clamp(2, 4);
            format!("<h{level} id=\"{}\">{}</h{level}>", escape(id), inlines(i, base))
        }
        Block::Paragraph { inlines: i } => format!("<p>{}</p>", inlines(i, base)),
        Block::List { start, items } => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>", document(item, base))).collect();
            match start {
                None => format!("<ul>{items}</ul>"),
                Some(1) => format!("<ol>{items}</ol>"),
                Some(start) => format!("<ol start=\"{start}\">{items}</ol>"),
            }
        }
        Block::Quote { blocks } => format!("<blockquote>{}</blockquote>", document(blocks, base)),
        Block::Code { text } => format!("<pre><code>{}</code></pre>", escape(text)),
        Block::Table { rows } => {
            let row = |cells: &Vec<Vec<Inline>>, tag: &str| {
                let cells: String = cells.iter().map(|c| format!("<{tag}>{}</{tag}>", inlines(c, base))).collect();
                format!("<tr>{cells}</tr>")
            };
            let mut rows = rows.iter();
            let head = rows.next().map(|cells| row(cells, "th")).unwrap_or_default();
            let body: String = rows.map(|cells| row(cells, "td")).collect();
            format!(
                "<div class=\"ac-doc-table\" tabindex=\"0\"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>"
            )
        }
        Block::Rule => "<hr>".into(),
    }
}

fn inlines(list: &[Inline], base: &str) -> String {
    list.iter()
        .map(|inline| match inline {
            Inline::Text { text } => escape(text),
            Inline::Strong { inlines: i } => format!("<strong>{}</strong>", inlines(i, base)),
            Inline::Emphasis { inlines: i } => format!("<em>{}</em>", inlines(i, base)),
            Inline::Code { text } => format!("<code>{}</code>", escape(text)),
            Inline::Break => "<br>".into(),
            Inline::Link { href, inlines: i } => {
                let text = inlines(i, base);
                match href.strip_prefix("article:") {
                    Some(slug) => format!("<a href=\"{}/{}\">{text}</a>", escape(base), escape(slug)),
                    None => format!("<a href=\"{}\" rel=\"noopener nofollow\">{text}</a>", escape(href)),
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_put_in_can_get_out() {
        assert_eq!(escape(r#"<a b="c" d='e'>&"#), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
        assert!(!json(&"</script><!--\u{2028}").contains(['<', '\u{2028}']));
        assert_eq!(fill("{{a}}-{{b}}", &[("a", "{{b}}"), ("b", "2")]), "{{b}}-2");
    }

    #[test]
    fn a_style_is_named_as_browsers_name_it() {
        assert_eq!(csp_hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}

//! What may stay of text, links and HTML.

use std::collections::HashMap;

/// Invisible characters that can hide, reorder or break what is read.
fn harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{2028}' | '\u{2029}')
}

/// Text without control characters, on one line.
pub fn line(text: &str) -> String {
    let blank = |c: char| if matches!(c, '\n' | '\t' | '\r') { ' ' } else { c };
    text.chars().map(blank).filter(|c| !harmful(*c)).collect()
}

/// The same for code, where lines and tabs count.
pub fn code(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !harmful(*c)).collect()
}

/// An address that a link may lead to, or `None`. Browsers ignore blanks and control characters inside an address, so
/// one that holds any is refused altogether, as is a backslash, which they read as a slash.
pub fn href(address: &str) -> Option<String> {
    let address = address.trim_matches(' ');
    if address.is_empty() || address.len() > 2_048 {
        return None;
    }
    if address.chars().any(|c| harmful(c) || c.is_whitespace() || matches!(c, '\\' | '<' | '>' | '"' | '`')) {
        return None;
    }
    let lower = address.to_ascii_lowercase();
    let after = |scheme: &str| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    let web = |scheme: &str| {
        lower.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(|c: char| c != '/' && c != '?' && c != '#'))
    };
    let path = lower.starts_with('/') && !lower.starts_with("//");
    let slug =
        |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let article = address.strip_prefix("article:").is_some_and(slug);
    let allowed = web("https://") || web("http://") || after("mailto:") || after("tel:") || path || article;
    allowed.then(|| address.to_owned())
}

const SILENT: [&str; 9] = ["script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math"];

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches('<').trim_start_matches('/');
    name.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Whether this inline tag begins (`true`) or ends (`false`) something whose content is no text.
pub fn silences(tag: &str) -> Option<bool> {
    let known = SILENT.contains(&tag_name(tag).as_str()) && !tag.trim_end().ends_with("/>");
    known.then(|| !tag.starts_with("</"))
}

/// The words of an HTML block: no tags, no comments, nothing of scripts and the like.
pub fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        text.push(' ');
        rest = &rest[open..];
        let name = tag_name(rest);
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if SILENT.contains(&name.as_str()) && !rest.starts_with("</") {
            end_of_element(rest, &name)
        } else {
            rest.find('>').map(|at| at + 1)
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => {
                rest = "";
            }
        }
    }
    text.push_str(rest);
    let text = ["&nbsp;", "&lt;", "&gt;", "&quot;", "&#39;", "&amp;"]
        .into_iter()
        .zip([" ", "<", ">", "\"", "'", "&"])
        .fold(text, |text, (entity, meant)| text.replace(entity, meant));
    line(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn end_of_element(html: &str, name: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let closing = format!("</{name}");
    let at = bytes.windows(closing.len()).position(|window| window.eq_ignore_ascii_case(closing.as_bytes()))?;
    html[at..].find('>').map(|end| at + end + 1)
}

/// An id for a heading, unique in the article. Letters of any script stay; the prefix keeps article text from taking the
/// id of anything else on the page.
pub fn heading_id(text: &str, taken: &mut HashMap<String, usize>) -> String {
    let mut id = String::from("h");
    let mut gap = true;
    for c in text.chars().flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap {
            id.push('-');
            gap = false;
        }
        id.push(c);
        if id.len() > 80 {
            break;
        }
    }
    if id.len() == 1 {
        id.push_str("-section");
    }
    loop {
        let asked = taken.entry(id.clone()).or_default();
        *asked += 1;
        if *asked == 1 {
            return id;
        }
        let candidate = format!("{id}-{asked}");
        if !taken.contains_key(&candidate) {
            taken.insert(candidate.clone(), 1);
            return candidate;
        }
    }
}

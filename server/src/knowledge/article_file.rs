//! One article from a Markdown file with front matter, or from a line of JSON.

use aftercart_shared::{locale::Locale, validate::misleads};
use serde::{Deserialize, de::IgnoredAny};
use std::collections::BTreeMap;

const ID_MAX: usize = 100;
const TITLE_MAX: usize = 200;
const BODY_MAX: usize = 100 * 1024;
/// Of tags and phrasings, each.
const LIST_MAX: usize = 200;

/// Ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleFile {
    pub id: String,
    pub locale: Locale,
    pub title: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    /// Other ways in which shoppers ask for it.
    pub phrasings: Vec<String>,
    pub action: Option<String>,
    /// Markdown.
    pub body: String,
}

const KNOWN: [&str; 9] = ["id", "locale", "lang", "title", "category", "tags", "phrasings", "action", "body"];

#[derive(Deserialize)]
struct Row {
    id: Option<Id>,
    locale: Option<String>,
    lang: Option<String>,
    title: Option<String>,
    category: Option<String>,
    tags: Option<Many>,
    phrasings: Option<Many>,
    action: Option<String>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Many {
    List(Vec<String>),
    One(String),
}

impl Many {
    /// `tags: refund, money` is two tags; a phrasing may well contain a comma.
    fn texts(list: Option<Many>, split: bool) -> Vec<String> {
        let texts: Vec<String> = match list {
            None => Vec::new(),
            Some(Many::List(list)) => list,
            Some(Many::One(text)) if split => text.split([',', '，']).map(str::to_owned).collect(),
            Some(Many::One(text)) => vec![text],
        };
        texts.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
    }
}

/// An article, and the fields of the file that mean nothing to us.
pub type Read = Result<(ArticleFile, Vec<String>), String>;

pub fn markdown(text: &str) -> Read {
    let (front, body) = split(text).ok_or("the file does not begin with front matter between two lines of ---")?;
    let said = |e: serde_saphyr::Error| {
        let text = e.to_string();
        format!("front matter: {}", text.lines().next().unwrap_or_default().trim_start_matches("error: "))
    };
    let mut row: Row = serde_saphyr::from_str(front).map_err(said)?;
    let fields: BTreeMap<String, IgnoredAny> = serde_saphyr::from_str(front).map_err(said)?;
    row.body = Some(body.to_owned());
    checked(row, fields)
}

/// Does the file claim to be an article at all? A README in the folder does not.
pub fn has_front_matter(text: &str) -> bool {
    split(text).is_some()
}

pub fn json(line: &[u8]) -> Read {
    let row: Row = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    let fields = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    checked(row, fields)
}

/// Front matter and body.
fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches('\u{FEFF}');
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&rest[..end], &rest[end + line.len()..]));
        }
        end += line.len();
    }
    None
}

fn checked(row: Row, fields: BTreeMap<String, IgnoredAny>) -> Read {
    let id = match row.id.ok_or("id is missing")? {
        Id::Text(id) => id.trim().to_owned(),
        Id::Number(id) => id.to_string(),
    };
    // It becomes the last part of a web address, where "search" is taken.
    let safe = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.len() <= ID_MAX
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    if !safe(&id) || id == "search" {
        return Err(format!("id {id:?} cannot stand in a web address: use letters, digits and - (at most {ID_MAX})"));
    }
    let tag = row.locale.or(row.lang).ok_or("locale is missing")?;
    let known = || Locale::ALL.map(Locale::tag).join(", ");
    let locale = Locale::parse(&tag).ok_or_else(|| format!("locale {tag:?} is not one of {}", known()))?;
    let title = text("title", row.title, TITLE_MAX)?.ok_or("title is missing or empty")?;
    let category = text("category", row.category, ID_MAX)?;
    if category.as_deref().is_some_and(|c| !safe(c)) {
        return Err("category must be a short key of letters, digits and -".to_owned());
    }
    let body = row.body.unwrap_or_default().replace("\r\n", "\n");
    if body.len() > BODY_MAX {
        return Err(format!("body has {} kB; at most {} are allowed", body.len() / 1024, BODY_MAX / 1024));
    }
    let body = body.trim().to_owned();
    if body.is_empty() {
        return Err("body is missing or empty".to_owned());
    }
    if body.chars().any(|c| misleads(c) && !matches!(c, '\n' | '\t')) {
        return Err("body contains a control or text-direction character".to_owned());
    }
    let (tags, phrasings) = (Many::texts(row.tags, true), Many::texts(row.phrasings, false));
    for (field, texts) in [("tags", &tags), ("phrasings", &phrasings)] {
        if texts.len() > LIST_MAX {
            return Err(format!("{field} has {} entries; at most {LIST_MAX} are allowed", texts.len()));
        }
        for entry in texts {
            text(field, Some(entry.clone()), TITLE_MAX)?;
        }
    }
    let action = text("action", row.action, ID_MAX)?;
    let ignored = fields.into_keys().filter(|field| !KNOWN.contains(&field.as_str())).collect();
    Ok((ArticleFile { id, locale, title, category, tags, phrasings, action, body }, ignored))
}

fn text(field: &str, value: Option<String>, max: usize) -> Result<Option<String>, String> {
    let value = value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    let Some(value) = value else { return Ok(None) };
    if value.chars().any(misleads) {
        return Err(format!("{field} contains a control or text-direction character"));
    }
    match value.chars().count() {
        length if length > max => Err(format!("{field} has {length} characters; at most {max} are allowed")),
        _ => Ok(Some(value)),
    }
}

#[cfg(test)]
#[path = "article_file_tests.rs"]
mod tests;

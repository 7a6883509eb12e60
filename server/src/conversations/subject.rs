//! What she was looking at when she asked for a person: a hint for agents, short and plain.

use aftercart_shared::{api::conversations::Subject, error::ErrorCode, validate::is_invisible};

/// Of a number as she typed or saw it, in characters; and of an article's slug.
const NUMBER_MAX: usize = 64;
const SLUG_MAX: usize = 200;
/// As it is stored: she was looking at nothing that we know of.
pub const NOTHING: &str = "{}";

/// Without what nobody sees, and without what says nothing.
///
/// # Errors
/// [`ErrorCode::TooLong`], with the field.
pub fn checked(subject: Subject) -> Result<Subject, (ErrorCode, &'static str)> {
    Ok(Subject {
        order: short(subject.order, NUMBER_MAX, "subject.order")?,
        return_number: short(subject.return_number, NUMBER_MAX, "subject.return_number")?,
        article: short(subject.article, SLUG_MAX, "subject.article")?,
    })
}

fn short(text: Option<String>, most: usize, field: &'static str) -> Result<Option<String>, (ErrorCode, &'static str)> {
    let text = text.map(|text| text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect::<String>());
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match &text {
        Some(long) if long.chars().count() > most => Err((ErrorCode::TooLong, field)),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_short_and_plain() {
        let of = |order: &str| checked(Subject { order: Some(order.into()), ..Default::default() });
        assert_eq!(of(" A-1\u{202E}001\0 ").map(|s| s.order), Ok(Some("A-1001".into())));
        assert_eq!(of(" \u{200B} ").map(|s| s.order), Ok(None));
        assert_eq!(of(&"7".repeat(65)), Err((ErrorCode::TooLong, "subject.order")));
        assert_eq!(checked(Subject::default()), Ok(Subject::default()));
        assert_eq!(serde_json::to_string(&Subject::default()).ok().as_deref(), Some(NOTHING));
    }
}

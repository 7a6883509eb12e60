//! What a canned reply may be: a shortcut that can be typed, and in each of its languages a text that can be sent.

use crate::{
    conversations::{say, words},
    error::Error,
};
use aftercart_shared::{api::desk::CannedIn, error::ErrorCode};

/// Of a shortcut, in characters.
pub const SHORTCUT_MAX: usize = 32;
/// Of one shop. Whoever has more finds none of them.
pub const REPLIES_MAX: i64 = 500;

/// As it is kept: in one case and one width, so that whoever types it finds it.
///
/// # Errors
/// [`ErrorCode::Required`], [`ErrorCode::TooLong`], [`ErrorCode::Invalid`].
pub fn shortcut(typed: &str) -> Result<String, Error> {
    let shortcut = words::folded(typed.trim());
    let code = match shortcut.chars().count() {
        0 => ErrorCode::Required,
        n if n > SHORTCUT_MAX => ErrorCode::TooLong,
        _ if shortcut.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) => return Ok(shortcut),
        _ => ErrorCode::Invalid,
    };
    Err(Error::invalid(code, "shortcut"))
}

/// # Errors
/// Names the text, and what is wrong with it.
pub fn texts(texts: &[CannedIn]) -> Result<(), Error> {
    if texts.is_empty() {
        return Err(Error::invalid(ErrorCode::Required, "texts"));
    }
    for (i, one) in texts.iter().enumerate() {
        if texts[..i].iter().any(|other| other.locale == one.locale) {
            let message = "a language has one text";
            return Err(Error::ruled(ErrorCode::Invalid, format!("texts[{i}].locale"), message));
        }
        say::text(&one.text, "text").map_err(|(code, _)| {
            Error::ruled(code, format!("texts[{i}].text"), "a text is what could be sent as one message")
        })?;
    }
    Ok(())
}

/// Too many.
pub fn full() -> Error {
    Error::ruled(ErrorCode::Invalid, "shortcut", format!("a shop has at most {REPLIES_MAX} canned replies"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::{events::TEXT_MAX, locale::Locale};

    #[test]
    fn a_shortcut_is_what_can_be_typed_in_one_go() {
        for (typed, kept) in [("Late", "late"), (" late-2_b ", "late-2_b"), ("ＬＡＴＥ", "late"), ("退款", "退款")]
        {
            assert!(shortcut(typed).is_ok_and(|shortcut| shortcut == kept), "{typed}");
        }
        let long = "x".repeat(SHORTCUT_MAX + 1);
        for (typed, code) in [
            ("", ErrorCode::Required),
            (" \u{200B}", ErrorCode::Required),
            ("two words", ErrorCode::Invalid),
            ("a/b", ErrorCode::Invalid),
            ("a\0", ErrorCode::Invalid),
            (long.as_str(), ErrorCode::TooLong),
        ] {
            assert!(matches!(shortcut(typed), Err(Error::Invalid { code: told, .. }) if told == code), "{typed:?}");
        }
    }

    #[test]
    fn each_language_has_one_text_that_says_something() {
        let text = |locale, text: &str| CannedIn { locale, text: text.into() };
        assert!(texts(&[text(Locale::En, "Hi {name}"), text(Locale::ZhCn, "{name}您好")]).is_ok());
        let wrong = |list: &[CannedIn]| match texts(list) {
            Err(Error::Ruled { code, field, .. }) => (code, field.unwrap_or_default()),
            Err(Error::Invalid { code, field, .. }) => (code, field.to_owned()),
            other => unreachable!("{other:?}"),
        };
        let at = |code, field: &str| (code, field.to_owned());
        assert_eq!(wrong(&[]), at(ErrorCode::Required, "texts"));
        assert_eq!(wrong(&[text(Locale::En, "a"), text(Locale::En, "b")]), at(ErrorCode::Invalid, "texts[1].locale"));
        assert_eq!(wrong(&[text(Locale::En, " ")]), at(ErrorCode::Required, "texts[0].text"));
        let long = "x".repeat(TEXT_MAX + 1);
        assert_eq!(wrong(&[text(Locale::En, &long)]), at(ErrorCode::TooLong, "texts[0].text"));
    }
}

//! What can be said, and what is told to whoever says something else. What she typed is kept as she typed it.

use aftercart_shared::{
    error::ErrorCode,
    events::{CLIENT_ID_MAX, Said, TEXT_MAX},
    validate::is_invisible,
};

/// Why not, and which field of the request it is.
pub type Fault = (ErrorCode, &'static str);

/// Printable ASCII, so that it is the same in every log and on every wire.
///
/// # Errors
/// [`ErrorCode::Required`], [`ErrorCode::TooLong`] or [`ErrorCode::Invalid`].
pub fn client_id(text: &str) -> Result<(), Fault> {
    let code = match text.chars().count() {
        0 => ErrorCode::Required,
        n if n > CLIENT_ID_MAX => ErrorCode::TooLong,
        _ if text.bytes().all(|b| matches!(b, b' '..=b'~')) => return Ok(()),
        _ => ErrorCode::Invalid,
    };
    Err((code, "client_id"))
}

/// What goes into the log: a message as it was typed, a rating without a comment that says nothing.
///
/// # Errors
/// Says what is wrong with it.
pub fn checked(said: Said) -> Result<Said, Fault> {
    match said {
        Said::Message { text: said } => text(&said, "said.text").map(|()| Said::Message { text: said }),
        Said::Attachment { attachment_id } if attachment_id.is_empty() => {
            Err((ErrorCode::Required, "said.attachment_id"))
        }
        Said::Attachment { attachment_id } => Ok(Said::Attachment { attachment_id }),
        Said::HandoffRequested {} => Ok(Said::HandoffRequested {}),
        Said::Helped {} => Ok(Said::Helped {}),
        Said::Rated { score, .. } if !(1..=5).contains(&score) => Err((ErrorCode::Invalid, "said.score")),
        Said::Rated { score, comment } => {
            let comment = comment.filter(|comment| !says_nothing(comment));
            comment.as_deref().map_or(Ok(()), |comment| fits(comment, "said.comment"))?;
            Ok(Said::Rated { score, comment })
        }
    }
}

/// What can be said in one message.
///
/// # Errors
/// Says what is wrong with it.
pub fn text(text: &str, field: &'static str) -> Result<(), Fault> {
    if says_nothing(text) { Err((ErrorCode::Required, field)) } else { fits(text, field) }
}

/// Nothing that a reader could see.
fn says_nothing(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

fn fits(text: &str, field: &'static str) -> Result<(), Fault> {
    match text {
        // Nobody types it, and half of what would read it ends there.
        _ if text.contains('\0') => Err((ErrorCode::Invalid, field)),
        _ if text.chars().count() > TEXT_MAX => Err((ErrorCode::TooLong, field)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Result<Said, Fault> {
        checked(Said::Message { text: text.into() })
    }

    #[test]
    fn a_message_is_kept_as_it_was_typed() {
        for text in ["hi", " two\n lines ", "退款多久到账？", "👩‍👩‍👧‍👦", "\u{202E}abc", "a\u{200B}", "<b>1</b>", "'; --"]
        {
            assert_eq!(message(text), Ok(Said::Message { text: text.into() }), "{text:?}");
        }
        let longest = "字".repeat(TEXT_MAX);
        assert!(message(&longest).is_ok());
        assert_eq!(message(&format!("{longest}字")), Err((ErrorCode::TooLong, "said.text")));
    }

    #[test]
    fn what_nobody_can_read_is_no_message() {
        for text in ["", " ", "\n\t\u{3000}", "\u{200B}\u{FEFF}", "\u{202E}\u{202C}", "\u{0007}", "\0"] {
            assert_eq!(message(text), Err((ErrorCode::Required, "said.text")), "{text:?}");
        }
        assert_eq!(message("a\0b"), Err((ErrorCode::Invalid, "said.text")));
    }

    #[test]
    fn a_rating_is_one_to_five_and_may_say_why() {
        let rated = |score, comment: Option<&str>| checked(Said::Rated { score, comment: comment.map(Into::into) });
        assert_eq!(rated(5, Some(" ")), Ok(Said::Rated { score: 5, comment: None }));
        assert_eq!(rated(1, Some("slow")), Ok(Said::Rated { score: 1, comment: Some("slow".into()) }));
        for score in [0, 6, 255] {
            assert_eq!(rated(score, None), Err((ErrorCode::Invalid, "said.score")));
        }
        assert_eq!(rated(3, Some(&"x".repeat(TEXT_MAX + 1))), Err((ErrorCode::TooLong, "said.comment")));
    }

    #[test]
    fn a_client_id_is_short_and_plain() {
        for good in ["1", "0f3a5c7d-9b1e-4f60-a1b2-c3d4e5f60718", "~", &"x".repeat(64)] {
            assert_eq!(client_id(good), Ok(()), "{good}");
        }
        for (bad, code) in [
            ("", ErrorCode::Required),
            ("é", ErrorCode::Invalid),
            ("a\n", ErrorCode::Invalid),
            ("\0", ErrorCode::Invalid),
            (&"x".repeat(65), ErrorCode::TooLong),
        ] {
            assert_eq!(client_id(bad), Err((code, "client_id")), "{bad:?}");
        }
    }
}

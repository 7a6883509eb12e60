//! What stands in the links of the mails that tell of an answer: which conversation, and a keyed hash that only we can make, for
//! the very address that the mail went to.

use crate::{random::same, secret::Secret};
use aftercart_shared::ids::{ConversationId, SiteId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// What a link does. One made for the one never does for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Confirm,
    Stop,
}

impl Use {
    fn purpose(self) -> &'static str {
        match self {
            Use::Confirm => "answer mails/confirm",
            Use::Stop => "answer mails/stop",
        }
    }
}

pub fn seal(secret: &Secret, site: &SiteId, used: Use, id: &ConversationId, email: &str) -> String {
    let proof = secret.hmac(used.purpose(), &[site.as_str().as_bytes(), id.as_str().as_bytes(), email.as_bytes()]);
    // Half of it is far beyond guessing, and keeps the link short.
    format!("{id}.{}", URL_SAFE_NO_PAD.encode(&proof[..16]))
}

/// The conversation that a token names. Proves nothing before [`holds`].
pub fn names(token: &str) -> Option<ConversationId> {
    token.split_once('.').map(|(id, _)| ConversationId(id.to_owned()))
}

/// Whether we have made it, for this use and this address.
pub fn holds(token: &str, secret: &Secret, site: &SiteId, used: Use, id: &ConversationId, email: &str) -> bool {
    same(seal(secret, site, used, id, email).as_bytes(), token.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_for_its_site_use_and_address_only() {
        let secret = Secret::new("a secret of the tests, long enough");
        let [a, b] = ["a", "b"].map(SiteId::from);
        let id = ConversationId::from("0f");
        let token = seal(&secret, &a, Use::Confirm, &id, "li@example.cn");
        assert_eq!(names(&token), Some(id.clone()));
        let holds = |token: &str, site, used, email| holds(token, &secret, site, used, &id, email);
        assert!(holds(&token, &a, Use::Confirm, "li@example.cn"));
        assert!(!holds(&token, &a, Use::Stop, "li@example.cn"));
        assert!(!holds(&token, &b, Use::Confirm, "li@example.cn"));
        assert!(!holds(&token, &a, Use::Confirm, "lu@example.cn"));
        for junk in ["", ".", "0f", "0f.", "0f.AAAA"] {
            assert!(!holds(junk, &a, Use::Confirm, "li@example.cn"), "{junk}");
        }
    }
}

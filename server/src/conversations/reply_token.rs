//! The address to which she replies: it names her conversation, and holds a keyed hash that only we can make, for the very
//! address that the answer was mailed to.
//!
//! Letters and digits in lower case, for mail servers take the part before the `@` for the same in whichever case; and short, for
//! it may have 64 characters.

use crate::{random::same, secret::Secret};
use aftercart_shared::ids::{ConversationId, SiteId};
use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};

const SITE: usize = 3;
const CONVERSATION: usize = 16;
/// 96 bits, which can be tried one mail at a time only.
const PROOF: usize = 12;
/// Characters of a token.
pub const LENGTH: usize = ((SITE + CONVERSATION + PROOF) * 8).div_ceil(5);

/// What a token says. Proves nothing before [`holds`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    site: [u8; SITE],
    pub id: ConversationId,
}

impl Named {
    /// Whether it may be this site: a few characters of a hash, so that not every shop has to be asked for it.
    pub fn may_be_of(&self, secret: &Secret, site: &SiteId) -> bool {
        self.site == mark(secret, site)
    }
}

fn mark(secret: &Secret, site: &SiteId) -> [u8; SITE] {
    let [a, b, c, ..] = secret.hmac("answer mails/site", &[site.as_str().as_bytes()]);
    [a, b, c]
}

/// `None` for an id that is none of ours.
pub fn seal(secret: &Secret, site: &SiteId, id: &ConversationId, email: &str) -> Option<String> {
    let bytes = HEXLOWER_PERMISSIVE.decode(id.as_str().as_bytes()).ok().filter(|bytes| bytes.len() == CONVERSATION)?;
    let parts = [site.as_str().as_bytes(), id.as_str().as_bytes(), email.as_bytes()];
    let proof = secret.hmac("answer mails/reply", &parts);
    let whole = [&mark(secret, site)[..], &bytes, &proof[..PROOF]].concat();
    Some(BASE32_NOPAD.encode(&whole).to_ascii_lowercase())
}

/// What a token names, in whichever case it comes.
pub fn names(token: &str) -> Option<Named> {
    if token.len() != LENGTH {
        return None;
    }
    let bytes = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).ok()?;
    let (site, rest) = bytes.split_first_chunk::<SITE>()?;
    let id = rest.get(..CONVERSATION)?;
    Some(Named { site: *site, id: ConversationId(crate::random::hex(id)) })
}

/// Whether we have made it, for this address.
pub fn holds(token: &str, secret: &Secret, site: &SiteId, id: &ConversationId, email: &str) -> bool {
    let token = token.to_ascii_lowercase();
    seal(secret, site, id, email).is_some_and(|ours| same(ours.as_bytes(), token.as_bytes()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_for_its_site_conversation_and_address_only() {
        let secret = Secret::new("a secret of the tests, long enough");
        let [a, b] = ["a", "b"].map(SiteId::from);
        let [id, other] =
            ["0123456789abcdef0123456789abcdef", "f123456789abcdef0123456789abcdef"].map(ConversationId::from);
        let token = seal(&secret, &a, &id, "li@example.cn").unwrap();
        assert_eq!(token.len(), LENGTH);
        assert!("reply+".len() + LENGTH <= 64 && token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        for token in [token.clone(), token.to_ascii_uppercase()] {
            let named = names(&token).unwrap();
            assert_eq!(named.id, id);
            assert!(named.may_be_of(&secret, &a) && !named.may_be_of(&secret, &b));
            assert!(holds(&token, &secret, &a, &id, "li@example.cn"));
            assert!(!holds(&token, &secret, &b, &id, "li@example.cn"));
            assert!(!holds(&token, &secret, &a, &other, "li@example.cn"));
            assert!(!holds(&token, &secret, &a, &id, "lu@example.cn"));
            assert!(!holds(&token, &Secret::new("another secret of the tests"), &a, &id, "li@example.cn"));
        }
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'a' { b'b' } else { b'a' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(!holds(&forged, &secret, &a, &id, "li@example.cn"), "{forged}");
        }
        for junk in ["", "a", &token[1..], &format!("{token}a"), &"é".repeat(LENGTH / 2), &"1".repeat(LENGTH)] {
            assert_eq!(names(junk), None, "{junk}");
        }
        assert_eq!(seal(&secret, &a, &ConversationId::from("0f"), "li@example.cn"), None);
    }
}

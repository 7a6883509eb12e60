//! What stands in the links of our mails: which subscription, and a keyed hash that only we can make. Nothing is stored.

use crate::{random::same, secret::Secret};
use aftercart_shared::ids::SiteId;
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
            Use::Confirm => "notices/confirm",
            Use::Stop => "notices/stop",
        }
    }
}

pub fn seal(secret: &Secret, site: &SiteId, used: Use, subscription: &str) -> String {
    let proof = secret.hmac(used.purpose(), &[site.as_str().as_bytes(), subscription.as_bytes()]);
    // Half of it is far beyond guessing, and keeps the link short.
    format!("{subscription}.{}", URL_SAFE_NO_PAD.encode(&proof[..16]))
}

/// The subscription; `None` for what we did not make for this site and use.
pub fn open(secret: &Secret, site: &SiteId, used: Use, token: &str) -> Option<String> {
    let (subscription, _) = token.split_once('.')?;
    same(seal(secret, site, used, subscription).as_bytes(), token.as_bytes()).then(|| subscription.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_for_its_site_and_use_only() {
        let secret = Secret::new("a secret of the tests, long enough");
        let site = SiteId::from("a");
        let token = seal(&secret, &site, Use::Confirm, "0f");
        assert_eq!(open(&secret, &site, Use::Confirm, &token).as_deref(), Some("0f"));
        assert_eq!(open(&secret, &site, Use::Stop, &token), None);
        assert_eq!(open(&secret, &SiteId::from("b"), Use::Confirm, &token), None);
        assert_eq!(open(&secret, &site, Use::Confirm, &token.replacen("0f", "0e", 1)), None);
        for junk in ["", ".", "0f", "0f.", "0f.AAAA"] {
            assert_eq!(open(&secret, &site, Use::Confirm, junk), None);
        }
    }
}

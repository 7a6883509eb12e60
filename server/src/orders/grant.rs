//! Tokens that prove, for a while, that their bearer has found an order or was shown its status. Nothing is stored:
//! each names its order and its end, and carries a keyed hash that only this server can make.

use crate::{random::same, secret::Secret};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// What the bearer may see. What is a wider sight is never made from a narrower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The bare status.
    Status,
    /// Status and parcels, masked, as after a look-up.
    Known,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub order_id: String,
    pub sight: Sight,
}

/// What a token is good for; one made for the one never does for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Watching an order that is on screen.
    Watch,
    /// A link for somebody else.
    Link,
}

impl Use {
    fn purpose(self) -> &'static str {
        match self {
            Use::Watch => "orders/watch",
            Use::Link => "orders/share",
        }
    }

    pub fn lives_ms(self) -> i64 {
        match self {
            Use::Watch => 30 * 60_000,
            Use::Link => 7 * Timestamp::DAY_MS,
        }
    }
}

pub fn seal(secret: &Secret, site: &SiteId, used: Use, grant: &Grant, now: Timestamp) -> String {
    let sight = match grant.sight {
        Sight::Status => "s",
        Sight::Known => "k",
    };
    let payload = format!("{sight}.{}.{}", now.0 + used.lives_ms(), grant.order_id);
    let proof = secret.hmac(used.purpose(), &[site.as_str().as_bytes(), payload.as_bytes()]);
    format!("{}.{}", URL_SAFE_NO_PAD.encode(&payload), URL_SAFE_NO_PAD.encode(proof))
}

/// `None` for whatever was not made by [`seal`] with the same site and use, or has expired.
pub fn open(secret: &Secret, site: &SiteId, used: Use, token: &str, now: Timestamp) -> Option<Grant> {
    let (payload, proof) = token.split_once('.')?;
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
    let right = secret.hmac(used.purpose(), &[site.as_str().as_bytes(), payload.as_bytes()]);
    if !same(&proof, &right) {
        return None;
    }
    let mut parts = payload.splitn(3, '.');
    let sight = match parts.next()? {
        "s" => Sight::Status,
        "k" => Sight::Known,
        _ => return None,
    };
    let until: i64 = parts.next()?.parse().ok()?;
    let order_id = parts.next()?.to_owned();
    (now.0 < until).then_some(Grant { order_id, sight })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_255_200_000);

    #[test]
    fn a_grant_holds_for_its_site_its_use_and_its_time_only() {
        let secret = Secret::new("a secret of the tests, long enough");
        let (ours, theirs) = (SiteId::from("a"), SiteId::from("b"));
        let grant = Grant { order_id: "0123.abc".into(), sight: Sight::Known };
        let token = seal(&secret, &ours, Use::Watch, &grant, NOW);
        let opened =
            |secret: &Secret, site, used, token: &str, later| open(secret, site, used, token, NOW.plus_ms(later));
        assert_eq!(opened(&secret, &ours, Use::Watch, &token, 0), Some(grant.clone()));
        assert_eq!(opened(&secret, &ours, Use::Watch, &token, 30 * 60_000 - 1), Some(grant.clone()));
        assert_eq!(opened(&secret, &ours, Use::Watch, &token, 30 * 60_000), None);
        assert_eq!(opened(&secret, &theirs, Use::Watch, &token, 0), None);
        assert_eq!(opened(&secret, &ours, Use::Link, &token, 0), None);
        assert_eq!(opened(&Secret::new("another secret of the tests, also long"), &ours, Use::Watch, &token, 0), None);
    }

    #[test]
    fn a_forged_token_is_nothing() {
        let secret = Secret::new("a secret of the tests, long enough");
        let site = SiteId::from("a");
        let grant = Grant { order_id: "0123".into(), sight: Sight::Status };
        let token = seal(&secret, &site, Use::Link, &grant, NOW);
        let proof = token.split_once('.').unwrap().1;
        let wider = format!("{}.{proof}", URL_SAFE_NO_PAD.encode(format!("k.{}.0123", NOW.0 + 9_999)));
        for forged in [wider.as_str(), "", ".", "a.b", &token[..token.len() - 2], "💥.💥"] {
            assert_eq!(open(&secret, &site, Use::Link, forged, NOW), None, "{forged}");
        }
    }
}

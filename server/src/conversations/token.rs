//! A visitor's token: 256 random bits in her browser, a keyed hash in the database, and an end.

use crate::{
    random::{Random, hex},
    secret::Secret,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Since its last use: whoever asked about an order comes back within a month, or her question is another.
pub const LIFE_MS: i64 = 30 * Timestamp::DAY_MS;
/// Its use is written down no more often than this.
const NOTED_MS: i64 = Timestamp::HOUR_MS;

pub fn draw(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Bound to the site: a token of one shop means nothing in another.
pub fn hash(secret: &Secret, site: &SiteId, token: &str) -> String {
    hex(&secret.hmac("visitor", &[site.as_str().as_bytes(), token.as_bytes()]))
}

pub fn lives(seen_at: i64, now: Timestamp) -> bool {
    now.0 < seen_at.saturating_add(LIFE_MS)
}

pub fn is_noted_again(seen_at: i64, now: Timestamp) -> bool {
    now.0 - seen_at >= NOTED_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_token_is_of_its_site_and_ends_a_month_after_its_last_use() {
        let secret = Secret::new("a secret of the tests, long enough");
        let (a, b) = (draw(&SystemRandom), draw(&SystemRandom));
        assert_ne!(a, b);
        assert_eq!(a.len(), 43);
        assert_ne!(hash(&secret, &"a".into(), &a), hash(&secret, &"b".into(), &a));
        assert_ne!(hash(&secret, &"a".into(), &a), hash(&secret, &"a".into(), &b));
        assert!(lives(1_000, Timestamp(1_000 + LIFE_MS - 1)) && !lives(1_000, Timestamp(1_000 + LIFE_MS)));
    }
}

//! The server's own secret: keys derived from it hash what must not be readable, and seal what must be read again.

use crate::random::Random;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;

/// Never shown by `Debug`.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    pub fn new(text: &str) -> Secret {
        Secret(text.as_bytes().to_vec())
    }

    /// A keyed hash of the parts, in which no part can run into the next. Each `purpose` has a key of its own: what was
    /// made for one proves nothing for another.
    pub fn hmac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = mac(&digest(&self.0, &[purpose.as_bytes()]));
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Encrypts what must be read again later: somebody else's password, a token. Bound to `purpose`.
    pub fn seal(&self, purpose: &str, random: &dyn Random, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut sealed = plain.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        // Fails only beyond 256 GiB.
        if self.key(purpose).seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).is_err() {
            return Vec::new();
        }
        [&nonce[..], &sealed].concat()
    }

    /// What [`Secret::seal`] was given; `None` when it was changed, made for another purpose, or under another secret.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = sealed.to_vec();
        let length = self.key(purpose).open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }

    fn key(&self, purpose: &str) -> LessSafeKey {
        let key = self.hmac("seal", &[purpose.as_bytes()]);
        // 32 bytes are what this cipher takes.
        #[allow(clippy::expect_used)]
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).expect("a key of 32 bytes"))
    }
}

fn digest(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = mac(key);
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    #[allow(clippy::expect_used)]
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_only() {
        let secret = Secret::new("a secret of the tests, long enough");
        let sealed = secret.seal("connector", &SystemRandom, b"hunter2");
        assert_eq!(secret.open("connector", &sealed).unwrap(), b"hunter2");
        assert_eq!(secret.open("webhook", &sealed), None);
        assert_eq!(Secret::new("another secret").open("connector", &sealed), None);
        assert_ne!(secret.seal("connector", &SystemRandom, b"hunter2"), sealed);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(secret.open("connector", &changed), None);
        }
        assert_eq!(secret.open("connector", b"short"), None);
    }

    #[test]
    fn hashes_keep_parts_and_purposes_apart() {
        let secret = Secret::new("a secret of the tests, long enough");
        assert_ne!(secret.hmac("a", &[b"bc", b"d"]), secret.hmac("a", &[b"b", b"cd"]));
        assert_ne!(secret.hmac("a", &[b"b"]), secret.hmac("b", &[b"b"]));
        assert!(!format!("{secret:?}").contains("tests"));
    }
}

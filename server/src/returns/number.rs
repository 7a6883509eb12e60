//! What people call a return by, and what its QR code says.

use crate::{random::Random, random::same, secret::Secret};
use aftercart_shared::ids::SiteId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Crockford's base 32: no I, L, O or U, so that nothing is read or heard for something else.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 6;

/// What stands before the digits.
pub const RETURN: &str = "R-";
pub const WITHDRAWAL: &str = "W-";

/// `R-7K2M9Q`: one of a thousand million, each as likely. Whoever stores it finds out whether it was taken.
pub fn draw(prefix: &str, random: &dyn Random) -> String {
    let mut bytes = [0; LENGTH];
    random.fill(&mut bytes);
    bytes.iter().fold(prefix.to_owned(), |mut number, byte| {
        number.push(char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
        number
    })
}

/// What opens a return for whoever has its code. It comes from our secret, so nothing of it is in the database.
pub fn token(secret: &Secret, site: &SiteId, number: &str) -> String {
    let proof = secret.hmac("returns/code", &[site.as_str().as_bytes(), number.as_bytes()]);
    // Half of it is far beyond guessing, and keeps the code coarse enough for any scanner.
    format!("{}.{}", number.trim_start_matches(RETURN), URL_SAFE_NO_PAD.encode(&proof[..16]))
}

/// The number of the return; `None` for what we did not make for this site.
pub fn open(secret: &Secret, site: &SiteId, typed: &str) -> Option<String> {
    let (digits, _) = typed.split_once('.')?;
    let known = digits.len() == LENGTH && digits.bytes().all(|b| LETTERS.contains(&b));
    let number = known.then(|| format!("{RETURN}{digits}"))?;
    same(token(secret, site, &number).as_bytes(), typed.as_bytes()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn numbers_have_no_look_alikes() {
        for _ in 0..200 {
            let number = draw(RETURN, &SystemRandom);
            assert_eq!(number.len(), 8, "{number}");
            assert!(number[2..].bytes().all(|b| b.is_ascii_alphanumeric() && !b"ILOUilou".contains(&b)), "{number}");
        }
    }

    #[test]
    fn a_code_does_for_its_return_and_site_only() {
        let (secret, site) = (Secret::new("a secret of the tests, long enough"), SiteId::from("a"));
        let code = token(&secret, &site, "R-7K2M9Q");
        assert_eq!(open(&secret, &site, &code).as_deref(), Some("R-7K2M9Q"));
        assert_eq!(open(&secret, &SiteId::from("b"), &code), None);
        assert_eq!(open(&Secret::new("another secret, long enough too"), &site, &code), None);
        assert_eq!(open(&secret, &site, &code.replacen('7', "8", 1)), None);
        for junk in ["", ".", "7K2M9Q", "7K2M9Q.", "7K2M9Q.AAAAAAAAAAAAAAAAAAAAAA", "7k2m9q.x", "\0.\0"] {
            assert_eq!(open(&secret, &site, junk), None, "{junk:?}");
        }
    }
}

//! One-time codes: what they are, how long they live, how often one may be asked for and guessed at.

use crate::{random::Random, secret::Secret};
use aftercart_shared::{api::shoppers::CODE_DIGITS, ids::SiteId, time::Timestamp};

/// Long enough to find the message on another device, too short to be found in it later.
pub const LIFE_MS: i64 = 10 * 60_000;
/// One code is guessed with a chance of 5 in a million.
pub const TRIES: i64 = 5;
/// With three codes an hour, whoever guesses all day long needs years for one address, and its owner hears of each.
pub const SENDS_PER_ADDRESS: usize = 3;
/// Mail takes a moment; asking again sooner only spends a send.
pub const RESEND_MS: i64 = 30_000;
/// Over which sends and requests are counted.
pub const WINDOW_MS: i64 = Timestamp::HOUR_MS;

/// Six digits, each as likely as any other.
pub fn draw(random: &dyn Random) -> String {
    // What lies past the last whole million would make small codes likelier.
    const MILLION: u32 = 1_000_000;
    const WHOLE: u32 = u32::MAX - u32::MAX % MILLION;
    loop {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let number = u32::from_le_bytes(bytes);
        if number < WHOLE {
            return format!("{:0CODE_DIGITS$}", number % MILLION);
        }
    }
}

/// How a code stands in the database: nobody who reads it there can use it.
pub fn hash(secret: &Secret, site: &SiteId, id: &str, code: &str) -> String {
    crate::random::hex(&secret.hmac("one-time code", &[site.as_str().as_bytes(), id.as_bytes(), code.as_bytes()]))
}

/// Under what something is counted, without saying what it is.
pub fn bucket(secret: &Secret, site: &SiteId, kind: &str, what: &str) -> String {
    let parts = [site.as_str().as_bytes(), kind.as_bytes(), what.as_bytes()];
    crate::random::hex(&secret.hmac("one-time code bucket", &parts)[..16])
}

/// The digits of what was typed or pasted (`12 34 56`, `１２３４５６`); `None` when they are not six.
pub fn read(typed: &str) -> Option<String> {
    use aftercart_shared::validate::{fold_width, is_invisible};
    let kept = typed.chars().filter(|c| !is_invisible(*c)).map(fold_width);
    let code: String = kept.filter(|c| !c.is_whitespace() && *c != '-').collect();
    (code.len() == CODE_DIGITS && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Debug)]
    struct Counting(AtomicU32);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            let next = self.0.fetch_add(1, Ordering::SeqCst);
            bytes.copy_from_slice(&next.to_le_bytes());
        }
    }

    #[test]
    fn codes_have_six_digits_and_no_favourites() {
        assert_eq!(draw(&Counting(AtomicU32::new(7))), "000007");
        // 4,294,000,000 and above would begin the million anew without finishing it.
        assert_eq!(draw(&Counting(AtomicU32::new(4_294_000_000))), draw(&Counting(AtomicU32::new(0))));
        assert_eq!(draw(&Counting(AtomicU32::new(4_293_999_999))), "999999");
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        for typed in ["123456", " 123 456 ", "１２３４５６", "12-34-56", "\u{200B}123456"] {
            assert_eq!(read(typed).as_deref(), Some("123456"), "{typed:?}");
        }
        for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_hash_is_bound_to_its_site_and_code() {
        let secret = Secret::new("a secret of the tests, long enough");
        let hash = |site: &str, id: &str| hash(&secret, &site.into(), id, "123456");
        assert_ne!(hash("a", "1"), hash("b", "1"));
        assert_ne!(hash("a", "1"), hash("a", "2"));
    }
}

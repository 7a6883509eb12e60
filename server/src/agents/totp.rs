//! The second thing that somebody shows: six digits of an authenticator, as RFC 6238 has them.

use aftercart_shared::time::Timestamp;
use ring::hmac;

/// What every authenticator takes: half a minute, six digits, SHA-1. Others are ignored by some of them without a word.
const STEP_MS: i64 = 30_000;
const DIGITS: usize = 6;
/// Bytes of a secret: as many as the hash has.
pub const SECRET_BYTES: usize = 20;

/// The step whose code this is, of those that hold now: clocks differ, so the one before and the one after do as well.
pub fn step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    // As it is shown: `123 456`.
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
    let current = now.0.div_euclid(STEP_MS);
    [current, current - 1, current + 1]
        .into_iter()
        .find(|step| crate::random::same(code_of(secret, *step).as_bytes(), typed.as_bytes()))
}

/// The code of a step.
pub fn code_of(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes.last().copied().unwrap_or_default() & 0x0f);
    let four = bytes.iter().skip(at).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:0DIGITS$}", (four & 0x7fff_ffff) % 1_000_000)
}

/// The step of this moment.
pub fn step_at(now: Timestamp) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// What an authenticator reads, also as a QR code.
pub fn uri(secret: &[u8], shop: &str, email: &str) -> String {
    let (shop, email) = (percent(shop), percent(email));
    format!("otpauth://totp/{shop}:{email}?secret={}&issuer={shop}", base32(secret))
}

/// RFC 4648, without padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1)).collect();
    let letter = |five: &[u8]| (0..5).fold(0, |number, at| (number << 1) | five.get(at).copied().unwrap_or_default());
    bits.chunks(5).map(|five| char::from(LETTERS[usize::from(letter(five))])).collect()
}

fn percent(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 6238, appendix B; there they have eight digits, of which ours are the last six.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step(secret, code, Timestamp(seconds * 1000)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_wrong_by_one_step_and_no_more() {
        let (secret, now) = (b"12345678901234567890", Timestamp(1_795_255_200_000));
        let current = step_at(now);
        for (away, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(step(secret, &code_of(secret, current + away), now).is_some(), taken, "{away}");
        }
        let code = code_of(secret, current);
        assert_eq!(step(secret, &format!(" {} {} ", &code[..3], &code[3..]), now), Some(current));
        for wrong in ["", "000", &code[..5], &format!("{code}0"), "abcdef", "１２３４５６"] {
            assert_eq!(step(secret, wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        let expected = "otpauth://totp/Harbour%20%26%20Pine:ann@shop.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                        &issuer=Harbour%20%26%20Pine";
        assert_eq!(uri(b"12345678901234567890", "Harbour & Pine", "ann@shop.example"), expected);
        assert_eq!(base32(b"foob"), "MZXW6YQ");
    }
}

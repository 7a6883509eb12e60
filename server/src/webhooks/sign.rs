//! [Standard Webhooks](https://www.standardwebhooks.com): `v1,` + base64 HMAC-SHA256 of `id.timestamp.body`.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The prefix of secrets; base64 follows.
pub const PREFIX: &str = "whsec_";

/// The bytes of a secret as it is written, with or without its prefix.
pub fn key(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix(PREFIX).unwrap_or(secret)).ok()
}

/// `time` is in seconds.
pub fn mac(key: &[u8], id: &str, time: &str, body: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

/// The header's value: one signature for each secret that holds, separated by blanks.
pub fn header(secrets: &[String], id: &str, time: &str, body: &[u8]) -> Option<String> {
    let signed = |secret: &String| Some(format!("v1,{}", STANDARD.encode(mac(&key(secret)?, id, time, body)?)));
    let all: Option<Vec<String>> = secrets.iter().map(signed).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_specification_s_own_example_is_signed_as_it_says() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = header(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = header(&[secret.clone(), "whsec_AAAA".into()], "id", "1", b"").unwrap();
        assert_eq!(two.split(' ').count(), 2);
        assert_eq!(header(&[secret, "whsec_?".into()], "id", "1", b""), None);
        assert_eq!(header(&[], "id", "1", b""), None);
    }
}

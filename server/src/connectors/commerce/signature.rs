//! Webhooks that are really the retailer's: signatures over the raw body, compared in constant time.

use crate::{
    random::{hex, same},
    webhooks::sign,
};
use aftercart_shared::time::Timestamp;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// By lower-case name.
pub type Headers = HashMap<String, String>;

/// A webhook whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Equal for every delivery of the same message: what is under the signature, never a header beside it.
    pub key: String,
    /// The platform's own id of the order that it speaks of; `None` when it names none: then all changes are asked for.
    pub order: Option<String>,
}

/// Standard Webhooks allows clocks to differ by this.
const WINDOW_MS: i64 = 5 * 60 * 1000;

/// [Standard Webhooks](https://www.standardwebhooks.com): `v1,` + base64 HMAC-SHA256 of `id.timestamp.body`. Several
/// signatures, separated by blanks, while a secret is being changed.
pub fn standard(headers: &Headers, body: &[u8], secret: &str, now: Timestamp) -> Option<Webhook> {
    let header = |name: &str| headers.get(name).map(String::as_str).filter(|value| value.len() <= 1_000);
    let (id, time, signatures) = (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    let expected = sign::mac(&sign::key(secret)?, id, time, body)?;
    let ours = |signature: &str| {
        signature.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok()).is_some_and(|s| same(&s, &expected))
    };
    if !signatures.split_ascii_whitespace().any(ours) {
        return None;
    }
    let sent = Timestamp(time.parse::<i64>().ok()?.checked_mul(1_000)?);
    if now.0.abs_diff(sent.0) > WINDOW_MS.unsigned_abs() {
        return None;
    }
    #[derive(Deserialize)]
    struct Message {
        data: Option<Data>,
    }
    #[derive(Deserialize)]
    struct Data {
        id: Option<String>,
    }
    // A body that names no order is still a sign of life: something changed.
    let order = serde_json::from_slice::<Message>(body).ok().and_then(|m| m.data?.id);
    Some(Webhook { key: format!("id {id}"), order: order.filter(|id| is_id(id)) })
}

/// Base64 HMAC-SHA256 of the body in one header: Shopify and WooCommerce. Their ids of a delivery stand outside of the
/// signature, so a message is known by its body.
pub fn of_body(signature: &str, body: &[u8], secret: &str) -> Option<String> {
    let signature = STANDARD.decode(signature).ok()?;
    same(&signature, &mac(secret.as_bytes(), body)?).then(|| format!("body {}", hex(&Sha256::digest(body))))
}

/// An id that may stand in the address of a request.
pub fn is_id(id: &str) -> bool {
    (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
}

fn mac(key: &[u8], message: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SENT: Timestamp = Timestamp(1_614_265_330_000);

    fn example() -> Headers {
        [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    #[test]
    fn the_specification_s_own_example_holds() {
        let webhook = standard(&example(), BODY, SECRET, SENT).unwrap();
        assert_eq!(webhook, Webhook { key: "id msg_p5jXN8AQM9LWM0D4loKWxJek".into(), order: None });
        let mut two = example();
        two.insert("webhook-signature".into(), format!("v1,AAAA v2,x {}", example()["webhook-signature"]));
        assert!(standard(&two, BODY, SECRET, SENT).is_some());
    }

    #[test]
    fn whatever_is_changed_breaks_it() {
        for (name, value) in [
            ("webhook-id", "msg_q5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265331"),
            ("webhook-signature", "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ("webhook-signature", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ("webhook-signature", "v1,"),
            ("webhook-signature", ""),
        ] {
            let mut headers = example();
            headers.insert(name.into(), value.into());
            assert_eq!(standard(&headers, BODY, SECRET, SENT), None, "{name} {value}");
            headers.remove(name);
            assert_eq!(standard(&headers, BODY, SECRET, SENT), None, "without {name}");
        }
        assert_eq!(standard(&example(), br#"{"test": 2432232315}"#, SECRET, SENT), None);
        assert_eq!(standard(&example(), BODY, "whsec_NfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SENT), None);
    }

    #[test]
    fn an_old_message_and_one_from_the_future_are_refused() {
        for (ms, holds) in [(WINDOW_MS, true), (WINDOW_MS + 1, false), (-WINDOW_MS, true), (-WINDOW_MS - 1, false)] {
            assert_eq!(standard(&example(), BODY, SECRET, SENT.plus_ms(ms)).is_some(), holds, "{ms}");
        }
    }

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        for id in ["order_01J", "42", "a-b"] {
            assert!(is_id(id));
        }
        for id in ["", "../users", "1?x", "1/2", "é", &"1".repeat(101)] {
            assert!(!is_id(id), "{id}");
        }
    }
}

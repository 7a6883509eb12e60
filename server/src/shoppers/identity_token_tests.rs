//! Each reason to refuse a token, one by one.
#![allow(clippy::unwrap_used)]

use super::*;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
/// RFC 8037, appendix A.1: a pair that everybody knows, wrapped as RFC 8410 has it.
const PRIVATE_D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const PUBLIC_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn key() -> IdentityKey {
    IdentityKey::Hs256(SECRET.to_vec())
}

fn pair() -> (IdentityKey, EncodingKey) {
    let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let private = [&prefix[..], &bytes(PRIVATE_D)].concat();
    (IdentityKey::EdDsa(bytes(PUBLIC_X).try_into().unwrap()), EncodingKey::from_ed_der(&private))
}

fn claims() -> Value {
    let now = NOW.0 / 1000;
    json!({ "sub": "customer-7", "aud": "pk_test", "iat": now, "exp": now + 300, "nonce": "n1" })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

fn sign(claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn outcome(claims: &Value) -> Result<Claims, Refusal> {
    read(&sign(claims), &key(), &"pk_test".into(), NOW)
}

#[test]
fn both_algorithms_are_read() {
    let read_claims = outcome(&claims()).unwrap();
    assert_eq!((read_claims.subject.as_str(), read_claims.nonce.as_str()), ("customer-7", "n1"));
    assert_eq!(read_claims.expires_at, NOW.plus_ms(300_000));
    let (public, private) = pair();
    let token = encode(&Header::new(Algorithm::EdDSA), &claims(), &private).unwrap();
    assert_eq!(read(&token, &public, &"pk_test".into(), NOW).unwrap().subject, "customer-7");
    // `jti` is a nonce; one audience in a list is that audience.
    let mut claims = with("nonce", Value::Null);
    claims["jti"] = json!("j1");
    claims["aud"] = json!(["pk_test"]);
    claims["email"] = json!("Emma.Wilson@Example.com");
    let read_claims = outcome(&claims).unwrap();
    assert_eq!((read_claims.nonce.as_str(), read_claims.email.as_deref()), ("j1", Some("emma.wilson@example.com")));
}

#[test]
fn claims_that_break_a_rule_are_refused() {
    let now = NOW.0 / 1000;
    for (name, value, why) in [
        ("exp", json!(now), "expired"),
        ("exp", json!(now - 1), "expired"),
        ("exp", json!(now + 601), "lives too long"),
        ("exp", json!(i64::MAX), "lives too long"),
        ("exp", Value::Null, "needs"),
        ("exp", json!("soon"), "needs"),
        ("iat", Value::Null, "needs"),
        ("iat", json!(now + 120), "future"),
        ("nbf", json!(now + 120), "future"),
        ("aud", Value::Null, "needs"),
        ("aud", json!("pk_other"), "audience"),
        ("aud", json!(["pk_test", "pk_other"]), "audience"),
        ("aud", json!([]), "audience"),
        ("nonce", Value::Null, "nonce"),
        ("nonce", json!("  "), "nonce"),
        ("nonce", json!("n".repeat(256)), "too long"),
        ("sub", Value::Null, "needs"),
        ("sub", json!(""), "empty"),
        ("sub", json!(7), "needs"),
        ("sub", json!("a\0"), "control"),
        ("nonce", json!("a\0"), "control"),
        ("locale", json!("en\r\n"), "control"),
        ("name", json!("n".repeat(256)), "too long"),
        ("email", json!("not an address"), "email"),
        ("email", json!("13800138000"), "email"),
    ] {
        let refusal = outcome(&with(name, value.clone())).unwrap_err();
        assert!(refusal.contains(why), "{name} {value}: {refusal}");
    }
    assert!(outcome(&with("exp", json!(now + 600))).is_ok());
}

#[test]
fn a_name_turns_nothing_that_stands_behind_it() {
    for (name, kept) in [
        ("Zoë O’Brien-李", Some("Zoë O’Brien-李")),
        ("\u{202E}gnp.exe\u{2069}", Some("gnp.exe")),
        ("A\0\u{1B}[31m\r\nB", Some("A[31mB")),
        ("نورا ۱۲", Some("نورا ۱۲")),
        ("\u{202E}\u{7}", None),
    ] {
        assert_eq!(outcome(&with("name", json!(name))).unwrap().name.as_deref(), kept, "{name:?}");
    }
}

#[test]
fn what_nobody_signed_is_refused() {
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let encoded = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let good = parts(&sign(&claims()));
    let (public, private) = pair();
    for (token, why) in [
        // The algorithm that asks to be believed.
        (format!("{}.{}.", encoded(&json!({ "alg": "none", "typ": "JWT" })), good[1]), "algorithm"),
        (format!("{}.{}.{}", encoded(&json!({ "alg": "none" })), good[1], good[2]), "algorithm"),
        (format!("{}.{}.{}", encoded(&json!({ "alg": "HS512" })), good[1], good[2]), "algorithm"),
        (format!("{}.{}.{}", encoded(&json!({ "alg": "HS256", "crit": ["b64"] })), good[1], good[2]), "header"),
        (encode(&Header::new(Algorithm::HS384), &claims(), &EncodingKey::from_secret(SECRET)).unwrap(), "algorithm"),
        (encode(&Header::new(Algorithm::EdDSA), &claims(), &private).unwrap(), "algorithm"),
        (
            encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(b"another")).unwrap(),
            "signature",
        ),
        // Another's claims under our signature, our claims without one.
        (format!("{}.{}.{}", good[0], encoded(&with("sub", json!("admin"))), good[2]), "signature"),
        (format!("{}.{}.", good[0], good[1]), "signature"),
        (format!("{}.{}", good[0], good[1]), "JWT"),
        (String::new(), "JWT"),
        ("a.b.c".into(), "JWT"),
        ("x".repeat(9_000), "longer"),
    ] {
        let refusal = read(&token, &key(), &"pk_test".into(), NOW).unwrap_err();
        assert!(refusal.contains(why), "{token}: {refusal}");
    }
    // The public key, which everybody has, taken for a secret: its bytes and its text.
    let IdentityKey::EdDsa(point) = public.clone() else { panic!("not a public key") };
    for bytes in [&point[..], PUBLIC_X.as_bytes()] {
        let forged = encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(bytes)).unwrap();
        assert!(read(&forged, &public, &"pk_test".into(), NOW).unwrap_err().contains("algorithm"));
    }
}

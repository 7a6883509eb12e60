//! Reads the token by which a shop says who its shopper is: a JWT of a few minutes, for this site, used once.

use super::identity_key::IdentityKey;
use aftercart_shared::{
    ids::SiteKey,
    time::Timestamp,
    validate::{CONTACT_MAX, Contact, misleads},
};
use jsonwebtoken::{Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;
use serde_json::Value;

/// A token for signing in needs no longer; one that leaks is worth nothing soon.
pub const LIFE_MS: i64 = 10 * 60_000;
/// How far ahead the shop's clock may be when it says when it signed.
const SKEW_MS: i64 = 60_000;
/// More than any shop's id or nonce, and little enough to keep.
const TEXT_MAX: usize = 255;
/// Tokens of a few claims have a few hundred bytes.
const TOKEN_MAX: usize = 8_192;

/// What the shop says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The shop's own id for her.
    pub subject: String,
    pub nonce: String,
    pub expires_at: Timestamp,
    pub email: Option<String>,
    /// As the shop wrote it.
    pub phone: Option<String>,
    pub name: Option<String>,
    pub locale: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    sub: String,
    aud: Value,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    jti: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    locale: Option<String>,
}

/// Why a token is refused: read by the retailer's developer.
pub type Refusal = &'static str;

/// Holds the token against the site's key, its audience and the clock. That it is used once is the store's to see.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(token: &str, key: &IdentityKey, audience: &SiteKey, now: Timestamp) -> Result<Claims, Refusal> {
    if token.len() > TOKEN_MAX {
        return Err("it is longer than a token of ours can be");
    }
    // "none" and whatever else the library does not know is refused here.
    let header = decode_header(token).map_err(|_| "it is no JWT, or signed with an algorithm that is not accepted")?;
    if header.alg != key.algorithm() {
        return Err("it is not signed with the algorithm of the site's key");
    }
    if header.crit.is_some() {
        return Err("its header demands something that is not supported");
    }
    let mut rules = Validation::new(key.algorithm());
    // Its times and its audience are held below: against our own clock, and without exceptions.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let wire = decode::<Wire>(token, &key.decoding(), &rules).map_err(|fault| match fault.kind() {
        ErrorKind::InvalidSignature => "its signature is not of the site's key",
        ErrorKind::Json(_) => "it needs sub, aud, exp, iat and nonce, and each of its own type",
        _ => "it is no JWT that can be read",
    })?;
    held(wire.claims, audience, now)
}

fn held(wire: Wire, audience: &SiteKey, now: Timestamp) -> Result<Claims, Refusal> {
    let ours = |aud: &Value| aud.as_str() == Some(audience.as_str());
    let for_us = match &wire.aud {
        Value::Array(all) => all.len() == 1 && all.iter().all(ours),
        one => ours(one),
    };
    if !for_us {
        return Err("its audience (aud) is not this site's public key, and that alone");
    }
    let at = |seconds: i64| Timestamp(seconds.saturating_mul(1000));
    if at(wire.exp) <= now {
        return Err("it has expired (exp)");
    }
    if at(wire.exp) > now.plus_ms(LIFE_MS) {
        return Err("it lives too long: exp must be at most 10 minutes ahead");
    }
    if at(wire.iat) > now.plus_ms(SKEW_MS) || wire.nbf.is_some_and(|nbf| at(nbf) > now.plus_ms(SKEW_MS)) {
        return Err("it is of the future (iat, nbf)");
    }
    let short = |text: &Option<String>, most: usize| text.as_ref().is_none_or(|text| text.chars().count() <= most);
    let filled = |text: &String| !text.trim().is_empty();
    let nonce = wire.nonce.or(wire.jti).filter(filled).ok_or("it has no nonce (or jti)")?;
    if nonce.len() > TEXT_MAX || !filled(&wire.sub) || wire.sub.len() > TEXT_MAX {
        return Err("its sub or nonce is empty or too long");
    }
    if !short(&wire.name, TEXT_MAX) || !short(&wire.phone, CONTACT_MAX) || !short(&wire.locale, TEXT_MAX) {
        return Err("one of its claims is too long");
    }
    // No shop means them, and a database may refuse them.
    if [Some(&wire.sub), Some(&nonce), wire.locale.as_ref()]
        .into_iter()
        .flatten()
        .any(|text| text.contains(char::is_control))
    {
        return Err("its sub, nonce or locale contains a control character");
    }
    let email = match wire.email.as_deref().map(Contact::parse) {
        None => None,
        Some(Ok(Contact::Email(email))) => Some(email),
        Some(_) => return Err("its email is no e-mail address"),
    };
    Ok(Claims {
        subject: wire.sub,
        nonce,
        expires_at: at(wire.exp),
        email,
        phone: wire.phone,
        // She may have chosen it herself: in a sentence of ours it must not turn what stands behind it.
        name: wire.name.map(|name| name.chars().filter(|c| !misleads(*c)).collect()).filter(filled),
        locale: wire.locale,
    })
}

#[cfg(test)]
#[path = "identity_token_tests.rs"]
mod tests;

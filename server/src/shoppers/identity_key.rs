//! The key with which a shop signs who its shopper is: a secret that both know (HS256), or its public key (EdDSA).

use crate::secret::Secret;
use aftercart_shared::ids::SiteId;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey};

/// RFC 7518 § 3.2 asks for as many bytes as the hash has.
pub const SECRET_MIN: usize = 32;
/// What stands before the 32 bytes of an Ed25519 key in a public key file (RFC 8410 § 4).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const SEALED_FOR: &str = "identity key";

/// Each key has one algorithm: a public key can never be taken for a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum IdentityKey {
    Hs256(Vec<u8>),
    /// Ed25519, as its point.
    EdDsa([u8; 32]),
}

impl std::fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl IdentityKey {
    /// As in the token's header.
    pub fn name(&self) -> &'static str {
        match self {
            IdentityKey::Hs256(_) => "HS256",
            IdentityKey::EdDsa(_) => "EdDSA",
        }
    }

    pub fn algorithm(&self) -> Algorithm {
        match self {
            IdentityKey::Hs256(_) => Algorithm::HS256,
            IdentityKey::EdDsa(_) => Algorithm::EdDSA,
        }
    }

    pub fn decoding(&self) -> DecodingKey {
        match self {
            IdentityKey::Hs256(secret) => DecodingKey::from_secret(secret),
            // The library takes the bare point for a "DER" key.
            IdentityKey::EdDsa(point) => DecodingKey::from_ed_der(point),
        }
    }

    /// A secret as text.
    ///
    /// # Errors
    /// When it is short enough to be guessed.
    pub fn secret(text: &str) -> Result<IdentityKey, String> {
        let secret = text.trim().as_bytes().to_vec();
        if secret.len() < SECRET_MIN {
            return Err(format!("the secret must have at least {SECRET_MIN} characters"));
        }
        if text.contains("-----BEGIN") {
            return Err("this is a key file and no secret; did you mean --eddsa?".into());
        }
        Ok(IdentityKey::Hs256(secret))
    }

    /// An Ed25519 public key as a PEM file or a JWK (RFC 8037).
    ///
    /// # Errors
    /// In words for whoever wrote the file, above all when the key is a private one.
    pub fn public(text: &str) -> Result<IdentityKey, String> {
        let wrong = || "this is no Ed25519 public key (PEM or JWK)".to_owned();
        let private = || Err("this is a private key: keep it, and give me the public one".to_owned());
        let point = if text.trim_start().starts_with('{') {
            #[derive(serde::Deserialize)]
            struct Jwk {
                kty: String,
                crv: String,
                x: String,
                d: Option<String>,
            }
            let jwk: Jwk = serde_json::from_str(text).map_err(|_| wrong())?;
            if jwk.d.is_some() {
                return private();
            }
            if (jwk.kty.as_str(), jwk.crv.as_str()) != ("OKP", "Ed25519") {
                return Err(wrong());
            }
            BASE64_URL_SAFE_NO_PAD.decode(jwk.x.trim_end_matches('=')).map_err(|_| wrong())?
        } else {
            if text.contains("PRIVATE KEY") {
                return private();
            }
            let body: String = text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
            let der = BASE64_STANDARD.decode(body).map_err(|_| wrong())?;
            der.strip_prefix(&ED25519_SPKI).ok_or_else(wrong)?.to_vec()
        };
        Ok(IdentityKey::EdDsa(point.try_into().map_err(|_| wrong())?))
    }

    /// For the database: a secret is sealed, a public key need not be.
    pub fn stored(&self, secret: &Secret, site: &SiteId, random: &dyn crate::random::Random) -> String {
        match self {
            IdentityKey::Hs256(key) => {
                BASE64_URL_SAFE_NO_PAD.encode(secret.seal(&format!("{SEALED_FOR} {site}"), random, key))
            }
            IdentityKey::EdDsa(point) => BASE64_URL_SAFE_NO_PAD.encode(point),
        }
    }

    /// `None` when it was sealed under another secret, or is not what [`IdentityKey::stored`] wrote.
    pub fn from_stored(secret: &Secret, site: &SiteId, algorithm: &str, material: &str) -> Option<IdentityKey> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(material).ok()?;
        match algorithm {
            "HS256" => secret.open(&format!("{SEALED_FOR} {site}"), &bytes).map(IdentityKey::Hs256),
            "EdDSA" => bytes.try_into().ok().map(IdentityKey::EdDsa),
            _ => None,
        }
    }

    /// A few letters that tell two keys apart and help nobody to sign.
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest, Sha256};
        let bytes: &[u8] = match self {
            IdentityKey::Hs256(secret) => secret,
            IdentityKey::EdDsa(point) => point,
        };
        crate::random::hex(&Sha256::digest(bytes)[..6])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    // RFC 8037, appendix A.2
    const JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn one_key_has_one_value_in_every_form() {
        let key = IdentityKey::public(JWK).unwrap();
        let IdentityKey::EdDsa(point) = key.clone() else { panic!("not a public key") };
        let body = BASE64_STANDARD.encode([&ED25519_SPKI[..], &point].concat());
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
        assert_eq!(IdentityKey::public(&pem).unwrap(), key);
    }

    #[test]
    fn what_must_not_be_given_away_is_refused() {
        let private = JWK.replace("\"x\"", "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\"x\"");
        assert!(IdentityKey::public(&private).unwrap_err().contains("private"));
        assert!(IdentityKey::public("-----BEGIN PRIVATE KEY-----\nMC4=\n").unwrap_err().contains("private"));
        for text in ["", "{}", "not a key", &JWK.replace("Ed25519", "X25519"), &JWK.replace("OKP", "EC")] {
            assert!(IdentityKey::public(text).is_err(), "{text}");
        }
        assert!(IdentityKey::secret("too short").is_err());
        assert!(IdentityKey::secret("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA").is_err());
    }

    #[test]
    fn a_secret_rests_sealed_for_its_site() {
        let secret = Secret::new("a secret of the tests, long enough");
        let key = IdentityKey::secret("0123456789abcdef0123456789abcdef").unwrap();
        let stored = key.stored(&secret, &"site".into(), &SystemRandom);
        assert!(!stored.contains("0123456789"));
        assert_eq!(IdentityKey::from_stored(&secret, &"site".into(), "HS256", &stored), Some(key));
        assert_eq!(IdentityKey::from_stored(&secret, &"other".into(), "HS256", &stored), None);
        assert_eq!(IdentityKey::from_stored(&secret, &"site".into(), "EdDSA", &stored), None);
        assert!(!format!("{:?}", IdentityKey::secret("0123456789abcdef0123456789abcdef")).contains("0123"));
    }
}

//! Secrets of endpoints: made by us, shown once, sealed in the table.

use super::sign;
use crate::{random::Random, secret::Secret};
use base64::{Engine, engine::general_purpose::STANDARD};

/// Of 256 bits.
pub fn make(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    format!("{}{}", sign::PREFIX, STANDARD.encode(bytes))
}

/// Bound to its endpoint: a sealed text copied into another row does not open.
fn purpose(endpoint_id: &str) -> String {
    format!("webhook_endpoints.secret {endpoint_id}")
}

pub fn seal(secret: &Secret, random: &dyn Random, endpoint_id: &str, plain: &str) -> String {
    STANDARD.encode(secret.seal(&purpose(endpoint_id), random, plain.as_bytes()))
}

/// `None` when it was sealed under another secret of the server's.
pub fn open(secret: &Secret, endpoint_id: &str, sealed: &str) -> Option<String> {
    String::from_utf8(secret.open(&purpose(endpoint_id), &STANDARD.decode(sealed).ok()?)?).ok()
}

//! What a message says, and under which id.

use super::Event;
use crate::random::hex;
use aftercart_shared::{ids::SiteId, time::Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Of the form of payloads. It grows only when something is taken away or means something else.
pub const VERSION: u32 = 1;

/// The same for the same message, at every try and to every endpoint.
pub fn message_id(site: &SiteId, stream: &str, position: i64, now: Timestamp) -> String {
    let mut hash = Sha256::new();
    for part in [site.as_str(), stream, &position.to_string(), &now.0.to_string()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("msg_{}", hex(&hash.finalize()[..16]))
}

/// The body, as it is signed and sent at every try.
pub fn written(event: Event, data: Value, now: Timestamp) -> String {
    json!({ "type": event.name(), "timestamp": moment(now), "version": VERSION, "data": data }).to_string()
}

/// As RFC 3339 writes it.
fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|at| at.to_string()).unwrap_or_default()
}

//! An order ready to be stored: with its ids and its fingerprint, all derived, so that the same file always gives the
//! same rows.

use super::model::{ImportedEvent, ImportedOrder};
use aftercart_shared::ids::{OrderId, SiteId};
use sha2::{Digest, Sha256};
use std::fmt::Write;

#[derive(Debug)]
pub struct Prepared {
    pub order: ImportedOrder,
    pub source: String,
    pub order_id: OrderId,
    pub number_key: String,
    /// JSON text.
    pub address: Option<String>,
    /// Equal when nothing of the order has changed.
    pub fingerprint: String,
}

/// The order must have passed its checks.
pub fn prepare(order: ImportedOrder, site: &SiteId, source: &str) -> Result<Prepared, String> {
    let number_key = super::check::number_key(&order.number)?.as_str().to_owned();
    let text = serde_json::to_vec(&order).map_err(|e| e.to_string())?;
    let address = order.address.as_ref().map(serde_json::to_string).transpose().map_err(|e| e.to_string())?;
    let order_id = OrderId(digest(&[site.as_str(), source, &order.external_id]));
    Ok(Prepared {
        order_id,
        source: source.to_owned(),
        number_key,
        address: address.filter(|a| a != "{}"),
        fingerprint: hex(&text),
        order,
    })
}

/// Equal for two reports of one happening.
pub fn event_id(event: &ImportedEvent) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let at = event.at.0.to_string();
    digest(&[&at, event.status.name(), &text(&event.raw_code), &text(&event.place), &text(&event.text)])
}

fn digest(parts: &[&str]) -> String {
    hex(parts.join("\0").as_bytes())
}

/// The first half of the SHA-256: 128 bits are enough never to meet by accident.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..16].iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

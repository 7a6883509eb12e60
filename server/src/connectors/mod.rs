//! Connectors: a retailer's own systems, each behind one trait. They know no feature, only the neutral order.

pub mod carriers;
pub mod commerce;
mod kind;
pub mod labels;
pub mod labels_store;
pub mod outgoing;
pub mod store;

pub use kind::Kind;

/// Where a connector's system posts its webhooks to. The id decides whose they are.
pub fn webhook_url(public_url: &str, connector_id: &str) -> String {
    format!("{public_url}/api/v1/webhooks/{connector_id}")
}

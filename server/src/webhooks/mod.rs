//! Webhooks that go out: what happens at a shop is told to the shop's own systems, signed after Standard Webhooks.
//!
//! [`tell`] is called in the transaction of what is told: both stand, or neither does. [`worker`] sends what stands there,
//! at least once, under the same id at every try; of one conversation, order or return in the order in which it happened. One
//! endpoint never waits for another. [`schedule`] says when a try is made again, [`address`] where may be sent to, [`sign`] how
//! it is signed, [`endpoints`] what the shop has set up; [`routes`] and [`delivery_routes`] are its API.

pub mod address;
pub mod deliver;
pub mod delivery_routes;
pub mod endpoint_store;
pub mod endpoints;
pub mod event;
pub mod payload;
pub mod routes;
pub mod schedule;
pub mod secrets;
pub mod sign;
pub mod store;
pub mod sweep;
pub mod wire;
pub mod worker;

pub use event::Event;

use crate::db::{self, Tx};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use serde_json::Value;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct News {
    pub event: Event,
    /// What it is about: told in the order in which it happened. Whoever tells holds the row of it, so that no two tell at once.
    pub stream: String,
    /// Ids, and what a system needs to decide whether to ask for more. Never a secret, never an internal note.
    pub data: Value,
}

/// Stores what is to be told with whatever it tells of. Nothing, where nobody wishes to hear of it.
///
/// # Errors
/// The database's.
pub async fn tell(tx: &mut Tx, site: &SiteId, news: News, now: Timestamp) -> Result<(), db::Error> {
    let News { event, stream, data } = news;
    let Some(last) = store::wished(tx, site, event.name(), &stream).await? else { return Ok(()) };
    let message = store::NewMessage {
        id: payload::message_id(site, &stream, last + 1, now),
        position: last + 1,
        payload: payload::written(event, data, now),
        kind: event.name(),
        stream,
    };
    store::insert_message(tx, site, &message, now).await?;
    store::address_to_all(tx, site, &message, now).await
}

/// Does anybody of this site wish to hear of such events? For whoever would have to look before telling.
///
/// # Errors
/// The database's.
pub async fn is_wished(tx: &mut Tx, site: &SiteId, event: Event) -> Result<bool, db::Error> {
    Ok(store::wished(tx, site, event.name(), "").await?.is_some())
}

//! The forms of the API.

use super::{
    endpoint_store::EndpointRow,
    event,
    store::{Count, DeliveryRow},
};
use aftercart_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// `https://…`, on the public network.
    pub url: String,
    /// The types that are wished; `["*"]` for all, and for those that there will be.
    pub events: Vec<String>,
    /// For colleagues. At most 200 characters.
    #[serde(default)]
    pub description: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// As `NewWebhook::url`.
    pub url: String,
    /// As `NewWebhook::events`.
    pub events: Vec<String>,
    #[serde(default)]
    pub description: String,
    /// `false`: nothing is sent there. What happens meanwhile is not kept for it; what waited for it goes on when it is on again.
    pub active: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateWebhook {
    /// Hours for which the secret before signs beside the new one: 0 to 168; 24.
    #[serde(default = "day")]
    pub overlap_hours: u32,
}

fn day() -> u32 {
    24
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayWebhook {
    /// Whatever was given up of what happened since then.
    pub since: Timestamp,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Webhooks {
    /// Oldest first.
    pub webhooks: Vec<Webhook>,
}

/// Where something is told, and how it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    pub id: String,
    pub url: String,
    pub events: Vec<String>,
    pub description: String,
    pub active: bool,
    /// Why it is not: `paused` by the shop, `gone` (it answered 410), `failing` for five days.
    pub off_reason: Option<String>,
    pub off_at: Option<Timestamp>,
    /// Tries that failed, in a row.
    pub failures: i64,
    pub failing_since: Option<Timestamp>,
    pub last_ok_at: Option<Timestamp>,
    pub last_error: Option<String>,
    pub last_error_at: Option<Timestamp>,
    /// Until then the secret before signs too.
    pub old_secret_until: Option<Timestamp>,
    /// Messages that are still to be sent, and those that were given up.
    pub waiting: i64,
    pub dead: i64,
    pub created_at: Timestamp,
}

/// An endpoint with its secret, which is shown this once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookSecret {
    pub webhook: Webhook,
    /// `whsec_…`, as libraries of Standard Webhooks take it.
    pub secret: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookDeliveries {
    /// Newest first.
    pub deliveries: Vec<WebhookDelivery>,
    /// `before` of the next page; `null` on the last.
    pub next: Option<String>,
}

/// One message to one endpoint.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookDelivery {
    /// `webhook-id`, the same at every try.
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about: messages about the same are sent in the order in which it happened.
    pub about: String,
    /// `waiting`, `done`, `dead`
    pub state: String,
    pub attempts: i64,
    /// When it is tried again, while it waits.
    pub next_attempt_at: Option<Timestamp>,
    pub last_attempt_at: Option<Timestamp>,
    /// Of the last answer; `null` when there was none.
    pub status: Option<i64>,
    pub error: Option<String>,
    /// The beginning of what the last answer said, where it said no.
    pub excerpt: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookPing {
    /// `WebhookDelivery::id`
    pub id: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookReplayed {
    /// So many are sent anew.
    pub count: u64,
}

impl Webhook {
    pub fn of(row: EndpointRow, counts: &[Count]) -> Webhook {
        let count = |state: &str| {
            let of = |count: &&Count| count.endpoint_id == row.endpoint_id && count.state == state;
            counts.iter().find(of).map_or(0, |count| count.count)
        };
        Webhook {
            waiting: count("waiting"),
            dead: count("dead"),
            active: row.is_on(),
            events: event::read(&row.events),
            id: row.endpoint_id,
            url: row.url,
            description: row.description,
            off_reason: row.off_reason,
            off_at: row.off_at.map(Timestamp),
            failures: row.failures,
            failing_since: row.failing_since.map(Timestamp),
            last_ok_at: row.last_ok_at.map(Timestamp),
            last_error: row.last_error,
            last_error_at: row.last_error_at.map(Timestamp),
            old_secret_until: row.old_secret_until.map(Timestamp),
            created_at: Timestamp(row.created_at),
        }
    }
}

impl From<DeliveryRow> for WebhookDelivery {
    fn from(row: DeliveryRow) -> WebhookDelivery {
        WebhookDelivery {
            next_attempt_at: (row.state == "waiting").then_some(Timestamp(row.run_at)),
            id: row.message_id,
            kind: row.kind,
            about: row.stream,
            state: row.state,
            attempts: row.attempt,
            last_attempt_at: row.last_at.map(Timestamp),
            status: row.last_status,
            error: row.last_error,
            excerpt: row.excerpt,
            created_at: Timestamp(row.created_at),
        }
    }
}

//! What a shop's own systems are told of a conversation: what stands in its log. Internal notes stand elsewhere, and are never
//! told.

use super::{event_store::NewEvent, store};
use crate::{
    db::{self, Tx},
    webhooks::{self, Event, News},
};
use aftercart_shared::{
    events::What,
    ids::{ConversationId, SiteId},
    time::Timestamp,
};
use serde_json::{Value, json};

/// To be called when it stands in the log, in the same transaction.
pub(super) async fn logged(
    tx: &mut Tx,
    (site, id): (&SiteId, &ConversationId),
    (seq, event): (i64, &NewEvent),
    now: Timestamp,
) -> Result<(), db::Error> {
    let what: What = serde_json::from_str(&event.body)
        .map_err(|_| db::Error::Corrupt(format!("conversation {id}: the body of {seq}")))?;
    // What ends before a word was said was never one for anybody.
    if seq == 1 && matches!(what, What::Closed {}) {
        return Ok(());
    }
    if seq == 1 && webhooks::is_wished(tx, site, Event::ConversationCreated).await? {
        begun(tx, (site, id), now).await?;
    }
    let by = by(event);
    let (kind, more) = match what {
        What::Message { text, came } => {
            (Event::MessageCreated, json!({ "kind": "message", "text": text, "came": came, "from": by }))
        }
        What::Answer { cards } => (Event::MessageCreated, json!({ "kind": "answer", "cards": cards, "from": by })),
        // What comes of it is told: somebody gets it, or it is closed.
        What::HandoffRequested {} | What::Helped {} => return Ok(()),
        What::Attachment { attachment_id, width, height } => {
            let picture = json!({ "id": attachment_id, "width": width, "height": height });
            (Event::MessageCreated, json!({ "kind": "attachment", "attachment": picture, "from": by }))
        }
        What::Assigned { .. } if !webhooks::is_wished(tx, site, Event::ConversationAssigned).await? => return Ok(()),
        What::Assigned { .. } => {
            let holder = store::head(tx, site, id).await?.and_then(|head| head.agent_id);
            (Event::ConversationAssigned, json!({ "agent_id": holder, "by": by }))
        }
        What::Closed {} => (Event::ConversationClosed, json!({ "by": by })),
        What::Rated { score, comment } => (Event::RatingGiven, json!({ "score": score, "comment": comment })),
    };
    let mut data = json!({ "conversation_id": id.as_str(), "seq": seq, "at": now });
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
    }
    webhooks::tell(tx, site, News { event: kind, stream: stream(id), data }, now).await
}

/// A conversation begins with the first word in it.
async fn begun(tx: &mut Tx, (site, id): (&SiteId, &ConversationId), now: Timestamp) -> Result<(), db::Error> {
    let Some(row) = store::begun(tx, site, id).await? else { return Ok(()) };
    let subject: Value = serde_json::from_str(&row.subject).unwrap_or_default();
    let data = json!({
        "conversation_id": id.as_str(), "at": now, "locale": row.locale, "shopper_id": row.shopper_id, "subject": subject,
    });
    webhooks::tell(tx, site, News { event: Event::ConversationCreated, stream: stream(id), data }, now).await
}

fn stream(id: &ConversationId) -> String {
    format!("conversation {id}")
}

fn by(event: &NewEvent) -> Value {
    let agent = (event.sender_kind == "agent").then_some(event.sender_id.as_str());
    json!({ "kind": event.sender_kind, "agent_id": agent })
}

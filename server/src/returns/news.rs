//! What a shop's own systems are told of a return: each line of its history, without the words in it.

use super::{record::ReturnRow, store::EventRow};
use crate::{
    db::{self, Tx},
    webhooks::{self, Event, News},
};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use serde_json::json;

/// To be called when it stands in the history, in the same transaction.
pub(super) async fn written(
    tx: &mut Tx,
    site: &SiteId,
    row: &ReturnRow,
    event: &EventRow,
    now: Timestamp,
) -> Result<(), db::Error> {
    let agent = event.actor_id.as_deref().filter(|_| event.actor_kind == "agent");
    let data = json!({
        "return_id": row.return_id, "number": row.number, "kind": row.kind, "seq": event.seq, "at": now,
        "event": event.event, "from_state": event.from_state, "state": event.to_state,
        "order_id": row.order_id, "shopper_id": row.shopper_id, "resolution": row.resolution, "method": row.method,
        "currency": row.currency, "total": row.total,
        "by": { "kind": event.actor_kind, "agent_id": agent },
    });
    let stream = format!("return {}", row.return_id);
    webhooks::tell(tx, site, News { event: told(&event.event), stream, data }, now).await
}

/// What has happened, in the words that a system listens for; whatever else there is, is a change.
fn told(event: &str) -> Event {
    match event {
        "submit" => Event::ReturnRequested,
        "approve" | "refuse" => Event::ReturnDecided,
        "receive" | "reject" => Event::ReturnReceived,
        "refund_succeed" | "difference_paid" => Event::ReturnRefunded,
        "refund_fail" => Event::ReturnRefundFailed,
        "cancel" | "expire" | "write_off" => Event::ReturnEnded,
        _ => Event::ReturnChanged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::returns::state::{ClaimEvent, ExchangeEvent, Named, ReturnEvent};

    /// A name that no machine has would never be told.
    #[test]
    fn what_is_listened_for_happens() {
        let returns = ReturnEvent::ALL.iter().map(|event| event.name());
        let others =
            ExchangeEvent::ALL.iter().map(|event| event.name()).chain(ClaimEvent::ALL.iter().map(|e| e.name()));
        let all: Vec<&str> = returns.chain(others).collect();
        for event in
            ["approve", "refuse", "receive", "reject", "refund_succeed", "refund_fail", "cancel", "expire", "write_off"]
        {
            assert!(all.contains(&event) && told(event) != Event::ReturnChanged, "{event}");
        }
        assert_eq!((told("submit"), told("ship")), (Event::ReturnRequested, Event::ReturnChanged));
    }
}

//! A conversation as its line in the queue shows it.

use crate::{
    conversations::{
        access::Side,
        queue_store::{self, BATCH, QueueRow},
        words,
    },
    db::Db,
    error::Error,
};
use aftercart_shared::{
    api::desk::{InboxRow, LastSaid},
    events::What,
    ids::SiteId,
    time::Timestamp,
};
use std::collections::HashMap;

/// In the order of `ids`, without those that are gone.
pub async fn rows(db: &Db, site: &SiteId, ids: &[String]) -> Result<Vec<InboxRow>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(BATCH) {
        let rows = queue_store::rows(db, site, some).await?;
        found.extend(rows.into_iter().map(|row| (row.desk.conversation_id.clone(), row)));
    }
    ids.iter().filter_map(|id| found.remove(id)).map(row).collect()
}

fn row(row: QueueRow) -> Result<InboxRow, Error> {
    let last = row.said_at.map(|at| LastSaid {
        at: Timestamp(at),
        hers: row.said_by.as_deref() == Some(Side::Visitor.name()),
        text: row.said.as_deref().and_then(text),
    });
    Ok(InboxRow { conversation: row.desk.try_into()?, last, waiting_since: row.waiting_since.map(Timestamp) })
}

fn text(body: &str) -> Option<String> {
    match serde_json::from_str(body) {
        Ok(What::Message { text, .. }) => Some(words::line(&text)),
        _ => None,
    }
}

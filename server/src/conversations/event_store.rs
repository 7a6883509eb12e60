//! What was said, and how far it was read, in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{ConversationId, SiteId},
    time::Timestamp,
};

/// An event before it has its number.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// `visitor`, `agent`, `system`.
    pub sender_kind: &'static str,
    /// An agent's id; otherwise empty.
    pub sender_id: String,
    /// `None` for what we write ourselves.
    pub client_id: Option<String>,
    pub body_hash: String,
    pub kind: &'static str,
    /// JSON.
    pub body: String,
    /// What a message says, in the form in which it is searched.
    pub words: Option<String>,
}

/// # Errors
/// [`db::Error::Conflict`] when it stands there already, or when a second rating comes.
pub async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    seq: i64,
    new: &NewEvent,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO conversation_events (site_id, conversation_id, seq, at, sender_kind, sender_id, client_id,
                                              body_hash, kind, body, words)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            site,
            id,
            seq,
            now,
            new.sender_kind,
            &new.sender_id,
            &new.client_id,
            &new.body_hash,
            new.kind,
            &new.body,
            &new.words
        ],
    )
    .await
    .map(|_| ())
}

/// What stands under a client's number.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub seq: i64,
    pub at: i64,
    pub body_hash: String,
}

pub async fn by_client_id(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    (sender_kind, sender_id, client_id): (&str, &str, &str),
) -> Result<Option<Stored>, db::Error> {
    tx.fetch_optional(
        sql!(
            "SELECT seq, at, body_hash FROM conversation_events
             WHERE site_id = $1 AND conversation_id = $2 AND sender_kind = $3 AND sender_id = $4 AND client_id = $5"
        ),
        args![site, id, sender_kind, sender_id, client_id],
    )
    .await
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    pub seq: i64,
    pub at: i64,
    pub sender_kind: String,
    pub sender_id: String,
    pub client_id: Option<String>,
    pub body: String,
    /// Of the agent who said it.
    pub agent_name: Option<String>,
}

/// In their order.
pub async fn after(
    db: &Db,
    site: &SiteId,
    id: &ConversationId,
    seq: i64,
    most: i64,
) -> Result<Vec<EventRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT e.seq, e.at, e.sender_kind, e.sender_id, e.client_id, e.body, a.name AS agent_name
             FROM conversation_events e
             LEFT JOIN agents a ON a.site_id = e.site_id AND a.agent_id = e.sender_id AND e.sender_kind = 'agent'
             WHERE e.site_id = $1 AND e.conversation_id = $2 AND e.seq > $3 ORDER BY e.seq LIMIT $4"
        ),
        args![site, id, seq, most],
    )
    .await
}

/// Moves a mark forward. `false`: it stood there or further.
pub async fn mark(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    (reader_kind, reader_id): (&str, &str),
    seq: i64,
) -> Result<bool, db::Error> {
    let moved = tx.execute(
        sql!(
            "INSERT INTO read_marks (site_id, conversation_id, reader_kind, reader_id, seq) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (site_id, conversation_id, reader_kind, reader_id) DO UPDATE SET seq = excluded.seq
             WHERE read_marks.seq < excluded.seq"
        ),
        args![site, id, reader_kind, reader_id, seq],
    );
    Ok(moved.await? > 0)
}

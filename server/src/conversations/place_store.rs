//! The queue in the database: whoever has said something and has nobody yet, in the order in which they came.

use crate::{
    args,
    db::{self, Db},
    sql,
};
use aftercart_shared::{
    ids::{ConversationId, SiteId},
    time::Timestamp,
};

/// Where one of them stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PlaceRow {
    /// So many came before her.
    pub ahead: i64,
    pub queued_at: i64,
    pub begun_place: Option<i64>,
}

/// `None`: somebody has it, or it is over.
pub async fn place(db: &Db, site: &SiteId, id: &ConversationId) -> Result<Option<PlaceRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT c.queued_at, c.begun_place,
                    (SELECT COUNT(*) FROM conversations q
                     WHERE q.site_id = c.site_id AND q.state = 'queued' AND q.last_seq > 0
                     AND (q.queued_at, q.conversation_id) < (c.queued_at, c.conversation_id)) AS ahead
             FROM conversations c WHERE c.site_id = $1 AND c.conversation_id = $2 AND c.state = 'queued'"
        ),
        args![site, id],
    )
    .await
}

/// Somebody in the queue.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QueuedRow {
    pub conversation_id: String,
    pub queued_at: i64,
    pub begun_place: Option<i64>,
}

/// All of them, whoever came first before the others.
pub async fn queue(db: &Db, site: &SiteId) -> Result<Vec<QueuedRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT conversation_id, queued_at, begun_place FROM conversations
             WHERE site_id = $1 AND state = 'queued' AND last_seq > 0 ORDER BY queued_at, conversation_id"
        ),
        args![site],
    )
    .await
}

/// How the queue stands as a whole: another one means that somebody has come or gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LineRow {
    pub waiting: i64,
    pub newest: i64,
}

pub async fn line(db: &Db, site: &SiteId) -> Result<Option<LineRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT COUNT(*) AS waiting, CAST(COALESCE(MAX(queued_at), 0) AS BIGINT) AS newest FROM conversations
             WHERE site_id = $1 AND state = 'queued' AND last_seq > 0"
        ),
        args![site],
    )
    .await
}

/// Somebody who was taken on.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServedRow {
    pub queued_at: i64,
    pub assigned_at: i64,
    pub begun_place: i64,
}

/// The last of them.
pub async fn served(db: &Db, site: &SiteId, since: Timestamp, most: i64) -> Result<Vec<ServedRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT queued_at, assigned_at, begun_place FROM conversations
             WHERE site_id = $1 AND assigned_at >= $2 AND begun_place IS NOT NULL
             ORDER BY assigned_at DESC, conversation_id LIMIT $3"
        ),
        args![site, since, most],
    )
    .await
}

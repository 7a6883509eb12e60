//! What came by mail, in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{ConversationId, SiteId},
    time::Timestamp,
};

/// Whose a conversation is, and how it was begun.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OfRow {
    pub state: String,
    pub visitor_id: String,
    pub shopper_id: Option<String>,
    pub locale: String,
    /// JSON.
    pub subject: String,
    pub order_key: Option<String>,
}

pub async fn of<F: db::Fetch>(from: &mut F, site: &SiteId, id: &ConversationId) -> Result<Option<OfRow>, db::Error> {
    from.first(
        sql!(
            "SELECT state, visitor_id, shopper_id, locale, subject, order_key FROM conversations
             WHERE site_id = $1 AND conversation_id = $2"
        ),
        args![site, id],
    )
    .await
}

/// What is known of a mail that came before.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KnownRow {
    pub conversation_id: String,
    pub taken_at: Option<i64>,
}

pub async fn known(tx: &mut Tx, site: &SiteId, key: &str) -> Result<Option<KnownRow>, db::Error> {
    tx.fetch_optional(
        sql!("SELECT conversation_id, taken_at FROM inbound_mails WHERE site_id = $1 AND mail_key = $2"),
        args![site, key],
    )
    .await
}

/// Says where its words go; said again, they go there.
pub async fn goes_to(
    tx: &mut Tx,
    site: &SiteId,
    (key, message_id): (&str, &Option<String>),
    to: &ConversationId,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO inbound_mails (site_id, mail_key, conversation_id, message_id, received_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (site_id, mail_key) DO UPDATE SET conversation_id = excluded.conversation_id"
        ),
        args![site, key, to, message_id, now],
    )
    .await
    .map(|_| ())
}

/// All of it is there.
pub async fn taken(tx: &mut Tx, site: &SiteId, key: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE inbound_mails SET taken_at = $3 WHERE site_id = $1 AND mail_key = $2 AND taken_at IS NULL"),
        args![site, key, now],
    )
    .await
    .map(|_| ())
}

#[derive(sqlx::FromRow)]
struct MessageId {
    message_id: Option<String>,
}

/// Of the last mail that came for a conversation.
pub async fn last_message_id(db: &Db, site: &SiteId, id: &ConversationId) -> Result<Option<String>, db::Error> {
    let row = db.fetch_optional::<MessageId>(
        sql!(
            "SELECT message_id FROM inbound_mails WHERE site_id = $1 AND conversation_id = $2 AND message_id IS NOT NULL
             ORDER BY received_at DESC, mail_key LIMIT 1"
        ),
        args![site, id],
    );
    Ok(row.await?.and_then(|row| row.message_id))
}

/// Housekeeping over all sites: nobody sends a mail again after so long.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM inbound_mails WHERE received_at < $1"), args![before]).await.map(|_| ())
}

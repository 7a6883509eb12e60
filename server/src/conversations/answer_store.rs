//! Where answers are mailed that she does not come to see, in the database.

use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{
    ids::{ConversationId, SiteId, VisitorId},
    locale::Locale,
    time::Timestamp,
};

/// What she wishes.
#[derive(Clone, Debug)]
pub struct Wish {
    /// In lower case.
    pub email: String,
    /// She has proved that it is hers.
    pub verified: bool,
    pub locale: Locale,
    pub on_page: bool,
}

/// Another address is to be confirmed anew. What was mailed stays mailed.
pub async fn want(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    wish: &Wish,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO answer_mails (site_id, conversation_id, email, verified, locale, on_page, asked_at, mailed_seq, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $7)
             ON CONFLICT (site_id, conversation_id) DO UPDATE SET email = excluded.email, verified = excluded.verified,
                 locale = excluded.locale, on_page = excluded.on_page, asked_at = excluded.asked_at, stopped_at = NULL,
                 seen_at = excluded.seen_at,
                 confirmed_at = CASE WHEN answer_mails.email = excluded.email THEN answer_mails.confirmed_at ELSE NULL END"
        ),
        args![site, id, &wish.email, wish.verified, wish.locale, wish.on_page, now],
    )
    .await
    .map(|_| ())
}

/// What was wished for, and how far she is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AnswerMailRow {
    pub email: String,
    pub verified: bool,
    pub locale: String,
    pub on_page: bool,
    pub confirmed_at: Option<i64>,
    pub mailed_seq: i64,
    pub seen_at: i64,
    pub read_visitor: i64,
}

/// `None`: none is wished for, or none any more.
pub async fn of<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    id: &ConversationId,
) -> Result<Option<AnswerMailRow>, db::Error> {
    from.first(
        sql!(
            "SELECT a.email, a.verified, a.locale, a.on_page, a.confirmed_at, a.mailed_seq, a.seen_at,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = a.site_id AND r.conversation_id = a.conversation_id
                                   AND r.reader_kind = 'visitor'), 0) AS BIGINT) AS read_visitor
             FROM answer_mails a WHERE a.site_id = $1 AND a.conversation_id = $2 AND a.stopped_at IS NULL"
        ),
        args![site, id],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Address {
    email: Option<String>,
}

/// The address that whoever uses this browser has proved to be hers.
pub async fn proved(db: &Db, site: &SiteId, visitor: &VisitorId) -> Result<Option<String>, db::Error> {
    let row = db.fetch_optional::<Address>(
        sql!("SELECT email FROM visitors WHERE site_id = $1 AND visitor_id = $2 AND shopper_id IS NOT NULL"),
        args![site, visitor],
    );
    Ok(row.await?.and_then(|row| row.email))
}

/// She waits for news here.
pub async fn seen(tx: &mut Tx, site: &SiteId, id: &ConversationId, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE answer_mails SET seen_at = $3 WHERE site_id = $1 AND conversation_id = $2 AND seen_at < $3"),
        args![site, id, now],
    )
    .await
    .map(|_| ())
}

/// Whoever reads that mailbox says yes.
pub async fn confirm(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    email: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE answer_mails SET confirmed_at = COALESCE(confirmed_at, $4)
             WHERE site_id = $1 AND conversation_id = $2 AND email = $3 AND stopped_at IS NULL"
        ),
        args![site, id, email, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// No more of them.
pub async fn stop(tx: &mut Tx, site: &SiteId, id: &ConversationId, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE answer_mails SET stopped_at = $3
             WHERE site_id = $1 AND conversation_id = $2 AND stopped_at IS NULL"
        ),
        args![site, id, now],
    )
    .await
    .map(|_| ())
}

/// She is told by mail up to `seq`. `false`: somebody else tells her just now, or she wants no more of them.
pub async fn mailed(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    (before, seq): (i64, i64),
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE answer_mails SET mailed_seq = $4
             WHERE site_id = $1 AND conversation_id = $2 AND mailed_seq = $3 AND stopped_at IS NULL"
        ),
        args![site, id, before, seq],
    )
    .await
    .map(|rows| rows > 0)
}

/// What one of the shop's people has said.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AnswerRow {
    pub seq: i64,
    pub at: i64,
    pub body: String,
    pub agent_name: Option<String>,
}

/// After `seq`, in their order.
pub async fn answers(
    db: &Db,
    site: &SiteId,
    id: &ConversationId,
    seq: i64,
    most: i64,
) -> Result<Vec<AnswerRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT e.seq, e.at, e.body, a.name AS agent_name FROM conversation_events e
             LEFT JOIN agents a ON a.site_id = e.site_id AND a.agent_id = e.sender_id
             WHERE e.site_id = $1 AND e.conversation_id = $2 AND e.seq > $3 AND e.sender_kind = 'agent'
             AND e.kind IN ('message', 'attachment') ORDER BY e.seq LIMIT $4"
        ),
        args![site, id, seq, most],
    )
    .await
}

//! Conversations in the database. Whatever changes one takes its row first, so that changes come one after the other.

use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, ConversationId, SiteId, VisitorId},
    time::Timestamp,
};

/// What a log's number begins with.
pub const FIRST_EPOCH: i64 = 1;

pub async fn exists(db: &Db, site: &SiteId, id: &ConversationId) -> Result<bool, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(rename = "conversation_id")]
        _id: String,
    }
    let row = db.fetch_optional::<Row>(
        sql!("SELECT conversation_id FROM conversations WHERE site_id = $1 AND conversation_id = $2"),
        args![site, id],
    );
    Ok(row.await?.is_some())
}

/// How a conversation stands, without what was said.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeadRow {
    pub epoch: i64,
    pub last_seq: i64,
    pub state: String,
    pub agent_id: Option<String>,
    pub agent_name: Option<String>,
    pub read_visitor: i64,
    pub read_agent: i64,
    pub created_at: i64,
}

pub async fn head<F: Fetch>(from: &mut F, site: &SiteId, id: &ConversationId) -> Result<Option<HeadRow>, db::Error> {
    from.first(
        sql!(
            "SELECT c.epoch, c.last_seq, c.state, c.agent_id, a.name AS agent_name, c.created_at,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'visitor'), 0) AS BIGINT) AS read_visitor,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'agent'), 0) AS BIGINT) AS read_agent
             FROM conversations c LEFT JOIN agents a ON a.site_id = c.site_id AND a.agent_id = c.agent_id
             WHERE c.site_id = $1 AND c.conversation_id = $2"
        ),
        args![site, id],
    )
    .await
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Id {
    conversation_id: String,
}

/// The conversation that is open: the verified shopper's, or else this browser's.
pub async fn open_of(
    tx: &mut Tx,
    site: &SiteId,
    visitor: &VisitorId,
    shopper_id: Option<&str>,
) -> Result<Option<ConversationId>, db::Error> {
    let row = tx.fetch_optional::<Id>(
        sql!(
            "SELECT conversation_id FROM conversations
             WHERE site_id = $1 AND state <> 'closed' AND (shopper_id = $3 OR (visitor_id = $2 AND $3 IS NULL))"
        ),
        args![site, visitor, shopper_id],
    );
    Ok(row.await?.map(|row| ConversationId(row.conversation_id)))
}

/// A conversation that begins.
#[derive(Clone, Debug)]
pub struct NewConversation {
    pub id: ConversationId,
    pub visitor: VisitorId,
    pub shopper_id: Option<String>,
    pub locale: String,
    /// JSON.
    pub subject: String,
    /// The number of the order that she asks about, in the form in which it is searched.
    pub order_key: Option<String>,
}

/// # Errors
/// [`db::Error::Conflict`] when she has an open one by now.
pub async fn insert(tx: &mut Tx, site: &SiteId, new: &NewConversation, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO conversations (site_id, conversation_id, visitor_id, shopper_id, epoch, last_seq, state, locale,
                                        subject, begun_place, created_at, updated_at, queued_at, order_key)
             VALUES ($1, $2, $3, $4, $5, 0, 'queued', $6, $7,
                     (SELECT COUNT(*) + 1 FROM conversations q
                      WHERE q.site_id = $1 AND q.state = 'queued' AND q.last_seq > 0), $8, $8, $8, $9)"
        ),
        args![
            site,
            &new.id,
            &new.visitor,
            &new.shopper_id,
            FIRST_EPOCH,
            &new.locale,
            &new.subject,
            now,
            &new.order_key
        ],
    )
    .await
    .map(|_| ())
}

/// Takes what an anonymous browser has begun along into a verified shopper's. `false`: it has been closed meanwhile.
///
/// # Errors
/// [`db::Error::Conflict`] when the shopper has an open one by now.
pub async fn adopt(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    visitor: &VisitorId,
    shopper_id: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let adopted = tx.execute(
        sql!(
            "UPDATE conversations SET visitor_id = $3, shopper_id = $4, updated_at = $5
             WHERE site_id = $1 AND conversation_id = $2 AND shopper_id IS NULL AND state <> 'closed'"
        ),
        args![site, id, visitor, shopper_id, now],
    );
    Ok(adopted.await? > 0)
}

/// With what it began.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BegunRow {
    pub locale: String,
    pub shopper_id: Option<String>,
    pub subject: String,
}

pub async fn begun(tx: &mut Tx, site: &SiteId, id: &ConversationId) -> Result<Option<BegunRow>, db::Error> {
    tx.fetch_optional(
        sql!("SELECT locale, shopper_id, subject FROM conversations WHERE site_id = $1 AND conversation_id = $2"),
        args![site, id],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct LastSeq {
    last_seq: i64,
}

/// A number of the log that was taken, and how the conversation stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Taken {
    pub last_seq: i64,
    pub state: String,
}

/// Takes the log's next number, of one that is closed or of one that is not. `None`: it is the other.
pub async fn next_seq(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    closed: bool,
    now: Timestamp,
) -> Result<Option<Taken>, db::Error> {
    tx.fetch_optional(
        sql!(
            "UPDATE conversations SET last_seq = last_seq + 1, updated_at = $4
             WHERE site_id = $1 AND conversation_id = $2 AND (state = 'closed') = $3 RETURNING last_seq, state"
        ),
        args![site, id, closed, now],
    )
    .await
}

/// The same of one that was closed because the first answer was enough: it goes on. `None`: it is none of those, or she has
/// begun another since.
pub async fn reopen(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    now: Timestamp,
) -> Result<Option<Taken>, db::Error> {
    tx.fetch_optional(
        sql!(
            "UPDATE conversations SET state = 'answered', helped = FALSE, closed_at = NULL, last_seq = last_seq + 1, updated_at = $3
             WHERE site_id = $1 AND conversation_id = $2 AND state = 'closed' AND helped AND NOT EXISTS (
                 SELECT 1 FROM conversations o WHERE o.site_id = conversations.site_id AND o.state <> 'closed'
                 AND (o.visitor_id = conversations.visitor_id OR o.shopper_id = conversations.shopper_id))
             RETURNING last_seq, state"
        ),
        args![site, id, now],
    )
    .await
}

/// The assistant has answered: nobody of the shop is asked.
pub async fn answered(tx: &mut Tx, site: &SiteId, id: &ConversationId) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE conversations SET state = 'answered'
             WHERE site_id = $1 AND conversation_id = $2 AND state IN ('queued', 'answered')"
        ),
        args![site, id],
    )
    .await
    .map(|_| ())
}

/// It is for a person from this moment on, behind whoever waits already. `false`: it was before, or it is closed.
pub async fn hand_off(tx: &mut Tx, site: &SiteId, id: &ConversationId, now: Timestamp) -> Result<bool, db::Error> {
    let handed = tx.execute(
        sql!(
            "UPDATE conversations SET state = 'queued', queued_at = $3,
                    begun_place = (SELECT COUNT(*) + 1 FROM conversations q
                                   WHERE q.site_id = $1 AND q.state = 'queued' AND q.last_seq > 0)
             WHERE site_id = $1 AND conversation_id = $2 AND state = 'answered'"
        ),
        args![site, id, now],
    );
    Ok(handed.await? > 0)
}

/// Closes a conversation whose first answer was enough, with the log's next number. `None`: it has no such answer.
pub async fn helped(tx: &mut Tx, site: &SiteId, id: &ConversationId, now: Timestamp) -> Result<Option<i64>, db::Error> {
    let row = tx.fetch_optional::<LastSeq>(
        sql!(
            "UPDATE conversations SET state = 'closed', helped = TRUE, closed_at = $3, last_seq = last_seq + 1, updated_at = $3
             WHERE site_id = $1 AND conversation_id = $2 AND state = 'answered' RETURNING last_seq"
        ),
        args![site, id, now],
    );
    Ok(row.await?.map(|row| row.last_seq))
}

/// Gives a conversation to an agent who takes it, with the log's next number: one that nobody has, or that routing gave to
/// somebody who has not taken it up. `None`: somebody has it, or it is closed.
pub async fn take(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    agent: &AgentId,
    now: Timestamp,
) -> Result<Option<i64>, db::Error> {
    let row = tx.fetch_optional::<LastSeq>(
        sql!(
            "UPDATE conversations SET agent_id = $3, state = 'assigned', last_seq = last_seq + 1, updated_at = $4,
                    assigned_at = COALESCE(assigned_at, $4), routed_at = NULL,
                    queued_at = CASE WHEN state = 'answered' THEN $4 ELSE queued_at END,
                    begun_place = CASE WHEN state = 'answered' THEN NULL ELSE begun_place END
             WHERE site_id = $1 AND conversation_id = $2
             AND (state IN ('queued', 'answered') OR (state = 'assigned' AND routed_at IS NOT NULL AND agent_id <> $3))
             RETURNING last_seq"
        ),
        args![site, id, agent, now],
    );
    Ok(row.await?.map(|row| row.last_seq))
}

/// Gives a conversation to another agent: `by` its holder, or by anybody where `any`. `None`: it is closed, `to` has it
/// already, or it is not theirs to give.
pub async fn hand_over(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    (by, any, to): (&AgentId, bool, &AgentId),
    now: Timestamp,
) -> Result<Option<i64>, db::Error> {
    let row = tx.fetch_optional::<LastSeq>(
        sql!(
            "UPDATE conversations SET agent_id = $3, state = 'assigned', last_seq = last_seq + 1, updated_at = $6,
                    assigned_at = COALESCE(assigned_at, $6), routed_at = NULL,
                    queued_at = CASE WHEN state = 'answered' THEN $6 ELSE queued_at END,
                    begun_place = CASE WHEN state = 'answered' THEN NULL ELSE begun_place END
             WHERE site_id = $1 AND conversation_id = $2 AND state <> 'closed' AND ($5 OR agent_id = $4)
             AND (agent_id IS NULL OR agent_id <> $3) RETURNING last_seq"
        ),
        args![site, id, to, by, any, now],
    );
    Ok(row.await?.map(|row| row.last_seq))
}

/// Whoever was given it by routing takes it up: it is theirs, as if they had taken it. `false`: there is nothing to take up.
pub async fn take_up(tx: &mut Tx, site: &SiteId, id: &ConversationId, agent: &str) -> Result<bool, db::Error> {
    let taken = tx.execute(
        sql!(
            "UPDATE conversations SET routed_at = NULL
             WHERE site_id = $1 AND conversation_id = $2 AND agent_id = $3 AND routed_at IS NOT NULL AND state = 'assigned'"
        ),
        args![site, id, agent],
    );
    Ok(taken.await? > 0)
}

/// Closes a conversation, with the log's next number. `None`: it is closed.
pub async fn close(tx: &mut Tx, site: &SiteId, id: &ConversationId, now: Timestamp) -> Result<Option<i64>, db::Error> {
    let row = tx.fetch_optional::<LastSeq>(
        sql!(
            "UPDATE conversations SET state = 'closed', waiting_since = NULL, closed_at = $3, last_seq = last_seq + 1, updated_at = $3
             WHERE site_id = $1 AND conversation_id = $2 AND state <> 'closed' RETURNING last_seq"
        ),
        args![site, id, now],
    );
    Ok(row.await?.map(|row| row.last_seq))
}

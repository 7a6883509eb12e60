//! The queue as the desk shows it: its order, its version, and what is searched in it.
//!
//! Its order is one number, so that every view is read along an index from wherever a page ended: whoever waits stands by when
//! she began to, the others after all who wait, the newest first. The version grows in the transaction of every change, and
//! each conversation keeps the one at which it was last another: what is new since a version is then a stretch of an index.

use super::desk_store::DeskRow;
use crate::{
    args,
    db::{self, Arg, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{
    api::desk::InboxView,
    ids::{ConversationId, SiteId},
    time::Timestamp,
};

/// As many as a statement has places for.
pub const BATCH: usize = 100;

#[derive(sqlx::FromRow)]
struct Version {
    version: i64,
}

/// What becomes of her waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// What happened has nothing to do with it.
    AsBefore,
    /// From this moment on, unless she waits already.
    Since(Timestamp),
    Ended,
}

/// What a queue shows of these conversations is another from now on. The last thing in a transaction: all of a shop's changes
/// wait here for one another, so that whoever sees a version sees everything up to it.
pub async fn touch(tx: &mut Tx, site: &SiteId, changed: &[(&ConversationId, Waiting)]) -> Result<(), db::Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let row = tx.fetch_optional::<Version>(
        sql!(
            "INSERT INTO desk_versions (site_id, version) VALUES ($1, 1)
             ON CONFLICT (site_id) DO UPDATE SET version = desk_versions.version + 1 RETURNING version"
        ),
        args![site],
    );
    let version = row.await?.ok_or_else(|| db::Error::Corrupt("a version was not stored".into()))?.version;
    for (id, waiting) in changed {
        let (kept, since) = match waiting {
            Waiting::AsBefore => (true, None),
            Waiting::Since(now) => (true, Some(*now)),
            Waiting::Ended => (false, None),
        };
        tx.execute(
            sql!(
                "UPDATE conversations
                 SET desk_version = $3, waiting_since = CASE WHEN $4 THEN COALESCE(waiting_since, $5) ELSE NULL END
                 WHERE site_id = $1 AND conversation_id = $2"
            ),
            args![site, *id, version, kept, since],
        )
        .await?;
    }
    Ok(())
}

/// Takes a conversation's row: for a transaction that changes nothing of it before [`touch`]. Everybody takes the row first and
/// the version last; two who did it the other way round would wait for one another.
pub async fn hold(tx: &mut Tx, site: &SiteId, id: &ConversationId) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE conversations SET desk_version = desk_version WHERE site_id = $1 AND conversation_id = $2"),
        args![site, id],
    )
    .await
    .map(|_| ())
}

/// 0 before anything has happened.
pub async fn version<F: Fetch>(from: &mut F, site: &SiteId) -> Result<i64, db::Error> {
    let row = from.first::<Version>(sql!("SELECT version FROM desk_versions WHERE site_id = $1"), args![site]);
    Ok(row.await?.map_or(0, |row| row.version))
}

/// Where a conversation stands in the queue.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Place {
    pub at: i64,
    pub id: String,
}

impl Place {
    pub const START: Place = Place { at: i64::MIN, id: String::new() };
}

/// From where on, as it stood at which version, and how many.
#[derive(Clone, Debug)]
pub struct Stretch {
    pub after: Place,
    pub version: i64,
    pub most: i64,
    /// Something is looked for: then also where nobody but the assistant was asked.
    pub searched: bool,
}

/// `agent`: whose, where the view is hers.
pub async fn stretch(
    db: &Db,
    site: &SiteId,
    view: InboxView,
    agent: &str,
    from: &Stretch,
) -> Result<Vec<Place>, db::Error> {
    match view {
        InboxView::Mine => mine(db, site, agent, from).await,
        InboxView::Unassigned => unassigned(db, site, from).await,
        InboxView::All => all(db, site, from).await,
        InboxView::Closed => closed(db, site, from).await,
    }
}

async fn mine(db: &Db, site: &SiteId, agent: &str, from: &Stretch) -> Result<Vec<Place>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT conversation_id AS id, COALESCE(waiting_since, 9000000000000000 - updated_at) AS at FROM conversations
             WHERE site_id = $1 AND state <> 'closed' AND agent_id = $6 AND COALESCE(waiting_since, 9000000000000000 - updated_at) >= $2
             AND (COALESCE(waiting_since, 9000000000000000 - updated_at) > $2 OR conversation_id > $3) AND desk_version <= $4
             ORDER BY COALESCE(waiting_since, 9000000000000000 - updated_at), conversation_id LIMIT $5"
        ),
        args![site, from.after.at, &from.after.id, from.version, from.most, agent],
    )
    .await
}

async fn unassigned(db: &Db, site: &SiteId, from: &Stretch) -> Result<Vec<Place>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT conversation_id AS id, COALESCE(waiting_since, 9000000000000000 - updated_at) AS at FROM conversations
             WHERE site_id = $1 AND state = 'queued' AND COALESCE(waiting_since, 9000000000000000 - updated_at) >= $2
             AND (COALESCE(waiting_since, 9000000000000000 - updated_at) > $2 OR conversation_id > $3) AND desk_version <= $4
             ORDER BY COALESCE(waiting_since, 9000000000000000 - updated_at), conversation_id LIMIT $5"
        ),
        args![site, from.after.at, &from.after.id, from.version, from.most],
    )
    .await
}

async fn all(db: &Db, site: &SiteId, from: &Stretch) -> Result<Vec<Place>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT conversation_id AS id, COALESCE(waiting_since, 9000000000000000 - updated_at) AS at FROM conversations
             WHERE site_id = $1 AND state <> 'closed' AND (state <> 'answered' OR $6)
             AND COALESCE(waiting_since, 9000000000000000 - updated_at) >= $2
             AND (COALESCE(waiting_since, 9000000000000000 - updated_at) > $2 OR conversation_id > $3) AND desk_version <= $4
             ORDER BY COALESCE(waiting_since, 9000000000000000 - updated_at), conversation_id LIMIT $5"
        ),
        args![site, from.after.at, &from.after.id, from.version, from.most, from.searched],
    )
    .await
}

async fn closed(db: &Db, site: &SiteId, from: &Stretch) -> Result<Vec<Place>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT conversation_id AS id, COALESCE(waiting_since, 9000000000000000 - updated_at) AS at FROM conversations
             WHERE site_id = $1 AND state = 'closed' AND COALESCE(waiting_since, 9000000000000000 - updated_at) >= $2
             AND (COALESCE(waiting_since, 9000000000000000 - updated_at) > $2 OR conversation_id > $3) AND desk_version <= $4
             ORDER BY COALESCE(waiting_since, 9000000000000000 - updated_at), conversation_id LIMIT $5"
        ),
        args![site, from.after.at, &from.after.id, from.version, from.most],
    )
    .await
}

/// What has changed since a version, the earliest change first.
pub async fn changed_since(db: &Db, site: &SiteId, version: i64, most: i64) -> Result<Vec<String>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Id {
        conversation_id: String,
    }
    let rows = db.fetch_all::<Id>(
        sql!(
            "SELECT conversation_id FROM conversations WHERE site_id = $1 AND desk_version > $2
             ORDER BY desk_version LIMIT $3"
        ),
        args![site, version, most],
    );
    Ok(rows.await?.into_iter().map(|row| row.conversation_id).collect())
}

/// How many open conversations somebody has; without an agent, how many nobody has. Where nobody was asked but the assistant,
/// nobody lacks anybody.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Held {
    pub agent_id: Option<String>,
    pub open: i64,
}

pub async fn held(db: &Db, site: &SiteId) -> Result<Vec<Held>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT agent_id, CAST(COUNT(*) AS BIGINT) AS open FROM conversations
             WHERE site_id = $1 AND state <> 'closed' AND state <> 'answered' GROUP BY agent_id"
        ),
        args![site],
    )
    .await
}

/// A conversation with what was said last in it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QueueRow {
    #[sqlx(flatten)]
    pub desk: DeskRow,
    pub waiting_since: Option<i64>,
    pub said_at: Option<i64>,
    pub said_by: Option<String>,
    /// JSON.
    pub said: Option<String>,
}

fn with_places(mut args: Vec<Arg>, ids: &[String]) -> Vec<Arg> {
    let full = args.len() + BATCH;
    args.extend(ids.iter().take(BATCH).map(Arg::from));
    // No conversation is called nothing.
    args.resize_with(full, || Arg::from(String::new()));
    args
}

/// Of those that there are, at most [`BATCH`], in any order.
pub async fn rows(db: &Db, site: &SiteId, ids: &[String]) -> Result<Vec<QueueRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT c.conversation_id, c.locale, c.subject, c.updated_at, c.closed_at, a.email AS agent_email,
                    c.shopper_id, s.kind AS shopper_kind, v.email, v.phone, v.name, c.epoch, c.last_seq, c.state,
                    c.agent_id, a.name AS agent_name, c.created_at, c.waiting_since, e.at AS said_at,
                    e.sender_kind AS said_by, e.body AS said,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'visitor'), 0) AS BIGINT) AS read_visitor,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'agent'), 0) AS BIGINT) AS read_agent
             FROM conversations c
             JOIN visitors v ON v.site_id = c.site_id AND v.visitor_id = c.visitor_id
             LEFT JOIN shoppers s ON s.site_id = c.site_id AND s.shopper_id = c.shopper_id
             LEFT JOIN agents a ON a.site_id = c.site_id AND a.agent_id = c.agent_id
             LEFT JOIN conversation_events e ON e.site_id = c.site_id AND e.conversation_id = c.conversation_id
                  AND e.seq = (SELECT l.seq FROM conversation_events l
                               WHERE l.site_id = c.site_id AND l.conversation_id = c.conversation_id
                               AND l.kind IN ('message', 'attachment') ORDER BY l.seq DESC LIMIT 1)
             WHERE c.site_id = $1 AND c.conversation_id IN
                   ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                   $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41,
                   $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60,
                   $61, $62, $63, $64, $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79,
                   $80, $81, $82, $83, $84, $85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98,
                   $99, $100, $101)"
        ),
        with_places(args![site], ids),
    )
    .await
}

/// What is looked for, as patterns.
#[derive(Clone, Debug)]
pub struct Patterns {
    pub words: String,
    /// Letters and digits alone: of numbers, however they are written.
    pub bare: String,
}

/// Which of these, at most [`BATCH`], have it: in the number of the order that she asked about, in what a verified shopper is
/// known by, or in a message.
pub async fn matching(db: &Db, site: &SiteId, patterns: &Patterns, ids: &[String]) -> Result<Vec<String>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Id {
        conversation_id: String,
    }
    let rows = db.fetch_all::<Id>(
        sql!(
            "SELECT c.conversation_id FROM conversations c
             JOIN visitors v ON v.site_id = c.site_id AND v.visitor_id = c.visitor_id
             WHERE c.site_id = $1
             AND (c.order_key LIKE $3 ESCAPE '!' OR v.words LIKE $2 ESCAPE '!' OR v.words LIKE $3 ESCAPE '!'
                  OR EXISTS (SELECT e.seq FROM conversation_events e
                             WHERE e.site_id = c.site_id AND e.conversation_id = c.conversation_id
                             AND e.words LIKE $2 ESCAPE '!'))
             AND c.conversation_id IN
                 ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
                 $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64,
                 $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84,
                 $85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100, $101, $102, $103)"
        ),
        with_places(args![site, &patterns.words, &patterns.bare], ids),
    );
    Ok(rows.await?.into_iter().map(|row| row.conversation_id).collect())
}

/// Her other conversations, newest first: a verified shopper's, or else this browser's from before anybody knew who it is.
pub async fn others(
    db: &Db,
    site: &SiteId,
    id: &ConversationId,
    shopper_id: Option<&str>,
    most: i64,
) -> Result<Vec<String>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Id {
        conversation_id: String,
    }
    let rows = match shopper_id {
        Some(shopper) => {
            db.fetch_all::<Id>(
                sql!(
                    "SELECT conversation_id FROM conversations
                 WHERE site_id = $1 AND shopper_id = $2 AND conversation_id <> $3
                 ORDER BY created_at DESC, conversation_id DESC LIMIT $4"
                ),
                args![site, shopper, id, most],
            )
            .await?
        }
        None => {
            db.fetch_all::<Id>(
                sql!(
                    "SELECT o.conversation_id FROM conversations c
                 JOIN conversations o ON o.site_id = c.site_id AND o.visitor_id = c.visitor_id
                 WHERE c.site_id = $1 AND c.conversation_id = $2 AND o.conversation_id <> $2 AND o.shopper_id IS NULL
                 ORDER BY o.created_at DESC, o.conversation_id DESC LIMIT $3"
                ),
                args![site, id, most],
            )
            .await?
        }
    };
    Ok(rows.into_iter().map(|row| row.conversation_id).collect())
}

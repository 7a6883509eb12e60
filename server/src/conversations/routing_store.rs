//! Who is there and who waits, in the database.

use crate::{
    args,
    db::{self, Arg, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, ConversationId, SiteId},
    time::Timestamp,
};

pub async fn set_available(
    tx: &mut Tx,
    site: &SiteId,
    agent: &AgentId,
    available: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO agent_presence (site_id, agent_id, available, seen_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site_id, agent_id) DO UPDATE SET available = excluded.available, seen_at = excluded.seen_at"
        ),
        args![site, agent, available, now],
    )
    .await
    .map(|_| ())
}

/// What somebody has said of being there, and when her desk last gave a sign of life.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Presence {
    pub available: bool,
    pub seen_at: i64,
}

pub async fn presence(db: &Db, site: &SiteId, agent: &AgentId) -> Result<Option<Presence>, db::Error> {
    db.fetch_optional(
        sql!("SELECT available, seen_at FROM agent_presence WHERE site_id = $1 AND agent_id = $2"),
        args![site, agent],
    )
    .await
}

pub async fn here(tx: &mut Tx, site: &SiteId, agent: &AgentId, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE agent_presence SET seen_at = $3 WHERE site_id = $1 AND agent_id = $2 AND seen_at < $3"),
        args![site, agent, now],
    )
    .await
    .map(|_| ())
}

#[derive(sqlx::FromRow)]
struct Site {
    site_id: String,
}

/// Sites that wish it, and at which somebody waits.
pub async fn waited_at(db: &Db) -> Result<Vec<SiteId>, db::Error> {
    let rows = db.fetch_all::<Site>(
        sql!(
            "SELECT s.site_id FROM sites s WHERE s.routing_capacity IS NOT NULL AND EXISTS (
                 SELECT 1 FROM conversations c WHERE c.site_id = s.site_id AND c.state = 'queued' AND c.last_seq > 0)"
        ),
        args![],
    );
    Ok(rows.await?.into_iter().map(|row| SiteId(row.site_id)).collect())
}

#[derive(sqlx::FromRow)]
struct Id {
    #[sqlx(rename = "conversation_id")]
    _id: String,
}

pub async fn anybody_waits(db: &Db, site: &SiteId) -> Result<bool, db::Error> {
    let row = db.fetch_optional::<Id>(
        sql!(
            "SELECT conversation_id FROM conversations
             WHERE site_id = $1 AND state = 'queued' AND last_seq > 0 LIMIT 1"
        ),
        args![site],
    );
    Ok(row.await?.is_some())
}

#[derive(sqlx::FromRow)]
struct Turn {
    #[sqlx(rename = "turn")]
    _turn: i64,
}

/// Whoever comes next at this site waits until this transaction is over.
pub async fn take_turn(tx: &mut Tx, site: &SiteId) -> Result<(), db::Error> {
    tx.fetch_optional::<Turn>(
        sql!(
            "INSERT INTO routing_turns (site_id, turn) VALUES ($1, 1)
             ON CONFLICT (site_id) DO UPDATE SET turn = routing_turns.turn + 1 RETURNING turn"
        ),
        args![site],
    )
    .await
    .map(|_| ())
}

/// Somebody who is there and has room for one more.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Free {
    pub agent_id: String,
    pub name: String,
    /// JSON.
    pub locales: Option<String>,
    pub open: i64,
}

impl Free {
    /// `None`: every one.
    pub fn locales(&self) -> Option<Vec<String>> {
        self.locales.as_deref().and_then(|json| serde_json::from_str(json).ok())
    }
}

/// Who has the least to do comes first.
pub async fn free<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    seen: Timestamp,
    capacity: i64,
) -> Result<Vec<Free>, db::Error> {
    from.all(
        sql!(
            "SELECT f.agent_id, f.name, f.locales, f.open FROM (
                 SELECT a.agent_id, a.name, a.locales,
                        (SELECT COUNT(*) FROM conversations c WHERE c.site_id = a.site_id AND c.agent_id = a.agent_id
                         AND c.state = 'assigned') AS open
                 FROM agents a JOIN agent_presence p ON p.site_id = a.site_id AND p.agent_id = a.agent_id
                 WHERE a.site_id = $1 AND a.disabled_at IS NULL AND a.role IN ('owner', 'lead', 'agent')
                 AND p.available AND p.seen_at > $2) f
             WHERE f.open < $3 ORDER BY f.open, f.agent_id"
        ),
        args![site, seen, capacity],
    )
    .await
}

/// Somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Next {
    pub conversation_id: String,
    pub visitor_id: String,
    pub shopper_id: Option<String>,
    pub locale: String,
}

/// As many languages as there are.
const LOCALES: usize = 3;

/// Whoever waits longest, of those who read one of these; `None`: of all.
pub async fn next(tx: &mut Tx, site: &SiteId, locales: &Option<Vec<String>>) -> Result<Option<Next>, db::Error> {
    let mut spoken = locales.clone().unwrap_or_default();
    spoken.sort();
    spoken.dedup();
    let mut args = args![site, locales.is_none()];
    args.extend(spoken.into_iter().map(Arg::from));
    // No language is called nothing.
    args.resize_with(2 + LOCALES, || Arg::from(String::new()));
    tx.fetch_optional(
        sql!(
            "SELECT conversation_id, visitor_id, shopper_id, locale FROM conversations
             WHERE site_id = $1 AND state = 'queued' AND last_seq > 0 AND ($2 OR locale IN ($3, $4, $5))
             ORDER BY queued_at, conversation_id LIMIT 1"
        ),
        args,
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Helper {
    agent_id: Option<String>,
}

/// Who of the shop's people had her last conversation.
pub async fn helped_before(tx: &mut Tx, site: &SiteId, next: &Next) -> Result<Option<String>, db::Error> {
    let row = tx.fetch_optional::<Helper>(
        sql!(
            "SELECT agent_id FROM conversations
             WHERE site_id = $1 AND conversation_id <> $2 AND (visitor_id = $3 OR shopper_id = $4) AND agent_id IS NOT NULL
             ORDER BY created_at DESC, conversation_id LIMIT 1"
        ),
        args![site, &next.conversation_id, &next.visitor_id, &next.shopper_id],
    );
    Ok(row.await?.and_then(|row| row.agent_id))
}

#[derive(sqlx::FromRow)]
struct LastSeq {
    last_seq: i64,
}

/// Gives it, with the log's next number. `None`: a person has taken it, or it is over.
pub async fn give(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    agent: &AgentId,
    now: Timestamp,
) -> Result<Option<i64>, db::Error> {
    let row = tx.fetch_optional::<LastSeq>(
        sql!(
            "UPDATE conversations SET agent_id = $3, state = 'assigned', last_seq = last_seq + 1, updated_at = $4,
                    assigned_at = COALESCE(assigned_at, $4), routed_at = $4
             WHERE site_id = $1 AND conversation_id = $2 AND state = 'queued' RETURNING last_seq"
        ),
        args![site, id, agent, now],
    );
    Ok(row.await?.map(|row| row.last_seq))
}

/// Which languages one of the shop's people writes; `None`: every one. `false`: there is no such account.
pub async fn set_locales(tx: &mut Tx, site: &SiteId, email: &str, locales: Option<&str>) -> Result<bool, db::Error> {
    tx.execute(sql!("UPDATE agents SET locales = $3 WHERE site_id = $1 AND email = $2"), args![site, email, locales])
        .await
        .map(|rows| rows > 0)
}

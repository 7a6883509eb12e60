//! What agents did or saw that no other table tells. Rows are only added.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};

/// An act, as it is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ActRow {
    pub act_id: String,
    pub at: i64,
    pub agent_id: String,
    /// `open_photo`, `list_add`, …
    pub act: String,
    /// What it was done to, by our id.
    pub subject: String,
    pub note: String,
}

/// Writes it down, with whatever it is about.
pub async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    act_id: &str,
    agent: &AgentId,
    (act, subject, note): (&str, &str, &str),
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO agent_acts (site_id, act_id, at, agent_id, act, subject, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![site, act_id, now, agent, act, subject, note],
    )
    .await
    .map(|_| ())
}

/// The same, unless an act with this id stands there.
pub async fn insert_once(
    tx: &mut Tx,
    site: &SiteId,
    act_id: &str,
    agent: &AgentId,
    (act, subject, note): (&str, &str, &str),
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO agent_acts (site_id, act_id, at, agent_id, act, subject, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (site_id, act_id) DO NOTHING"
        ),
        args![site, act_id, now, agent, act, subject, note],
    )
    .await
    .map(|_| ())
}

/// Newest first, older than `before`.
pub async fn list(db: &Db, site: &SiteId, before: (i64, &str), most: i64) -> Result<Vec<ActRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT act_id, at, agent_id, act, subject, note FROM agent_acts
             WHERE site_id = $1 AND (at < $2 OR (at = $2 AND act_id > $3))
             ORDER BY at DESC, act_id LIMIT $4"
        ),
        args![site, before.0, before.1, most],
    )
    .await
}

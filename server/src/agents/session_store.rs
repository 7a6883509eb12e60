//! Sessions of the desk in the database.

use super::{Account, store};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};

/// A session with whose it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub site_id: String,
    pub session_id: String,
    pub agent_id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    pub created_at: i64,
    pub seen_at: i64,
}

impl SessionRow {
    /// # Errors
    /// [`db::Error::Corrupt`] for a role that nobody knows.
    pub fn account(self) -> Result<Account, db::Error> {
        store::account(self.agent_id, self.email, self.name, &self.role)
    }
}

/// By the hash of what its cookie says: it also says which site it is. Nobody's whose account was disabled.
pub async fn by_token(db: &Db, token_hash: &str) -> Result<Option<SessionRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT s.site_id, s.session_id, s.agent_id, a.email, a.name, a.role, s.created_at, s.seen_at
             FROM desk_sessions s JOIN agents a ON a.site_id = s.site_id AND a.agent_id = s.agent_id
             WHERE s.token_hash = $1 AND a.disabled_at IS NULL"
        ),
        args![token_hash],
    )
    .await
}

/// A new session.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub session_id: String,
    pub token_hash: String,
    pub agent: AgentId,
    pub device: String,
}

pub async fn insert(tx: &mut Tx, site: &SiteId, new: &NewSession, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO desk_sessions (site_id, session_id, token_hash, agent_id, device, created_at, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)"
        ),
        args![site, &new.session_id, &new.token_hash, &new.agent, &new.device, now],
    )
    .await
    .map(|_| ())
}

pub async fn seen(tx: &mut Tx, site: &SiteId, session_id: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE desk_sessions SET seen_at = $3 WHERE site_id = $1 AND session_id = $2 AND seen_at < $3"),
        args![site, session_id, now],
    )
    .await
    .map(|_| ())
}

/// A session as it is listed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedSession {
    pub session_id: String,
    pub device: String,
    pub created_at: i64,
    pub seen_at: i64,
}

/// Of one account, those that began and were used after these moments; last used first.
pub async fn list(
    db: &Db,
    site: &SiteId,
    agent: &AgentId,
    (created, seen): (Timestamp, Timestamp),
) -> Result<Vec<ListedSession>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT session_id, device, created_at, seen_at FROM desk_sessions
             WHERE site_id = $1 AND agent_id = $2 AND created_at > $3 AND seen_at > $4
             ORDER BY seen_at DESC, session_id"
        ),
        args![site, agent, created, seen],
    )
    .await
}

/// `false`: this account has no such session.
pub async fn end(tx: &mut Tx, site: &SiteId, agent: &AgentId, session_id: &str) -> Result<bool, db::Error> {
    tx.execute(
        sql!("DELETE FROM desk_sessions WHERE site_id = $1 AND agent_id = $2 AND session_id = $3"),
        args![site, agent, session_id],
    )
    .await
    .map(|rows| rows > 0)
}

/// Every one of an account.
pub async fn end_all(tx: &mut Tx, site: &SiteId, agent: &AgentId) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM desk_sessions WHERE site_id = $1 AND agent_id = $2"), args![site, agent])
        .await
        .map(|_| ())
}

/// Housekeeping over all sites.
pub async fn forget(tx: &mut Tx, (created, seen): (Timestamp, Timestamp)) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM desk_sessions WHERE created_at <= $1 OR seen_at <= $2"), args![created, seen])
        .await
        .map(|_| ())
}

//! Agents in the database.

use super::{Account, Role, session_store};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAgent {
    pub id: AgentId,
    /// In lower case.
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
}

/// # Errors
/// [`db::Error::Conflict`] when the site has an agent with this e-mail address.
pub async fn insert(tx: &mut Tx, site: &SiteId, agent: &NewAgent, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO agents (site_id, agent_id, email, name, role, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![site, &agent.id, &agent.email, &agent.name, agent.role.name(), &agent.password_hash, now],
    )
    .await
    .map(|_| ())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedAgent {
    pub email: String,
    pub name: String,
    pub role: String,
    pub disabled_at: Option<i64>,
}

pub async fn list(db: &Db, site: &SiteId) -> Result<Vec<ListedAgent>, db::Error> {
    db.fetch_all(
        sql!("SELECT email, name, role, disabled_at FROM agents WHERE site_id = $1 ORDER BY email"),
        args![site],
    )
    .await
}

/// An account that works.
#[derive(Clone, sqlx::FromRow)]
pub struct ActiveAgent {
    pub agent_id: String,
    pub email: String,
    /// As shoppers see it, too.
    pub name: String,
    pub role: String,
    pub password_hash: String,
}

impl ActiveAgent {
    /// # Errors
    /// [`db::Error::Corrupt`] for a role that nobody knows.
    pub fn account(self) -> Result<Account, db::Error> {
        account(self.agent_id, self.email, self.name, &self.role)
    }
}

pub(super) fn account(id: String, email: String, name: String, role: &str) -> Result<Account, db::Error> {
    let corrupt = || db::Error::Corrupt(format!("agent {id}: role"));
    Ok(Account { role: Role::parse(role).ok_or_else(corrupt)?, id: AgentId(id), email, name })
}

/// By e-mail, in lower case; nobody whose account was disabled.
pub async fn active(db: &Db, site: &SiteId, email: &str) -> Result<Option<ActiveAgent>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT agent_id, email, name, role, password_hash FROM agents
             WHERE site_id = $1 AND email = $2 AND disabled_at IS NULL"
        ),
        args![site, email],
    )
    .await
}

/// Somebody who works here, and how many conversations she has now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ColleagueRow {
    pub email: String,
    pub name: String,
    pub role: String,
    pub held: i64,
}

/// By name; nobody whose account was disabled.
pub async fn colleagues(db: &Db, site: &SiteId) -> Result<Vec<ColleagueRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT a.email, a.name, a.role,
                    CAST((SELECT COUNT(*) FROM conversations c WHERE c.site_id = a.site_id AND c.agent_id = a.agent_id
                          AND c.state = 'assigned') AS BIGINT) AS held
             FROM agents a WHERE a.site_id = $1 AND a.disabled_at IS NULL ORDER BY lower(a.name), a.email"
        ),
        args![site],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Changed {
    agent_id: String,
}

/// The account's id; `None`: there is none with this e-mail address. Whoever changes what opens an account ends its sessions
/// in the same transaction.
pub async fn set_password(
    tx: &mut Tx,
    site: &SiteId,
    email: &str,
    password_hash: &str,
) -> Result<Option<AgentId>, db::Error> {
    let changed = tx.fetch_optional::<Changed>(
        sql!("UPDATE agents SET password_hash = $3 WHERE site_id = $1 AND email = $2 RETURNING agent_id"),
        args![site, email, password_hash],
    );
    let changed = changed.await?;
    ended(tx, site, changed).await
}

/// Disables an account, or lets it work again (`None`).
pub async fn set_disabled(
    tx: &mut Tx,
    site: &SiteId,
    email: &str,
    at: Option<Timestamp>,
) -> Result<Option<AgentId>, db::Error> {
    let changed = tx.fetch_optional::<Changed>(
        sql!("UPDATE agents SET disabled_at = $3 WHERE site_id = $1 AND email = $2 RETURNING agent_id"),
        args![site, email, at],
    );
    let changed = changed.await?;
    ended(tx, site, changed).await
}

/// Gives an account an authenticator, or takes it away (`None`).
pub async fn set_totp(
    tx: &mut Tx,
    site: &SiteId,
    agent: &AgentId,
    sealed: Option<&str>,
) -> Result<Option<AgentId>, db::Error> {
    let changed = tx.fetch_optional::<Changed>(
        sql!(
            "UPDATE agents SET totp_secret = $3, totp_step = NULL WHERE site_id = $1 AND agent_id = $2
             RETURNING agent_id"
        ),
        args![site, agent, sealed],
    );
    let changed = changed.await?;
    ended(tx, site, changed).await
}

async fn ended(tx: &mut Tx, site: &SiteId, changed: Option<Changed>) -> Result<Option<AgentId>, db::Error> {
    let Some(changed) = changed else { return Ok(None) };
    let agent = AgentId(changed.agent_id);
    session_store::end_all(tx, site, &agent).await?;
    Ok(Some(agent))
}

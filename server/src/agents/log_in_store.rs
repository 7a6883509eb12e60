//! What the door reads and writes. Nobody knows yet which shop it is about: accounts are looked for by address in all of them,
//! and tries are counted under no shop's id.

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

/// An account that could be meant.
#[derive(Clone, sqlx::FromRow)]
pub struct Candidate {
    pub site_id: String,
    pub agent_id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    pub password_hash: String,
    /// Sealed.
    pub totp_secret: Option<String>,
}

impl Candidate {
    /// # Errors
    /// [`db::Error::Corrupt`] for a role that nobody knows.
    pub fn account(self) -> Result<Account, db::Error> {
        store::account(self.agent_id, self.email, self.name, &self.role)
    }
}

/// At every shop, by e-mail in lower case; none that was disabled. Each costs a hash, so there is an end to them.
pub async fn candidates(db: &Db, email: &str) -> Result<Vec<Candidate>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT site_id, agent_id, email, name, role, password_hash, totp_secret FROM agents
             WHERE email = $1 AND disabled_at IS NULL ORDER BY site_id LIMIT 16"
        ),
        args![email],
    )
    .await
}

/// The account is still as it was when it proved itself, and no code of this step or a later one was taken before; now one
/// was. `step`: of the code that it showed.
pub async fn take_code(
    tx: &mut Tx,
    site: &SiteId,
    agent: &AgentId,
    password_hash: &str,
    step: Option<i64>,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE agents SET totp_step = COALESCE(CAST($4 AS BIGINT), totp_step)
             WHERE site_id = $1 AND agent_id = $2 AND password_hash = $3 AND disabled_at IS NULL
             AND (CAST($4 AS BIGINT) IS NULL AND totp_secret IS NULL
                  OR totp_secret IS NOT NULL AND COALESCE(totp_step, 0) < CAST($4 AS BIGINT))"
        ),
        args![site, agent, password_hash, step],
    )
    .await
    .map(|rows| rows > 0)
}

/// How many tries a bucket has, and since when.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Tries {
    pub tries: i64,
    pub since: i64,
}

/// Counts one more, and begins anew when the first of them was before `forgotten`.
pub async fn count(tx: &mut Tx, bucket: &str, forgotten: Timestamp, now: Timestamp) -> Result<Tries, db::Error> {
    let counted = tx.fetch_optional::<Tries>(
        sql!(
            "INSERT INTO log_in_tries (site_id, bucket, since, tries) VALUES ('', $1, $3, 1)
             ON CONFLICT (site_id, bucket) DO UPDATE SET
                 tries = CASE WHEN log_in_tries.since <= $2 THEN 1 ELSE log_in_tries.tries + 1 END,
                 since = CASE WHEN log_in_tries.since <= $2 THEN excluded.since ELSE log_in_tries.since END
             RETURNING tries, since"
        ),
        args![bucket, forgotten, now],
    );
    counted.await?.ok_or_else(|| db::Error::Corrupt("log_in_tries: nothing was counted".into()))
}

/// One less: it was none that counts.
pub async fn give_back(tx: &mut Tx, bucket: &str) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE log_in_tries SET tries = tries - 1 WHERE site_id = '' AND bucket = $1 AND tries > 0"),
        args![bucket],
    )
    .await
    .map(|_| ())
}

/// None any more: whoever it was has come in.
pub async fn clear(tx: &mut Tx, bucket: &str) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM log_in_tries WHERE site_id = '' AND bucket = $1"), args![bucket]).await.map(|_| ())
}

/// Housekeeping.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM log_in_tries WHERE since <= $1"), args![before]).await.map(|_| ())
}

//! Returns policies in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PolicyRow {
    pub policy_id: String,
    pub source: String,
}

#[derive(sqlx::FromRow)]
struct Id {
    policy_id: String,
}

/// Of all of the site's policies, oldest first: of two for the same day the later one holds.
pub async fn ids(db: &Db, site: &SiteId) -> Result<Vec<String>, db::Error> {
    let ids = db.fetch_all::<Id>(
        sql!("SELECT policy_id FROM return_policies WHERE site_id = $1 ORDER BY created_at, policy_id"),
        args![site],
    );
    ids.await.map(|ids| ids.into_iter().map(|id| id.policy_id).collect())
}

pub async fn source(db: &Db, site: &SiteId, policy_id: &str) -> Result<Option<PolicyRow>, db::Error> {
    db.fetch_optional(
        sql!("SELECT policy_id, source FROM return_policies WHERE site_id = $1 AND policy_id = $2"),
        args![site, policy_id],
    )
    .await
}

pub async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    policy_id: &str,
    in_force_from: &str,
    source: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO return_policies (site_id, policy_id, in_force_from, source, created_at)
             VALUES ($1, $2, $3, $4, $5)"
        ),
        args![site, policy_id, in_force_from, source, now],
    )
    .await
    .map(|_| ())
}

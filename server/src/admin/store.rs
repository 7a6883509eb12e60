//! Secret keys in the database, and what the admin API reads of an order.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Owner {
    site_id: String,
}

/// The site whose key has this hash, unless the key was revoked.
pub async fn site_of(db: &Db, key_hash: &str) -> Result<Option<SiteId>, db::Error> {
    let owner = db.fetch_optional::<Owner>(
        sql!("SELECT site_id FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL"),
        args![key_hash],
    );
    owner.await.map(|owner| owner.map(|owner| SiteId(owner.site_id)))
}

pub async fn insert_key(
    tx: &mut Tx,
    site: &SiteId,
    key_id: &str,
    key_hash: &str,
    name: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!("INSERT INTO api_keys (site_id, key_id, key_hash, name, created_at) VALUES ($1, $2, $3, $4, $5)"),
        args![site, key_id, key_hash, name, now],
    )
    .await
    .map(|_| ())
}

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    pub key_id: String,
    pub name: String,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}

pub async fn keys(db: &Db, site: &SiteId) -> Result<Vec<KeyRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT key_id, name, created_at, revoked_at FROM api_keys WHERE site_id = $1 ORDER BY created_at, key_id"
        ),
        args![site],
    )
    .await
}

/// `false`: the site has no such key that still works.
pub async fn revoke_key(tx: &mut Tx, site: &SiteId, key_id: &str, now: Timestamp) -> Result<bool, db::Error> {
    tx.execute(
        sql!("UPDATE api_keys SET revoked_at = $3 WHERE site_id = $1 AND key_id = $2 AND revoked_at IS NULL"),
        args![site, key_id, now],
    )
    .await
    .map(|rows| rows > 0)
}

#[derive(sqlx::FromRow)]
struct Named {
    order_id: String,
}

/// Our id of the order that a system (`source`) calls by this id.
pub async fn order_id(db: &Db, site: &SiteId, source: &str, external_id: &str) -> Result<Option<OrderId>, db::Error> {
    let named = db.fetch_optional::<Named>(
        sql!("SELECT order_id FROM orders WHERE site_id = $1 AND source = $2 AND external_id = $3"),
        args![site, source, external_id],
    );
    named.await.map(|named| named.map(|named| OrderId(named.order_id)))
}

//! Withdrawals in the database.

use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WithdrawalRow {
    pub withdrawal_id: String,
    /// `W-7K2M9Q`
    pub number: String,
    pub state: String,
    pub request_key: String,
    pub request_hash: String,
    pub locale: String,
    pub name: String,
    /// As typed.
    pub order_number: String,
    /// E-mail address, in lower case.
    pub contact: String,
    pub part: Option<String>,
    /// When number and contact are those of an order.
    pub order_id: Option<String>,
    pub declared_at: i64,
    pub acknowledged_at: Option<i64>,
}

/// # Errors
/// [`db::Error::Conflict`] when the number or the key is taken.
pub async fn insert(tx: &mut Tx, site: &SiteId, row: &WithdrawalRow) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO withdrawals (site_id, withdrawal_id, number, state, request_key, request_hash, locale, name,
                 order_number, contact, part, order_id, declared_at, acknowledged_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            site,
            &row.withdrawal_id,
            &row.number,
            &row.state,
            &row.request_key,
            &row.request_hash,
            &row.locale,
            &row.name,
            &row.order_number,
            &row.contact,
            &row.part,
            &row.order_id,
            row.declared_at,
            row.acknowledged_at
        ],
    )
    .await
    .map(|_| ())
}

pub async fn by_key<F: Fetch>(from: &mut F, site: &SiteId, key: &str) -> Result<Option<WithdrawalRow>, db::Error> {
    from.first(
        sql!(
            "SELECT withdrawal_id, number, state, request_key, request_hash, locale, name, order_number, contact, part,
                 order_id, declared_at, acknowledged_at
             FROM withdrawals WHERE site_id = $1 AND request_key = $2"
        ),
        args![site, key],
    )
    .await
}

/// A step of its machine, written only where it stood. `false`: somebody else was quicker.
pub async fn step(
    tx: &mut Tx,
    site: &SiteId,
    id: &str,
    (from, to): (&str, &str),
    acknowledged_at: Option<Timestamp>,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE withdrawals SET state = $4, acknowledged_at = $5
             WHERE site_id = $1 AND withdrawal_id = $2 AND state = $3"
        ),
        args![site, id, from, to, acknowledged_at],
    )
    .await
    .map(|rows| rows > 0)
}

/// Newest first, older than `before`.
pub async fn list(db: &Db, site: &SiteId, before: (i64, &str), most: i64) -> Result<Vec<WithdrawalRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT withdrawal_id, number, state, request_key, request_hash, locale, name, order_number, contact, part,
                 order_id, declared_at, acknowledged_at
             FROM withdrawals
             WHERE site_id = $1 AND (declared_at < $2 OR (declared_at = $2 AND withdrawal_id > $3))
             ORDER BY declared_at DESC, withdrawal_id LIMIT $4"
        ),
        args![site, before.0, before.1, most],
    )
    .await
}

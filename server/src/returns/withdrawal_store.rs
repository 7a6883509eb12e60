//! Withdrawals in the database.

use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};

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
    /// When one of the shop's people was done with it, who, and how.
    pub handled_at: Option<i64>,
    pub handled_by: Option<String>,
    pub handled_note: Option<String>,
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
                 order_id, declared_at, acknowledged_at, handled_at, handled_by, handled_note
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

pub async fn by_id<F: Fetch>(from: &mut F, site: &SiteId, id: &str) -> Result<Option<WithdrawalRow>, db::Error> {
    from.first(
        sql!(
            "SELECT withdrawal_id, number, state, request_key, request_hash, locale, name, order_number, contact, part,
                 order_id, declared_at, acknowledged_at, handled_at, handled_by, handled_note
             FROM withdrawals WHERE site_id = $1 AND withdrawal_id = $2"
        ),
        args![site, id],
    )
    .await
}

/// `false`: it was handled before.
pub async fn handled(
    tx: &mut Tx,
    site: &SiteId,
    id: &str,
    agent: &AgentId,
    note: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE withdrawals SET handled_at = $3, handled_by = $4, handled_note = $5
             WHERE site_id = $1 AND withdrawal_id = $2 AND handled_at IS NULL"
        ),
        args![site, id, now, agent, note],
    )
    .await
    .map(|rows| rows > 0)
}

/// Newest first, older than `before`; all, or those that are still `open`.
pub async fn list(
    db: &Db,
    site: &SiteId,
    open: bool,
    before: (i64, &str),
    most: i64,
) -> Result<Vec<WithdrawalRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT withdrawal_id, number, state, request_key, request_hash, locale, name, order_number, contact, part,
                 order_id, declared_at, acknowledged_at, handled_at, handled_by, handled_note
             FROM withdrawals
             WHERE site_id = $1 AND (declared_at < $2 OR (declared_at = $2 AND withdrawal_id > $3))
               AND (handled_at IS NULL OR NOT $5)
             ORDER BY declared_at DESC, withdrawal_id LIMIT $4"
        ),
        args![site, before.0, before.1, most, open],
    )
    .await
}

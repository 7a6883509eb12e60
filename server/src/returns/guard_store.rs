//! Lists of whom a person should look at, and what keeps money from leaving, in the database.

use super::{
    guard::{By, Known, List},
    order_store::OrderRow,
};
use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};

/// An entry of a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EntryRow {
    pub entry_id: String,
    pub list: String,
    pub kind: String,
    pub value: String,
    pub reason: String,
    /// An agent's id, as `removed_by`.
    pub added_by: String,
    pub added_at: i64,
    pub expires_at: Option<i64>,
    pub removed_by: Option<String>,
    pub removed_at: Option<i64>,
}

pub struct NewEntry {
    pub entry_id: String,
    pub list: List,
    pub by: By,
    pub value: String,
    pub reason: String,
    pub agent: AgentId,
    pub expires_at: Option<Timestamp>,
}

pub async fn insert(tx: &mut Tx, site: &SiteId, new: &NewEntry, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO guard_entries (site_id, entry_id, list, kind, value, reason, added_by, added_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            site,
            &new.entry_id,
            new.list.name(),
            new.by.name(),
            &new.value,
            &new.reason,
            &new.agent,
            now,
            new.expires_at.map(|at| at.0)
        ],
    )
    .await
    .map(|_| ())
}

/// `false`: there is none that still holds.
pub async fn remove(
    tx: &mut Tx,
    site: &SiteId,
    entry_id: &str,
    agent: &AgentId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE guard_entries SET removed_by = $3, removed_at = $4
             WHERE site_id = $1 AND entry_id = $2 AND removed_at IS NULL"
        ),
        args![site, entry_id, agent, now],
    )
    .await
    .map(|rows| rows > 0)
}

pub async fn by_id(db: &Db, site: &SiteId, entry_id: &str) -> Result<Option<EntryRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT entry_id, list, kind, value, reason, added_by, added_at, expires_at, removed_by, removed_at
             FROM guard_entries WHERE site_id = $1 AND entry_id = $2"
        ),
        args![site, entry_id],
    )
    .await
}

/// Newest first, older than `before`; those that hold at `now`, or `ended` ones too.
pub async fn list(
    db: &Db,
    site: &SiteId,
    ended: bool,
    before: (i64, &str),
    most: i64,
    now: Timestamp,
) -> Result<Vec<EntryRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT entry_id, list, kind, value, reason, added_by, added_at, expires_at, removed_by, removed_at
             FROM guard_entries
             WHERE site_id = $1 AND ($2 OR (removed_at IS NULL AND (expires_at IS NULL OR expires_at > $3)))
               AND (added_at < $4 OR (added_at = $4 AND entry_id > $5))
             ORDER BY added_at DESC, entry_id LIMIT $6"
        ),
        args![site, ended, now, before.0, before.1, most],
    )
    .await
}

/// The entries that fit whoever asks for something of this order, and hold now; the oldest first.
pub async fn matching<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    order: &OrderRow,
    shopper_id: &str,
    now: Timestamp,
) -> Result<Vec<EntryRow>, db::Error> {
    let known = Known::of(order, shopper_id);
    from.all(
        sql!(
            "SELECT entry_id, list, kind, value, reason, added_by, added_at, expires_at, removed_by, removed_at
             FROM guard_entries
             WHERE site_id = $1 AND removed_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
               AND ((kind = 'email' AND value = $3) OR (kind = 'phone' AND value = $4)
                 OR (kind = 'shopper' AND value = $5) OR (kind = 'address' AND value = $6))
             ORDER BY added_at, entry_id"
        ),
        args![site, now, &known.email, &known.phone, &known.shopper, &known.address],
    )
    .await
}

/// Whether a person has to decide about whoever asks.
pub async fn needs_person<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    order: &OrderRow,
    shopper_id: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let entries = matching(from, site, order, shopper_id, now).await?;
    Ok(super::guard::needs_person(entries.iter().filter_map(|entry| List::parse(&entry.list))))
}

/// From now on no money leaves for this return until somebody clears it. What was cleared and is found again holds anew.
pub async fn hold(tx: &mut Tx, site: &SiteId, return_id: &str, why: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO return_holds (site_id, return_id, why, held_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site_id, return_id, why)
             DO UPDATE SET held_at = excluded.held_at, cleared_by = NULL, cleared_at = NULL"
        ),
        args![site, return_id, why, now],
    )
    .await
    .map(|_| ())
}

/// `false`: nothing was held.
pub async fn clear(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    agent: &AgentId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE return_holds SET cleared_by = $3, cleared_at = $4
             WHERE site_id = $1 AND return_id = $2 AND cleared_at IS NULL"
        ),
        args![site, return_id, agent, now],
    )
    .await
    .map(|rows| rows > 0)
}

#[derive(sqlx::FromRow)]
struct Held {
    why: String,
}

/// Why money of this return may not leave now; empty when it may.
pub async fn held<F: Fetch>(from: &mut F, site: &SiteId, return_id: &str) -> Result<Vec<String>, db::Error> {
    let rows = from.all::<Held>(
        sql!("SELECT why FROM return_holds WHERE site_id = $1 AND return_id = $2 AND cleared_at IS NULL ORDER BY why"),
        args![site, return_id],
    );
    Ok(rows.await?.into_iter().map(|row| row.why).collect())
}

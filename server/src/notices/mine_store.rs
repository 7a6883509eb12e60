//! Which notices a shopper has seen, in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Seen {
    pub notice_key: String,
    pub dismissed_at: Option<i64>,
}

/// What was seen under either of a shopper's contacts.
pub async fn seen(db: &Db, site: &SiteId, email: Option<&str>, phone: Option<&str>) -> Result<Vec<Seen>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT notice_key, dismissed_at FROM notices_seen
             WHERE site_id = $1 AND (contact_hash = $2 OR contact_hash = $3)"
        ),
        args![site, email, phone],
    )
    .await
}

/// Writes down that it was seen, and whether she wants no more of it; seeing it again takes nothing back.
pub async fn mark(
    tx: &mut Tx,
    site: &SiteId,
    contact: &str,
    key: &str,
    dismissed: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO notices_seen (site_id, contact_hash, notice_key, seen_at, dismissed_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (site_id, contact_hash, notice_key) DO UPDATE
             SET seen_at = excluded.seen_at, dismissed_at = COALESCE(excluded.dismissed_at, notices_seen.dismissed_at)"
        ),
        args![site, contact, key, now, dismissed.then_some(now)],
    )
    .await
    .map(|_| ())
}

/// Housekeeping over all sites.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM notices_seen WHERE seen_at < $1"), args![before]).await.map(|_| ())
}

//! Canned replies in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CannedRow {
    pub shortcut: String,
    /// JSON.
    pub texts: String,
}

/// By shortcut, whatever the database takes for an order.
pub async fn list(db: &Db, site: &SiteId) -> Result<Vec<CannedRow>, db::Error> {
    let rows =
        db.fetch_all::<CannedRow>(sql!("SELECT shortcut, texts FROM canned_replies WHERE site_id = $1"), args![site]);
    let mut rows = rows.await?;
    rows.sort_by(|one, other| one.shortcut.cmp(&other.shortcut));
    Ok(rows)
}

/// How many there are besides this one.
pub async fn others(tx: &mut Tx, site: &SiteId, shortcut: &str) -> Result<i64, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Count {
        others: i64,
    }
    let row = tx.fetch_optional::<Count>(
        sql!("SELECT CAST(COUNT(*) AS BIGINT) AS others FROM canned_replies WHERE site_id = $1 AND shortcut <> $2"),
        args![site, shortcut],
    );
    Ok(row.await?.map_or(0, |row| row.others))
}

pub async fn put(
    tx: &mut Tx,
    site: &SiteId,
    row: &CannedRow,
    agent: &AgentId,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO canned_replies (site_id, shortcut, texts, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (site_id, shortcut) DO UPDATE
             SET texts = excluded.texts, updated_at = excluded.updated_at, updated_by = excluded.updated_by"
        ),
        args![site, &row.shortcut, &row.texts, now, agent],
    )
    .await
    .map(|_| ())
}

/// `false`: there was none.
pub async fn delete(tx: &mut Tx, site: &SiteId, shortcut: &str) -> Result<bool, db::Error> {
    let deleted =
        tx.execute(sql!("DELETE FROM canned_replies WHERE site_id = $1 AND shortcut = $2"), args![site, shortcut]);
    Ok(deleted.await? > 0)
}

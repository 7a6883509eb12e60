//! Batches of a file, and how far its import has come.

use super::{
    order_store::{Older, write_order},
    prepare::Prepared,
    source::Position,
};
use crate::{
    args,
    db::{Db, Error, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// What has become of the orders of a file so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New or changed.
    pub imported: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

impl Counts {
    pub fn total(&self) -> u64 {
        self.imported + self.unchanged + self.rejected
    }
}

/// How far a run has come, as it stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub position: Position,
    pub counts: Counts,
}

#[derive(sqlx::FromRow)]
struct Run {
    position: i64,
    line: i64,
    imported: i64,
    unchanged: i64,
    rejected: i64,
}

/// Where the last run of this file ended before its time.
pub async fn reached(db: &Db, site: &SiteId, file_key: &str) -> Result<Option<Reached>, Error> {
    let run: Option<Run> = db
        .fetch_optional(
            sql!(
                "SELECT position, line, imported, unchanged, rejected FROM import_runs
                 WHERE site_id = $1 AND file_key = $2"
            ),
            args![site, file_key],
        )
        .await?;
    let count = i64::unsigned_abs;
    Ok(run.map(|run| Reached {
        position: Position { offset: count(run.position), line: count(run.line) },
        counts: Counts {
            imported: count(run.imported),
            unchanged: count(run.unchanged),
            rejected: count(run.rejected),
        },
    }))
}

/// Forgets the run, and what others left behind more than `keep_ms` ago.
pub async fn finish(db: &Db, site: &SiteId, file_key: &str, now: Timestamp, keep_ms: i64) -> Result<(), Error> {
    let args = args![site, file_key, now.plus_ms(-keep_ms)];
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(sql!("DELETE FROM import_runs WHERE site_id = $1 AND (file_key = $2 OR updated_at < $3)"), args)
                .await
                .map(|_| ())
        })
    })
    .await
}

/// One batch in one transaction, together with the position behind it. Returns how many orders were new or changed.
pub async fn write_batch(
    db: &Db,
    site: &SiteId,
    orders: Vec<Prepared>,
    run: Option<(String, Reached, Timestamp)>,
) -> Result<u64, Error> {
    let site = site.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let mut written = 0;
            for order in &orders {
                written += u64::from(write_order(tx, &site, order, Older::Replaces).await?);
            }
            if let Some((file_key, before, now)) = run {
                let unchanged = before.counts.unchanged + (orders.len() as u64 - written);
                let counts = Counts { imported: before.counts.imported + written, unchanged, ..before.counts };
                remember(tx, &site, &file_key, Reached { counts, ..before }, now).await?;
            }
            Ok(written)
        })
    })
    .await
}

async fn remember(tx: &mut Tx, site: &SiteId, file_key: &str, run: Reached, now: Timestamp) -> Result<(), Error> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let Reached { position, counts } = run;
    tx.execute(
        sql!(
            "INSERT INTO import_runs (site_id, file_key, position, line, imported, unchanged, rejected, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (site_id, file_key) DO UPDATE SET position = excluded.position, line = excluded.line,
                 imported = excluded.imported, unchanged = excluded.unchanged, rejected = excluded.rejected,
                 updated_at = excluded.updated_at"
        ),
        args![
            site,
            file_key,
            number(position.offset),
            number(position.line),
            number(counts.imported),
            number(counts.unchanged),
            number(counts.rejected),
            now
        ],
    )
    .await
    .map(|_| ())
}

//! Jobs in the database.

use super::{Job, NewJob, Outcome};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// Stores the job with the transaction. `false`: it is known already, whatever has become of it.
///
/// # Errors
/// The database's.
pub async fn enqueue(tx: &mut Tx, job: NewJob, now: Timestamp) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO jobs (site_id, job_id, kind, job_key, payload, state, run_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $7) ON CONFLICT (site_id, job_id) DO NOTHING"
        ),
        args![&job.site, job.id(), job.kind, &job.key, &job.payload, job.run_at, now],
    )
    .await
    .map(|rows| rows > 0)
}

#[derive(sqlx::FromRow)]
struct Claimed {
    site_id: String,
    job_id: String,
    kind: String,
    job_key: String,
    payload: String,
    attempt: i64,
}

#[derive(sqlx::FromRow)]
struct Due {
    #[sqlx(rename = "run_at")]
    _run_at: i64,
}

/// Is there anything to do? A read, so that an idle server writes nothing.
pub async fn any_due(db: &Db, now: Timestamp) -> Result<bool, db::Error> {
    let due = db.fetch_optional::<Due>(
        sql!(
            "SELECT run_at FROM jobs WHERE state = 'waiting' AND run_at <= $1
             AND (claimed_until IS NULL OR claimed_until <= $1) LIMIT 1"
        ),
        args![now],
    );
    due.await.map(|due| due.is_some())
}

/// Takes up to `most` due jobs under the name `claim` until `until`; a worker that does not [`renew`] loses them then.
pub async fn claim(db: &Db, claim: String, now: Timestamp, until: Timestamp, most: i64) -> Result<Vec<Job>, db::Error> {
    let rows: Vec<Claimed> = db
        .write(move |tx| {
            Box::pin(async move {
                // The conditions stand outside too: of two nodes that choose the same rows, PostgreSQL lets the second
                // wait and look again, and it must then find them taken.
                tx.fetch_all::<Claimed>(
                    sql!(
                        "UPDATE jobs SET claim = $2, claimed_until = $3, attempt = attempt + 1
                         WHERE (site_id, job_id) IN (
                             SELECT site_id, job_id FROM jobs WHERE state = 'waiting' AND run_at <= $1
                             AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY run_at LIMIT $4)
                         AND state = 'waiting' AND (claimed_until IS NULL OR claimed_until <= $1)
                         RETURNING site_id, job_id, kind, job_key, payload, attempt"
                    ),
                    args![now, claim, until, most],
                )
                .await
            })
        })
        .await?;
    let job = |row: Claimed| Job {
        site: SiteId(row.site_id),
        job_id: row.job_id,
        kind: row.kind,
        key: row.job_key,
        payload: row.payload,
        attempt: row.attempt,
    };
    Ok(rows.into_iter().map(job).collect())
}

/// The claim lasts until `until`. `false`: it is lost, and the job perhaps in other hands.
pub async fn renew(db: &Db, job: &Job, claim: String, until: Timestamp) -> Result<bool, db::Error> {
    let (site, id) = (job.site.clone(), job.job_id.clone());
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                sql!("UPDATE jobs SET claimed_until = $4 WHERE site_id = $1 AND job_id = $2 AND claim = $3"),
                args![site, id, claim, until],
            )
            .await
            .map(|rows| rows > 0)
        })
    })
    .await
}

/// Every job that is taken is free again: for whoever knows that nobody is at work. How many there were.
pub async fn free_all(db: &Db) -> Result<u64, db::Error> {
    db.write(|tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "UPDATE jobs SET claim = NULL, claimed_until = NULL
                     WHERE state = 'waiting' AND claimed_until IS NOT NULL"
                ),
                args![],
            )
            .await
        })
    })
    .await
}

/// Writes down what became of the attempt, unless somebody else has taken the job since. A job that was wanted at once
/// while it ran ([`run_now`]) is due again, whatever came of it: it may have looked too early.
pub async fn finish(
    db: &Db,
    job: &Job,
    claim: String,
    outcome: Outcome,
    retry_at: Timestamp,
    now: Timestamp,
) -> Result<(), db::Error> {
    let (site, id, attempt) = (job.site.clone(), job.job_id.clone(), job.attempt);
    let (state, attempt, run_at, error) = match outcome {
        Outcome::Done => ("done", attempt, now, None),
        Outcome::Again(at) => ("waiting", 0, at, None),
        Outcome::Retry(reason) => ("waiting", attempt, retry_at, Some(reason)),
        Outcome::Failed(reason) => ("failed", attempt, now, Some(reason)),
    };
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "UPDATE jobs SET state = CASE WHEN attempt = 0 THEN 'waiting' ELSE $4 END,
                     run_at = CASE WHEN attempt = 0 THEN CAST($8 AS BIGINT) ELSE CAST($6 AS BIGINT) END, attempt = $5, last_error = $7, claim = NULL,
                     claimed_until = NULL, updated_at = $8 WHERE site_id = $1 AND job_id = $2 AND claim = $3"
                ),
                args![site, id, claim, state, attempt, run_at, error, now],
            )
            .await
            .map(|_| ())
        })
    })
    .await
}

/// Brings a waiting job forward, or starts an ended one anew: for `Retry` by a person, and for what somebody waited for.
/// One that runs just now is run once more: a claim counts attempts from 1, so that 0 says so.
pub async fn run_now(tx: &mut Tx, site: &SiteId, job_id: &str, now: Timestamp) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE jobs SET state = 'waiting', attempt = 0, run_at = $3, updated_at = $3
             WHERE site_id = $1 AND job_id = $2"
        ),
        args![site, job_id, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// Housekeeping over all sites: what went well is forgotten, what failed stays for a person to see.
pub async fn forget_done(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM jobs WHERE state = 'done' AND updated_at < $1"), args![before]).await.map(|_| ())
}

//! Runs what is due, on every node; the claim in the database keeps two nodes apart.

use super::{Job, Outcome, kinds, store};
use crate::{app::App, db};
use aftercart_shared::time::Timestamp;
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::task::JoinSet;

/// Looked for this often while there is nothing to do.
const IDLE: Duration = Duration::from_millis(250);
/// Taken, and run side by side, at a time.
const AT_ONCE: usize = 8;
/// One attempt may take this long; the claim outlives it, so that nobody else begins meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
const CLAIM_MS: i64 = 90 * 1000;
/// The first retry comes after this, each further one after twice as long, up to the longest.
const RETRY_MS: i64 = 2 * 1000;
const RETRY_MAX_MS: i64 = Timestamp::HOUR_MS;

/// Works until the task is stopped.
pub async fn work(app: App) {
    let mut ticks = tokio::time::interval(IDLE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = run_due(&app).await {
            tracing::warn!(%error, "jobs could not be taken or finished; they stay");
        }
    }
}

/// Runs everything that is due, and what becomes due meanwhile, with at most [`AT_ONCE`] under way: a job that takes
/// long keeps its own place and nobody else's. Each is a task of its own: taking more waits for rows that a running job
/// may have locked, so the two must not wait for one another.
///
/// # Errors
/// The database's. What was taken and not finished is taken again when its claim ends.
pub async fn run_due(app: &App) -> Result<(), db::Error> {
    let mut running = JoinSet::new();
    let mut outcome = Ok(());
    loop {
        let free = AT_ONCE - running.len();
        if free > 0 && outcome.is_ok() {
            match take(app, free).await {
                Ok(jobs) => jobs.into_iter().for_each(|(job, claim)| {
                    running.spawn(one(app.clone(), job, claim));
                }),
                Err(error) => outcome = Err(error),
            }
        }
        if running.is_empty() {
            return outcome;
        }
        let look_again = tokio::time::sleep(IDLE);
        let free = running.len() < AT_ONCE && outcome.is_ok();
        tokio::select! {
            Some(done) = running.join_next() => match done {
                Ok(done) => outcome = outcome.and(done),
                // Its claim ends, and it is taken again.
                Err(error) => tracing::warn!(%error, "a job was left"),
            },
            () = look_again, if free => {}
        }
    }
}

/// At most `most` jobs that are due, each with the claim under which it was taken.
async fn take(app: &App, most: usize) -> Result<Vec<(Job, String)>, db::Error> {
    let now = app.clock.now();
    if !store::any_due(&app.db, now).await? {
        return Ok(Vec::new());
    }
    let claim = app.random.id();
    let jobs = store::claim(&app.db, claim.clone(), now, now.plus_ms(CLAIM_MS), most as i64).await?;
    Ok(jobs.into_iter().map(|job| (job, claim.clone())).collect())
}

async fn one(app: App, job: Job, claim: String) -> Result<(), db::Error> {
    let outcome = attempt(&app, &job).await;
    if let Outcome::Retry(reason) | Outcome::Failed(reason) = &outcome {
        tracing::warn!(kind = job.kind, job = job.job_id, attempt = job.attempt, reason, "a job did not succeed");
    }
    let now = app.clock.now();
    store::finish(&app.db, &job, claim, outcome, retry_at(now, &job), now).await
}

async fn attempt(app: &App, job: &Job) -> Outcome {
    let Some(kind) = kinds::kind(&job.kind) else {
        return Outcome::Retry("this node does not know the kind".into());
    };
    let run = AssertUnwindSafe((kind.run)(app.clone(), job.clone())).catch_unwind();
    let outcome = match tokio::time::timeout(PATIENCE, run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Outcome::Retry("its handler panicked".into()),
        Err(_) => Outcome::Retry("it took too long".into()),
    };
    match outcome {
        Outcome::Retry(reason) if job.attempt >= kind.attempts => Outcome::Failed(reason),
        outcome => outcome,
    }
}

/// Doubling, and spread by the job's own id so that what failed together does not come back together.
fn retry_at(now: Timestamp, job: &Job) -> Timestamp {
    let doubled = RETRY_MS.saturating_mul(1 << (job.attempt - 1).clamp(0, 20)).min(RETRY_MAX_MS);
    let spread = i64::from(u8::from_str_radix(job.job_id.get(..2).unwrap_or("0"), 16).unwrap_or(0));
    now.plus_ms(doubled + doubled * spread / 1024)
}

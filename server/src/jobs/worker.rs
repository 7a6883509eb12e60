//! Runs what is due, on every node; the claim in the database keeps two nodes apart.

use super::{Job, Outcome, kinds, store};
use crate::{
    app::App,
    db::{self, Place, dialect},
    webhooks,
};
use aftercart_shared::time::Timestamp;
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::task::JoinSet;

/// Looked for this often while there is nothing to do.
const IDLE: Duration = Duration::from_millis(250);
/// Taken, and run side by side, at a time.
const AT_ONCE: usize = 8;
/// One attempt may take this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// So long after a node has died another one takes up what it did; the clocks of two nodes may differ by what renewing
/// leaves of it.
pub const CLAIM_MS: i64 = 15 * 1000;
/// A job that takes longer has its claim renewed as often, so that nobody else begins it.
pub const RENEW_MS: i64 = 5 * 1000;
/// The first retry comes after this, each further one after twice as long, up to the longest.
const RETRY_MS: i64 = 2 * 1000;
const RETRY_MAX_MS: i64 = Timestamp::HOUR_MS;

/// Works until the task is stopped.
pub async fn work(app: App) {
    // Held for as long as it works.
    let _place = match begin(&app).await {
        Ok(place) => place,
        Err(error) => {
            tracing::warn!(%error, "jobs of a server that has died could not be freed; their claims end by themselves");
            None
        }
    };
    let mut ticks = tokio::time::interval(IDLE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = run_due(&app).await {
            tracing::warn!(%error, "jobs could not be taken or finished; they stay");
        }
    }
}

/// Comes to the database. Whoever finds nobody else at a SQLite file frees what a killed server has left, so that it is
/// done at once and not when its claim ends. On PostgreSQL nobody can know who else is there.
///
/// # Errors
/// The database's.
pub async fn begin(app: &App) -> Result<Option<Place>, db::Error> {
    let file = dialect::file(&app.config.database_url());
    // It may wait for another server that is just beginning.
    let Ok(Some(place)) = tokio::task::spawn_blocking(|| Place::take(file)).await else { return Ok(None) };
    if place.is_first() {
        let freed = store::free_all(&app.db).await? + webhooks::store::free_all(&app.db).await?;
        if freed > 0 {
            tracing::info!(freed, "jobs that were under way when the server died are taken up again");
        }
    }
    Ok(place.settle())
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
async fn take(app: &App, most: usize) -> Result<Vec<(Job, Claim)>, db::Error> {
    let now = app.clock.now();
    if !store::any_due(&app.db, now).await? {
        return Ok(Vec::new());
    }
    let claim = Claim { name: app.random.id(), since: now };
    let jobs = store::claim(&app.db, claim.name.clone(), now, claim.until(), most as i64).await?;
    Ok(jobs.into_iter().map(|job| (job, claim.clone())).collect())
}

/// What a job was taken under.
#[derive(Clone, Debug)]
struct Claim {
    name: String,
    /// When it was made or renewed.
    since: Timestamp,
}

impl Claim {
    fn until(&self) -> Timestamp {
        self.since.plus_ms(CLAIM_MS)
    }
}

async fn one(app: App, job: Job, claim: Claim) -> Result<(), db::Error> {
    let outcome = tokio::select! {
        outcome = attempt(&app, &job) => outcome,
        () = keep(&app, &job, claim.clone()) => {
            tracing::warn!(kind = job.kind, job = job.job_id, "a job was left: its claim is lost");
            return Ok(());
        }
    };
    if let Outcome::Retry(reason) | Outcome::Failed(reason) = &outcome {
        tracing::warn!(kind = job.kind, job = job.job_id, attempt = job.attempt, reason, "a job did not succeed");
    }
    let now = app.clock.now();
    store::finish(&app.db, &job, claim.name, outcome, retry_at(now, &job), now).await
}

/// Renews the claim while its job is at work. Ends when it is lost: to another node, or because the database could not be
/// told in time that this one lives.
async fn keep(app: &App, job: &Job, mut claim: Claim) {
    let mut ticks = tokio::time::interval(IDLE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = app.clock.now();
        if now < claim.since.plus_ms(RENEW_MS) {
            continue;
        }
        let renewed = Claim { since: now, ..claim.clone() };
        let patience = Duration::from_millis(RENEW_MS.unsigned_abs());
        let told = store::renew(&app.db, job, claim.name.clone(), renewed.until());
        match tokio::time::timeout(patience, told).await {
            Ok(Ok(true)) => claim = renewed,
            Ok(Ok(false)) => return,
            Ok(Err(_)) | Err(_) if app.clock.now() >= claim.until() => return,
            Ok(Err(_)) | Err(_) => {}
        }
    }
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

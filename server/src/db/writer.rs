//! The one task that writes to SQLite.
//!
//! With `synchronous=FULL` a commit waits for the disk: alone that allows some 500 commits a second. So whatever has
//! queued up shares one commit, each in a savepoint of its own: a failed one is undone alone, and nobody is answered
//! before the shared commit is on disk.

use super::{
    Error, Tx,
    job::{self, Job, Reply},
};
use futures_util::FutureExt;
use sqlx::{AssertSqlSafe, Connection};
use sqlx_sqlite::SqliteConnection;
use std::panic::AssertUnwindSafe;
use tokio::sync::{mpsc, oneshot};

/// The most writes that share a commit: enough to hide the disk, few enough that the first does not wait long.
const GROUP_MAX: usize = 64;
/// Writes that may wait before callers are held back.
const QUEUE: usize = 1024;

enum Order {
    Write(Job),
    Close(oneshot::Sender<()>),
}

/// Hands writes to the task.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Order>,
}

impl Writer {
    /// Starts the task. `connection` is the only one that ever writes in this process.
    pub(super) fn start(connection: SqliteConnection) -> Writer {
        let (queue, orders) = mpsc::channel(QUEUE);
        tokio::spawn(run(Tx::Sqlite(connection), orders));
        Writer { queue }
    }

    /// Queues the job; its caller is answered after the commit.
    pub(super) async fn run(&self, job: Job) -> Result<(), Error> {
        self.queue.send(Order::Write(job)).await.map_err(|_| job::gone())
    }

    pub(super) async fn close(&self) {
        let (send, closed) = oneshot::channel();
        if self.queue.send(Order::Close(send)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn run(mut tx: Tx, mut orders: mpsc::Receiver<Order>) {
    let mut waiting = Vec::with_capacity(GROUP_MAX);
    let mut closing = None;
    while closing.is_none() && orders.recv_many(&mut waiting, GROUP_MAX).await > 0 {
        let mut jobs = Vec::with_capacity(waiting.len());
        for order in waiting.drain(..) {
            match order {
                Order::Write(job) => jobs.push(job),
                Order::Close(done) => closing = Some(done),
            }
        }
        if !jobs.is_empty() {
            group(&mut tx, jobs).await;
        }
    }
    if let Tx::Sqlite(connection) = tx {
        let _ = connection.close().await;
    }
    if let Some(done) = closing {
        let _ = done.send(());
    }
}

/// Runs the jobs in one commit and answers each.
async fn group(tx: &mut Tx, jobs: Vec<Job>) {
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE").await {
        // The jobs were never run; dropping them tells their callers that the database is unavailable.
        tracing::error!(%error, "no write transaction could be opened");
        return;
    }
    let mut replies = Vec::with_capacity(jobs.len());
    for job in jobs {
        match one(tx, job).await {
            Ok(Some(reply)) => replies.push(reply),
            Ok(None) => {}
            Err(error) => {
                // A full disk and other grave faults undo the transaction under our feet. Whoever stood in it is told
                // to try again; those not yet begun hear the same by their dropped jobs.
                tracing::error!(%error, "a shared commit was undone");
                let _ = statement(tx, "ROLLBACK").await;
                let again = job::gone();
                replies.into_iter().for_each(|reply| reply(Err(again.clone())));
                return;
            }
        }
    }
    #[cfg(debug_assertions)]
    if let Some(early) = crate::fail::ack_early() {
        std::mem::take(&mut replies).into_iter().for_each(|reply| reply(Ok(())));
        tokio::time::sleep(early).await;
    }
    let committed = statement(tx, "COMMIT").await;
    if committed.is_err() {
        let _ = statement(tx, "ROLLBACK").await;
    }
    replies.into_iter().for_each(|reply| reply(committed.clone()));
}

/// Runs one job in a savepoint. `Some` waits for the commit; `None` has been answered: it failed, or it panicked, and
/// then its caller sees the answer channel close.
async fn one(tx: &mut Tx, job: Job) -> Result<Option<Reply>, Error> {
    statement(tx, "SAVEPOINT job").await?;
    let outcome = AssertUnwindSafe(async { job(tx).await }).catch_unwind().await;
    if let Ok((true, reply)) = outcome {
        statement(tx, "RELEASE job").await?;
        return Ok(Some(reply));
    }
    if let Ok((false, reply)) = outcome {
        // Its own fault, whatever becomes of the others.
        reply(Ok(()));
    }
    statement(tx, "ROLLBACK TO job").await?;
    statement(tx, "RELEASE job").await?;
    Ok(None)
}

async fn statement(tx: &mut Tx, text: &'static str) -> Result<(), Error> {
    if let Tx::Sqlite(connection) = tx {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await?;
    }
    Ok(())
}

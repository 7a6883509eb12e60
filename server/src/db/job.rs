//! A write on its way to the database, without the types of what it answers: these stay with its caller.

use super::{Error, Tx};
use futures_util::future::BoxFuture;
use sqlx_postgres::PgPool;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Tells the caller how the commit went.
pub(super) type Reply = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// Does the work in a transaction, and says whether to keep it.
pub(super) type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, (bool, Reply)> + Send>;

/// `work` as a job, and where its answer comes.
pub(super) fn job<T, E, F>(work: F) -> (Job, oneshot::Receiver<Result<T, E>>)
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let (send, answer) = oneshot::channel();
    let job: Job = Box::new(move |tx| {
        Box::pin(async move {
            let result = work(tx).await;
            let keep = result.is_ok();
            let reply: Reply = Box::new(move |commit| {
                // A caller that has gone away wants no answer; its write stands all the same.
                let _ = send.send(match commit {
                    Err(error) if keep => Err(E::from(error)),
                    _ => result,
                });
            });
            (keep, reply)
        })
    });
    (job, answer)
}

/// Nobody is there to do it, or to say whether it was done.
pub(super) fn gone() -> Error {
    Error::Unavailable(Arc::new(sqlx::Error::WorkerCrashed))
}

/// Runs the job in a transaction of its own.
pub(super) async fn run(pool: &PgPool, job: Job) -> Result<(), Error> {
    let mut tx = Tx::Postgres(pool.begin().await?);
    let (keep, reply) = job(&mut tx).await;
    if let Tx::Postgres(tx) = tx {
        let end = if keep { tx.commit().await } else { tx.rollback().await };
        reply(end.map_err(Error::from));
    }
    Ok(())
}

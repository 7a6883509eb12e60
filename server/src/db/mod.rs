//! One way to talk to SQLite and PostgreSQL: the same SQL text, two native pools.
//!
//! Reads go through [`Db`], writes only through a [`Tx`]. On SQLite every write of the process runs on one task that
//! groups what waits into one commit ([`writer`]): a caller hears "done" when its change is on disk, and never sooner.

mod arg;
pub mod dialect;
mod error;
mod fetch;
mod job;
mod place;
mod rows;
mod statement;
mod tx;
mod writer;

pub use arg::Arg;
pub use error::Error;
pub use fetch::Fetch;
#[doc(hidden)]
pub use linkme;
pub use place::Place;
pub use statement::{STATEMENTS, Sql};
pub use tx::Tx;

pub(crate) use crate::sql;

use futures_util::future::BoxFuture;
use rows::Wanted;
use sqlx::FromRow;
use sqlx_postgres::{PgPool, PgRow};
use sqlx_sqlite::{SqlitePool, SqliteRow};

/// A type that can be read from a row of either database; `#[derive(sqlx::FromRow)]` is enough.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite { readers: SqlitePool, writer: writer::Writer },
    Postgres(PgPool),
}

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached or opened, or holds tables of a newer Aftercart.
    pub async fn open(url: &str) -> Result<Db, Error> {
        dialect::open(url).await
    }

    /// Every row, in the statement's order.
    ///
    /// # Errors
    /// Whatever the database says, sorted into [`Error`].
    pub async fn fetch_all<T: Row>(&self, sql: Sql, args: Vec<Arg>) -> Result<Vec<T>, Error> {
        rows::of_db(self, sql, args, Wanted::All).await?.read()
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// Whatever the database says, sorted into [`Error`].
    pub async fn fetch_optional<T: Row>(&self, sql: Sql, args: Vec<Arg>) -> Result<Option<T>, Error> {
        rows::of_db(self, sql, args, Wanted::First).await?.read_first()
    }

    /// Runs `work` in a transaction: all of it happens, or nothing does. Answers after the commit is durable.
    ///
    /// On SQLite `work` shares its commit with whatever waits beside it, so it must await nothing but the database.
    ///
    /// # Errors
    /// What `work` returns (then nothing was stored), or the commit's own fault.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (job, answer) = job::job(work);
        match self {
            Db::Sqlite { writer, .. } => writer.run(job).await?,
            Db::Postgres(pool) => job::run(pool, job).await?,
        }
        answer.await.map_err(|_| job::gone())?
    }

    /// Does the database answer?
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        #[derive(sqlx::FromRow)]
        struct Pong {
            #[sqlx(rename = "pong")]
            _pong: i64,
        }
        self.fetch_optional::<Pong>(sql!("SELECT CAST(1 AS BIGINT) AS pong"), vec![]).await.map(|_| ())
    }

    /// Waits for what is being written, then closes every connection.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { readers, writer } => {
                writer.close().await;
                readers.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

//! One way to talk to SQLite and PostgreSQL: the same SQL text, two native pools.
//!
//! Reads go through [`Db`], writes only through a [`Tx`]. On SQLite every write of the process runs on one task that
//! groups what waits into one commit ([`writer`]): a caller hears "done" when its change is on disk, and never sooner.

mod arg;
pub mod dialect;
mod error;
mod fetch;
mod place;
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
        Ok(match self {
            Db::Sqlite { readers, .. } => sqlx::query_as_with(sql.text(), arg::sqlite(args)).fetch_all(readers).await?,
            Db::Postgres(pool) => sqlx::query_as_with(sql.text(), arg::postgres(args)).fetch_all(pool).await?,
        })
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// Whatever the database says, sorted into [`Error`].
    pub async fn fetch_optional<T: Row>(&self, sql: Sql, args: Vec<Arg>) -> Result<Option<T>, Error> {
        Ok(match self {
            Db::Sqlite { readers, .. } => {
                sqlx::query_as_with(sql.text(), arg::sqlite(args)).fetch_optional(readers).await?
            }
            Db::Postgres(pool) => sqlx::query_as_with(sql.text(), arg::postgres(args)).fetch_optional(pool).await?,
        })
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
        match self {
            Db::Sqlite { writer, .. } => writer.run(work).await,
            Db::Postgres(pool) => {
                let mut tx = Tx::Postgres(pool.begin().await.map_err(Error::from)?);
                let result = work(&mut tx).await;
                if let Tx::Postgres(tx) = tx {
                    match &result {
                        Ok(_) => tx.commit().await.map_err(Error::from)?,
                        Err(_) => tx.rollback().await.map_err(Error::from)?,
                    }
                }
                result
            }
        }
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

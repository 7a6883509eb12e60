//! A transaction, the only thing that can write.

use super::{
    Arg, Error, Row, Sql, arg,
    rows::{self, Wanted},
};
use sqlx::Transaction;
use sqlx_postgres::Postgres;
use sqlx_sqlite::SqliteConnection;

/// Writes and the reads that belong to them. Committed or rolled back by [`super::Db::write`].
#[derive(Debug)]
pub enum Tx {
    /// The writer's own connection, inside a savepoint.
    Sqlite(SqliteConnection),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// Whatever the database says, sorted into [`Error`].
    pub async fn execute(&mut self, sql: Sql, args: Vec<Arg>) -> Result<u64, Error> {
        Ok(match self {
            Tx::Sqlite(c) => sqlx::query_with(sql.text(), arg::sqlite(args)).execute(c).await?.rows_affected(),
            Tx::Postgres(t) => {
                sqlx::query_with(sql.text(), arg::postgres(args)).execute(&mut **t).await?.rows_affected()
            }
        })
    }

    /// Every row, in the statement's order; also of `… RETURNING`.
    ///
    /// # Errors
    /// Whatever the database says, sorted into [`Error`].
    pub async fn fetch_all<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> Result<Vec<T>, Error> {
        rows::of_tx(self, sql, args, Wanted::All).await?.read()
    }

    /// The first row, if any; also of `… RETURNING`.
    ///
    /// # Errors
    /// Whatever the database says, sorted into [`Error`].
    pub async fn fetch_optional<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> Result<Option<T>, Error> {
        rows::of_tx(self, sql, args, Wanted::First).await?.read_first()
    }
}

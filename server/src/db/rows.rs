//! Rows of either database, before they become types.
//!
//! Statements run here without knowing what their rows will be: what a type adds is the reading of its columns. Were the
//! whole of a statement's run written once for every type, it would be half of the program.

use super::{Arg, Db, Error, Row, Sql, Tx, arg};
use futures_util::future::BoxFuture;
use sqlx_postgres::PgRow;
use sqlx_sqlite::SqliteRow;

pub(super) enum Rows {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl Rows {
    pub(super) fn read<T: Row>(self) -> Result<Vec<T>, Error> {
        Ok(match self {
            Rows::Sqlite(rows) => rows.iter().map(T::from_row).collect::<Result<_, sqlx::Error>>()?,
            Rows::Postgres(rows) => rows.iter().map(T::from_row).collect::<Result<_, sqlx::Error>>()?,
        })
    }

    pub(super) fn read_first<T: Row>(self) -> Result<Option<T>, Error> {
        Ok(match self {
            Rows::Sqlite(rows) => rows.first().map(T::from_row).transpose()?,
            Rows::Postgres(rows) => rows.first().map(T::from_row).transpose()?,
        })
    }
}

/// How many rows are wanted.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    All,
    First,
}

pub(super) fn of_db(db: &Db, sql: Sql, args: Vec<Arg>, wanted: Wanted) -> BoxFuture<'_, Result<Rows, Error>> {
    Box::pin(async move {
        Ok(match db {
            Db::Sqlite { readers, .. } => {
                let query = sqlx::query_with(sql.text(), arg::sqlite(args));
                Rows::Sqlite(match wanted {
                    Wanted::All => query.fetch_all(readers).await?,
                    Wanted::First => query.fetch_optional(readers).await?.into_iter().collect(),
                })
            }
            Db::Postgres(pool) => {
                let query = sqlx::query_with(sql.text(), arg::postgres(args));
                Rows::Postgres(match wanted {
                    Wanted::All => query.fetch_all(pool).await?,
                    Wanted::First => query.fetch_optional(pool).await?.into_iter().collect(),
                })
            }
        })
    })
}

pub(super) fn of_tx(tx: &mut Tx, sql: Sql, args: Vec<Arg>, wanted: Wanted) -> BoxFuture<'_, Result<Rows, Error>> {
    Box::pin(async move {
        Ok(match tx {
            Tx::Sqlite(connection) => {
                let query = sqlx::query_with(sql.text(), arg::sqlite(args));
                Rows::Sqlite(match wanted {
                    Wanted::All => query.fetch_all(connection).await?,
                    Wanted::First => query.fetch_optional(connection).await?.into_iter().collect(),
                })
            }
            Tx::Postgres(transaction) => {
                let query = sqlx::query_with(sql.text(), arg::postgres(args));
                Rows::Postgres(match wanted {
                    Wanted::All => query.fetch_all(&mut **transaction).await?,
                    Wanted::First => query.fetch_optional(&mut **transaction).await?.into_iter().collect(),
                })
            }
        })
    })
}

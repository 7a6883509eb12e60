//! The only place that knows which database it talks to.

use super::{Db, Error, writer::Writer};
use sqlx::{ConnectOptions, migrate::Migrator};
use sqlx_postgres::PgPoolOptions;
use sqlx_sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::{path::PathBuf, str::FromStr, time::Duration};

/// The twins: `server/tests/schema.rs` holds them equal.
pub static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
pub static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Another process (an import beside a running server) may hold the write lock for the length of one batch.
const BUSY: Duration = Duration::from_secs(10);

pub(super) async fn open(url: &str) -> Result<Db, Error> {
    if url.starts_with("sqlite:") {
        sqlite(url).await
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        postgres(url).await
    } else {
        Err(Error::Address("the database address must begin with sqlite: or postgres://".into()))
    }
}

/// The file that the address names; `None`: a server, or memory.
pub fn file(url: &str) -> Option<PathBuf> {
    let is_file = url.starts_with("sqlite:") && !url.contains(":memory:") && !url.contains("mode=memory");
    let options = is_file.then(|| SqliteConnectOptions::from_str(url).ok())??;
    Some(options.get_filename().to_owned())
}

async fn sqlite(url: &str) -> Result<Db, Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous())
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory");
    let mut connection = options.connect().await?;
    SQLITE_MIGRATIONS.run(&mut connection).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok(Db::Sqlite { readers, writer: Writer::start(connection) })
}

/// NORMAL loses the last commits when the power goes: an acknowledged message would be gone.
fn synchronous() -> SqliteSynchronous {
    #[cfg(debug_assertions)]
    if crate::fail::sync_normal() {
        return SqliteSynchronous::Normal;
    }
    SqliteSynchronous::Full
}

async fn postgres(url: &str) -> Result<Db, Error> {
    let pool = PgPoolOptions::new().max_connections(20).acquire_timeout(Duration::from_secs(5)).connect(url).await?;
    POSTGRES_MIGRATIONS.run(&pool).await?;
    Ok(Db::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_is_a_file() {
        assert_eq!(file("sqlite:/data/aftercart.db"), Some(PathBuf::from("/data/aftercart.db")));
        assert_eq!(file("sqlite:///data/a%20b.db?mode=rwc"), Some(PathBuf::from("/data/a b.db")));
        assert_eq!(file("sqlite::memory:"), None);
        assert_eq!(file("postgres://localhost/aftercart"), None);
    }
}

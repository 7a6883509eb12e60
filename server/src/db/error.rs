//! What a database can answer instead of rows, sorted by what the caller can do about it.

use std::sync::Arc;

#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A unique key stands already.
    #[error("a row with this key exists already")]
    Conflict,
    /// Nothing was stored, and nothing will be until somebody makes room.
    #[error("the database's disk is full")]
    Full,
    /// Down, locked, or out of connections: worth trying again.
    #[error("the database does not answer: {0}")]
    Unavailable(Arc<sqlx::Error>),
    /// A stored value is not what our code wrote.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(String),
    #[error("the database refused: {0}")]
    Refused(Arc<sqlx::Error>),
    #[error("the tables could not be brought up to date: {0}")]
    Migration(Arc<sqlx::migrate::MigrateError>),
    #[error("{0}")]
    Address(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = match &error {
            sqlx::Error::Database(db) if db.is_unique_violation() => return Error::Conflict,
            sqlx::Error::Database(db) => db.code().map(|c| c.into_owned()).unwrap_or_default(),
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                return Error::Unavailable(Arc::new(error));
            }
            _ => return Error::Refused(Arc::new(error)),
        };
        match code.as_str() {
            // SQLITE_FULL; PostgreSQL disk_full
            "13" | "53100" => Error::Full,
            // SQLITE_BUSY and _LOCKED; PostgreSQL shutting down, too many connections, serialisation, deadlock
            "5" | "6" | "261" | "517" | "57P01" | "57P02" | "57P03" | "53300" | "40001" | "40P01" => {
                Error::Unavailable(Arc::new(error))
            }
            _ => Error::Refused(Arc::new(error)),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Error::Migration(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::error::{DatabaseError, ErrorKind};
    use std::borrow::Cow;

    #[derive(Debug)]
    struct Said(&'static str);

    impl std::fmt::Display for Said {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Said {}

    impl DatabaseError for Said {
        fn message(&self) -> &str {
            self.0
        }
        fn code(&self) -> Option<Cow<'_, str>> {
            Some(Cow::Borrowed(self.0))
        }
        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn what_can_be_done_about_it_is_told_apart() {
        let sort = |code| Error::from(sqlx::Error::Database(Box::new(Said(code))));
        assert!(matches!(sort("13"), Error::Full));
        assert!(matches!(sort("53100"), Error::Full));
        assert!(matches!(sort("5"), Error::Unavailable(_)));
        assert!(matches!(sort("57P01"), Error::Unavailable(_)));
        assert!(matches!(sort("42P01"), Error::Refused(_)));
        assert!(matches!(Error::from(sqlx::Error::PoolTimedOut), Error::Unavailable(_)));
    }
}

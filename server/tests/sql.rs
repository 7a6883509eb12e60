//! Every statement of the program is understood by both databases.

use crate::support::fresh_database;
use aftercart::db::{Db, STATEMENTS, Sql};
use sqlx::{Connection, Executor, SqlSafeStr};

/// The program's own; tests may have some for one database alone.
fn statements() -> impl Iterator<Item = &'static Sql> {
    STATEMENTS.iter().filter(|statement| statement.place.contains("src/"))
}

/// Linker magic that quietly gathered nothing would make the next test worthless.
#[test]
fn no_statement_hides_from_the_list() {
    let mut written = 0;
    let mut folders = vec![std::path::PathBuf::from("../src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("db/statement.rs") {
                written += std::fs::read_to_string(&path).unwrap().matches("sql!(").count();
            }
        }
    }
    assert!(written > 20, "the sources were not found");
    assert_eq!(statements().count(), written);
}

#[tokio::test]
async fn sqlite_understands_every_statement() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("test.db").display());
    Db::open(&address).await.unwrap().close().await;
    let mut connection = sqlx_sqlite::SqliteConnection::connect(&address).await.unwrap();
    for statement in statements() {
        let prepared = connection.prepare(statement.text().into_sql_str()).await;
        assert!(prepared.is_ok(), "{}: {:?}", statement.place, prepared.err());
    }
}

#[tokio::test]
async fn postgres_understands_every_statement() {
    let mut connection = sqlx_postgres::PgConnection::connect(&fresh_database().await).await.unwrap();
    for statement in statements() {
        let prepared = connection.prepare(statement.text().into_sql_str()).await;
        assert!(prepared.is_ok(), "{}: {:?}", statement.place, prepared.err());
    }
}

/// SQLite takes `$1::text` for the name of a parameter, understands it, and binds nothing to it.
#[test]
fn casts_are_written_out() {
    for statement in statements() {
        assert!(!statement.text().contains("::"), "{}: CAST(… AS …) is what both understand", statement.place);
    }
}

/// Time comes from the clock that is passed in.
#[test]
fn no_statement_asks_the_database_for_the_time() {
    for statement in statements() {
        let text = statement.text().to_lowercase();
        for word in ["now()", "current_timestamp", "strftime", "datetime(", "select *"] {
            assert!(!text.contains(word), "{}: {word}", statement.place);
        }
    }
}

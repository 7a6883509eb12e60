//! The twin migrations make the same tables.

use crate::support::fresh_database;
use aftercart::db::{Db, dialect};
use sqlx::{Connection, Row};
use std::collections::BTreeSet;

type Column = (String, String, String, bool);

#[test]
fn the_twins_have_the_same_names() {
    let names =
        |m: &sqlx::migrate::Migrator| m.iter().map(|m| (m.version, m.description.to_string())).collect::<Vec<_>>();
    assert_eq!(names(&dialect::SQLITE_MIGRATIONS), names(&dialect::POSTGRES_MIGRATIONS));
}

#[tokio::test]
async fn the_twins_make_the_same_columns() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("test.db").display());
    Db::open(&address).await.unwrap().close().await;
    let mut lite = sqlx_sqlite::SqliteConnection::connect(&address).await.unwrap();
    let mut postgres = sqlx_postgres::PgConnection::connect(&fresh_database().await).await.unwrap();

    let ours = "SELECT m.name, p.name, p.type, p.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) p
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx%'";
    let here: BTreeSet<Column> = sqlx::query(ours)
        .fetch_all(&mut lite)
        .await
        .unwrap()
        .iter()
        .map(|r| (r.get(0), r.get(1), r.get::<String, _>(2).to_lowercase(), r.get::<i64, _>(3) == 1))
        .collect();
    let theirs = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO'
                  FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
    let there: BTreeSet<Column> = sqlx::query(theirs)
        .fetch_all(&mut postgres)
        .await
        .unwrap()
        .iter()
        .map(|r| (r.get(0), r.get(1), r.get(2), r.get(3)))
        .collect();
    assert!(here.len() > 80, "SQLite's columns were not read");
    assert_eq!(here, there);
}

/// The column that a sharded database would distribute by, and that no query can forget.
#[tokio::test]
async fn every_key_begins_with_the_site() {
    let mut postgres = sqlx_postgres::PgConnection::connect(&fresh_database().await).await.unwrap();
    let keys = "SELECT c.relname::text, a.attname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_sqlx%'";
    let rows = sqlx::query(keys).fetch_all(&mut postgres).await.unwrap();
    assert!(rows.len() >= 10);
    for row in rows {
        assert_eq!(row.get::<String, _>(1), "site_id", "table {}", row.get::<String, _>(0));
    }
}

//! Everything that stands in the database, to be compared before and after.

use super::TestApp;
use aftercart::db::Db;
use sqlx::{Column, Row, ValueRef};
use std::collections::BTreeMap;

/// Of each table its rows as text, sorted.
pub type Tables = BTreeMap<String, Vec<String>>;

impl TestApp {
    pub async fn tables(&self) -> Tables {
        let mut tables = Tables::new();
        match &self.app.db {
            Db::Sqlite { readers, .. } => {
                let names =
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
                for name in sqlx::query_scalar::<_, String>(names).fetch_all(readers).await.unwrap() {
                    let query = sqlx::AssertSqlSafe(format!("SELECT * FROM \"{name}\""));
                    let rows = sqlx::query(query).fetch_all(readers).await.unwrap();
                    let mut rows: Vec<String> = rows.iter().map(line).collect();
                    rows.sort();
                    tables.insert(name, rows);
                }
            }
            Db::Postgres(pool) => {
                let names = "SELECT table_name::text FROM information_schema.tables
                             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
                for name in sqlx::query_scalar::<_, String>(names).fetch_all(pool).await.unwrap() {
                    let query = sqlx::AssertSqlSafe(format!("SELECT t::text FROM \"{name}\" t ORDER BY 1"));
                    tables.insert(name, sqlx::query_scalar(query).fetch_all(pool).await.unwrap());
                }
            }
        }
        assert!(tables.len() > 20, "the tables were not read");
        tables
    }
}

fn line(row: &sqlx_sqlite::SqliteRow) -> String {
    let text = |at: usize| {
        let null = row.try_get_raw(at).unwrap().is_null();
        let number = || row.try_get_unchecked::<i64, _>(at).map(|n| n.to_string());
        if null { String::new() } else { row.try_get_unchecked::<String, _>(at).or_else(|_| number()).unwrap() }
    };
    row.columns().iter().map(|column| text(column.ordinal())).collect::<Vec<_>>().join("|")
}

/// The tables that differ, without those that may.
pub fn differing(before: &Tables, after: &Tables, may: &[&str]) -> Vec<String> {
    let differ = |name: &&String| before[*name] != after[*name] && !may.contains(&name.as_str());
    before.keys().filter(differ).cloned().collect()
}

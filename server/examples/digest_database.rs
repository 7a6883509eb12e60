//! One line per table of a SQLite database: its name, its rows and a digest of them, whatever their order on disk.
//! `digest_database FILE [TABLE…]`; without tables, all of them.

use sha2::{Digest, Sha256};
use sqlx::{Column, Connection, Row, ValueRef};
use sqlx_sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let Some(file) = args.next() else {
        eprintln!("usage: digest_database FILE [TABLE…]");
        std::process::exit(2);
    };
    let wanted: Vec<String> = args.collect();
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut db = SqliteConnection::connect_with(&options).await?;
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetch_all(&mut db).await?;
    for (table,) in tables.into_iter().filter(|(t,)| wanted.is_empty() || wanted.contains(t)) {
        let (mut sum, mut count) = ([0u8; 32], 0u64);
        // The name comes from the database's own list of its tables.
        let query = sqlx::AssertSqlSafe(format!("SELECT * FROM \"{table}\""));
        let mut rows = sqlx::query(query).fetch(&mut db);
        while let Some(row) = futures_util::TryStreamExt::try_next(&mut rows).await? {
            let mut hash = Sha256::new();
            for column in row.columns() {
                let value = row.try_get_raw(column.ordinal())?;
                let text = if value.is_null() { None } else { Some(text(&row, column.ordinal())?) };
                hash.update(format!("{}={text:?};", column.name()));
            }
            // Adding up makes the order of the rows count for nothing.
            sum.iter_mut().zip(hash.finalize()).for_each(|(total, byte)| *total = total.wrapping_add(byte));
            count += 1;
        }
        let hex: String = sum[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{table} {count} {hex}");
    }
    Ok(())
}

fn text(row: &SqliteRow, at: usize) -> Result<String, sqlx::Error> {
    row.try_get_unchecked::<String, _>(at).or_else(|_| row.try_get_unchecked::<i64, _>(at).map(|n| n.to_string()))
}

//! Throws away pictures that became part of nothing, and files that nobody knows of.

use super::{files, routes::LOOSE_MS, store};
use crate::{app::App, db, error::Error};
use aftercart_shared::time::Timestamp;
use std::collections::HashSet;

/// A file is written moments before its row; what has none after this never will.
const ORPHAN_MS: i64 = Timestamp::DAY_MS;
/// Rows of this month and the last, with room on both sides.
const SPAN_MS: i64 = 70 * Timestamp::DAY_MS;

/// # Errors
/// The database's or the store's; the rest is done the next time.
pub async fn sweep(app: &App, now: Timestamp) -> Result<(), Error> {
    app.desk.forget_quiet();
    forget_loose(app, now).await?;
    if app.desk.look_through(now) { remove_orphans(app, now, now.plus_ms(-ORPHAN_MS)).await } else { Ok(()) }
}

async fn forget_loose(app: &App, now: Timestamp) -> Result<(), Error> {
    let before = now.plus_ms(-LOOSE_MS);
    let gone =
        app.db.write::<_, db::Error, _>(move |tx| Box::pin(async move { store::forget_loose(tx, before).await }));
    for key in gone.await? {
        // Should this fail, it is an orphan from now on.
        app.desk.files.delete(&key.object_key).await?;
    }
    Ok(())
}

/// Files of this month and the last that no row names and that were written before `written_before`, by the store's
/// own clock.
///
/// # Errors
/// The database's or the store's.
pub async fn remove_orphans(app: &App, now: Timestamp, written_before: Timestamp) -> Result<(), Error> {
    for site in app.desk.files.sites().await? {
        let rows = store::keys(&app.db, &site, now.plus_ms(-SPAN_MS), now.plus_ms(SPAN_MS)).await?;
        let known: HashSet<String> = rows.into_iter().map(|row| row.object_key).collect();
        // Earlier ones have been looked through many times.
        for month in files::two_months(&site, now) {
            for file in app.desk.files.list(&month).await? {
                if file.written_at < written_before && !known.contains(&file.key) {
                    app.desk.files.delete(&file.key).await?;
                }
            }
            app.desk.files.remove_unfinished(&month, written_before).await?;
        }
    }
    Ok(())
}

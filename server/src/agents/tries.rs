//! How often somebody may show a secret that is wrong. Counted before it is looked at, so that no burst slips through; in the
//! database, so that it holds across nodes and restarts; under keyed hashes that say nothing about anybody.

use super::log_in_store as store;
use crate::{app::App, db, error::Error, random::hex, secret::Secret};
use aftercart_shared::time::Timestamp;

/// Tries are counted from the first of them, for this long.
const WINDOW_MS: i64 = Timestamp::HOUR_MS;

/// Where tries are counted: of one kind, and for these parts together.
pub fn bucket(secret: &Secret, kind: &str, parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    hex(&secret.hmac(kind, &parts)[..16])
}

/// Of an account's authenticator.
pub fn of_codes(secret: &Secret, agent_id: &str) -> String {
    bucket(secret, "log in code", &[agent_id])
}

/// Counts one more.
///
/// # Errors
/// [`Error::RateLimited`] past `most` of them.
pub async fn take(app: &App, bucket: String, most: i64) -> Result<(), Error> {
    let now = app.clock.now();
    let counted = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { store::count(tx, &bucket, forgotten(now), now).await })
    });
    let counted = counted.await?;
    if counted.tries <= most {
        return Ok(());
    }
    let left_ms = counted.since.saturating_add(WINDOW_MS) - now.0;
    Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(1) })
}

/// It was right: what came before is forgiven.
///
/// # Errors
/// The database's.
pub async fn forgive(app: &App, bucket: String) -> Result<(), Error> {
    let cleared = app.db.write::<_, db::Error, _>(move |tx| Box::pin(async move { store::clear(tx, &bucket).await }));
    Ok(cleared.await?)
}

/// What began then or before counts no more.
pub fn forgotten(now: Timestamp) -> Timestamp {
    now.plus_ms(-WINDOW_MS)
}

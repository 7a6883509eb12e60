//! What has been told long ago is forgotten.

use super::store;
use crate::{app::App, db};
use aftercart_shared::time::Timestamp;

/// # Errors
/// The database's.
pub async fn sweep(app: &App) -> Result<(), db::Error> {
    let days = i64::from(app.config.webhooks.keep_days);
    let before = app.clock.now().plus_ms(-days * Timestamp::DAY_MS);
    app.db.write(move |tx| Box::pin(async move { store::forget(tx, before).await })).await
}

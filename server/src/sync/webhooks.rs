//! `POST /api/v1/webhooks/{connector_id}`: the shop's system says that something changed.
//!
//! The connector, and nothing in the request, decides which site this is about. Nothing of the message is believed but
//! which order it names: that is asked for, from a job, so the sender has its answer at once.

use crate::{
    app::App,
    connectors::{
        commerce::{self, Headers},
        store,
    },
    error::Error,
    jobs::{self, NewJob},
    sync::fetch,
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};

/// An order with hundreds of lines, as Shopify sends it whole. Larger ones are found by asking again.
pub const BODY_MAX: usize = 2 * 1024 * 1024;

/// 202, or 401 for whatever does not hold: an unknown connector answers as a wrong signature does.
pub async fn receive(
    State(app): State<App>,
    Path(connector_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Error> {
    let Some(row) = store::by_id(&app.db, &connector_id).await? else { return Ok(StatusCode::UNAUTHORIZED) };
    let Some(secret) = row.webhook_secret(&app.secret) else { return Ok(StatusCode::UNAUTHORIZED) };
    let now = app.clock.now();
    let headers: Headers = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let Some(webhook) = commerce::verify_webhook(row.kind()?, &headers, &body, &secret, now) else {
        return Ok(StatusCode::UNAUTHORIZED);
    };
    let job = NewJob {
        site: row.site(),
        kind: fetch::KIND,
        // The same message is the same job, for ever: whoever sends it again changes nothing.
        key: format!("{connector_id} {}", webhook.key),
        payload: fetch::payload(&connector_id, webhook.order.as_deref()),
        run_at: now,
    };
    app.db
        .write::<_, crate::db::Error, _>(move |tx| {
            Box::pin(async move {
                if jobs::enqueue(tx, job, now).await? {
                    store::heard(tx, &row.site(), &row.connector_id, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::ACCEPTED)
}

//! `POST /api/v1/webhooks/{connector_id}`: a retailer's system says that something changed.
//!
//! The connector, and nothing in the request, decides which site this is about. Nothing of a shop's message is believed
//! but which order it names: that is asked for, from a job, so the sender has its answer at once. A tracking service
//! sends the news itself.

use crate::{
    app::App,
    connectors::{
        Kind,
        commerce::{self, Headers},
        store::{self, ConnectorRow},
    },
    error::Error,
    jobs::{self, NewJob},
    sync::fetch,
    tracking::push::{self, Taken},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};

/// An order with hundreds of lines, as Shopify sends it whole. Larger ones are found by asking again.
pub const BODY_MAX: usize = 2 * 1024 * 1024;

/// 202 for a shop's, 200 with its service's own words for a tracking service's; 401 for whatever does not hold: an
/// unknown connector answers as a wrong signature does.
pub async fn receive(
    State(app): State<App>,
    Path(connector_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let refused = || StatusCode::UNAUTHORIZED.into_response();
    let Some(row) = store::by_id(&app.db, &connector_id).await? else { return Ok(refused()) };
    match row.kind()? {
        Kind::Commerce(kind) => Ok(from_shop(&app, row, kind, &headers, &body).await?.into_response()),
        Kind::Carrier(kind) => Ok(match push::receive(&app, &row, kind, &headers, &body).await? {
            Taken::Thanks(content_type, words) => ([(CONTENT_TYPE, content_type)], words).into_response(),
            Taken::Unsigned => refused(),
            Taken::Unreadable => StatusCode::BAD_REQUEST.into_response(),
        }),
    }
}

async fn from_shop(
    app: &App,
    row: ConnectorRow,
    kind: commerce::Kind,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<StatusCode, Error> {
    let Some(secret) = row.webhook_secret(&app.secret) else { return Ok(StatusCode::UNAUTHORIZED) };
    let now = app.clock.now();
    let headers: Headers = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let Some(webhook) = commerce::verify_webhook(kind, &headers, body, &secret, now) else {
        return Ok(StatusCode::UNAUTHORIZED);
    };
    let job = NewJob {
        site: row.site(),
        kind: fetch::KIND,
        // The same message is the same job, for ever: whoever sends it again changes nothing.
        key: format!("{} {}", row.connector_id, webhook.key),
        payload: fetch::payload(&row.connector_id, webhook.order.as_deref()),
        run_at: now,
    };
    app.db
        .write::<_, crate::db::Error, _>(move |tx| {
            Box::pin(async move {
                if jobs::enqueue(tx, job, now).await? {
                    store::heard(tx, &row.site(), &row.connector_id, false, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::ACCEPTED)
}

//! `/api/v1/admin/webhooks/{id}/…`: what was told, and telling it anew.

use super::{
    endpoints,
    routes::tools,
    store,
    wire::{ReplayWebhook, WebhookDeliveries, WebhookDelivery, WebhookPing, WebhookReplayed},
};
use crate::{
    app::App,
    error::Error,
    http::{Json, Query, Staff, staff::Settings},
};
use aftercart_shared::error::{ErrorCode, WireError};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;

const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

impl Which {
    fn place(&self) -> Result<(i64, String), Error> {
        let Some(text) = self.before.as_deref() else { return Ok((i64::MAX, String::new())) };
        let place = text.split_once('_').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
        let is_id = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        place.filter(|(_, id)| is_id(id)).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "before"))
    }
}

/// See what was told to an endpoint
///
/// Newest first: what waits, what has arrived, what was given up.
#[utoipa::path(
    get, path = "/api/v1/admin/webhooks/{id}/deliveries", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`Webhook::id`"),
        ("state" = Option<String>, Query, description = "`waiting`, `done` or `dead`"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
    ),
    responses(
        (status = 200, body = WebhookDeliveries, example = json!({"deliveries": [], "next": null})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 422, body = WireError, description = "`state` or `before` is none of ours"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Json<WebhookDeliveries>, Error> {
    let ((at, message), most) = (which.place()?, which.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX));
    if which.state.as_deref().is_some_and(|state| !["waiting", "done", "dead"].contains(&state)) {
        return Err(Error::invalid(ErrorCode::Invalid, "state"));
    }
    let site = &staff.site.id;
    endpoints::one(&app.db, site, &id).await?;
    let rows = store::list(&app.db, (site, &id), which.state.as_deref(), (at, &message), most).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|row| format!("{}_{}", row.created_at, row.message_id));
    Ok(Json(WebhookDeliveries { deliveries: rows.into_iter().map(WebhookDelivery::from).collect(), next }))
}

/// Tell something anew
///
/// Whatever has become of it, under its own id: whoever has taken it before knows it by that.
#[utoipa::path(
    post, path = "/api/v1/admin/webhooks/{id}/deliveries/{delivery}/replay", tag = "admin",
    security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`Webhook::id`"),
        ("delivery" = String, Path, description = "`WebhookDelivery::id`"),
    ),
    responses(
        (status = 202, body = WebhookDelivery),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: the endpoint is off"),
    )
)]
pub async fn replay(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<(StatusCode, Json<WebhookDelivery>), Error> {
    let site = &staff.site.id;
    endpoints::replay(&app.db, site, &id, &delivery, app.clock.now()).await?;
    let row = store::one(&app.db, (site, &id), &delivery).await?.ok_or(Error::NotFound)?;
    Ok((StatusCode::ACCEPTED, Json(row.into())))
}

/// Tell anew what was given up
///
/// Of everything that happened since `since`, each under its own id.
#[utoipa::path(
    post, path = "/api/v1/admin/webhooks/{id}/replay", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`Webhook::id`")),
    request_body(content = ReplayWebhook, example = json!({"since": 1_795_255_200_000_i64})),
    responses(
        (status = 202, body = WebhookReplayed, example = json!({"count": 12})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: the endpoint is off"),
    )
)]
pub async fn replay_dead(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
    Json(wish): Json<ReplayWebhook>,
) -> Result<(StatusCode, Json<WebhookReplayed>), Error> {
    let count = endpoints::replay_dead(&app.db, &staff.site.id, &id, wish.since, app.clock.now()).await?;
    Ok((StatusCode::ACCEPTED, Json(WebhookReplayed { count })))
}

/// Try an endpoint out
///
/// Sends a message of the type `ping`, once, whatever the endpoint wishes to hear. What came of it stands in its deliveries.
#[utoipa::path(
    post, path = "/api/v1/admin/webhooks/{id}/ping", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`Webhook::id`")),
    responses(
        (status = 202, body = WebhookPing, example = json!({"id": "msg_0f1e2d3c4b5a69788796a5b4c3d2e1f0"})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: the endpoint is off"),
    )
)]
pub async fn ping(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<WebhookPing>), Error> {
    let id = endpoints::ping(tools(&app), &staff.site.id, &id).await?;
    Ok((StatusCode::ACCEPTED, Json(WebhookPing { id })))
}

//! `/api/v1/admin/webhooks…`: where something is told.

use super::{
    endpoint_store,
    endpoints::{self, By, Tools, Wish},
    store,
    wire::{NewWebhook, RotateWebhook, Webhook, WebhookChange, WebhookSecret, Webhooks},
};
use crate::{
    app::App,
    error::Error,
    http::{Json, Staff, staff::Settings},
};
use aftercart_shared::{error::WireError, ids::SiteId};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

pub(super) fn tools(app: &App) -> Tools<'_> {
    Tools { db: &app.db, secret: &app.secret, client: &app.webhooks, random: &*app.random, now: app.clock.now() }
}

fn by(app: &App, staff: &Staff<Settings>) -> By {
    staff.account.as_ref().map(|account| (account.id.clone(), app.random.id()))
}

async fn shown(app: &App, site: &SiteId, row: endpoint_store::EndpointRow) -> Result<Webhook, Error> {
    Ok(Webhook::of(row, &store::counts(&app.db, site).await?))
}

/// List where something is told
///
/// Each endpoint with what it wishes to hear, and how it is.
#[utoipa::path(
    get, path = "/api/v1/admin/webhooks", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    responses(
        (status = 200, body = Webhooks, example = json!({"webhooks": []})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
    )
)]
pub async fn list(State(app): State<App>, staff: Staff<Settings>) -> Result<Json<Webhooks>, Error> {
    let counts = store::counts(&app.db, &staff.site.id).await?;
    let rows = endpoint_store::list(&mut &app.db, &staff.site.id).await?;
    Ok(Json(Webhooks { webhooks: rows.into_iter().map(|row| Webhook::of(row, &counts)).collect() }))
}

/// Have something told to an address
///
/// Signed after Standard Webhooks with the secret of the answer, which is shown this once. From now on: what happened before is
/// not told.
#[utoipa::path(
    post, path = "/api/v1/admin/webhooks", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    request_body(content = NewWebhook, example = json!({
        "url": "https://shop.example/aftercart", "events": ["message.created", "return.refunded"], "description": "Our ERP"
    })),
    responses(
        (status = 201, body = WebhookSecret),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 409, body = WireError, description = "`not_possible_now`: there are 20"),
        (status = 422, body = WireError, description = "`field` says what cannot be: `url` must be https and lead to the public network"),
    )
)]
pub async fn create(
    State(app): State<App>,
    staff: Staff<Settings>,
    Json(new): Json<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookSecret>), Error> {
    let NewWebhook { url, events, description } = new;
    let (by, site) = (by(&app, &staff), &staff.site.id);
    let (row, secret) = endpoints::create(tools(&app), site, Wish { url, events, description }, by).await?;
    let webhook = shown(&app, site, row).await?;
    Ok((StatusCode::CREATED, Json(WebhookSecret { webhook, secret })))
}

/// See one of them
#[utoipa::path(
    get, path = "/api/v1/admin/webhooks/{id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`Webhook::id`")),
    responses(
        (status = 200, body = Webhook),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
    )
)]
pub async fn one(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
) -> Result<Json<Webhook>, Error> {
    let row = endpoints::one(&app.db, &staff.site.id, &id).await?;
    shown(&app, &staff.site.id, row).await.map(Json)
}

/// Change one of them, or switch it on or off
///
/// Everything is said anew. Whoever switches on what was switched off says that it is repaired.
#[utoipa::path(
    put, path = "/api/v1/admin/webhooks/{id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`Webhook::id`")),
    request_body(content = WebhookChange, example = json!({
        "url": "https://shop.example/aftercart", "events": ["*"], "description": "Our ERP", "active": true
    })),
    responses(
        (status = 200, body = Webhook),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 422, body = WireError, description = "`field` says what cannot be"),
    )
)]
pub async fn update(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
    Json(change): Json<WebhookChange>,
) -> Result<Json<Webhook>, Error> {
    let WebhookChange { url, events, description, active } = change;
    let (by, site) = (by(&app, &staff), &staff.site.id);
    let row = endpoints::update(tools(&app), site, &id, (Wish { url, events, description }, active), by).await?;
    shown(&app, site, row).await.map(Json)
}

/// Delete one of them
///
/// With everything that waited for it.
#[utoipa::path(
    delete, path = "/api/v1/admin/webhooks/{id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`Webhook::id`")),
    responses(
        (status = 204),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
    )
)]
pub async fn delete(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    endpoints::delete(&app.db, &staff.site.id, &id, by(&app, &staff), app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get a new secret
///
/// Shown this once. For a while the secret before signs beside it, so that whoever listens can change over without a gap.
#[utoipa::path(
    post, path = "/api/v1/admin/webhooks/{id}/rotate", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`Webhook::id`")),
    request_body(content = RotateWebhook, example = json!({"overlap_hours": 24})),
    responses(
        (status = 200, body = WebhookSecret),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 422, body = WireError, description = "`overlap_hours` is more than 168"),
    )
)]
pub async fn rotate(
    State(app): State<App>,
    staff: Staff<Settings>,
    Path(id): Path<String>,
    Json(wish): Json<RotateWebhook>,
) -> Result<Json<WebhookSecret>, Error> {
    let (by, site) = (by(&app, &staff), &staff.site.id);
    let (row, secret) = endpoints::rotate(tools(&app), site, &id, wish.overlap_hours, by).await?;
    Ok(Json(WebhookSecret { webhook: shown(&app, site, row).await?, secret }))
}

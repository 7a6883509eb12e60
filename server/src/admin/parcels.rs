//! `/api/v1/admin/orders/{id}/shipments/…`: one parcel, and what happens to it, without sending the order again.

use super::{
    ApiKey,
    routes::{SOURCE, Written, shape},
    store,
};
use crate::{
    app::App,
    error::Error,
    http::{Json, json},
    orders::{
        self,
        import::{
            UpsertError, amend,
            fields::{Reading, Shift},
            jsonl,
        },
        reports,
    },
};
use aftercart_shared::{error::WireError, time::Timestamp};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Events to one request: far above any parcel's journey.
pub const EVENTS_MAX: usize = 200;
/// A clock may run ahead by a zone; what is later has not happened.
const AHEAD_MS: i64 = Timestamp::DAY_MS;

/// Store one parcel of an order
///
/// Adds the parcel to the order, or replaces what the shop said of it before; the order's other parcels stay as they
/// are. Sending the same again changes nothing. Storing the whole order later replaces all of its parcels. For the
/// shop's own systems alone.
#[utoipa::path(
    put, path = "/api/v1/admin/orders/{id}/shipments/{shipment_id}", tag = "admin", security(("secret_key" = [])),
    params(
        ("id" = String, Path, description = "The shop's own id of the order"),
        ("shipment_id" = String, Path, description = "The shop's own id of the parcel"),
    ),
    request_body(content = jsonl::Shipment, example = json!({
        "carrier": "sf", "tracking_number": "SF1234567890124", "status": "in_transit",
        "shipped_at": "2026-11-12T16:00:00+08:00"
    })),
    responses(
        (status = 200, body = Written, example = json!({"id": "s2", "changed": true})),
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 404, body = WireError, description = "No such order came in by this API"),
        (status = 422, body = WireError, description = "The order would break a rule; `field` or `message` says which"),
    )
)]
pub async fn put_shipment(
    State(app): State<App>,
    key: ApiKey,
    Path((id, shipment_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Written>, Error> {
    let site = &key.site;
    let row: jsonl::Shipment = json::read(&headers, &body)?;
    let reading = Reading { country: &site.country, shift: Shift::default() };
    let refused = |message| Error::Shape { field: None, message };
    let parcel = amend::parcel(&shipment_id, row, &reading).map_err(refused)?;
    let put = amend::put(&app.db, &site.id, &site.country, (SOURCE, &id), parcel, app.clock.now());
    let done = put.await.map_err(|error| match error {
        UpsertError::Refused { reason, .. } => refused(reason),
        UpsertError::Database(error) => error.into(),
    })?;
    let done = done.ok_or(Error::NotFound)?;
    if done.changed {
        orders::news::changed(&app, &site.id, done.order_id.as_str());
    }
    Ok(Json(Written { id: shipment_id, changed: done.changed }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// At most 200, in any order.
    pub events: Vec<amend::NewEvent>,
}

/// What became of the events that were sent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EventsWritten {
    /// How many were new. The others were known by their id.
    pub added: u64,
}

/// Tell what happened to a parcel
///
/// Adds events, each known by your own id: the same id again changes nothing, so a batch may be sent again as a whole.
/// All or none are stored. They are kept when the order is stored again. For the shop's
/// own systems alone.
#[utoipa::path(
    post, path = "/api/v1/admin/orders/{id}/shipments/{shipment_id}/events", tag = "admin",
    security(("secret_key" = [])),
    params(
        ("id" = String, Path, description = "The shop's own id of the order"),
        ("shipment_id" = String, Path, description = "The shop's own id of the parcel"),
    ),
    request_body(content = Events, example = json!({"events": [
        {"id": "scan-88213", "at": "2026-11-13T09:41:00+08:00", "status": "out_for_delivery", "place": "上海市"}
    ]})),
    responses(
        (status = 200, body = EventsWritten, example = json!({"added": 1})),
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 404, body = WireError, description = "No such order came in by this API, or it has no such parcel"),
        (status = 422, body = WireError, description = "An event breaks a rule; `message` says which"),
    )
)]
pub async fn add_events(
    State(app): State<App>,
    key: ApiKey,
    Path((id, shipment_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<EventsWritten>, Error> {
    let site = &key.site;
    let Events { events } = json::read(&headers, &body)?;
    if events.len() > EVENTS_MAX {
        return Err(shape("events", &format!("at most {EVENTS_MAX} events to a request")));
    }
    let reading = Reading { country: &site.country, shift: Shift::default() };
    let events = events.into_iter().map(|event| amend::event(event, &reading)).collect::<Result<Vec<_>, _>>();
    let events = events.map_err(|message| Error::Shape { field: Some("events".into()), message })?;
    let latest = app.clock.now().plus_ms(AHEAD_MS);
    if events.iter().any(|(_, event)| event.at > latest) {
        return Err(shape("events", "events.at lies in the future"));
    }
    let order_id = store::order_id(&app.db, &site.id, SOURCE, &id).await?.ok_or(Error::NotFound)?;
    let added =
        reports::add(&app.db, &*app.clock, &site.id, &order_id, &shipment_id, events).await?.ok_or(Error::NotFound)?;
    if added > 0 {
        orders::news::changed(&app, &site.id, order_id.as_str());
    }
    Ok(Json(EventsWritten { added }))
}

//! `/api/v1/admin/…`

use super::{ApiKey, store};
use crate::{
    app::App,
    connectors::{self, store::Health},
    error::Error,
    http::{
        Json, Staff, json,
        staff::{ReadConversations, Settings},
    },
    orders::{
        self,
        import::{
            UpsertError,
            fields::{Reading, Shift},
            jsonl,
            model::ImportedOrder,
            upsert,
        },
        view,
    },
};
use aftercart_shared::{api::orders::OrderView, error::WireError};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Orders to one request. Each is checked by itself; more would keep a caller waiting for too long.
pub const BATCH_MAX: usize = 200;
/// Bytes to one request: room for a full batch of ordinary orders.
pub const BODY_MAX: usize = 4 * 1024 * 1024;
/// How orders that came in here are told from those of connectors and files.
pub const SOURCE: &str = "api";

/// What became of an order that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Written {
    /// The shop's own id of the order.
    pub id: String,
    /// `false`: everything was known already.
    pub changed: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// At most 200.
    pub orders: Vec<jsonl::Order>,
}

/// One entry for each order of the batch, in its order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchAnswer {
    pub results: Vec<BatchResult>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchResult {
    /// The shop's own id of the order.
    pub id: String,
    /// `true`: new, or not as it was.
    pub changed: bool,
    /// Why this one was not stored. The others were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WireError>,
}

/// An order as shoppers are told of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct StoredOrder {
    /// The shop's own id of the order.
    pub id: String,
    pub order: OrderView,
}

/// Store one order
///
/// Creates the order, or replaces what was said of it before. Sending the same again changes nothing. What carriers
/// have reported of its parcels is kept. For the shop's own systems alone: orders come from where they are made.
#[utoipa::path(
    put, path = "/api/v1/admin/orders/{id}", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "The shop's own id of the order; the same as in the body")),
    request_body(content = jsonl::Order, example = json!(super::openapi::example_order())),
    responses(
        (status = 200, body = Written, example = json!({"id": "10001", "changed": true})),
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 422, body = WireError, description = "The order breaks a rule; `field` or `message` says which"),
    )
)]
pub async fn put_order(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Written>, Error> {
    let row: jsonl::Order = json::read(&headers, &body)?;
    if row.id() != id {
        return Err(shape("id", "the id in the body is not the one in the address"));
    }
    let order = neutral(&app, &key, row)?;
    let changed = write(&app, &key, vec![order]).await?;
    Ok(Json(Written { id, changed: changed.first().copied().unwrap_or_default() }))
}

/// Store many orders
///
/// Up to 200 at a time. Each stands for itself: one that breaks a rule is reported in its place and the others are
/// stored. For the shop's own systems alone.
#[utoipa::path(
    post, path = "/api/v1/admin/orders/batch", tag = "admin", security(("secret_key" = [])),
    request_body(content = Batch, example = json!({"orders": [super::openapi::example_order()]})),
    responses(
        (status = 200, body = BatchAnswer, example = json!({"results": [{"id": "10001", "changed": true}]})),
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 422, body = WireError, description = "The body is not of the documented form"),
    )
)]
pub async fn batch(
    State(app): State<App>,
    key: ApiKey,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<BatchAnswer>, Error> {
    let Batch { orders } = json::read(&headers, &body)?;
    if orders.len() > BATCH_MAX {
        return Err(shape("orders", &format!("at most {BATCH_MAX} orders to a request")));
    }
    let mut results = Vec::with_capacity(orders.len());
    let mut good = Vec::new();
    for row in orders {
        let id = row.id().to_owned();
        match neutral(&app, &key, row) {
            Ok(order) => {
                good.push((results.len(), order));
                results.push(BatchResult { id, changed: false, error: None });
            }
            Err(error) => results.push(BatchResult { id, changed: false, error: Some(error.wire().1) }),
        }
    }
    let (places, orders): (Vec<usize>, Vec<ImportedOrder>) = good.into_iter().unzip();
    let changed = write(&app, &key, orders).await?;
    for (place, changed) in places.into_iter().zip(changed) {
        results[place].changed = changed;
    }
    Ok(Json(BatchAnswer { results }))
}

/// Read one order
///
/// As shoppers who know its number and contact see it: status and parcels.
#[utoipa::path(
    get, path = "/api/v1/admin/orders/{id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "The shop's own id of the order")),
    responses(
        (status = 200, body = StoredOrder),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 404, body = WireError, description = "No such order came in by this API"),
    )
)]
pub async fn get_order(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path(id): Path<String>,
) -> Result<Json<StoredOrder>, Error> {
    let site = &staff.site;
    let order_id = store::order_id(&app.db, &site.id, SOURCE, &id).await?.ok_or(Error::NotFound)?;
    let found = orders::store::by_id(&app.db, &site.id, order_id.as_str()).await?.ok_or(Error::NotFound)?;
    let order = view::known_order(&found, &site.time_zone);
    Ok(Json(StoredOrder { id, order }))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectorList {
    pub connectors: Vec<Health>,
}

/// See how the connectors are
///
/// When each last answered, what went wrong since, and when it is asked again. Never a credential. Of those who are
/// logged in for whoever may `settings`.
#[utoipa::path(
    get, path = "/api/v1/admin/connectors", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    responses((status = 200, body = ConnectorList), (status = 401, body = WireError, description = "Neither a secret key nor a session"))
)]
pub async fn connectors(State(app): State<App>, staff: Staff<Settings>) -> Result<Json<ConnectorList>, Error> {
    Ok(Json(ConnectorList { connectors: connectors::store::health(&app.db, &staff.site.id).await? }))
}

fn neutral(app: &App, key: &ApiKey, row: jsonl::Order) -> Result<ImportedOrder, Error> {
    let reading = Reading { country: &key.site.country, shift: Shift::default() };
    let undated = row.updated_at.is_none();
    let mut order = jsonl::neutral(row, &reading).map_err(|reason| Error::Shape { field: None, message: reason })?;
    if undated {
        // Said now; so it is newer than what was said before.
        order.updated_at = app.clock.now();
    }
    Ok(order)
}

/// Stores the orders and tells whoever looks at them. One answer for each.
async fn write(app: &App, key: &ApiKey, orders: Vec<ImportedOrder>) -> Result<Vec<bool>, Error> {
    let site = &key.site;
    let done = upsert(&app.db, &*app.clock, &site.id, &site.country, SOURCE, orders).await.map_err(|e| match e {
        UpsertError::Refused { reason, .. } => Error::Shape { field: None, message: reason },
        UpsertError::Database(error) => error.into(),
    })?;
    for one in done.iter().filter(|one| one.changed) {
        orders::news::changed(app, &site.id, one.order_id.as_str());
    }
    Ok(done.into_iter().map(|one| one.changed).collect())
}

pub(super) fn shape(field: &str, message: &str) -> Error {
    Error::Shape { field: Some(field.to_owned()), message: message.to_owned() }
}

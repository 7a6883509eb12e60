//! `/api/v1/admin/withdrawals`: who has withdrawn from which contract, and when.

use super::ApiKey;
use crate::{
    app::App,
    error::Error,
    http::{Json, Query},
    returns::{submit::is_id, withdrawal_store as store},
};
use aftercart_shared::{
    error::{ErrorCode, WireError},
    ids::OrderId,
    time::Timestamp,
};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskWithdrawals {
    /// Newest first.
    pub withdrawals: Vec<DeskWithdrawal>,
    /// `before` of the next page; `null` on the last.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskWithdrawal {
    pub id: String,
    /// `W-7K2M9Q`
    pub number: String,
    /// `acknowledged`: it counts, and the shopper has it in writing.
    pub state: String,
    /// When number and address are those of an order. Without one nobody has proved anything.
    pub order_id: Option<OrderId>,
    /// As typed, like all that follows.
    pub order_number: String,
    pub name: String,
    pub contact: String,
    pub part: Option<String>,
    /// The moment that counts.
    pub declared_at: Timestamp,
    /// When the acknowledgement was handed to the mail.
    pub acknowledged_at: Option<Timestamp>,
}

/// List withdrawals
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/withdrawals", tag = "admin", security(("secret_key" = [])),
    params(
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
    ),
    responses(
        (status = 200, body = DeskWithdrawals, example = json!({"withdrawals": [], "next": null})),
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn list(
    State(app): State<App>,
    key: ApiKey,
    Query(page): Query<Page>,
) -> Result<Json<DeskWithdrawals>, Error> {
    let place = |text: &str| {
        let (at, id) = text.split_once('_')?;
        Some((at.parse::<i64>().ok()?, Some(id.to_owned()).filter(|id| is_id(id))?))
    };
    let (at, id) = match page.before.as_deref() {
        None => (i64::MAX, String::new()),
        Some(text) => place(text).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "before"))?,
    };
    let most = page.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let rows = store::list(&app.db, &key.site.id, (at, &id), most).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|row| format!("{}_{}", row.declared_at, row.withdrawal_id));
    let shown = |row: store::WithdrawalRow| DeskWithdrawal {
        id: row.withdrawal_id,
        number: row.number,
        state: row.state,
        order_id: row.order_id.map(OrderId),
        order_number: row.order_number,
        name: row.name,
        contact: row.contact,
        part: row.part,
        declared_at: Timestamp(row.declared_at),
        acknowledged_at: row.acknowledged_at.map(Timestamp),
    };
    Ok(Json(DeskWithdrawals { withdrawals: rows.into_iter().map(shown).collect(), next }))
}

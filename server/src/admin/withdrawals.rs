//! `/api/v1/admin/withdrawals`: who has withdrawn from which contract, and when.

use super::returns::place;
use crate::{
    agents::acts_store,
    app::App,
    error::Error,
    http::{
        Acting, Json, Query, Staff,
        staff::{DecideReturns, ReadConversations},
    },
    returns::{
        submit::{is_id, plain},
        withdrawal_store as store,
    },
};
use aftercart_shared::{
    error::{ErrorCode, WireError},
    ids::OrderId,
    time::Timestamp,
};
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;
/// In characters.
const NOTE_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    #[serde(default)]
    open: bool,
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
    /// When one of the shop's people said that everything about it is done, and who.
    pub handled_at: Option<Timestamp>,
    pub handled_by: Option<String>,
    pub handled_note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandledRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// What was done, for colleagues. At most 1,000 characters.
    pub note: String,
}

impl From<store::WithdrawalRow> for DeskWithdrawal {
    fn from(row: store::WithdrawalRow) -> DeskWithdrawal {
        DeskWithdrawal {
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
            handled_at: row.handled_at.map(Timestamp),
            handled_by: row.handled_by,
            handled_note: row.handled_note,
        }
    }
}

crate::act_bodies!(HandledRequest);

/// List withdrawals
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/withdrawals", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("open" = Option<bool>, Query, description = "`true`: only those that nobody has handled"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
    ),
    responses(
        (status = 200, body = DeskWithdrawals, example = json!({"withdrawals": [], "next": null})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Query(page): Query<Page>,
) -> Result<Json<DeskWithdrawals>, Error> {
    let (at, id) = match page.before.as_deref() {
        None => (i64::MAX, String::new()),
        Some(text) => place(text).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "before"))?,
    };
    let most = page.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let rows = store::list(&app.db, &staff.site.id, page.open, (at, &id), most).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|row| format!("{}_{}", row.declared_at, row.withdrawal_id));
    Ok(Json(DeskWithdrawals { withdrawals: rows.into_iter().map(DeskWithdrawal::from).collect(), next }))
}

/// Mark a withdrawal as handled
///
/// Everything about it is done: the goods are back or waived, the money is paid.
#[utoipa::path(
    post, path = "/api/v1/admin/withdrawals/{id}/handled", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`DeskWithdrawal::id`")),
    request_body(content = HandledRequest, example = json!({"agent": "ming@shop.example", "note": "Paid back on 24 November"})),
    responses(
        (status = 200, body = DeskWithdrawal),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: it was handled before"),
        (status = 422, body = WireError, description = "No note"),
    )
)]
pub async fn handled(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<DecideReturns, HandledRequest>,
) -> Result<Json<DeskWithdrawal>, Error> {
    let Acting { site: shop, account, body, .. } = acting;
    let note = plain(&body.note);
    match note.chars().count() {
        0 => return Err(Error::invalid(ErrorCode::Required, "note")),
        n if n > NOTE_MAX => return Err(Error::invalid(ErrorCode::TooLong, "note")),
        _ => {}
    }
    let (site, agent, now, act_id) = (shop.id.clone(), account.id, app.clock.now(), app.random.id());
    let id = Some(id).filter(|id| is_id(id)).ok_or(Error::NotFound)?;
    let row = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            store::by_id(tx, &site, &id).await?.ok_or(Error::NotFound)?;
            if !store::handled(tx, &site, &id, &agent, &note, now).await? {
                return Err(Error::NotPossibleNow { message: "it was handled before".into() });
            }
            acts_store::insert(tx, &site, &act_id, &agent, ("withdrawal_handled", &id, &note), now).await?;
            store::by_id(tx, &site, &id).await?.ok_or(Error::NotFound)
        })
    });
    Ok(Json(row.await?.into()))
}

//! `/api/v1/admin/returns/{id}/…`: what the shop's people do with a return. Whoever is logged in does it herself; with the
//! secret key `agent` says who acts.

use super::{
    agent::{Second, second},
    returns::{DeskReturn, return_id, shown},
};
use crate::{
    agents::Account,
    app::App,
    error::Error,
    http::{Acting, Json, staff::DecideReturns},
    orders,
    returns::desk::{self, Act, By, Came},
    sites::Site,
};
use aftercart_shared::{error::WireError, ids::ReturnId};
use axum::extract::{Path, State};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// Another person, who agrees: for large sums.
    #[serde(default)]
    pub second: Option<Second>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// The shopper reads it. At most 1,000 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// Every line of the return, once.
    pub lines: Vec<Came>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// In minor units; at most what was paid.
    pub total: i64,
    /// Why, for colleagues. At most 1,000 characters.
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// What came of looking into it, for colleagues. At most 1,000 characters.
    pub note: String,
}

crate::act_bodies!(Decide, RefuseRequest, ReceiveRequest, AdjustRequest, ClearRequest);

/// What is to be done, and who agrees.
struct Asked {
    second: Option<Second>,
    act: Act,
}

impl From<Act> for Asked {
    fn from(act: Act) -> Asked {
        Asked { second: None, act }
    }
}

async fn carry_out(
    app: &App,
    (site, account): (&Arc<Site>, Account),
    id: ReturnId,
    asked: Asked,
) -> Result<Json<DeskReturn>, Error> {
    let second = match &asked.second {
        Some(named) => Some(second(app, site, &account.id, named).await?),
        None => None,
    };
    let row = desk::act(app, site, id, By { agent: account.id, second }, asked.act).await?;
    if row.gift_to.is_none() {
        orders::news::changed(app, &site.id, &row.order_id);
    }
    shown(app, site, row, None).await.map(Json)
}

/// Every act has its own address, its own body and the same way from there: `name path: body, example, what a 422 means,
/// what is asked for`.
macro_rules! acts {
    ($(
        $(#[$($doc:tt)*])*
        $name:ident $path:tt: $body:ident, $example:tt, $broken:tt, |$request:ident| $asked:expr;
    )+) => {$(
        $(#[$($doc)*])*
        #[utoipa::path(
            post, path = $path, tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
            params(("id" = String, Path, description = "`ReturnSummary::id`")),
            request_body(content = $body, example = json!($example)),
            responses(
                (status = 200, body = DeskReturn),
                (status = 403, body = WireError, description = "`agent_not_allowed`: who acts must be one who decides on returns; `field` says which person is not"),
                (status = 404, body = WireError, description = "`return_not_found`"),
                (status = 409, body = WireError, description = "`not_possible_now`"),
                (status = 422, body = WireError, description = $broken),
            )
        )]
        pub async fn $name(
            State(app): State<App>,
            Path(id): Path<String>,
            acting: Acting<DecideReturns, $body>,
        ) -> Result<Json<DeskReturn>, Error> {
            let Acting { site, account, body: $request, .. } = acting;
            carry_out(&app, (&site, account), return_id(id)?, $asked).await
        }
    )+};
}

acts! {
    /// Approve a return
    approve "/api/v1/admin/returns/{id}/approve": Decide, {"agent": "ming@shop.example"},
        "Money that leaves at once needs a sum, and a large one a second person",
        |request| Asked { second: request.second, act: Act::Approve };

    /// Refuse a return
    ///
    /// What was asked for, or what has been received and is not taken back.
    refuse "/api/v1/admin/returns/{id}/refuse": RefuseRequest,
        {"agent": "ming@shop.example", "reason": "The seal is broken."}, "A refusal says why",
        |request| Act::Refuse { reason: request.reason }.into();

    /// Count and grade what has come
    ///
    /// Item by item. Where fewer pieces came than were announced, the sum is worked out anew for those that did. A serial
    /// number that is none of those that were sold holds the money back until somebody clears it.
    receive "/api/v1/admin/returns/{id}/receive": ReceiveRequest,
        {"agent": "ming@shop.example", "lines": [{"line": "l1", "quantity": 1, "grade": "as_new"}]},
        "`quantity_invalid`, or a line too many or too few",
        |request| Act::Receive { lines: request.lines }.into();

    /// Change the sum
    adjust "/api/v1/admin/returns/{id}/adjust": AdjustRequest,
        {"agent": "ming@shop.example", "total": 8000, "note": "Shade scratched"}, "More than was paid, or no note",
        |request| Act::Adjust { total: request.total, note: request.note }.into();

    /// Pay out what was received
    ///
    /// Of an exchange: have the new goods sent. Once for ever, however often it is asked for.
    refund "/api/v1/admin/returns/{id}/refund": Decide,
        {"agent": "ming@shop.example", "second": {"agent": "wei@shop.example", "password": "her own password"}},
        "A sum as large as this needs a second person",
        |request| Asked { second: request.second, act: Act::Refund };

    /// Clear what holds the money back
    ///
    /// Somebody has looked into it, and the money may leave. `DeskReturn::held` says what it is.
    clear "/api/v1/admin/returns/{id}/clear": ClearRequest,
        {"agent": "ming@shop.example", "note": "The board was exchanged by our workshop."}, "No note",
        |request| Act::Clear { note: request.note }.into();

    /// Open a return again
    ///
    /// One that was refused, has expired, or was not taken back; as long as its pieces are in no other.
    reopen "/api/v1/admin/returns/{id}/reopen": Decide, {"agent": "ming@shop.example"}, "No `agent`",
        |_request| Act::Reopen.into();
}

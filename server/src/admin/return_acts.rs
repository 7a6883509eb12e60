//! `/api/v1/admin/returns/{id}/…`: what the shop's people do with a return. The key says which shop, `agent` who acts.

use super::{
    ApiKey,
    agent::{Second, agent, second},
    returns::{DeskReturn, return_id, shown},
};
use crate::{
    app::App,
    error::Error,
    http::{Json, json},
    orders,
    returns::desk::{self, Act, By, Came},
};
use aftercart_shared::{error::WireError, ids::ReturnId};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// E-mail address of the account that acts.
    pub agent: String,
    /// Another person, who agrees: for large sums.
    #[serde(default)]
    pub second: Option<Second>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseRequest {
    pub agent: String,
    /// The shopper reads it. At most 1,000 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveRequest {
    pub agent: String,
    /// Every line of the return, once.
    pub lines: Vec<Came>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustRequest {
    pub agent: String,
    /// In minor units; at most what was paid.
    pub total: i64,
    /// Why, for colleagues. At most 1,000 characters.
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearRequest {
    pub agent: String,
    /// What came of looking into it, for colleagues. At most 1,000 characters.
    pub note: String,
}

/// What is asked for, by whom.
struct Asked {
    agent: String,
    second: Option<Second>,
    act: Act,
}

impl Asked {
    fn by(agent: String, act: Act) -> Asked {
        Asked { agent, second: None, act }
    }
}

async fn carry_out(app: &App, key: &ApiKey, id: ReturnId, asked: Asked) -> Result<Json<DeskReturn>, Error> {
    let site = &key.site;
    let by = By {
        agent: agent(app, site, &asked.agent).await?,
        second: match &asked.second {
            Some(named) => Some(second(app, site, named).await?),
            None => None,
        },
    };
    let row = desk::act(app, site, id, by, asked.act).await?;
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
            post, path = $path, tag = "admin", security(("secret_key" = [])),
            params(("id" = String, Path, description = "`ReturnSummary::id`")),
            request_body(content = $body, example = json!($example)),
            responses(
                (status = 200, body = DeskReturn),
                (status = 403, body = WireError, description = "`agent_not_allowed`; `field` says which person"),
                (status = 404, body = WireError, description = "`return_not_found`"),
                (status = 409, body = WireError, description = "`not_possible_now`"),
                (status = 422, body = WireError, description = $broken),
            )
        )]
        pub async fn $name(
            State(app): State<App>,
            key: ApiKey,
            Path(id): Path<String>,
            headers: HeaderMap,
            body: Bytes,
        ) -> Result<Json<DeskReturn>, Error> {
            let $request: $body = json::read(&headers, &body)?;
            carry_out(&app, &key, return_id(id)?, $asked).await
        }
    )+};
}

acts! {
    /// Approve a return
    approve "/api/v1/admin/returns/{id}/approve": Decide, {"agent": "ming@shop.example"},
        "Money that leaves at once needs a sum, and a large one a second person",
        |request| Asked { agent: request.agent, second: request.second, act: Act::Approve };

    /// Refuse a return
    ///
    /// What was asked for, or what has been received and is not taken back.
    refuse "/api/v1/admin/returns/{id}/refuse": RefuseRequest,
        {"agent": "ming@shop.example", "reason": "The seal is broken."}, "A refusal says why",
        |request| Asked::by(request.agent, Act::Refuse { reason: request.reason });

    /// Count and grade what has come
    ///
    /// Item by item. Where fewer pieces came than were announced, the sum is worked out anew for those that did. A serial
    /// number that is none of those that were sold holds the money back until somebody clears it.
    receive "/api/v1/admin/returns/{id}/receive": ReceiveRequest,
        {"agent": "ming@shop.example", "lines": [{"line": "l1", "quantity": 1, "grade": "as_new"}]},
        "`quantity_invalid`, or a line too many or too few",
        |request| Asked::by(request.agent, Act::Receive { lines: request.lines });

    /// Change the sum
    adjust "/api/v1/admin/returns/{id}/adjust": AdjustRequest,
        {"agent": "ming@shop.example", "total": 8000, "note": "Shade scratched"}, "More than was paid, or no note",
        |request| Asked::by(request.agent, Act::Adjust { total: request.total, note: request.note });

    /// Pay out what was received
    ///
    /// Of an exchange: have the new goods sent. Once for ever, however often it is asked for.
    refund "/api/v1/admin/returns/{id}/refund": Decide,
        {"agent": "ming@shop.example", "second": {"agent": "wei@shop.example", "password": "her own password"}},
        "A sum as large as this needs a second person",
        |request| Asked { agent: request.agent, second: request.second, act: Act::Refund };

    /// Clear what holds the money back
    ///
    /// Somebody has looked into it, and the money may leave. `DeskReturn::held` says what it is.
    clear "/api/v1/admin/returns/{id}/clear": ClearRequest,
        {"agent": "ming@shop.example", "note": "The board was exchanged by our workshop."}, "No note",
        |request| Asked::by(request.agent, Act::Clear { note: request.note });

    /// Open a return again
    ///
    /// One that was refused, has expired, or was not taken back; as long as its pieces are in no other.
    reopen "/api/v1/admin/returns/{id}/reopen": Decide, {"agent": "ming@shop.example"}, "No `agent`",
        |request| Asked::by(request.agent, Act::Reopen);
}

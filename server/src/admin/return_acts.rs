//! `/api/v1/admin/returns/{id}/…`: what the shop's people do with a return. The key says which shop, `agent` who acts.

use super::{
    ApiKey,
    returns::{DeskReturn, return_id, shown},
};
use crate::{
    agents::{self, Role},
    app::App,
    error::Error,
    http::{Json, json},
    orders,
    returns::desk::{self, Act, By, Came},
    sites::Site,
};
use aftercart_shared::{
    error::WireError,
    ids::{AgentId, ReturnId},
    validate::Contact,
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// Who acts: the e-mail address of an account of this site that decides on returns.
pub(super) async fn agent(app: &App, site: &Site, email: &str) -> Result<AgentId, Error> {
    let Ok(Contact::Email(email)) = Contact::parse(email) else { return Err(Error::AgentNotAllowed) };
    let account = agents::store::active(&app.db, &site.id, &email).await?.ok_or(Error::AgentNotAllowed)?;
    let allowed = Role::parse(&account.role).is_some_and(Role::decides_returns);
    if allowed { Ok(AgentId(account.agent_id)) } else { Err(Error::AgentNotAllowed) }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// E-mail address of the account that acts.
    pub agent: String,
    /// Another one, who agrees: for large sums.
    #[serde(default)]
    pub second: Option<String>,
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

/// Who asks for what of which return: every act has this form.
struct Asked<B> {
    app: App,
    key: ApiKey,
    id: ReturnId,
    body: B,
}

impl<B: DeserializeOwned> Asked<B> {
    fn read(app: App, key: ApiKey, id: String, headers: &HeaderMap, body: &Bytes) -> Result<Asked<B>, Error> {
        Ok(Asked { app, key, body: json::read(headers, body)?, id: return_id(id)? })
    }
}

impl<B> Asked<B> {
    async fn act(self, agent_email: String, second: Option<String>, act: Act) -> Result<Json<DeskReturn>, Error> {
        let Asked { app, key, id, .. } = self;
        let site = &key.site;
        let by = By {
            agent: agent(&app, site, &agent_email).await?,
            second: match second {
                Some(email) => Some(agent(&app, site, &email).await?),
                None => None,
            },
        };
        let row = desk::act(&app, site, id, by, act).await?;
        if row.gift_to.is_none() {
            orders::news::changed(&app, &site.id, &row.order_id);
        }
        shown(&app, site, row, None).await.map(Json)
    }
}

/// Approve a return
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/approve", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = Decide, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
    )
)]
pub async fn approve(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<Decide>::read(app, key, id, &headers, &body)?;
    let (agent, second) = (asked.body.agent.clone(), asked.body.second.clone());
    asked.act(agent, second, Act::Approve).await
}

/// Refuse a return
///
/// What was asked for, or what has been received and is not taken back.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/refuse", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = RefuseRequest, example = json!({"agent": "ming@shop.example", "reason": "The seal is broken."})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
        (status = 422, body = WireError, description = "A refusal says why"),
    )
)]
pub async fn refuse(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<RefuseRequest>::read(app, key, id, &headers, &body)?;
    let (agent, reason) = (asked.body.agent.clone(), asked.body.reason.clone());
    asked.act(agent, None, Act::Refuse { reason }).await
}

/// Count and grade what has come
///
/// Item by item. Where fewer pieces came than were announced, the sum is worked out anew for those that did.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/receive", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = ReceiveRequest, example = json!({
        "agent": "ming@shop.example", "lines": [{"line": "l1", "quantity": 1, "grade": "as_new"}]
    })),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
        (status = 422, body = WireError, description = "`quantity_invalid`, or a line too many or too few"),
    )
)]
pub async fn receive(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<ReceiveRequest>::read(app, key, id, &headers, &body)?;
    let (agent, lines) = (asked.body.agent.clone(), asked.body.lines.clone());
    asked.act(agent, None, Act::Receive { lines }).await
}

/// Change the sum
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/adjust", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = AdjustRequest, example = json!({"agent": "ming@shop.example", "total": 8000, "note": "Shade scratched"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: money is on its way"),
        (status = 422, body = WireError, description = "More than was paid, or no note"),
    )
)]
pub async fn adjust(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<AdjustRequest>::read(app, key, id, &headers, &body)?;
    let (agent, total, note) = (asked.body.agent.clone(), asked.body.total, asked.body.note.clone());
    asked.act(agent, None, Act::Adjust { total, note }).await
}

/// Pay out what was received
///
/// Of an exchange: have the new goods sent. Once for ever, however often it is asked for.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/refund", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = Decide, example = json!({"agent": "ming@shop.example", "second": "wei@shop.example"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: nothing was received, or it was paid"),
        (status = 422, body = WireError, description = "A sum as large as this needs a second person"),
    )
)]
pub async fn refund(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<Decide>::read(app, key, id, &headers, &body)?;
    let (agent, second) = (asked.body.agent.clone(), asked.body.second.clone());
    asked.act(agent, second, Act::Refund).await
}

/// Open a return again
///
/// One that was refused, has expired, or was not taken back; as long as its pieces are in no other.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/reopen", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = Decide, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
    )
)]
pub async fn reopen(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<Decide>::read(app, key, id, &headers, &body)?;
    let agent = asked.body.agent.clone();
    asked.act(agent, None, Act::Reopen).await
}

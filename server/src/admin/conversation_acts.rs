//! `/api/v1/admin/conversations/{id}/…`: what the shop's people do in a conversation. Whoever is logged in does it herself;
//! with the secret key `agent` says who acts.

use super::conversations::shown;
use crate::{
    app::App,
    conversations::{self, access, append, hand, read},
    error::Error,
    http::{Acting, Json, staff::Answer},
};
use aftercart_shared::{
    api::desk::DeskConversation,
    error::{ErrorCode, WireError},
    events::{Ack, Said},
    ids::ConversationId,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentSend {
    /// E-mail address of the account that speaks. With the secret key only: whoever is logged in speaks herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// Drawn once by the client for this send, the same on every try.
    pub client_id: String,
    pub said: Said,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    /// E-mail address of the account that acts. With the secret key only.
    #[serde(default)]
    pub agent: Option<String>,
    /// Of the account that gets it; left out, whoever acts takes it.
    #[serde(default)]
    pub to: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActingAgent {
    /// E-mail address of the account that acts. With the secret key only.
    #[serde(default)]
    pub agent: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentRead {
    /// E-mail address of the account that reads. With the secret key only.
    #[serde(default)]
    pub agent: Option<String>,
    /// Of the last event that was on her screen.
    pub seq: u64,
}

crate::act_bodies!(AgentSend, AssignRequest, ActingAgent, AgentRead);

/// Answer a shopper
///
/// A message, under the account's name. The answer comes when it is on disk; the same `client_id` again is the same message.
/// Nobody has to have taken the conversation: a colleague may step in.
#[utoipa::path(
    post, path = "/api/v1/admin/conversations/{id}/events", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    request_body(content = AgentSend, example = json!({
        "agent": "ming@shop.example", "client_id": "c0a8f6de-0c40-4d5e-a51a-5b3b7c9d2e11",
        "said": {"kind": "message", "text": "It left this morning."}
    })),
    responses(
        (status = 200, body = Ack, example = json!({"seq": 3, "at": 1_795_255_260_000_i64})),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
        (status = 409, body = WireError, description = "`key_reused`: this `client_id` came before with another body · `conversation_closed`"),
        (status = 422, body = WireError, description = "`required`, `too_long` or `invalid`; `field` says what"),
    )
)]
pub async fn send(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<Answer, AgentSend>,
) -> Result<Json<Ack>, Error> {
    let Acting { site, account, body, .. } = acting;
    let who = access::agent(&app, &site.id, account, &ConversationId(id)).await?;
    append::say(&app, &who, &body.client_id, body.said).await.map(Json)
}

/// Take a conversation, or hand it to a colleague
///
/// Of many who take it at once one gets it, and the others hear who. With `to` whoever has it, a lead or an owner hands it
/// over.
#[utoipa::path(
    post, path = "/api/v1/admin/conversations/{id}/assign", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    request_body(content = AssignRequest, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskConversation),
        (status = 403, body = WireError, description = "`agent_not_allowed`: nobody of this site who may do this"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: somebody else has it, `message` says who · `conversation_closed`"),
        (status = 422, body = WireError, description = "`to` is nobody of this site who answers shoppers"),
    )
)]
pub async fn assign(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<Answer, AssignRequest>,
) -> Result<Json<DeskConversation>, Error> {
    let (site, id) = (&acting.site.id, ConversationId(id));
    let who = access::agent(&app, site, acting.account, &id).await?;
    match acting.body.to {
        None => hand::take(&app, &who).await?,
        Some(to) => {
            let to = access::colleague(&app, site, &to).await?;
            hand::hand_over(&app, &who, to.ok_or_else(|| Error::invalid(ErrorCode::Invalid, "to"))?).await?;
        }
    }
    shown(&app, site, &id).await.map(Json)
}

/// Close a conversation
///
/// She may say how it was; what she asks next begins a new one.
#[utoipa::path(
    post, path = "/api/v1/admin/conversations/{id}/close", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    request_body(content = ActingAgent, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskConversation),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
        (status = 409, body = WireError, description = "`conversation_closed`: it was closed before"),
    )
)]
pub async fn close(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<Answer, ActingAgent>,
) -> Result<Json<DeskConversation>, Error> {
    let (site, id) = (&acting.site.id, ConversationId(id));
    hand::close(&app, &access::agent(&app, site, acting.account, &id).await?).await?;
    shown(&app, site, &id).await.map(Json)
}

/// Say how far an agent has read
#[utoipa::path(
    post, path = "/api/v1/admin/conversations/{id}/read", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    request_body(content = AgentRead, example = json!({"agent": "ming@shop.example", "seq": 1})),
    responses(
        (status = 204),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
    )
)]
pub async fn mark(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<Answer, AgentRead>,
) -> Result<StatusCode, Error> {
    let who = access::agent(&app, &acting.site.id, acting.account, &ConversationId(id)).await?;
    read::mark(&app, &who, acting.body.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say that an agent is writing
///
/// Every few seconds while it lasts. Nothing of it is stored.
#[utoipa::path(
    post, path = "/api/v1/admin/conversations/{id}/typing", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    request_body(content = ActingAgent, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 204),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
    )
)]
pub async fn write(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<Answer, ActingAgent>,
) -> Result<StatusCode, Error> {
    let who = access::agent(&app, &acting.site.id, acting.account, &ConversationId(id)).await?;
    conversations::typing(&app, &who);
    Ok(StatusCode::NO_CONTENT)
}

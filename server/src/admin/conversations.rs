//! `/api/v1/admin/conversations…`: conversations as the shop's people see them.

use crate::{
    app::App,
    conversations::{
        access,
        desk_store::{self, DeskRow, Filter},
        picture, read,
        routes::Since,
        store::HeadRow,
        wait::{self, Door},
    },
    error::Error,
    http::{Json, Query, Staff, staff::ReadConversations},
};
use aftercart_shared::{
    api::{
        conversations::Events,
        desk::{Certainty, DeskConversation, DeskVisitor},
        shoppers::ShopperKind,
    },
    error::{ErrorCode, WireError},
    ids::{ConversationId, SiteId},
    time::Timestamp,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskConversations {
    /// Newest first.
    pub conversations: Vec<DeskConversation>,
    /// `cursor` of the next page; `null` on the last.
    pub next: Option<String>,
}

impl TryFrom<DeskRow> for DeskConversation {
    type Error = Error;

    fn try_from(row: DeskRow) -> Result<DeskConversation, Error> {
        let id = ConversationId(row.conversation_id);
        let head = HeadRow {
            epoch: row.epoch,
            last_seq: row.last_seq,
            state: row.state,
            agent_id: row.agent_id,
            agent_name: row.agent_name,
            read_visitor: row.read_visitor,
            read_agent: row.read_agent,
            created_at: row.created_at,
        };
        Ok(DeskConversation {
            subject: serde_json::from_str(&row.subject).unwrap_or_default(),
            view: read::view_of(&id, head)?,
            locale: row.locale,
            visitor: DeskVisitor {
                certainty: if row.shopper_id.is_some() { Certainty::Verified } else { Certainty::Anonymous },
                shopper: row.shopper_id,
                proof: row.shopper_kind.as_deref().and_then(ShopperKind::from_name),
                name: row.name,
                email: row.email,
                phone: row.phone,
            },
            agent_email: row.agent_email,
            updated_at: Timestamp(row.updated_at),
            closed_at: row.closed_at.map(Timestamp),
        })
    }
}

/// List conversations
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/conversations", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("state" = Option<String>, Query, description = "`queued`, `assigned`, `closed`; otherwise all"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
    ),
    responses(
        (status = 200, body = DeskConversations, example = json!({"conversations": [], "next": null})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 422, body = WireError, description = "No such state, or `cursor` is none of ours"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Query(which): Query<Which>,
) -> Result<Json<DeskConversations>, Error> {
    let state = which.state.unwrap_or_default();
    if !state.is_empty() && read::parse_state(&state).is_none() {
        return Err(Error::invalid(ErrorCode::Invalid, "state"));
    }
    let (before_at, before_id) = match which.cursor.as_deref() {
        None => (i64::MAX, String::new()),
        Some(text) => super::returns::place(text).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "cursor"))?,
    };
    let most = which.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let rows = desk_store::list(&app.db, &staff.site.id, &Filter { state, before_at, before_id, most }).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|row| format!("{}_{}", row.created_at, row.conversation_id));
    let conversations = rows.into_iter().map(DeskConversation::try_from).collect::<Result<_, _>>()?;
    Ok(Json(DeskConversations { conversations, next }))
}

/// See one conversation
///
/// Who came, how sure that is, and who looks after it.
#[utoipa::path(
    get, path = "/api/v1/admin/conversations/{id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    responses(
        (status = 200, body = DeskConversation, example = json!({
            "id": "0f3a5c7d9b1e4f60a1b2c3d4e5f60718", "state": "assigned", "epoch": 1, "last_seq": 2,
            "read": {"visitor": 1, "agent": 1}, "agent": "Ming", "created_at": 1_795_255_200_000_i64,
            "locale": "en", "subject": {"order": "A-1001"},
            "visitor": {
                "certainty": "verified", "shopper": "2f1c7a90b3d84e5fa6b7c8d9e0f1a2b3", "proof": "email", "name": null,
                "email": "emma.wilson@example.com", "phone": null
            },
            "agent_email": "ming@shop.example", "updated_at": 1_795_255_230_000_i64, "closed_at": null
        })),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
    )
)]
pub async fn one(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path(id): Path<String>,
) -> Result<Json<DeskConversation>, Error> {
    shown(&app, &staff.site.id, &ConversationId(id)).await.map(Json)
}

pub(super) async fn shown(app: &App, site: &SiteId, id: &ConversationId) -> Result<DeskConversation, Error> {
    let who = access::desk(app, site, id).await?;
    desk_store::one(&app.db, who.site(), who.id()).await?.ok_or(Error::ConversationNotFound)?.try_into()
}

/// Read what was said, or wait for it
///
/// As shoppers read it: everything after the cursor, at most 200 events, within `wait` seconds. `client_id` is told of
/// whatever your people have sent.
#[utoipa::path(
    get, path = "/api/v1/admin/conversations/{id}/events", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("after" = Option<u64>, Query, description = "`seq` of the last event that the caller has; 0"),
        ("epoch" = Option<u64>, Query, description = "`ConversationView::epoch` that it comes from; required with `after`"),
        ("wait" = Option<u32>, Query, description = "Seconds; at most 25"),
    ),
    responses(
        (status = 200, body = Events, example = json!({
            "epoch": 1, "last_seq": 1, "state": "queued", "read": {"visitor": 0, "agent": 0}, "typing": false,
            "events": [{"seq": 1, "at": 1_795_255_200_000_i64, "from": {"by": "visitor"}, "kind": "message", "text": "Is it on its way?"}]
        })),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
        (status = 409, body = WireError, description = "`resync`: forget what you have and read from 0, without `epoch`"),
        (status = 422, body = WireError, description = "`after` without `epoch`"),
    )
)]
pub async fn events(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path(id): Path<String>,
    Query(since): Query<Since>,
) -> Result<Json<Events>, Error> {
    let (site, id) = (&staff.site.id, ConversationId(id));
    wait::events(&app, (site, &id), Door::Desk, since.cursor()?, since.wait()).await.map(Json)
}

/// See a picture of a conversation
///
/// As she attached it, drawn anew.
#[utoipa::path(
    get, path = "/api/v1/admin/conversations/{id}/attachments/{attachment_id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("attachment_id" = String, Path, description = "`attachment_id` of the event"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 404, body = WireError, description = "`conversation_not_found`, or `not_found`: no picture of it"),
    )
)]
pub async fn picture(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path((id, attachment)): Path<(String, String)>,
) -> Result<Response, Error> {
    let who = access::desk(&app, &staff.site.id, &ConversationId(id)).await?;
    picture::show(&app, &who, &attachment).await
}

//! `/api/v1/conversations…`, for whoever has a question.

use super::{
    access, append, open, picture, read, typing,
    wait::{self, Door, Patience},
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Query, Source, Visitor},
};
use aftercart_shared::{
    api::conversations::{Events, OpenRequest, Opened, ReadRequest, SendRequest, VISITOR_HEADER},
    error::{ErrorCode, WireError},
    events::{Ack, Cursor},
    ids::ConversationId,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;

/// Of the visitor who sends it; `None` without one.
pub(super) fn visitor_token(headers: &HeaderMap) -> Option<&str> {
    let token = headers.get(VISITOR_HEADER)?.to_str().ok()?.trim();
    Some(token).filter(|token| !token.is_empty())
}

pub(super) fn token(headers: &HeaderMap) -> Result<&str, Error> {
    visitor_token(headers).ok_or(Error::SessionExpired)
}

/// From where on, and for how long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    #[serde(default)]
    after: Option<u64>,
    #[serde(default)]
    epoch: Option<u64>,
    #[serde(default)]
    wait: u32,
    #[serde(default)]
    place: Option<u32>,
}

impl Since {
    /// # Errors
    /// A number without its epoch is a number of nothing.
    pub fn cursor(&self) -> Result<Option<Cursor>, Error> {
        match (self.epoch, self.after) {
            (Some(epoch), after) => Ok(Some(Cursor { epoch, seq: after.unwrap_or(0) })),
            (None, None | Some(0)) => Ok(None),
            (None, Some(_)) => Err(Error::invalid(ErrorCode::Required, "epoch")),
        }
    }

    pub fn wait(&self) -> u32 {
        self.wait
    }

    fn patience(&self) -> Patience {
        Patience { seconds: self.wait, place: self.place }
    }
}

/// Open a conversation with the shop
///
/// Or find the one that is open: a browser has one, and a verified shopper has one on all her devices. Without the header
/// `Aftercart-Visitor` a new visitor begins, whose token is in the answer. With `Authorization` too, the conversation is the
/// shopper's: what the browser has begun before comes along if she has none open, and its token is replaced by the one in
/// the answer.
#[utoipa::path(
    post, path = "/api/v1/conversations", tag = "shoppers", security(("site_key" = []), ("site_key" = [], "session" = [])),
    params(("Aftercart-Visitor" = Option<String>, Header, description = "`VisitorToken::token`, once there is one")),
    request_body(content = OpenRequest, example = json!({"locale": "en", "subject": {"order": "A-1001"}})),
    responses(
        (status = 200, body = Opened, example = json!({
            "conversation": {
                "id": "0f3a5c7d9b1e4f60a1b2c3d4e5f60718", "state": "queued", "epoch": 1, "last_seq": 0,
                "read": {"visitor": 0, "agent": 0}, "created_at": 1_795_255_200_000_i64,
                "queue": {"position": 3, "minutes": {"from": 4, "to": 9}, "closed": false}
            },
            "visitor": {"token": "mZ1c…", "expires_at": 1_797_847_200_000_i64}
        })),
        (status = 401, body = WireError, description = "`session_expired`: the visitor's token, or the session, has ended"),
        (status = 422, body = WireError, description = "`too_long`: `field` says what"),
        (status = 429, body = WireError, description = "Too many new visitors from this address; `retry_after` seconds"),
    )
)]
pub async fn begin(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    visitor: Visitor,
    headers: HeaderMap,
    Json(request): Json<OpenRequest>,
) -> Result<Json<Opened>, Error> {
    let session = match visitor {
        Visitor::Verified(session) => Some(session),
        Visitor::Anonymous => None,
    };
    let known = open::Known { session, token: visitor_token(&headers).map(str::to_owned), source };
    open::open(&app, &site.id, known, request).await.map(Json)
}

/// Read what was said
///
/// Everything after the cursor (`after` and `epoch`), at most 200 events: when the last is older than `last_seq`, ask again at
/// once. With `wait` the answer comes when there is something new, or somebody reads or writes, or the queue moves, or the seconds
/// are over.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/events", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
        ("after" = Option<u64>, Query, description = "`seq` of the last event that the caller has; 0"),
        ("epoch" = Option<u64>, Query, description = "`ConversationView::epoch` that it comes from; required with `after`"),
        ("wait" = Option<u32>, Query, description = "Seconds; at most 25"),
        ("place" = Option<u32>, Query, description = "`queue.position` that the caller knows: another one is news"),
    ),
    responses(
        (status = 200, body = Events, example = json!({
            "epoch": 1, "last_seq": 2, "state": "assigned", "read": {"visitor": 1, "agent": 1}, "typing": true,
            "events": [
                {"seq": 1, "at": 1_795_255_200_000_i64, "from": {"by": "visitor"}, "client_id": "5b0e…", "kind": "message", "text": "Is it on its way?"},
                {"seq": 2, "at": 1_795_255_230_000_i64, "from": {"by": "agent", "name": "Ming"}, "kind": "assigned", "agent": "Ming"}
            ]
        })),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers"),
        (status = 409, body = WireError, description = "`resync`: forget what you have and read from 0, without `epoch`"),
        (status = 422, body = WireError, description = "`after` without `epoch`"),
        (status = 429, body = WireError, description = "Too many wait from this address"),
    )
)]
pub async fn events(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(since): Query<Since>,
) -> Result<Json<Events>, Error> {
    let (door, id) = (Door::Visitor(token(&headers)?), ConversationId(id));
    let _place = if since.wait > 0 { Some(app.waiters.enter(source)?) } else { None };
    wait::events(&app, (&site.id, &id), door, since.cursor()?, since.patience()).await.map(Json)
}

/// Say something
///
/// A message, a picture that she has attached as a verified shopper, or, once it is closed, how it was. The answer comes when
/// it is on disk. Try again with the same `client_id` for as long as there is none: it is stored once.
///
/// What the shop's articles surely answer, or an order of her own that she names, is answered by the assistant at once: an event
/// `answer` follows the message, and the conversation is `answered`. `handoff_requested` then asks for a person, as does any word to
/// which there is no answer; `helped` closes it, until she says something else in it.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/events", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
    ),
    request_body(content = SendRequest, example = json!({
        "client_id": "5b0e7c1a-93f1-4c52-8f0e-2a6d1f3c9b77", "said": {"kind": "message", "text": "Is it on its way?"}
    })),
    responses(
        (status = 200, body = Ack, example = json!({"seq": 1, "at": 1_795_255_200_000_i64})),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers"),
        (status = 409, body = WireError, description = "`key_reused`: this `client_id` came before with another body · `conversation_closed` · `not_possible_now`: it is rated once, after its end"),
        (status = 422, body = WireError, description = "`required`, `too_long` or `invalid`; `field` says what"),
        (status = 429, body = WireError, description = "Too many at once; `retry_after` seconds"),
    )
)]
pub async fn send(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(request): Json<SendRequest>,
) -> Result<Json<Ack>, Error> {
    let who = access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    append::say(&app, &who, &request.client_id, request.said).await.map(Json)
}

/// Say how far one has read
///
/// What is on screen while nobody looks is not read. A mark never goes back.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/read", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
    ),
    request_body(content = ReadRequest, example = json!({"seq": 2})),
    responses(
        (status = 204),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers"),
    )
)]
pub async fn mark(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(request): Json<ReadRequest>,
) -> Result<StatusCode, Error> {
    let who = access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    read::mark(&app, &who, request.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say that one is writing
///
/// Every few seconds while it lasts. Nothing of it is stored.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/typing", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
    ),
    responses(
        (status = 204),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers"),
    )
)]
pub async fn write(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let who = access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    typing(&app, &who);
    Ok(StatusCode::NO_CONTENT)
}

/// See a picture of a conversation
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/attachments/{attachment_id}", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("attachment_id" = String, Path, description = "`attachment_id` of the event"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers · `not_found`: no picture of it"),
    )
)]
pub async fn picture(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path((id, attachment)): Path<(String, String)>,
) -> Result<Response, Error> {
    let who = access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    picture::show(&app, &who, &attachment).await
}

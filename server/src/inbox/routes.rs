//! `/api/v1/desk/inbox…`, and who is before an agent.

use super::{
    changes,
    cursor::Cursor,
    customer,
    list::{self, Ask},
    order,
};
use crate::{
    agents::{Permission, session},
    app::App,
    conversations::queue_store::BATCH,
    error::Error,
    http::{DeskSession, Json, Query},
};
use aftercart_shared::{
    api::{
        desk::{Customer, Inbox, InboxChanges, InboxView},
        orders::FullOrder,
    },
    error::{ErrorCode, WireError},
    ids::{ConversationId, OrderId},
    locale::Locale,
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Deserialize;

const PAGE: usize = 50;
/// Of an order's id, in bytes.
const ID_MAX: usize = 128;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    view: InboxView,
    #[serde(default)]
    query: String,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    #[serde(default)]
    since: Option<u64>,
    #[serde(default)]
    wait: u32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    #[serde(default)]
    locale: Option<Locale>,
}

/// Read the queue
///
/// Whoever waits longest comes first; those who wait for nobody follow, the newest first. `query` is looked for in order
/// numbers, in what verified shoppers are known by, and in messages: at most 2,000 conversations are looked through at once, so
/// that a page may be short, or empty, and yet have a `next`. Later pages leave out what has changed since the first, which
/// comes with the changes since its `version`.
#[utoipa::path(
    get, path = "/api/v1/desk/inbox", tag = "desk", security(("desk_session" = [])),
    params(
        ("view" = Option<InboxView>, Query, description = "`mine`, `unassigned`, `all` (that are open), `closed`; `mine`"),
        ("query" = Option<String>, Query, description = "What to look for; at most 200 characters"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "1 to 100; 50"),
    ),
    responses(
        (status = 200, body = Inbox, example = json!({
            "rows": [], "next": null, "counts": {"mine": 0, "unassigned": 0, "all": 0}, "version": 0
        })),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 422, body = WireError, description = "`field` says what cannot be"),
    )
)]
pub async fn inbox(
    State(app): State<App>,
    session: DeskSession,
    Query(which): Query<Which>,
) -> Result<Json<Inbox>, Error> {
    session.may(Permission::ReadConversations)?;
    let after = match which.cursor.as_deref() {
        None => None,
        Some(text) => Some(Cursor::parse(text).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "cursor"))?),
    };
    let ask = Ask {
        view: which.view,
        patterns: list::patterns(&which.query)?,
        after,
        most: which.limit.unwrap_or(PAGE).clamp(1, BATCH),
    };
    list::page(&app, &session.site.id, &session.account.id, &ask).await.map(Json)
}

/// Hear what is new in the queue
///
/// Every conversation that has changed since a version, as it is now and whatever view it belongs to; within `wait` seconds as
/// soon as there is one. After more than 100 there are none, and `reload`.
#[utoipa::path(
    get, path = "/api/v1/desk/inbox/changes", tag = "desk", security(("desk_session" = [])),
    params(
        ("since" = u64, Query, description = "`version` of the answer before"),
        ("wait" = Option<u32>, Query, description = "Seconds; at most 25"),
    ),
    responses(
        (status = 200, body = InboxChanges, example = json!({
            "version": 12, "counts": {"mine": 1, "unassigned": 3, "all": 9}, "rows": [], "reload": false
        })),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
    )
)]
pub async fn changed(
    State(app): State<App>,
    session: DeskSession,
    headers: HeaderMap,
    Query(Since { since, wait }): Query<Since>,
) -> Result<Json<InboxChanges>, Error> {
    session.may(Permission::ReadConversations)?;
    let since = since.ok_or_else(|| Error::invalid(ErrorCode::Required, "since"))?;
    let still_here = || async {
        let now = session::current(&app, &headers).await?.ok_or(Error::SessionExpired)?;
        if now.account.role.may(Permission::ReadConversations) { Ok(()) } else { Err(Error::RoleNotAllowed) }
    };
    changes::since(&app, (&session.site.id, &session.account.id), since, wait, still_here).await.map(Json)
}

/// See whom one talks with
///
/// Whoever has proved who she is, with her orders, returns and other conversations; of anybody else only what this very
/// browser has talked about before.
#[utoipa::path(
    get, path = "/api/v1/desk/conversations/{id}/customer", tag = "desk", security(("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = Customer),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
    )
)]
pub async fn customer(
    State(app): State<App>,
    session: DeskSession,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<Customer>, Error> {
    session.may(Permission::ReadConversations)?;
    customer::of(&app, &session.site, &ConversationId(id), language.locale).await.map(Json)
}

/// See everything of an order
///
/// With nothing masked. That it was looked at stands among what agents did (`see_order`), once an hour.
#[utoipa::path(
    get, path = "/api/v1/desk/orders/{order_id}", tag = "desk", security(("desk_session" = [])),
    params(("order_id" = String, Path, description = "`MyOrder::id`")),
    responses(
        (status = 200, body = FullOrder),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`order_not_found`"),
    )
)]
pub async fn order(
    State(app): State<App>,
    session: DeskSession,
    Path(id): Path<String>,
) -> Result<Json<FullOrder>, Error> {
    session.may(Permission::ReadConversations)?;
    if id.len() > ID_MAX || id.contains('\0') {
        return Err(Error::OrderNotFound);
    }
    order::full(&app, &session.site, &session.account, &OrderId(id)).await.map(Json)
}

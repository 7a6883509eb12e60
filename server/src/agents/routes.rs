//! `/api/v1/desk/…`: coming in, going out, and who is there.

use super::{
    Account, Permission, Role,
    log_in::{self, Outcome},
    session, session_store, store,
};
use crate::{
    app::App,
    db,
    error::Error,
    http::{DeskSession, Json, Source, staff::OwnPage},
    sites::Site,
};
use aftercart_shared::{
    api::desk::{Colleague, Colleagues, LogInRequest, Me, SessionView, Sessions, Shop, ShopChoice, WhichShop},
    error::{ErrorCode, WireError},
    time::Timestamp,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Log in
///
/// Begins a session in this browser, kept in a cookie that no script can read and that no other page's requests carry. It
/// ends twelve hours after it was used last, thirty days after it began, by logging out, and when the account is disabled
/// or gets another password. Whoever is refused is not told why.
#[utoipa::path(
    post, path = "/api/v1/desk/log-in", tag = "desk", security(()),
    request_body(content = LogInRequest, example = json!({"email": "ming@shop.example", "password": "her own password"})),
    responses(
        (status = 200, body = Me, description = "With the cookie"),
        (status = 401, body = WireError, description = "`log_in_refused` · `code_required`: the password is right, send the authenticator's `code` as well · `code_invalid`"),
        (status = 403, body = WireError, description = "`origin_not_allowed`: a page that is none of ours"),
        (status = 409, body = WhichShop, description = "`site_required`: the password is right at several shops"),
        (status = 429, body = WireError, description = "Five wrong tries for this address from this place within an hour; `retry_after` seconds"),
    )
)]
pub async fn log_in(
    State(app): State<App>,
    _page: OwnPage,
    source: Source,
    headers: HeaderMap,
    Json(request): Json<LogInRequest>,
) -> Result<Response, Error> {
    match log_in::log_in(&app, source, &headers, request).await? {
        Outcome::In(new) => {
            let site = app.sites.by_id(&new.site).await?;
            let cookie = [(header::SET_COOKIE, session::cookie(&app, &new.token))];
            Ok((cookie, Json(me_of(&site, &headers, new.account))).into_response())
        }
        Outcome::Which(sites) => {
            let mut shops = Vec::with_capacity(sites.len());
            for id in sites {
                let site = app.sites.by_id(&id).await?;
                shops.push(ShopChoice { site: site.key.to_string(), name: name_of(&site, &headers) });
            }
            shops.sort_by(|a, b| a.name.cmp(&b.name));
            let which = WhichShop {
                code: ErrorCode::SiteRequired,
                field: "site".into(),
                message: "the password is right at several shops: send `site`".into(),
                shops,
            };
            Ok((StatusCode::CONFLICT, Json(which)).into_response())
        }
    }
}

/// Log out
///
/// Ends this browser's session.
#[utoipa::path(
    post, path = "/api/v1/desk/log-out", tag = "desk", security(("desk_session" = [])),
    responses((status = 204), (status = 401, body = WireError, description = "`session_expired`: there is none"))
)]
pub async fn log_out(State(app): State<App>, session: DeskSession) -> Result<Response, Error> {
    end(&app, &session, session.session_id.clone()).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, session::no_cookie(&app))]).into_response())
}

/// See who is logged in
///
/// And what she may do.
#[utoipa::path(
    get, path = "/api/v1/desk/me", tag = "desk", security(("desk_session" = [])),
    responses((status = 200, body = Me), (status = 401, body = WireError, description = "`session_expired`"))
)]
pub async fn me(session: DeskSession, headers: HeaderMap) -> Json<Me> {
    Json(me_of(&session.site, &headers, session.account))
}

/// List one's own sessions
///
/// Every browser in which she is logged in, last used first.
#[utoipa::path(
    get, path = "/api/v1/desk/sessions", tag = "desk", security(("desk_session" = [])),
    responses((status = 200, body = Sessions), (status = 401, body = WireError, description = "`session_expired`"))
)]
pub async fn sessions(State(app): State<App>, session: DeskSession) -> Result<Json<Sessions>, Error> {
    let since = session::ended_before(app.clock.now());
    let rows = session_store::list(&app.db, &session.site.id, &session.account.id, since).await?;
    let view = |row: session_store::ListedSession| SessionView {
        current: row.session_id == session.session_id,
        id: row.session_id,
        device: row.device,
        created_at: Timestamp(row.created_at),
        seen_at: Timestamp(row.seen_at),
    };
    Ok(Json(Sessions { sessions: rows.into_iter().map(view).collect() }))
}

/// End a session of one's own
///
/// As somebody does who has left a machine alone. The next request from there is none of hers.
#[utoipa::path(
    delete, path = "/api/v1/desk/sessions/{id}", tag = "desk", security(("desk_session" = [])),
    params(("id" = String, Path, description = "`SessionView::id`")),
    responses(
        (status = 204),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`not_found`: none of hers"),
    )
)]
pub async fn end_session(
    State(app): State<App>,
    session: DeskSession,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    // A database takes no NUL.
    let id =
        Some(id).filter(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())).ok_or(Error::NotFound)?;
    if end(&app, &session, id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound) }
}

/// List colleagues
///
/// Everybody who answers shoppers, by name: to whom a conversation can be handed. For whoever may `read_conversations`.
#[utoipa::path(
    get, path = "/api/v1/desk/colleagues", tag = "desk", security(("desk_session" = [])),
    responses(
        (status = 200, body = Colleagues),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
    )
)]
pub async fn colleagues(State(app): State<App>, session: DeskSession) -> Result<Json<Colleagues>, Error> {
    session.may(Permission::ReadConversations)?;
    let rows = store::colleagues(&app.db, &session.site.id).await?;
    let answers = |row: &store::ColleagueRow| Role::parse(&row.role).is_some_and(|role| role.may(Permission::Answer));
    let colleague = |row: store::ColleagueRow| Colleague {
        email: row.email,
        name: row.name,
        open: u32::try_from(row.held).unwrap_or(u32::MAX),
    };
    Ok(Json(Colleagues { colleagues: rows.into_iter().filter(answers).map(colleague).collect() }))
}

async fn end(app: &App, session: &DeskSession, id: String) -> Result<bool, Error> {
    let (site, agent) = (session.site.id.clone(), session.account.id.clone());
    let ended = app
        .db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { session_store::end(tx, &site, &agent, &id).await }));
    Ok(ended.await?)
}

fn me_of(site: &Site, headers: &HeaderMap, account: Account) -> Me {
    Me {
        id: account.id.to_string(),
        email: account.email,
        name: account.name,
        role: account.role,
        may: account.role.permissions(),
        shop: Shop {
            site: site.key.to_string(),
            name: name_of(site, headers),
            time_zone: site.time_zone.clone(),
            currency: site.currency.code().to_owned(),
        },
    }
}

/// In the language that the browser asks for, where the shop has one.
fn name_of(site: &Site, headers: &HeaderMap) -> String {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    site.name(site.locale_for(asked)).to_owned()
}

//! `/api/v1/desk/canned-replies…`

use super::{
    canned,
    canned_store::{self, CannedRow},
};
use crate::{
    app::App,
    db,
    error::Error,
    http::{
        Acting, Json, Staff,
        staff::{ReadConversations, Settings},
    },
};
use aftercart_shared::{
    api::desk::{CannedReplies, CannedReply, CannedText},
    error::WireError,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

crate::act_bodies!(; without agent: CannedText);

/// List the canned replies
///
/// By shortcut, each in one or more languages.
#[utoipa::path(
    get, path = "/api/v1/desk/canned-replies", tag = "desk", security(("desk_session" = []), ("secret_key" = [])),
    responses(
        (status = 200, body = CannedReplies, example = json!({"replies": [{
            "shortcut": "late", "texts": [{"locale": "en", "text": "Hello {name}, order {order} is late, and we are sorry."}]
        }]})),
        (status = 401, body = WireError, description = "`session_expired`: log in; `key_invalid`"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
    )
)]
pub async fn list(State(app): State<App>, staff: Staff<ReadConversations>) -> Result<Json<CannedReplies>, Error> {
    let rows = canned_store::list(&app.db, &staff.site.id).await?;
    let replies = rows.into_iter().map(|row| {
        let corrupt = || db::Error::Corrupt(format!("canned reply {}: texts", row.shortcut));
        let texts = serde_json::from_str(&row.texts).map_err(|_| corrupt())?;
        Ok(CannedReply { shortcut: row.shortcut, texts })
    });
    Ok(Json(CannedReplies { replies: replies.collect::<Result<_, db::Error>>()? }))
}

/// Store a canned reply
///
/// A new one, or in place of the one with this shortcut. Shortcuts are kept in lower case.
#[utoipa::path(
    put, path = "/api/v1/desk/canned-replies/{shortcut}", tag = "desk", security(("desk_session" = [])),
    params(("shortcut" = String, Path, description = "Letters, digits, `-` and `_`, at most 32")),
    request_body(content = CannedText, example = json!({"texts": [{"locale": "en", "text": "Hello {name}, we are sorry."}]})),
    responses(
        (status = 200, body = CannedReply),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 422, body = WireError, description = "`field` says what cannot be"),
    )
)]
pub async fn put(
    State(app): State<App>,
    Path(shortcut): Path<String>,
    acting: Acting<Settings, CannedText>,
) -> Result<Json<CannedReply>, Error> {
    let shortcut = canned::shortcut(&shortcut)?;
    let CannedText { texts } = acting.body;
    canned::texts(&texts)?;
    let json = serde_json::to_string(&texts).map_err(|fault| Error::Internal(fault.to_string()))?;
    let (site, agent, now) = (acting.site.id.clone(), acting.account.id, app.clock.now());
    let row = CannedRow { shortcut: shortcut.clone(), texts: json };
    let stored = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if canned_store::others(tx, &site, &row.shortcut).await? >= canned::REPLIES_MAX {
                return Err(canned::full());
            }
            Ok(canned_store::put(tx, &site, &row, &agent, now).await?)
        })
    });
    stored.await?;
    Ok(Json(CannedReply { shortcut, texts }))
}

/// Delete a canned reply
#[utoipa::path(
    delete, path = "/api/v1/desk/canned-replies/{shortcut}", tag = "desk", security(("desk_session" = [])),
    params(("shortcut" = String, Path, description = "`CannedReply::shortcut`")),
    responses(
        (status = 204),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`not_found`"),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Path(shortcut): Path<String>,
    acting: Acting<Settings>,
) -> Result<StatusCode, Error> {
    let shortcut = canned::shortcut(&shortcut).map_err(|_| Error::NotFound)?;
    let site = acting.site.id.clone();
    let deleted = app
        .db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { canned_store::delete(tx, &site, &shortcut).await }));
    if deleted.await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound) }
}

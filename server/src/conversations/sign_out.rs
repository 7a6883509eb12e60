//! `DELETE /api/v1/session`: with the session ends whatever was opened by it.

use super::{routes::visitor_token, token, visitor_store};
use crate::{app::App, db, error::Error, http::Verified, shoppers};
use aftercart_shared::{error::WireError, ids::VisitorId};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};

/// End the session
///
/// From here on the token is worth nothing, anywhere; nor is a visitor's token that was given under it, or that comes along
/// and is hers or nobody's.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(("Aftercart-Visitor" = Option<String>, Header, description = "`VisitorToken::token`, if the browser has one")),
    responses((status = 204), (status = 401, body = WireError, description = "`session_expired`"))
)]
pub async fn sign_out(
    State(app): State<App>,
    Verified(session): Verified,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let site = session.proof.site().clone();
    let visitor = visitor_token(&headers).map(|token| token::hash(&app.secret, &site, token));
    let ended = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            if let Some(hash) = visitor
                && let Some(row) = visitor_store::take_by_token(tx, &site, &hash).await?
                && row.shopper_id.is_none_or(|shopper| shopper == session.shopper_id)
            {
                visitor_store::end(tx, &site, &VisitorId(row.visitor_id)).await?;
            }
            visitor_store::end_of_session(tx, &site, &session.token_hash).await?;
            shoppers::store::end_session(tx, &site, &session.token_hash).await
        })
    });
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}

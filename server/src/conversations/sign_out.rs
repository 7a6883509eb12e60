//! `DELETE /api/v1/session`: with the session ends whatever was opened by it.

use super::{routes::visitor_token, store, token, visitor_store};
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
    let of = site.clone();
    let ended = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            let none = VisitorId(String::new());
            let mut followed = vec![store::open_of(tx, &site, &none, Some(&session.shopper_id)).await?];
            if let Some(hash) = visitor
                && let Some(row) = visitor_store::take_by_token(tx, &site, &hash).await?
                && row.shopper_id.is_none_or(|shopper| shopper == session.shopper_id)
            {
                let visitor = VisitorId(row.visitor_id);
                followed.push(store::open_of(tx, &site, &visitor, None).await?);
                visitor_store::end(tx, &site, &visitor).await?;
            }
            visitor_store::end_of_session(tx, &site, &session.token_hash).await?;
            shoppers::store::end_session(tx, &site, &session.token_hash).await?;
            Ok(followed)
        })
    });
    // Whoever followed by one of these tokens is looked at again.
    for conversation in ended.await?.into_iter().flatten() {
        app.hub.conversation_changed(&of, &conversation);
    }
    Ok(StatusCode::NO_CONTENT)
}

//! "Leave, and we'll e-mail you": where answers go that she does not come to see.
//!
//! To an address that she has proved to be hers goes what was said. To one that she has only typed goes that there is an answer,
//! and not a word of it: it may be somebody else's. That once; more only after whoever reads that mailbox has said yes.

use super::{
    access::{ConversationRef, Visitor},
    answer_mail,
    answer_store::{self, Wish},
    answer_token::{self, Use},
    routes::token,
};
use crate::{
    app::App,
    db::{self, Tx},
    error::Error,
    http::{CurrentSite, Json},
    jobs,
    orders::mask,
    shoppers::{self, code},
};
use aftercart_shared::{
    api::{
        conversations::{AnswerMailRequest, AnswerMailView},
        notices::NoticeToken,
    },
    error::{ErrorCode, WireError},
    ids::{ConversationId, SiteId},
    time::Timestamp,
    validate::Contact,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};

/// How often within an hour she may say where to.
const WISHES_MAX: i64 = 10;
/// Whether she is here is written down this often.
const NOTED_MS: i64 = 30_000;

/// See where an answer is mailed
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/answer-mail", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
    ),
    responses(
        (status = 200, body = AnswerMailView, example = json!({"own": "e***@example.com"})),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers"),
    )
)]
pub async fn see(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<AnswerMailView>, Error> {
    let who = super::access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    view(&app, &who).await.map(Json)
}

/// Say where an answer is to be mailed
///
/// If she is not here two minutes after somebody has answered. Without `email`: to the address that she has proved to be hers,
/// and then the mail holds the answer. To any other it says that there is one; more than one only once that mailbox's owner
/// has said yes.
#[utoipa::path(
    put, path = "/api/v1/conversations/{id}/answer-mail", tag = "shoppers", security(("site_key" = [])),
    params(
        ("id" = String, Path, description = "`ConversationView::id`"),
        ("Aftercart-Visitor" = String, Header, description = "`VisitorToken::token`"),
    ),
    request_body(content = AnswerMailRequest, example = json!({"email": "li.na@example.cn", "locale": "zh-CN"})),
    responses(
        (status = 200, body = AnswerMailView, example = json!({"to": "l***@example.cn"})),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`conversation_not_found`: none of hers"),
        (status = 422, body = WireError, description = "`email` is not an address, or missing where she has proved none"),
        (status = 429, body = WireError, description = "Too often within an hour"),
    )
)]
pub async fn want(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(request): Json<AnswerMailRequest>,
) -> Result<Json<AnswerMailView>, Error> {
    let who = super::access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    let proved = answer_store::proved(&app.db, who.site(), who.who().id()).await?;
    let email = match request.email {
        None => proved.clone().ok_or(Error::invalid(ErrorCode::Required, "email"))?,
        Some(typed) => match Contact::parse(&typed) {
            Ok(Contact::Email(email)) => email.to_lowercase(),
            Err(ErrorCode::Required) => return Err(Error::invalid(ErrorCode::Required, "email")),
            _ => return Err(Error::invalid(ErrorCode::ContactInvalid, "email")),
        },
    };
    let verified = proved.is_some_and(|own| own.to_lowercase() == email);
    let wish = Wish { email, verified, locale: request.locale, on_page: request.on_page };
    let bucket = code::bucket(&app.secret, who.site(), "answer mail of conversation", who.id().as_str());
    let (of, now) = (who.clone(), app.clock.now());
    let write = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if !shoppers::store::request_allowed(tx, of.site(), &bucket, WISHES_MAX, now).await? {
                let left_ms = code::WINDOW_MS - now.0.rem_euclid(code::WINDOW_MS);
                return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
            }
            Ok(answer_store::want(tx, of.site(), of.id(), &wish, now).await?)
        })
    });
    write.await?;
    view(&app, &who).await.map(Json)
}

/// Mail no answer
#[utoipa::path(
    delete, path = "/api/v1/conversations/{id}/answer-mail", tag = "shoppers", security(("site_key" = [])),
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
pub async fn forget(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let who = super::access::visitor(&app, &site.id, token(&headers)?, &ConversationId(id)).await?;
    end(&app, who.site(), who.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say yes to more than one mail
///
/// With the token of the mail's link.
#[utoipa::path(
    post, path = "/api/v1/answer-mails/confirm", tag = "shoppers", security(("site_key" = [])),
    request_body(content = NoticeToken, example = json!({"token": "…"})),
    responses((status = 204), (status = 404, body = WireError, description = "`link_invalid`: not one of ours, or none any more"))
)]
pub async fn confirm(
    State(app): State<App>,
    site: CurrentSite,
    Json(NoticeToken { token }): Json<NoticeToken>,
) -> Result<StatusCode, Error> {
    let (id, email) = by_token(&app, &site.id, Use::Confirm, &token).await?;
    let (site, now) = (site.id.clone(), app.clock.now());
    let write = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { answer_store::confirm(tx, &site, &id, &email, now).await })
    });
    if write.await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::LinkInvalid) }
}

/// Stop mails of a conversation
#[utoipa::path(
    post, path = "/api/v1/answer-mails/stop", tag = "shoppers", security(("site_key" = [])),
    request_body(content = NoticeToken, example = json!({"token": "…"})),
    responses((status = 204), (status = 404, body = WireError, description = "`link_invalid`: not one of ours, or stopped before"))
)]
pub async fn stop(
    State(app): State<App>,
    site: CurrentSite,
    Json(NoticeToken { token }): Json<NoticeToken>,
) -> Result<StatusCode, Error> {
    let (id, _) = by_token(&app, &site.id, Use::Stop, &token).await?;
    end(&app, &site.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn by_token(app: &App, site: &SiteId, used: Use, token: &str) -> Result<(ConversationId, String), Error> {
    let id = answer_token::names(token).ok_or(Error::LinkInvalid)?;
    if !super::access::is_id(id.as_str()) {
        return Err(Error::LinkInvalid);
    }
    let row = answer_store::of(&mut &app.db, site, &id).await?.ok_or(Error::LinkInvalid)?;
    match answer_token::holds(token, &app.secret, site, used, &id, &row.email) {
        true => Ok((id, row.email)),
        false => Err(Error::LinkInvalid),
    }
}

async fn end(app: &App, site: &SiteId, id: &ConversationId) -> Result<(), Error> {
    let (site, id, now) = (site.clone(), id.clone(), app.clock.now());
    let write = app
        .db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { answer_store::stop(tx, &site, &id, now).await }));
    Ok(write.await?)
}

/// Masked: others may stand at her screen.
async fn view(app: &App, who: &ConversationRef<Visitor>) -> Result<AnswerMailView, Error> {
    let row = answer_store::of(&mut &app.db, who.site(), who.id()).await?;
    let own = answer_store::proved(&app.db, who.site(), who.who().id()).await?;
    Ok(AnswerMailView { to: row.map(|row| mask::email(&row.email)), own: own.as_deref().map(mask::email) })
}

/// One of the shop's people has said something, in the same transaction: if she wished for it, it is looked at later whether
/// she has seen it.
pub(super) async fn said(
    tx: &mut Tx,
    (site, id): (&SiteId, &ConversationId),
    seq: i64,
    now: Timestamp,
) -> Result<(), db::Error> {
    if answer_store::of(tx, site, id).await?.is_some() {
        jobs::enqueue(tx, answer_mail::job(site, id, seq, now), now).await?;
    }
    Ok(())
}

/// She waits for news here: what comes now she sees.
pub(super) async fn here(app: &App, site: &SiteId, id: &ConversationId) -> Result<(), db::Error> {
    let now = app.clock.now();
    let wished = answer_store::of(&mut &app.db, site, id).await?;
    if wished.is_none_or(|row| now.0 - row.seen_at < NOTED_MS) {
        return Ok(());
    }
    let (site, id) = (site.clone(), id.clone());
    app.db.write(move |tx| Box::pin(async move { answer_store::seen(tx, &site, &id, now).await })).await
}

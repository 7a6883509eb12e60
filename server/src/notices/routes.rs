//! Subscribing, saying yes, and stopping.

use super::{
    mails::{self, Links},
    store::{self, Wanted},
    token::{self, Use},
    watch,
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Visitor},
    jobs, notifications,
    orders::{self, watch::Watched},
};
use aftercart_shared::{
    api::notices::{NoticeToken, SubscribeRequest, Subscribed},
    error::{ErrorCode, WireError},
    time::Timestamp,
    validate::Contact,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

/// A link to say yes works for so long.
pub const CONFIRM_MS: i64 = 3 * Timestamp::DAY_MS;
/// Orders that one address may be asked about within a day: nobody's mailbox is filled through us.
const ASKED_MAX: i64 = 5;

/// Ask for news of an order by e-mail
///
/// For whoever knows the order (`Aftercart-Watch`, from the look-up). Whoever has proved that the address is hers is
/// subscribed at once; anybody else must say yes from that mailbox first.
#[utoipa::path(
    post, path = "/api/v1/orders/subscribe", tag = "shoppers", security(("site_key" = [])),
    params(("Aftercart-Watch" = String, Header, description = "`OrderView::watch`")),
    request_body(content = SubscribeRequest, example = json!({"email": "li.na@example.cn", "locale": "zh-CN"})),
    responses(
        (status = 202, body = Subscribed),
        (status = 401, body = WireError, description = "The order was looked up too long ago"),
        (status = 422, body = WireError, description = "`email` is not an address"),
        (status = 429, body = WireError, description = "Too many for this address today"),
    )
)]
pub async fn subscribe(
    State(app): State<App>,
    site: CurrentSite,
    visitor: Visitor,
    watched: Watched,
    Json(request): Json<SubscribeRequest>,
) -> Result<(StatusCode, Json<Subscribed>), Error> {
    let Ok(Contact::Email(email)) = Contact::parse(&request.email) else {
        return Err(Error::invalid(ErrorCode::ContactInvalid, "email"));
    };
    let email = email.to_lowercase();
    let found = orders::store::by_id(&app.db, &site.id, watched.order_id()?).await?.ok_or(Error::SessionExpired)?;
    let proved = match &visitor {
        Visitor::Verified(session) => session.proof.email() == Some(email.as_str()),
        Visitor::Anonymous => false,
    };
    let wanted = Wanted {
        subscription_id: app.random.id(),
        order_id: found.order.order_id.clone(),
        email,
        locale: request.locale,
        proved,
    };
    let now = app.clock.now();
    let (site, number, url, secret) =
        (site.0.clone(), found.order.number, app.config.public_url.clone(), app.secret.clone());
    let active = app
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let since = now.plus_ms(-Timestamp::DAY_MS);
                if !proved && store::asked_since(tx, &site.id, &wanted.email, since).await? >= ASKED_MAX {
                    return Err(Error::RateLimited { retry_after: 3600 });
                }
                let kept = store::want(tx, &site.id, &wanted, now).await?;
                let active = kept.state == "active";
                if active {
                    begin(tx, &site.id, &kept.subscription_id, now).await?;
                } else {
                    let links = Links { public_url: &url, secret: &secret, site: &site };
                    notifications::queue_mail(tx, mails::confirm(links, &kept, &number, now), now).await?;
                }
                // Whether the address was subscribed before is nobody else's business.
                Ok(proved && active)
            })
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(Subscribed { active })))
}

async fn begin(
    tx: &mut crate::db::Tx,
    site: &aftercart_shared::ids::SiteId,
    subscription: &str,
    now: Timestamp,
) -> Result<(), crate::db::Error> {
    store::tell_nothing_of_today(tx, site, subscription, now).await?;
    jobs::enqueue(tx, watch::job(site, now), now).await.map(|_| ())
}

/// Say yes to news by e-mail
///
/// With the token of the mail's link; it does so once.
#[utoipa::path(
    post, path = "/api/v1/notices/confirm", tag = "shoppers", security(("site_key" = [])),
    request_body(content = NoticeToken, example = json!({"token": "…"})),
    responses((status = 204), (status = 404, body = WireError, description = "`link_invalid`: used, too old, or not ours"))
)]
pub async fn confirm(
    State(app): State<App>,
    site: CurrentSite,
    Json(NoticeToken { token }): Json<NoticeToken>,
) -> Result<StatusCode, Error> {
    let id = token::open(&app.secret, &site.id, Use::Confirm, &token).ok_or(Error::LinkInvalid)?;
    let (site, now) = (site.id.clone(), app.clock.now());
    let confirmed = app.db.write::<_, crate::db::Error, _>(move |tx| {
        Box::pin(async move {
            let confirmed = store::confirm(tx, &site, &id, now.plus_ms(-CONFIRM_MS), now).await?;
            if confirmed {
                begin(tx, &site, &id, now).await?;
            }
            Ok(confirmed)
        })
    });
    if confirmed.await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::LinkInvalid) }
}

/// Stop news by e-mail
#[utoipa::path(
    post, path = "/api/v1/notices/stop", tag = "shoppers", security(("site_key" = [])),
    request_body(content = NoticeToken, example = json!({"token": "…"})),
    responses((status = 204), (status = 404, body = WireError, description = "`link_invalid`: not one of ours"))
)]
pub async fn stop(
    State(app): State<App>,
    site: CurrentSite,
    Json(NoticeToken { token }): Json<NoticeToken>,
) -> Result<StatusCode, Error> {
    stopped(&app, &site.id, &token).await
}

/// `POST /n/{site}/stop/{token}`: the mail program's own button (RFC 8058). A GET does nothing: scanners open links.
pub async fn one_click(
    State(app): State<App>,
    Path((site, token)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let site = app.sites.by_key(&site).await?;
    stopped(&app, &site.id, &token).await
}

async fn stopped(app: &App, site: &aftercart_shared::ids::SiteId, token: &str) -> Result<StatusCode, Error> {
    let id = token::open(&app.secret, site, Use::Stop, token).ok_or(Error::LinkInvalid)?;
    let (site, now) = (site.clone(), app.clock.now());
    app.db
        .write::<_, crate::db::Error, _>(move |tx| Box::pin(async move { store::stop(tx, &site, &id, now).await }))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/api/v1/codes`, `/api/v1/identify` and `/api/v1/me…`

use super::{
    Identity, code,
    identity_key::IdentityKey,
    identity_token,
    late_code::{self, Wish},
    message, named,
    session::{self, Draft},
    store, typed_address,
};
use crate::{
    app::App,
    db,
    error::Error,
    http::{CurrentSite, Json, Query, Source, Verified},
    jobs,
    orders::{access, full_view, mask, own_store, phone::phone_key, watch},
};
use aftercart_shared::{
    api::{
        orders::{FullOrder, MyOrders},
        shoppers::{CodeRequest, CodeSent, IdentifyRequest, MeView, RedeemRequest, SessionStarted, ShopperKind},
    },
    error::{ErrorCode, WireError},
    ids::OrderId,
    locale::Locale,
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// As many as fit on a few screens, and as many as one may ask for.
const PAGE: u32 = 20;
const PAGE_MAX: u32 = 50;

/// Ask for a one-time code
///
/// Sent to the contact if an order here has it. Nothing in the answer, nor its moment, says whether anybody does. At
/// most three codes an hour for one contact.
#[utoipa::path(
    post, path = "/api/v1/codes", tag = "shoppers", security(("site_key" = [])),
    request_body(content = CodeRequest, example = json!({"contact": "li.na@example.cn", "number": "A-1001", "locale": "zh-CN"})),
    responses(
        (status = 202, body = CodeSent, example = json!({"id": "0f3a5c7d9b1e4f60a1b2c3d4e5f60718", "expires_in": 600, "resend_in": 30})),
        (status = 422, body = WireError, description = "`field` says which part cannot be one"),
        (status = 429, body = WireError, description = "Too many codes for this contact, or from this address; `retry_after` seconds"),
    )
)]
pub async fn request_code(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    Json(request): Json<CodeRequest>,
) -> Result<Response, Error> {
    let contact = Contact::parse(&request.contact).map_err(|code| Error::invalid(code, "contact"))?;
    let number = request.number.as_deref().map(OrderNumber::parse).transpose();
    let number = number.map_err(|code| Error::invalid(code, "number"))?;
    let locale = site.locale_for(request.locale.map_or("", Locale::tag));
    let deadline = Instant::now() + Duration::from_millis(app.config.limits.lookup_deadline_ms);
    let wish = request.number.map(|number| Wish { number, contact: request.contact, locale });
    let sent = send_code(&app, &site, source, contact, number, locale, wish).await;
    sleep_until(deadline).await;
    Ok((StatusCode::ACCEPTED, Json(sent?)).into_response())
}

async fn send_code(
    app: &App,
    site: &CurrentSite,
    source: Source,
    contact: Contact,
    number: Option<OrderNumber>,
    locale: Locale,
    wish: Option<Wish>,
) -> Result<CodeSent, Error> {
    let now = app.clock.now();
    let typed = typed_address(&contact, &site.country);
    let addressee = own_store::addressee(&app.db, site, number.as_ref(), &contact).await?;
    // Nobody here has this order: the shop's own system may.
    let late = match wish.filter(|_| addressee.is_none()) {
        Some(wish) if app.shops.any(app, site).await? => Some(wish),
        _ => None,
    };
    let (id, drawn) = (app.random.id(), code::draw(&*app.random));
    let bucket = |kind, what: &str| code::bucket(&app.secret, &site.id, kind, what);
    let typed_bucket = bucket("address", &typed);
    let source_bucket = bucket("source", &source.0.to_string());
    let (to, order_id) = addressee.map(|to| (to.contact, to.order_id)).unzip();
    let named = to.as_ref().map(named);
    // The same phone, dialled in two ways, is one address all the same; nobody is told.
    let own_bucket = named.as_ref().map(|(_, contact)| bucket("address", contact)).filter(|own| *own != typed_bucket);
    let new = store::NewCode {
        hash: code::hash(&app.secret, &site.id, &id, &drawn),
        id: id.clone(),
        contact: named,
        order_id: order_id.flatten(),
    };
    let (site, most) = (site.0.clone(), app.config.limits.codes_per_source);
    let limited = |until: Timestamp| Error::RateLimited {
        retry_after: u32::try_from(((until.0 - now.0) / 1000 + 1).max(1)).unwrap_or(u32::MAX),
    };
    let stored = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            if !store::request_allowed(tx, &site.id, &source_bucket, most, now).await? {
                return Ok(Err(now.plus_ms(code::WINDOW_MS - now.0.rem_euclid(code::WINDOW_MS))));
            }
            if let Err(until) = store::take_send(tx, &site.id, &typed_bucket, now).await? {
                return Ok(Err(until));
            }
            let spent = match &own_bucket {
                Some(own) => store::take_send(tx, &site.id, own, now).await?.is_err(),
                None => false,
            };
            store::insert_code(tx, &site.id, &new, now).await?;
            if let Some(wish) = &late {
                jobs::enqueue(tx, late_code::job(&site.id, &new.id, wish, now), now).await?;
            }
            if let Some(to) = to.filter(|_| !spent) {
                message::send(tx, &site, locale, &to, &new.id, &drawn, now).await?;
            }
            Ok(Ok(()))
        })
    });
    stored.await?.map_err(limited)?;
    let seconds = |ms: i64| u32::try_from(ms / 1000).unwrap_or(u32::MAX);
    Ok(CodeSent { id, expires_in: seconds(code::LIFE_MS), resend_in: seconds(code::RESEND_MS) })
}

/// Redeem a one-time code
///
/// Begins a session: its `token` goes into `Authorization: Bearer …`. Every code that does not do is one and the same
/// answer at one and the same moment. Five tries to a code.
#[utoipa::path(
    post, path = "/api/v1/codes/{id}/redeem", tag = "shoppers", security(("site_key" = [])),
    params(("id" = String, Path, description = "`CodeSent::id`")),
    request_body(content = RedeemRequest, example = json!({"code": "123456", "shared_device": false})),
    responses(
        (status = 200, body = SessionStarted, example = json!({
            "token": "mZ1c…", "expires_at": 1_795_298_400_000_i64, "order_id": "2f1c7a90b3d84e5fa6b7c8d9e0f1a2b3"
        })),
        (status = 404, body = WireError, description = "`code_invalid`: wrong, expired, used, tried too often or never sent"),
        (status = 422, body = WireError, description = "Not six digits"),
    )
)]
pub async fn redeem(
    State(app): State<App>,
    site: CurrentSite,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(request): Json<RedeemRequest>,
) -> Result<Json<SessionStarted>, Error> {
    let typed = code::read(&request.code).ok_or_else(|| Error::invalid(ErrorCode::CodeInvalid, "code"))?;
    let deadline = Instant::now() + Duration::from_millis(app.config.limits.lookup_deadline_ms);
    let hash = code::hash(&app.secret, &site.id, &id, &typed);
    let draft = Draft::new(&app, &site.id, &headers);
    let (site, now) = (site.id.clone(), app.clock.now());
    let started = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            let Some(row) = store::spend_try(tx, &site, &id, now).await? else { return Ok(None) };
            let right = crate::random::same(row.code_hash.as_bytes(), hash.as_bytes());
            // Without a contact nobody was sent this code.
            let contact = match (row.kind.as_deref().and_then(ShopperKind::from_name), row.contact) {
                (Some(ShopperKind::Email), Some(email)) => Contact::Email(email),
                (Some(ShopperKind::Phone), Some(phone)) => Contact::Phone(phone),
                _ => return Ok(None),
            };
            if !right {
                return Ok(None);
            }
            store::code_used(tx, &site, &id, now).await?;
            let identity = Identity::by_contact(&site, contact);
            let order_id = row.order_id.map(OrderId);
            session::start(tx, draft.of(site, identity, request.shared_device, order_id, now)).await.map(Some)
        })
    });
    match started.await? {
        Some(started) => Ok(Json(started)),
        None => {
            sleep_until(deadline).await;
            Err(Error::CodeInvalid)
        }
    }
}

/// Begin a session by the shop's own word
///
/// With a JWT that the shop's server has signed for this site; each does once. `Authorization: Bearer …` may carry an
/// earlier session, which ends.
#[utoipa::path(
    post, path = "/api/v1/identify", tag = "shoppers", security(("site_key" = [])),
    request_body(content = IdentifyRequest, example = json!({"token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…"})),
    responses(
        (status = 200, body = SessionStarted, example = json!({"token": "mZ1c…", "expires_at": 1_795_298_400_000_i64, "order_id": null})),
        (status = 401, body = WireError, description = "`identity_refused`; `message` says why, for the developer"),
    )
)]
pub async fn identify(
    State(app): State<App>,
    site: CurrentSite,
    headers: HeaderMap,
    Json(request): Json<IdentifyRequest>,
) -> Result<Json<SessionStarted>, Error> {
    let refused = |why| {
        tracing::info!(site = %site.key, why, "an identity token was refused");
        Error::IdentityRefused(why)
    };
    let row = store::identity_key(&app.db, &site.id).await?;
    let row = row.ok_or_else(|| refused("the site has no key: run `aftercart site identity-key set`"))?;
    let key = IdentityKey::from_stored(&app.secret, &site.id, &row.algorithm, &row.material);
    let key = key.ok_or_else(|| refused("the site's key was sealed under another secret: set it again"))?;
    let now = app.clock.now();
    let claims = identity_token::read(&request.token, &key, &site.key, now).map_err(refused)?;
    let phone = match &claims.phone {
        Some(phone) => Some(phone_key(phone, &site.country).ok_or_else(|| refused("its phone is no phone number"))?),
        None => None,
    };
    let identity = Identity {
        kind: ShopperKind::Customer,
        subject: claims.subject,
        name: claims.name,
        locale: claims.locale,
        proof: access::Verified::proven(site.id.clone(), claims.email, phone),
    };
    let draft = Draft::new(&app, &site.id, &headers);
    let id = site.id.clone();
    let (nonce, expires_at) = (claims.nonce, claims.expires_at);
    let started = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            if !store::nonce_is_new(tx, &id, &nonce, expires_at).await? {
                return Ok(None);
            }
            session::start(tx, draft.of(id, identity, false, None, now)).await.map(Some)
        })
    });
    started.await?.map(Json).ok_or_else(|| refused("it was used before (nonce)"))
}

/// See who is signed in
#[utoipa::path(
    get, path = "/api/v1/me", tag = "shoppers", security(("site_key" = [], "session" = [])),
    responses(
        (status = 200, body = MeView, example = json!({
            "kind": "email", "name": null, "email": "l***@example.cn", "phone": null, "shared_device": false,
            "expires_at": 1_795_298_400_000_i64
        })),
        (status = 401, body = WireError, description = "`session_expired`"),
    )
)]
pub async fn me(Verified(session): Verified) -> Json<MeView> {
    Json(MeView {
        kind: session.kind,
        name: session.name,
        email: session.proof.email().map(mask::email),
        phone: session.proof.phone().map(mask::phone),
        shared_device: session.shared_device,
        expires_at: session.expires_at,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
}

/// List one's orders
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/v1/me/orders", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(
        ("before" = Option<String>, Query, description = "`MyOrders::next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 50; 20"),
    ),
    responses(
        (status = 200, body = MyOrders, example = json!({
            "orders": [{
                "id": "2f1c7a90b3d84e5fa6b7c8d9e0f1a2b3", "number": "A-1001", "placed_at": 1_794_273_120_000_i64,
                "status": "shipped", "title": "茶杯", "items_total": 2
            }],
            "next": null
        })),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn my_orders(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Query(page): Query<Page>,
) -> Result<Json<MyOrders>, Error> {
    let place = match page.before.as_deref().map(place) {
        None => own_store::Place::START,
        Some(place) => place.ok_or_else(|| Error::invalid(ErrorCode::Invalid, "before"))?,
    };
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let orders = own_store::list(&app.db, &session.proof, &place, limit).await?;
    let last = orders.last().filter(|_| orders.len() == limit as usize).map(|own| &own.found.order);
    Ok(Json(MyOrders {
        next: last.map(|order| format!("{}_{}", order.placed_at, order.order_id)),
        orders: orders.iter().map(|own| full_view::my_order(own, &site.time_zone)).collect(),
    }))
}

fn place(text: &str) -> Option<own_store::Place> {
    let (placed_at, order_id) = text.split_once('_')?;
    Some(own_store::Place { placed_at: placed_at.parse().ok()?, order_id: order_id.to_owned() })
}

/// See everything about one of one's orders
///
/// What is not hers does not exist.
#[utoipa::path(
    get, path = "/api/v1/me/orders/{order_id}", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(("order_id" = String, Path, description = "`MyOrder::id`")),
    responses(
        (status = 200, body = FullOrder),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`order_not_found`: none of hers"),
    )
)]
pub async fn my_order(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(order): Path<String>,
) -> Result<Json<FullOrder>, Error> {
    let own = own_store::find(&app.db, &session.proof, &OrderId(order)).await?.ok_or(Error::OrderNotFound)?;
    watch::own(&app, &site, &own).await.map(Json)
}

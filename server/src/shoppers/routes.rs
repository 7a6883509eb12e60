//! `/api/v1/codes`, `/api/v1/identify`, `/api/v1/session` and `/api/v1/me…`

use super::{
    Identity, code,
    identity_key::IdentityKey,
    identity_token, message,
    session::{self, Draft},
    store,
};
use crate::{
    app::App,
    db,
    error::Error,
    http::{CurrentSite, Json, Query, Source, Verified},
    orders::{access, full_view, mask, own_store, phone::phone_key, watch},
};
use aftercart_shared::{
    api::{
        orders::{FullOrder, MyOrders},
        shoppers::{CodeRequest, CodeSent, IdentifyRequest, MeView, RedeemRequest, SessionStarted, ShopperKind},
    },
    error::ErrorCode,
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

/// Nothing in the answer, nor its moment, says whether anybody has this contact.
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
    let sent = send_code(&app, &site, source, contact, number, locale).await;
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
) -> Result<CodeSent, Error> {
    let now = app.clock.now();
    // As dialled here: whoever asks sees this limit, so nothing of an order may be in it.
    let typed = match &contact {
        Contact::Email(email) => email.clone(),
        Contact::Phone(phone) => phone_key(phone, &site.country).unwrap_or_else(|| phone.clone()),
    };
    let addressee = own_store::addressee(&app.db, site, number.as_ref(), &contact).await?;
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

fn named(contact: &Contact) -> (ShopperKind, String) {
    match contact {
        Contact::Email(email) => (ShopperKind::Email, email.clone()),
        Contact::Phone(phone) => (ShopperKind::Phone, phone.clone()),
    }
}

/// Every code that does not do is one and the same answer at one and the same moment.
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

/// The shop's own page says who is signed in there.
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

/// From here on the token is worth nothing, anywhere.
pub async fn sign_out(State(app): State<App>, Verified(session): Verified) -> Result<StatusCode, Error> {
    let site = session.proof.site().clone();
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { store::end_session(tx, &site, &session.token_hash).await })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

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
    let fallback = site.locale_for("");
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let orders = own_store::list(&app.db, &session.proof, &place, limit).await?;
    let last = orders.last().filter(|_| orders.len() == limit as usize).map(|own| &own.found.order);
    Ok(Json(MyOrders {
        next: last.map(|order| format!("{}_{}", order.placed_at, order.order_id)),
        orders: orders.iter().map(|own| full_view::my_order(own, &site.time_zone, fallback)).collect(),
    }))
}

fn place(text: &str) -> Option<own_store::Place> {
    let (placed_at, order_id) = text.split_once('_')?;
    Some(own_store::Place { placed_at: placed_at.parse().ok()?, order_id: order_id.to_owned() })
}

/// What is not hers does not exist.
pub async fn my_order(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(order): Path<String>,
) -> Result<Json<FullOrder>, Error> {
    let own = own_store::find(&app.db, &session.proof, &OrderId(order)).await?.ok_or(Error::OrderNotFound)?;
    watch::own(&app, &site, &own).await.map(Json)
}

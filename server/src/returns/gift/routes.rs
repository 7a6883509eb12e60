//! `/api/v1/gifts`: the way in for whoever was given something.

use super::{
    gift_store::{self, Addressed},
    postcode,
};
use crate::{
    app::App,
    db,
    error::Error,
    http::{CurrentSite, Json, Source},
    orders::failures::Attempt,
    shoppers::{self, code, message},
};
use aftercart_shared::{
    api::{
        returns::GiftRequest,
        shoppers::{CodeSent, ShopperKind},
    },
    error::{ErrorCode, WireError},
    ids::OrderId,
    locale::Locale,
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Ask for a code to return a gift
///
/// By the order's number and the postcode that it was delivered to. Nothing in the answer, nor its moment, says whether
/// there is such an order: a code comes, or none does. Redeemed at `POST /codes/{id}/redeem`, it begins a session of the
/// receiver's own; the giver hears nothing. The same limits hold as for look-ups and codes.
#[utoipa::path(
    post, path = "/api/v1/gifts", tag = "shoppers", security(("site_key" = [])),
    request_body(content = GiftRequest, example = json!({
        "number": "A-1001", "postcode": "BN1 4ZZ", "email": "kim@example.com", "locale": "en"
    })),
    responses(
        (status = 202, body = CodeSent, example = json!({"id": "0f3a5c7d9b1e4f60a1b2c3d4e5f60718", "expires_in": 600, "resend_in": 30})),
        (status = 409, body = WireError, description = "`gifts_not_offered`: this shop's policy does not take presents back this way"),
        (status = 422, body = WireError, description = "`field` says which part cannot be one"),
        (status = 429, body = WireError, description = "Too many tries for this order, from this place, or codes for this address"),
    )
)]
pub async fn ask(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    Json(request): Json<GiftRequest>,
) -> Result<Response, Error> {
    let number = OrderNumber::parse(&request.number).map_err(|code| Error::invalid(code, "number"))?;
    if request.postcode.trim().is_empty() {
        return Err(Error::invalid(ErrorCode::Required, "postcode"));
    }
    let postcode = postcode::key(&request.postcode).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "postcode"))?;
    let contact = Contact::parse(&request.email).map_err(|code| Error::invalid(code, "email"))?;
    let Contact::Email(email) = contact else { return Err(Error::invalid(ErrorCode::ContactInvalid, "email")) };
    let deadline = Instant::now() + Duration::from_millis(app.config.limits.lookup_deadline_ms);
    let wish = Wish { number, postcode, email, locale: site.locale_for(request.locale.tag()) };
    let sent = send(&app, &site, source, wish).await;
    sleep_until(deadline).await;
    Ok((StatusCode::ACCEPTED, Json(sent?)).into_response())
}

struct Wish {
    number: OrderNumber,
    postcode: String,
    email: String,
    locale: Locale,
}

async fn send(app: &App, site: &CurrentSite, source: Source, wish: Wish) -> Result<CodeSent, Error> {
    let now = app.clock.now();
    let policies = app.policies.of(&app.db, &site.id, &site.time_zone).await?;
    // What holds today says whether there is a way in at all; it has nothing to do with any order.
    if !policies.for_order(now).1.gift.returns {
        return Err(Error::GiftsNotOffered);
    }
    let contact = Contact::Email(wish.email.clone());
    let attempt = Attempt::new(&app.failures, &site.id, &wish.number, &contact, source);
    let pass = attempt.permit(&app.db, now).await.map_err(|error| match error {
        // A code for the buyer's address is no way in for somebody else.
        Error::CodeRequired => Error::RateLimited { retry_after: (code::WINDOW_MS / 1000) as u32 },
        other => other,
    })?;
    let known = gift_store::by_number(&mut &app.db, &site.id, wish.number.as_str()).await?;
    let given = |order: &&Addressed| {
        let allowed = policies.for_order(Timestamp(order.placed_at)).1.gift.returns;
        postcode::is_of(order.address.as_deref(), &wish.postcode) && allowed
    };
    let order = known.iter().find(given).map(|order| OrderId(order.order_id.clone()));
    if order.is_none() {
        attempt.failed(&app.db, now).await?;
    }
    let sent = store(app, site, source, &wish, order, now).await;
    drop(pass);
    sent
}

/// Stored like any other code: without anybody to send it to where there is no such order.
async fn store(
    app: &App,
    site: &CurrentSite,
    source: Source,
    wish: &Wish,
    order: Option<OrderId>,
    now: Timestamp,
) -> Result<CodeSent, Error> {
    let (id, drawn) = (app.random.id(), code::draw(&*app.random));
    let bucket = |kind, what: &str| code::bucket(&app.secret, &site.id, kind, what);
    let (to, from) = (bucket("address", &wish.email), bucket("source", &source.0.to_string()));
    let new = shoppers::store::NewCode {
        hash: code::hash(&app.secret, &site.id, &id, &drawn),
        id: id.clone(),
        contact: order.as_ref().map(|_| (ShopperKind::Email, wish.email.clone())),
        order_id: order.clone(),
    };
    let (site, most, email, locale) =
        (site.0.clone(), app.config.limits.codes_per_source, wish.email.clone(), wish.locale);
    let stored = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            if !shoppers::store::request_allowed(tx, &site.id, &from, most, now).await? {
                return Ok(Err(now.plus_ms(code::WINDOW_MS - now.0.rem_euclid(code::WINDOW_MS))));
            }
            if let Err(until) = shoppers::store::take_send(tx, &site.id, &to, now).await? {
                return Ok(Err(until));
            }
            shoppers::store::insert_code(tx, &site.id, &new, now).await?;
            if let Some(order) = order {
                gift_store::grant(tx, &site.id, &order, &email, now).await?;
                message::send(tx, &site, locale, &Contact::Email(email), &new.id, &drawn, now).await?;
            }
            Ok(Ok(()))
        })
    });
    stored.await?.map_err(|until: Timestamp| Error::RateLimited {
        retry_after: u32::try_from(((until.0 - now.0) / 1000 + 1).max(1)).unwrap_or(u32::MAX),
    })?;
    let seconds = |ms: i64| u32::try_from(ms / 1000).unwrap_or(u32::MAX);
    Ok(CodeSent { id, expires_in: seconds(code::LIFE_MS), resend_in: seconds(code::RESEND_MS) })
}

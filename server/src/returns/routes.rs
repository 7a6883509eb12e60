//! `/api/v1/me/orders/{order_id}/returns…`, `/api/v1/me/returns…` and `/api/v1/returns/open`

use super::{
    asking, code,
    exchange::variant_store,
    label_store, number, order_store,
    policy::window::ShopCalendar,
    record::{self, Actor, ReturnRow},
    renew, store,
    submit::{self, is_id},
    view::{self, LabelNow, Whole},
    words::Told,
};
use crate::{
    app::App,
    db,
    error::Error,
    http::{CurrentSite, Json, Query, Source, Verified},
    orders,
    random::hex,
    sites::Site,
};
use aftercart_shared::{
    api::returns::{MyReturns, OpenRequest, Quote, QuoteRequest, ReturnOptions, ReturnRequest, ReturnView},
    error::WireError,
    ids::{OrderId, ReturnId},
    locale::Locale,
    time::Timestamp,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

/// More than anybody sends back.
const LIST_MAX: i64 = 100;
/// Wrong codes within an hour from one address. A code has 128 random bits: this only keeps noise out.
const WRONG_CODES: i64 = 30;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    #[serde(default)]
    locale: Option<Locale>,
}

impl Language {
    pub(super) fn of(&self, site: &Site) -> Locale {
        self.locale.unwrap_or_else(|| site.locale_for(""))
    }
}

fn order(id: String) -> Result<OrderId, Error> {
    if is_id(&id) { Ok(OrderId(id)) } else { Err(Error::OrderNotFound) }
}

/// See what of an order may come back
///
/// Line by line, with the reason for every answer in words. What is not hers does not exist.
#[utoipa::path(
    get, path = "/api/v1/me/orders/{order_id}/returns/options", tag = "shoppers",
    security(("site_key" = [], "session" = [])),
    params(
        ("order_id" = String, Path, description = "`MyOrder::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = ReturnOptions, example = json!({
            "order_id": "2f1c7a90b3d84e5fa6b7c8d9e0f1a2b3", "number": "A-1001", "currency": "GBP", "decimals": 2,
            "reasons": [{"id": "changed_mind", "words": "I changed my mind", "under": null}],
            "lines": [{
                "line": "l1", "sku": "LP-DESK", "title": "Desk lamp", "bought": 2, "left": 2, "paid_each": 8900,
                "answers": [{"reason": "changed_mind", "verdict": "approve", "photo": false, "says": ["You can return this until 21 December 2026. It arrived on 21 November 2026."]}],
                "because": ["You can return this until 21 December 2026. It arrived on 21 November 2026."]
            }],
            "earlier": []
        })),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`order_not_found`: none of hers"),
    )
)]
pub async fn options(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(order_id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<ReturnOptions>, Error> {
    asking::options(&app, &site, &session.proof, &order(order_id)?, language.of(&site)).await.map(Json)
}

/// Find out what would come of a return
///
/// Changes nothing. The sum is there once a resolution is chosen, and a method where goods come back.
#[utoipa::path(
    post, path = "/api/v1/me/orders/{order_id}/returns/quote", tag = "shoppers",
    security(("site_key" = [], "session" = [])),
    params(("order_id" = String, Path, description = "`MyOrder::id`")),
    request_body(content = QuoteRequest, example = json!({
        "locale": "en", "lines": [{"line": "l1", "quantity": 1, "reason": "changed_mind"}], "resolution": "refund",
        "method": "drop_off"
    })),
    responses(
        (status = 200, body = Quote, example = json!({
            "verdict": "approve", "says": ["You can return this until 21 December 2026. It arrived on 21 November 2026."],
            "photos": [],
            "resolutions": [{"resolution": "refund", "words": "Refund to the original payment", "total": 8900, "goods_back": true, "says": null}],
            "methods": [{"method": "drop_off", "words": "Drop-off with a QR code", "cost": 295, "says": "Show a code at a drop-off point. No printer needed."}],
            "sum": {
                "lines": [{"line": "l1", "title": "Desk lamp", "quantity": 1, "paid": 8900}], "delivery": 0,
                "restocking": 0, "postage": 295, "bonus": 0, "adjusted": 0, "total": 8605, "to_gift_cards": 0,
                "says": "Within 5 working days of the goods reaching us."
            }
        })),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`order_not_found`: none of hers"),
        (status = 422, body = WireError, description = "`quantity_invalid`, or `invalid` with the field"),
    )
)]
pub async fn quote(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(order_id): Path<String>,
    Json(request): Json<QuoteRequest>,
) -> Result<Json<Quote>, Error> {
    asking::quote(&app, &site, &session.proof, &order(order_id)?, &request).await.map(Json)
}

/// Ask for a return
///
/// Approved at once where the policy says so. The same key and body again is the same return. Never for more pieces than
/// were bought, however many ask at once.
#[utoipa::path(
    post, path = "/api/v1/me/orders/{order_id}/returns", tag = "shoppers",
    security(("site_key" = [], "session" = [])),
    params(("order_id" = String, Path, description = "`MyOrder::id`")),
    request_body(content = ReturnRequest, example = json!({
        "key": "0f3a5c7d-9b1e-4f60-a1b2-c3d4e5f60718", "locale": "en",
        "lines": [{"line": "l1", "quantity": 1, "reason": "changed_mind"}], "resolution": "refund", "method": "drop_off"
    })),
    responses(
        (status = 201, body = ReturnView),
        (status = 200, body = ReturnView, description = "Asked for before, under this key"),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`order_not_found`: none of hers"),
        (status = 409, body = WireError, description = "`key_reused`: the key came before with another body; `variant_gone`: what was chosen in exchange cannot be had any more"),
        (status = 503, body = WireError, description = "`variants_unavailable`: its stock cannot be seen just now"),
        (status = 422, body = WireError, description = "`not_returnable`, `quantity_invalid`, `photo_required`, or `invalid` with the field"),
    )
)]
pub async fn submit(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(order_id): Path<String>,
    Json(request): Json<ReturnRequest>,
) -> Result<Response, Error> {
    let (order_id, locale) = (order(order_id)?, request.locale);
    let done = submit::submit(&app, &site.0, &session.proof, &session.shopper_id, order_id, request).await?;
    let status = if done.new { StatusCode::CREATED } else { StatusCode::OK };
    // The giver's panel is not even told to look.
    if done.new && done.row.gift_to.is_none() {
        orders::news::changed(&app, &site.id, &done.row.order_id);
    }
    Ok((status, Json(full(&app, &site, done.row, locale).await?)).into_response())
}

/// List one's returns
#[utoipa::path(
    get, path = "/api/v1/me/returns", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(("locale" = Option<Locale>, Query, description = "The language of the words")),
    responses(
        (status = 200, body = MyReturns, example = json!({"returns": [{
            "id": "7c9e6679f3b24d0a8f1e2d3c4b5a6978", "number": "R-7K2M9Q", "kind": "return", "stage": "sending",
            "headline": "Accepted. Please send it by 5 December 2026", "title": "Desk lamp",
            "created_at": 1_795_255_200_000_i64
        }]})),
        (status = 401, body = WireError, description = "`session_expired`"),
    )
)]
pub async fn list(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Query(language): Query<Language>,
) -> Result<Json<MyReturns>, Error> {
    let calendar = calendar(&site);
    let told = Told::new(language.of(&site), &calendar);
    let mut returns = Vec::new();
    for row in store::list_own(&app.db, &session.proof, None, LIST_MAX).await? {
        let lines = store::lines(&mut &app.db, &site.id, &row.return_id).await?;
        returns.push(view::summary(&row, lines.first().map(|line| line.title.as_str()), told));
    }
    Ok(Json(MyReturns { returns }))
}

/// See one of one's returns
#[utoipa::path(
    get, path = "/api/v1/me/returns/{id}", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = ReturnView),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`return_not_found`: none of hers"),
    )
)]
pub async fn one(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<ReturnView>, Error> {
    let (row, locale) = (own(&app, &session.proof, id).await?, language.of(&site));
    let can_renew = row.state == "expired" && renew::allowed(&app, &site, &session.proof, &row, locale).await.is_ok();
    let view = full(&app, &site, row, locale).await?;
    Ok(Json(ReturnView { can_renew, ..view }))
}

/// Call a return off
///
/// Until the goods are on their way, or the money is.
#[utoipa::path(
    post, path = "/api/v1/me/returns/{id}/cancel", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = ReturnView),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`return_not_found`: none of hers"),
        (status = 409, body = WireError, description = "`not_possible_now`: too late, or called off already"),
    )
)]
pub async fn cancel(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<ReturnView>, Error> {
    let mut row = own(&app, &session.proof, id).await?;
    let (site_id, now, actor) = (site.id.clone(), app.clock.now(), Actor::Shopper(session.shopper_id));
    let row = app
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let stood = row.state.clone();
                if !record::step(tx, &site_id, &mut row, "cancel", &actor, json!({}), now).await? {
                    return Err(Error::NotPossibleNow { message: format!("what is {stood} cannot be called off") });
                }
                Ok(row)
            })
        })
        .await?;
    if row.gift_to.is_none() {
        orders::news::changed(&app, &site.id, &row.order_id);
    }
    full(&app, &site, row, language.of(&site)).await.map(Json)
}

/// Open a return by its code
///
/// For a drop-off point, a colleague at the till, a kiosk: what comes back and by when, without money and order.
#[utoipa::path(
    post, path = "/api/v1/returns/open", tag = "shoppers", security(("site_key" = [])),
    request_body(content = OpenRequest, example = json!({"token": "7K2M9Q.mZ1c…", "locale": "en"})),
    responses(
        (status = 200, body = ReturnView),
        (status = 404, body = WireError, description = "`return_not_found`: not one of ours"),
        (status = 429, body = WireError, description = "Too many wrong codes from this address"),
    )
)]
pub async fn open(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    Json(request): Json<OpenRequest>,
) -> Result<Json<ReturnView>, Error> {
    let now = app.clock.now();
    let bucket = app.secret.hmac("returns/open", &[site.id.as_str().as_bytes(), source.0.to_string().as_bytes()]);
    let bucket = hex(&bucket[..16]);
    let window = now.0 - now.0.rem_euclid(Timestamp::HOUR_MS);
    let counted = orders::store::failures(&app.db, &site.id, [&bucket, &bucket, &bucket], window).await?;
    if counted.iter().map(|count| count.failures).sum::<i64>() >= WRONG_CODES {
        let left_ms = window + Timestamp::HOUR_MS - now.0;
        return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
    }
    let number = number::open(&app.secret, &site.id, request.token.trim());
    let row = match &number {
        Some(number) => store::by_number(&app.db, &site.id, number).await?,
        None => None,
    };
    let Some(row) = row else {
        let site = site.id.clone();
        let count = app.db.write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { orders::store::count_failures(tx, &site, &[bucket], window).await })
        });
        count.await?;
        return Err(Error::ReturnNotFound);
    };
    let whole = whole(&app, &site, row).await?;
    let text = code::text(&app.config.public_url, &app.secret, &site, &whole.row.number);
    Ok(Json(whole.limited(Told::new(request.locale, &calendar(&site)).at(&site, app.clock.now()), || text)))
}

pub(super) async fn own(app: &App, who: &orders::access::Verified, id: String) -> Result<ReturnRow, Error> {
    if !is_id(&id) {
        return Err(Error::ReturnNotFound);
    }
    store::own(&mut &app.db, who, &ReturnId(id)).await?.ok_or(Error::ReturnNotFound)
}

fn calendar(site: &Site) -> ShopCalendar {
    ShopCalendar::of_zone(&site.time_zone).unwrap_or_else(ShopCalendar::utc)
}

pub(super) async fn full(app: &App, site: &Site, row: ReturnRow, locale: Locale) -> Result<ReturnView, Error> {
    let whole = whole(app, site, row).await?;
    let text = code::text(&app.config.public_url, &app.secret, site, &whole.row.number);
    Ok(whole.full(Told::new(locale, &calendar(site)).at(site, app.clock.now()), || text))
}

/// Everything that is shown of a return.
///
/// # Errors
/// The database's.
pub async fn whole(app: &App, site: &Site, row: ReturnRow) -> Result<Whole, Error> {
    let mut db = &app.db;
    let order = order_store::any(&mut db, &site.id, &OrderId(row.order_id.clone())).await?;
    let policies = app.policies.of(&app.db, &site.id, &site.time_zone).await?;
    let label = match label_store::of_return(&mut db, &site.id, &row.return_id).await? {
        Some(label) => LabelNow::Ready(label),
        None if label_store::is_awaited(&app.db, &site.id, &row.return_id).await? => LabelNow::Awaited,
        None => LabelNow::None,
    };
    Ok(Whole {
        label,
        order_number: order.map(|order| order.number).unwrap_or_default(),
        lines: store::lines(&mut db, &site.id, &row.return_id).await?,
        photos: store::photos(&mut db, &site.id, &row.return_id).await?,
        events: store::events(&mut db, &site.id, &row.return_id).await?,
        exchanges: variant_store::exchanges(&mut db, &site.id, &row.return_id).await?,
        reasons: policies.with_id(row.policy_id.as_deref()).reasons,
        row,
    })
}

//! What can be done with an order on screen: hear when it changes, say that a parcel is not there, share its status.

use super::{
    full_view,
    grant::{self, Grant, Sight, Use},
    news, outlook, outlook_store,
    own_store::OwnOrder,
    store::{self, FoundOrder},
    view,
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Query, Source},
    realtime::hub,
    sites::Site,
};
use aftercart_shared::{
    api::orders::{DisputeRequest, FullOrder, OrderView, ShareLink, SharedRequest},
    error::{ErrorCode, WireError},
};
use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Carries the token of an order on screen; never in an address, where logs would keep it.
const WATCH_HEADER: &str = "aftercart-watch";
/// Every so many polls everything is read, not only what nearly always shows a change.
const WHOLE_EVERY: u32 = 5;
/// Proxies cut what is silent for longer.
const WAIT_MAX_S: u64 = 25;
/// Left for the answer before a request's own time is up.
const SPARE_S: u64 = 3;

/// An order as it may be seen after a look-up, with a token for watching it.
///
/// # Errors
/// The database's.
pub async fn found(app: &App, site: &Site, found: &FoundOrder) -> Result<OrderView, Error> {
    let grant = Grant { order_id: found.order.order_id.clone(), sight: Sight::Known };
    seen(app, site, found, &grant).await
}

/// Everything about a verified shopper's order: what a look-up shows and foresees, without the masks.
///
/// # Errors
/// The database's.
pub async fn own(app: &App, site: &Site, own: &OwnOrder) -> Result<FullOrder, Error> {
    let known = found(app, site, &own.found).await?;
    let mut full = full_view::full_order(own, &site.time_zone);
    let bare = std::mem::replace(&mut full.order, known);
    full.order.recipient = bare.recipient;
    for bare in bare.parcels {
        if let Some(parcel) = full.order.parcels.iter_mut().find(|parcel| parcel.id == bare.id) {
            parcel.events = bare.events;
        }
    }
    Ok(full)
}

async fn seen(app: &App, site: &Site, found: &FoundOrder, grant: &Grant) -> Result<OrderView, Error> {
    let now = app.clock.now();
    let view = view::known_order(found, &site.time_zone);
    let view = complete(app, site, found, view).await?;
    let mut view = match grant.sight {
        Sight::Known => view,
        Sight::Status => outlook::status_only(view),
    };
    view.watch = Some(grant::seal(&app.secret, &site.id, Use::Watch, grant, now));
    Ok(view)
}

/// Adds what is said beyond the carrier's words, and how old it is while somebody does not answer.
///
/// # Errors
/// The database's.
pub async fn complete(app: &App, site: &Site, found: &FoundOrder, mut view: OrderView) -> Result<OrderView, Error> {
    let order_id = &found.order.order_id;
    let facts = outlook_store::facts(&app.db, site, order_id);
    let silent = app.shops.silent_since(app, site, order_id, view.updated_at);
    let (facts, silent) = tokio::try_join!(facts, silent)?;
    view.as_of = silent;
    Ok(outlook::complete(view, found, &facts, site, app.clock.now()))
}

async fn read(app: &App, site: &Site, grant: &Grant) -> Result<Option<OrderView>, Error> {
    match store::by_id(&app.db, &site.id, &grant.order_id).await? {
        Some(found) => seen(app, site, &found, grant).await.map(Some),
        None => Ok(None),
    }
}

/// The order named by the request's watch token.
#[derive(Clone, Debug)]
pub struct Watched {
    grant: Grant,
    token: String,
}

impl FromRequestParts<App> for Watched {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let site = CurrentSite::from_request_parts(parts, app).await?;
        let token = parts.headers.get(WATCH_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let opened = grant::open(&app.secret, &site.id, Use::Watch, token, app.clock.now());
        opened.map(|grant| Watched { grant, token: token.to_owned() }).ok_or(Error::SessionExpired)
    }
}

impl Watched {
    /// # Errors
    /// [`Error::NotFound`] for whoever was only shown the status.
    fn known(&self) -> Result<&Grant, Error> {
        if self.grant.sight == Sight::Known { Ok(&self.grant) } else { Err(Error::NotFound) }
    }

    /// Our own id of the order, for whoever knows it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever was only shown the status.
    pub fn order_id(&self) -> Result<&str, Error> {
        self.known().map(|grant| grant.order_id.as_str())
    }

    /// The order as it is now, with the same token: to look again does not prolong what was granted.
    async fn read(&self, app: &App, site: &Site) -> Result<OrderView, Error> {
        let view = read(app, site, &self.grant).await?.ok_or(Error::SessionExpired)?;
        Ok(OrderView { watch: Some(self.token.clone()), ..view })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchRequest {
    /// The revision that is on screen.
    #[serde(default)]
    after: String,
    /// Seconds; at most [`WAIT_MAX_S`].
    #[serde(default)]
    wait: u64,
}

/// Hear when an order changes
///
/// Answers as soon as the order differs from the revision that is on screen, or 204 when it does not within `wait`
/// seconds. The token stays the same: to look again does not prolong what was granted.
#[utoipa::path(
    get, path = "/api/v1/orders/watch", tag = "shoppers", security(("site_key" = [])),
    params(
        ("Aftercart-Watch" = String, Header, description = "`OrderView::watch`"),
        ("after" = Option<String>, Query, description = "`OrderView::revision` that is on screen"),
        ("wait" = Option<u64>, Query, description = "Seconds; at most 25"),
    ),
    responses(
        (status = 200, body = OrderView),
        (status = 204, description = "Nothing new"),
        (status = 401, body = WireError, description = "`session_expired`: the order was looked up too long ago"),
        (status = 429, body = WireError, description = "Too many wait from this address"),
    )
)]
pub async fn watch(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    watched: Watched,
    Query(request): Query<WatchRequest>,
) -> Result<Response, Error> {
    let _place = app.waiters.enter(source)?;
    let grant = &watched.grant;
    let patience = request.wait.min(WAIT_MAX_S).min(app.config.limits.request_timeout_s.saturating_sub(SPARE_S));
    let deadline = Instant::now() + Duration::from_secs(patience);
    // Before the first read, so that nothing falls in between.
    let mut news = app.hub.subscribe();
    let mut mark = None;
    let mut polls = 0;
    loop {
        let new_mark = outlook_store::mark(&app.db, &site.id, &grant.order_id).await?;
        if polls % WHOLE_EVERY == 0 || new_mark != mark {
            let view = watched.read(&app, &site).await?;
            if view.revision != request.after {
                // Several reads make a view: what was changed in between would be half old, half new.
                if outlook_store::mark(&app.db, &site.id, &grant.order_id).await? == new_mark {
                    return Ok(Json(view).into_response());
                }
                continue;
            }
            mark = new_mark;
        }
        let nothing = || Ok(StatusCode::NO_CONTENT.into_response());
        if Instant::now() >= deadline {
            return nothing();
        }
        let hint = hub::changed(&mut news, &site.id, &grant.order_id);
        tokio::select! {
            hinted = timeout_at(deadline.min(Instant::now() + app.config.sockets.poll), hint) => {
                polls = if hinted.is_ok() { 0 } else { polls + 1 };
            }
            () = app.hub.closing() => return nothing(),
        }
    }
}

/// Say that a delivered parcel is not there
///
/// Or, with `missing: false`, that it has turned up. Saying so twice changes nothing.
#[utoipa::path(
    post, path = "/api/v1/orders/dispute", tag = "shoppers", security(("site_key" = [])),
    params(("Aftercart-Watch" = String, Header, description = "`OrderView::watch`")),
    request_body(content = DisputeRequest, example = json!({"parcel": "s1", "missing": true})),
    responses(
        (status = 200, body = OrderView),
        (status = 401, body = WireError, description = "`session_expired`: the order was looked up too long ago"),
        (status = 404, body = WireError, description = "No such parcel of this order is delivered, or only the status was shared"),
    )
)]
pub async fn dispute(
    State(app): State<App>,
    site: CurrentSite,
    watched: Watched,
    Json(request): Json<DisputeRequest>,
) -> Result<Json<OrderView>, Error> {
    let order_id = watched.known()?.order_id.clone();
    if request.parcel.is_empty() {
        return Err(Error::invalid(ErrorCode::Required, "parcel"));
    }
    let (id, order, now) = (site.id.clone(), order_id.clone(), app.clock.now());
    let DisputeRequest { parcel, missing } = request;
    let kept = app
        .db
        .write(move |tx| Box::pin(async move { outlook_store::dispute(tx, &id, &order, &parcel, missing, now).await }));
    if !kept.await? {
        return Err(Error::NotFound);
    }
    news::changed(&app, &site.id, &order_id);
    watched.read(&app, &site).await.map(Json)
}

/// Make a link to an order's bare status
///
/// Good for a week. Whoever has it sees how far the order is, and nothing of who ordered, what, or where it goes.
#[utoipa::path(
    post, path = "/api/v1/orders/share", tag = "shoppers", security(("site_key" = [])),
    params(("Aftercart-Watch" = String, Header, description = "`OrderView::watch`")),
    responses(
        (status = 200, body = ShareLink, example = json!({
            "url": "https://help.example.com/s/pk_…/shared#cy4xNzk1…", "expires_at": 1_795_860_000_000_i64
        })),
        (status = 401, body = WireError, description = "`session_expired`: the order was looked up too long ago"),
        (status = 404, body = WireError, description = "Only the status was shared"),
    )
)]
pub async fn share(State(app): State<App>, site: CurrentSite, watched: Watched) -> Result<Json<ShareLink>, Error> {
    let grant = Grant { order_id: watched.known()?.order_id.clone(), sight: Sight::Status };
    let now = app.clock.now();
    let token = grant::seal(&app.secret, &site.id, Use::Link, &grant, now);
    let url = format!("{}/s/{}/shared#{token}", app.config.public_url, site.key);
    Ok(Json(ShareLink { url, expires_at: now.plus_ms(Use::Link.lives_ms()) }))
}

/// See what a shared link shows
///
/// Expired, forged or of an order that is gone: one answer.
#[utoipa::path(
    post, path = "/api/v1/orders/shared", tag = "shoppers", security(("site_key" = [])),
    request_body(content = SharedRequest, example = json!({"token": "cy4xNzk1…"})),
    responses(
        (status = 200, body = OrderView),
        (status = 404, body = WireError, description = "`link_invalid`"),
    )
)]
pub async fn shared(
    State(app): State<App>,
    site: CurrentSite,
    Json(request): Json<SharedRequest>,
) -> Result<Json<OrderView>, Error> {
    let opened = grant::open(&app.secret, &site.id, Use::Link, &request.token, app.clock.now());
    let grant = Grant { sight: Sight::Status, ..opened.ok_or(Error::LinkInvalid)? };
    read(&app, &site, &grant).await?.map(Json).ok_or(Error::LinkInvalid)
}

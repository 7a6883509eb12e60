//! `POST /api/v1/orders/lookup`: where is my order?

use super::{
    failures::Attempt,
    shops::Asked,
    store::{self, FoundOrder},
    watch,
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Source},
    sites::Site,
};
use aftercart_shared::{
    api::orders::{LookupRequest, OrderView},
    error::WireError,
    validate::{Contact, OrderNumber},
};
use axum::extract::State;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until, timeout_at};

/// Where is my order?
///
/// By number and the full e-mail or phone of the order: status and parcels, masked. Every failure is one and the same
/// answer at one and the same moment: nothing can be learnt from trying.
#[utoipa::path(
    post, path = "/api/v1/orders/lookup", tag = "shoppers", security(("site_key" = [])),
    request_body(content = LookupRequest, example = json!({"number": "A-1001", "contact": "li.na@example.cn"})),
    responses(
        (status = 200, body = OrderView),
        (status = 404, body = WireError, description = "`order_not_found`: whatever the reason"),
        (status = 422, body = WireError, description = "`field` says which part cannot be one"),
        (status = 429, body = WireError, description = "Too many tries; `retry_after` seconds"),
    )
)]
pub async fn lookup(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    Json(request): Json<LookupRequest>,
) -> Result<Json<OrderView>, Error> {
    let number = OrderNumber::parse(&request.number).map_err(|code| Error::invalid(code, "number"))?;
    let contact = Contact::parse(&request.contact).map_err(|code| Error::invalid(code, "contact"))?;
    let begun = Instant::now();

    let attempt = Attempt::new(&app.failures, &site.id, &number, &contact, source);
    let pass = attempt.permit(&app.db, app.clock.now()).await?;
    let mut found = store::find(&app.db, &site, &number, &contact).await?;
    let mut patience = Duration::from_millis(app.config.limits.lookup_deadline_ms);
    if found.is_none() && app.shops.any(&app, &site).await? {
        patience = Duration::from_millis(app.config.limits.live_lookup_deadline_ms);
        let asked = Asked { number: number.clone(), typed: request.number, contact: contact.clone() };
        found = ask_shops(&app, &site.0, asked, begun + patience).await?;
    }
    if let Some(found) = found {
        return watch::found(&app, &site, &found).await.map(Json);
    }
    attempt.failed(&app.db, app.clock.now()).await?;
    drop(pass);
    sleep_until(begun + patience).await;
    Err(Error::OrderNotFound)
}

/// Asks the shop's own systems, leaving enough of the time for saying no.
async fn ask_shops(app: &App, site: &Arc<Site>, asked: Asked, deadline: Instant) -> Result<Option<FoundOrder>, Error> {
    let (number, contact) = (asked.number.clone(), asked.contact.clone());
    let left = deadline.saturating_duration_since(Instant::now());
    match timeout_at(deadline - left / 8, app.shops.find(app, site, asked)).await {
        Ok(true) => Ok(store::find(&app.db, site, &number, &contact).await?),
        Ok(false) | Err(_) => Ok(None),
    }
}

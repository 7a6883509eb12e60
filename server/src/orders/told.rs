//! What a shop's own systems are told of an order: that its state, or a parcel's, is another.

use super::told_store::{self, Standing};
use crate::{
    db::{self, Tx},
    webhooks::{self, Event, News},
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
};
use serde_json::json;

/// More parcels than this are counted and not named.
const PARCELS_MAX: usize = 50;

/// How an order stands before it is written, where anybody wishes to hear of changes.
#[derive(Debug)]
pub struct Before(Option<Standing>);

/// Holds the order, so that nobody changes it between this and [`after`]. `None`: nobody wishes to hear of it.
///
/// # Errors
/// The database's.
pub async fn before(tx: &mut Tx, site: &SiteId, order: &OrderId) -> Result<Option<Before>, db::Error> {
    if !webhooks::is_wished(tx, site, Event::OrderChanged).await? {
        return Ok(None);
    }
    told_store::hold(tx, site, order).await?;
    told_store::standing(tx, site, order).await.map(|standing| Some(Before(standing)))
}

/// Tells what is not as it was.
///
/// # Errors
/// The database's.
pub async fn after(
    tx: &mut Tx,
    site: &SiteId,
    order: &OrderId,
    before: Before,
    now: Timestamp,
) -> Result<(), db::Error> {
    let Some(standing) = told_store::standing(tx, site, order).await? else { return Ok(()) };
    if before.0.as_ref() == Some(&standing) { Ok(()) } else { tell(tx, site, order, standing, now).await }
}

/// Tells of an order whose parcel has another status. Whoever calls holds the order.
///
/// # Errors
/// The database's.
pub async fn parcel_changed(tx: &mut Tx, site: &SiteId, order: &OrderId, now: Timestamp) -> Result<(), db::Error> {
    if !webhooks::is_wished(tx, site, Event::OrderChanged).await? {
        return Ok(());
    }
    match told_store::standing(tx, site, order).await? {
        Some(standing) => tell(tx, site, order, standing, now).await,
        None => Ok(()),
    }
}

async fn tell(tx: &mut Tx, site: &SiteId, order: &OrderId, now_so: Standing, now: Timestamp) -> Result<(), db::Error> {
    let parcels = now_so.parcels.iter().take(PARCELS_MAX);
    let parcels: Vec<_> = parcels.map(|one| json!({ "id": one.shipment_id, "status": one.status })).collect();
    let data = json!({
        "order_id": order.as_str(), "id": now_so.order.external_id, "source": now_so.order.source,
        "number": now_so.order.number, "state": now_so.order.state, "at": now,
        "parcels": parcels, "parcel_count": now_so.parcels.len(),
    });
    let stream = format!("order {order}");
    webhooks::tell(tx, site, News { event: Event::OrderChanged, stream, data }, now).await
}

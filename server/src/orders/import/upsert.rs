//! Orders from a live system: the one way in for connectors and the admin API.

use super::{
    check,
    model::ImportedOrder,
    order_store::{Older, write_order},
    prepare::{Prepared, prepare},
};
use crate::{
    clock::Clock,
    db::{self, Db},
    orders::{phone::phone_key, told},
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
};

/// Orders to a transaction.
const BATCH: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upserted {
    pub order_id: OrderId,
    /// New, or not as it was.
    pub changed: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum UpsertError {
    /// Nothing at all was stored. `index` counts from 0; the reason is one English sentence without personal data.
    #[error("order {external_id:?}: {reason}")]
    Refused { index: usize, external_id: String, reason: String },
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Stores orders as `source` (`vendure`, `api`, …; [`orders.source`]) hands them over; one with the same `external_id`
/// replaces what the shop said of it before. What carriers have reported of its parcels stays with every parcel whose
/// tracking number persists, and a parcel's status follows from both ([`aftercart_shared::tracking::current_status`]).
///
/// The same again changes nothing, whatever its `updated_at`. An order whose `updated_at` is older than what is stored
/// has been overtaken by a newer message and is ignored; so what comes from a system without such a date must bear the
/// moment at which it was asked.
///
/// Whoever calls tells the panels of every changed order (`orders::news`).
///
/// # Errors
/// When an order does not pass its checks (then none is stored) or the database refuses (batches before it stay).
pub async fn upsert(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    country: &str,
    source: &str,
    orders: Vec<ImportedOrder>,
) -> Result<Vec<Upserted>, UpsertError> {
    let mut ready = Vec::with_capacity(orders.len());
    for (index, order) in orders.into_iter().enumerate() {
        let external_id = order.external_id.clone();
        let refused = |reason| UpsertError::Refused { index, external_id, reason };
        ready.push(check_and_prepare(order, site, country, source).map_err(refused)?);
    }
    let mut done = Vec::with_capacity(ready.len());
    while !ready.is_empty() {
        let batch: Vec<Prepared> = ready.drain(..ready.len().min(BATCH)).collect();
        done.extend(write(db, site, batch, clock.now()).await?);
    }
    Ok(done)
}

/// What is stored of an order that has passed its checks; else the first rule that it breaks.
pub(super) fn check_and_prepare(
    mut order: ImportedOrder,
    site: &SiteId,
    country: &str,
    source: &str,
) -> Result<Prepared, String> {
    let country = order.address.as_ref().and_then(|a| a.country.clone()).unwrap_or_else(|| country.to_owned());
    order.phone = order.phone.and_then(|phone| phone_key(&phone, &country));
    order.email = order.email.map(|email| email.to_lowercase());
    if order.external_id.is_empty() {
        return Err("the order has no id".to_owned());
    }
    if order.email.is_none() && order.phone.is_none() {
        return Err("neither email nor phone is given; the shopper could not find the order".to_owned());
    }
    check::whole(&order)?;
    let updated_at = std::mem::replace(&mut order.updated_at, Timestamp(0));
    let mut prepared = prepare(order, site, source)?;
    prepared.order.updated_at = updated_at;
    Ok(prepared)
}

async fn write(db: &Db, site: &SiteId, batch: Vec<Prepared>, now: Timestamp) -> Result<Vec<Upserted>, db::Error> {
    let site = site.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let mut done = Vec::with_capacity(batch.len());
            for order in batch {
                let before = told::before(tx, &site, &order.order_id).await?;
                let changed = write_order(tx, &site, &order, Older::IsIgnored).await?;
                if let Some(before) = before.filter(|_| changed) {
                    told::after(tx, &site, &order.order_id, before, now).await?;
                }
                done.push(Upserted { order_id: order.order_id, changed });
            }
            Ok(done)
        })
    })
    .await
}

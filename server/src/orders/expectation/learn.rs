//! Counts delivered parcels into the history, a few at a time, and forgets what is half a year old.

use super::{
    calendar::Calendar,
    lane::Groups,
    lesson::lessons,
    parcel::{Parcel, Scan},
    store::{self, Counted, ScanRow, Uncounted},
};
use crate::{
    db::{self, Db},
    sites::{self, Site},
};
use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};

/// Parcels that are counted in one transaction.
const BATCH: i64 = 100;
/// A month of the history, and how many are kept: carriers change.
const MONTH_MS: i64 = 30 * Timestamp::DAY_MS;
const MONTHS: i64 = 6;

/// Counts every delivered parcel that has not been counted yet.
///
/// # Errors
/// The database's.
pub async fn learn(db: &Db, now: Timestamp) -> Result<(), db::Error> {
    let oldest = month(now.0) - MONTHS;
    for site in sites::store::all(db).await? {
        while learn_some(db, &site, (oldest + 1) * MONTH_MS).await? {}
    }
    db.write(move |tx| Box::pin(async move { store::forget(tx, oldest + 1).await })).await
}

pub fn month(ms: i64) -> i64 {
    ms.div_euclid(MONTH_MS)
}

/// `true` while there may be more.
async fn learn_some(db: &Db, site: &Site, from: i64) -> Result<bool, db::Error> {
    let parcels = store::uncounted(db, &site.id, from, BATCH).await?;
    if parcels.is_empty() {
        return Ok(false);
    }
    let shop = Calendar::of_zone(&site.time_zone);
    let mut counted = Vec::with_capacity(parcels.len());
    for parcel in parcels {
        let scans = store::scans(db, &site.id, &parcel.order_id, &parcel.shipment_id).await?;
        counted.push(read(parcel, scans, site, &shop));
    }
    let id = site.id.clone();
    db.write(move |tx| Box::pin(async move { store::count(tx, &id, &counted).await })).await.map(|()| true)
}

fn read(row: Uncounted, scans: Vec<ScanRow>, site: &Site, shop: &Calendar) -> Counted {
    let parcel = Parcel {
        status: ParcelStatus::Delivered,
        shipped_at: row.shipped_at.map(Timestamp),
        delivered_at: Some(Timestamp(row.delivered_at)),
        promised: None,
        scans: scans.iter().map(scan).collect(),
        disputed_at: None,
    };
    let (country, region) = destination(row.address.as_deref());
    Counted {
        groups: Groups::of(row.carrier.as_deref(), &site.country, country.as_deref(), region.as_deref()),
        lessons: lessons(&parcel, shop),
        month: month(row.delivered_at),
        order_id: row.order_id,
        shipment_id: row.shipment_id,
    }
}

fn scan(row: &ScanRow) -> Scan {
    Scan {
        at: Timestamp(row.at),
        utc_offset_min: row.utc_offset_min.and_then(|minutes| i32::try_from(minutes).ok()),
        status: ParcelStatus::from_name(&row.status).unwrap_or(ParcelStatus::Unknown),
    }
}

/// Country and region of an address as it is stored.
pub fn destination(address: Option<&str>) -> (Option<String>, Option<String>) {
    #[derive(serde::Deserialize, Default)]
    struct Address {
        country: Option<String>,
        region: Option<String>,
    }
    let Address { country, region } = address.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    (country, region)
}

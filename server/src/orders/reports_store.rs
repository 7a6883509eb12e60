//! Carriers' reports into the tables.

use super::{
    carriers::CarrierEvent,
    progress::{self, Settled},
    reports::{Ready, SHOP, is_of},
    told,
};
use crate::{
    args,
    db::{Db, Error, Tx},
    sql,
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
    tracking::{ParcelStatus, Scan, Stated},
};

#[derive(sqlx::FromRow)]
struct Found {
    order_id: String,
    shipment_id: String,
    carrier: Option<String>,
    carrier_guessed: bool,
    status: String,
    stated_status: String,
    stated_at: Option<i64>,
    stated_delivered_at: Option<i64>,
    promised_earliest: Option<i64>,
    promised_latest: Option<i64>,
    placed_at: i64,
}

#[derive(sqlx::FromRow)]
struct Told {
    at: i64,
    status: String,
}

#[derive(sqlx::FromRow)]
struct Newest {
    at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Locked {
    order_id: String,
}

/// Stores the reports and returns the orders that they changed.
pub async fn apply(tx: &mut Tx, site: &SiteId, reports: &[Ready], now: Timestamp) -> Result<Vec<OrderId>, Error> {
    let mut changed = Vec::new();
    for report in reports {
        // Whoever writes a parcel holds its order: the status is derived from all events, also those of a neighbour.
        // There is no FOR UPDATE on both engines.
        let orders: Vec<Locked> = tx
            .fetch_all(
                sql!(
                    "UPDATE orders SET updated_at = updated_at WHERE site_id = $1 AND order_id IN (
                         SELECT order_id FROM shipments WHERE site_id = $1 AND tracking_key = $2)
                     RETURNING order_id"
                ),
                args![site, &report.key],
            )
            .await?;
        if orders.is_empty() {
            continue;
        }
        let parcels: Vec<Found> = tx
            .fetch_all(
                sql!(
                    "SELECT s.order_id, s.shipment_id, s.carrier, s.carrier_guessed, s.status, s.stated_status,
                         s.stated_at, s.stated_delivered_at, s.promised_earliest, s.promised_latest, o.placed_at
                     FROM shipments s JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
                     WHERE s.site_id = $1 AND s.tracking_key = $2 ORDER BY s.order_id, s.shipment_id"
                ),
                args![site, &report.key],
            )
            .await?;
        // Only what was locked above.
        for parcel in parcels.iter().filter(|p| orders.iter().any(|o| o.order_id == p.order_id)) {
            if add(tx, site, parcel, report, now).await? {
                changed.push(OrderId(parcel.order_id.clone()));
            }
        }
    }
    Ok(changed)
}

/// Whether anything of the parcel is new.
async fn add(tx: &mut Tx, site: &SiteId, parcel: &Found, report: &Ready, now: Timestamp) -> Result<bool, Error> {
    let placed_at = Timestamp(parcel.placed_at);
    let mut new = 0;
    let mut own = 0;
    for (id, event) in report.events.iter().filter(|(_, event)| is_of(event.at, placed_at)) {
        own += 1;
        new += insert(tx, site, parcel, report.source, id, event).await?;
    }
    // All of it is another parcel's: so is the promise.
    if own == 0 && !report.events.is_empty() {
        return Ok(false);
    }
    let promised = promise(tx, site, parcel, report).await?;
    let named = carrier(tx, site, parcel, report).await?;
    let settled = if new > 0 { settle(tx, site, parcel, now).await? } else { false };
    Ok(new > 0 || promised || named || settled)
}

/// 1, or 0 when it is known.
async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    parcel: &Found,
    source: &str,
    id: &str,
    event: &CarrierEvent,
) -> Result<u64, Error> {
    tx.execute(
        sql!(
            "INSERT INTO tracking_events (site_id, order_id, shipment_id, event_id, at, utc_offset_min, status,
                 raw_code, place, text, source)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (site_id, order_id, shipment_id, event_id) DO NOTHING"
        ),
        args![
            site,
            &parcel.order_id,
            &parcel.shipment_id,
            id,
            event.at,
            event.utc_offset_min,
            event.status.name(),
            &event.raw_code,
            &event.place,
            &event.text,
            source
        ],
    )
    .await
}

/// What the shop itself tells of one parcel; `None`: there is no such parcel.
pub async fn add_own(
    tx: &mut Tx,
    site: &SiteId,
    order_id: &OrderId,
    shipment_id: &str,
    events: &[(String, CarrierEvent)],
    now: Timestamp,
) -> Result<Option<u64>, Error> {
    // Held, as in `apply`.
    tx.execute(
        sql!("UPDATE orders SET updated_at = updated_at WHERE site_id = $1 AND order_id = $2"),
        args![site, order_id],
    )
    .await?;
    let parcel: Option<Found> = tx
        .fetch_optional(
            sql!(
                "SELECT s.order_id, s.shipment_id, s.carrier, s.carrier_guessed, s.status, s.stated_status,
                     s.stated_at, s.stated_delivered_at, s.promised_earliest, s.promised_latest, o.placed_at
                 FROM shipments s JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
                 WHERE s.site_id = $1 AND s.order_id = $2 AND s.shipment_id = $3"
            ),
            args![site, order_id, shipment_id],
        )
        .await?;
    let Some(parcel) = parcel else { return Ok(None) };
    let mut new = 0;
    for (id, event) in events {
        new += insert(tx, site, &parcel, SHOP, id, event).await?;
    }
    if new > 0 {
        settle(tx, site, &parcel, now).await?;
    }
    Ok(Some(new))
}

/// Derives the status from everything that is known now.
async fn settle(tx: &mut Tx, site: &SiteId, parcel: &Found, now: Timestamp) -> Result<bool, Error> {
    let told: Vec<Told> = tx
        .fetch_all(
            sql!(
                "SELECT at, status FROM tracking_events
                 WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"
            ),
            args![site, &parcel.order_id, &parcel.shipment_id],
        )
        .await?;
    let status = |name: &str| ParcelStatus::from_name(name).unwrap_or(ParcelStatus::Unknown);
    let scans = told.iter().map(|event| Scan { at: Timestamp(event.at), status: status(&event.status) });
    let delivered = parcel.stated_delivered_at.map(Timestamp);
    let since = delivered.or(parcel.stated_at.map(Timestamp));
    let stated = Stated { status: status(&parcel.stated_status), since };
    let Settled { status, delivered_at, last_event_at } = progress::settle(stated, delivered, scans);
    tx.execute(
        sql!(
            "UPDATE shipments SET status = $4, delivered_at = $5, last_event_at = $6
             WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"
        ),
        args![site, &parcel.order_id, &parcel.shipment_id, status.name(), delivered_at, last_event_at],
    )
    .await?;
    let is_other = status.name() != parcel.status;
    if is_other {
        told::parcel_changed(tx, site, &OrderId(parcel.order_id.clone()), now).await?;
    }
    Ok(is_other)
}

/// A report that is older than what is known promises nothing any more.
async fn promise(tx: &mut Tx, site: &SiteId, parcel: &Found, report: &Ready) -> Result<bool, Error> {
    let Some((earliest, latest)) = report.promise else { return Ok(false) };
    if (parcel.promised_earliest, parcel.promised_latest) == (Some(earliest.0), Some(latest.0)) {
        return Ok(false);
    }
    let newest: Option<Newest> = tx
        .fetch_optional(
            sql!(
                "SELECT MAX(at) AS at FROM tracking_events
                 WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3 AND source = $4"
            ),
            args![site, &parcel.order_id, &parcel.shipment_id, report.source],
        )
        .await?;
    let known = newest.and_then(|row| row.at);
    if known > report.newest.map(|at| at.0) {
        return Ok(false);
    }
    tx.execute(
        sql!(
            "UPDATE shipments SET promised_earliest = $4, promised_latest = $5, promised_by = $6
             WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"
        ),
        args![site, &parcel.order_id, &parcel.shipment_id, earliest, latest, report.source],
    )
    .await
    .map(|rows| rows > 0)
}

/// Where the shop named no carrier, whoever tracks the parcel knows better than its number.
async fn carrier(tx: &mut Tx, site: &SiteId, parcel: &Found, report: &Ready) -> Result<bool, Error> {
    let Some(code) = report.carrier else { return Ok(false) };
    let free = parcel.carrier_guessed || parcel.carrier.is_none();
    if !free || parcel.carrier.as_deref() == Some(code) {
        return Ok(false);
    }
    tx.execute(
        sql!(
            "UPDATE shipments SET carrier = $4, carrier_guessed = TRUE
             WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"
        ),
        args![site, &parcel.order_id, &parcel.shipment_id, code],
    )
    .await
    .map(|rows| rows > 0)
}

/// Does any parcel of the site have this number?
pub async fn is_known(db: &Db, site: &SiteId, tracking_key: &str) -> Result<bool, Error> {
    let found: Option<Locked> = db
        .fetch_optional(
            sql!("SELECT order_id FROM shipments WHERE site_id = $1 AND tracking_key = $2 LIMIT 1"),
            args![site, tracking_key],
        )
        .await?;
    Ok(found.is_some())
}

//! What an order's outlook needs beyond its parcels: kinds of articles, disputes, and how long such parcels took.

use super::expectation::{history::History, lane::Groups, learn::destination, store::history};
use crate::{
    args,
    db::{self, Db, Tx},
    sites::Site,
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use std::collections::HashMap;

/// Articles of one kind.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KindRow {
    pub exchange_of: Option<String>,
    pub address: Option<String>,
    pub kind: String,
    pub available_at: Option<i64>,
    pub items: i64,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WayRow {
    pub shipment_id: String,
    pub carrier: Option<String>,
    pub status: String,
    pub shipped_at: Option<i64>,
    pub disputed_at: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub kinds: Vec<KindRow>,
    pub ways: Vec<WayRow>,
    /// By shipment; only of those that still travel.
    pub histories: HashMap<String, History>,
    /// The order leaves the shop's country.
    pub abroad: bool,
}

pub async fn facts(db: &Db, site: &Site, order_id: &str) -> Result<Facts, db::Error> {
    let kinds = db.fetch_all::<KindRow>(
        sql!(
            "SELECT o.exchange_of, o.address, l.kind, l.available_at,
                    CAST(SUM(l.quantity - l.refunded) AS BIGINT) AS items
             FROM orders o JOIN order_lines l ON l.site_id = o.site_id AND l.order_id = o.order_id
             WHERE o.site_id = $1 AND o.order_id = $2
             GROUP BY o.exchange_of, o.address, l.kind, l.available_at"
        ),
        args![&site.id, order_id],
    );
    let ways = db.fetch_all::<WayRow>(
        sql!(
            "SELECT s.shipment_id, s.carrier, s.status, s.shipped_at, d.at AS disputed_at
             FROM shipments s LEFT JOIN delivery_disputes d
               ON d.site_id = s.site_id AND d.order_id = s.order_id AND d.shipment_id = s.shipment_id
             WHERE s.site_id = $1 AND s.order_id = $2"
        ),
        args![&site.id, order_id],
    );
    let (kinds, ways) = tokio::try_join!(kinds, ways)?;
    let (country, region) = destination(kinds.first().and_then(|row| row.address.as_deref()));
    let groups = |carrier: Option<&str>| Groups::of(carrier, &site.country, country.as_deref(), region.as_deref());
    let mut histories = HashMap::new();
    for way in ways.iter().filter(|way| travels(&way.status)) {
        let history = history(db, &site.id, &groups(way.carrier.as_deref())).await?;
        histories.insert(way.shipment_id.clone(), history);
    }
    Ok(Facts { abroad: groups(None).abroad(), kinds, ways, histories })
}

fn travels(status: &str) -> bool {
    matches!(status, "registered" | "in_transit" | "out_for_delivery")
}

/// Something that is other whenever the order has changed, for one small read. Not all of what changes shows in it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Mark {
    pub fingerprint: String,
    pub updated_at: i64,
    pub events: i64,
    pub newest: Option<i64>,
    pub disputes: i64,
    /// The carrier's promises change without an event.
    pub promises: Option<i64>,
}

pub async fn mark(db: &Db, site: &SiteId, order_id: &str) -> Result<Option<Mark>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT o.fingerprint, o.updated_at,
                    (SELECT COUNT(*) FROM tracking_events e WHERE e.site_id = o.site_id AND e.order_id = o.order_id)
                        AS events,
                    (SELECT MAX(e.at) FROM tracking_events e WHERE e.site_id = o.site_id AND e.order_id = o.order_id)
                        AS newest,
                    (SELECT COUNT(*) FROM delivery_disputes d WHERE d.site_id = o.site_id AND d.order_id = o.order_id)
                        AS disputes,
                    (SELECT CAST(SUM(s.promised_earliest + s.promised_latest) AS BIGINT) FROM shipments s
                     WHERE s.site_id = o.site_id AND s.order_id = o.order_id) AS promises
             FROM orders o WHERE o.site_id = $1 AND o.order_id = $2"
        ),
        args![site, order_id],
    )
    .await
}

/// Keeps, or takes back, that a delivered parcel is not there. `false` when the order has no such parcel.
pub async fn dispute(
    tx: &mut Tx,
    site: &SiteId,
    order_id: &str,
    shipment_id: &str,
    missing: bool,
    now: Timestamp,
) -> Result<bool, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Known {
        #[sqlx(rename = "shipment_id")]
        _shipment_id: String,
    }
    let known = tx.fetch_optional::<Known>(
        sql!(
            "SELECT shipment_id FROM shipments
             WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3 AND status = 'delivered'"
        ),
        args![site, order_id, shipment_id],
    );
    if known.await?.is_none() {
        return Ok(false);
    }
    if missing {
        tx.execute(
            sql!(
                "INSERT INTO delivery_disputes (site_id, order_id, shipment_id, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (site_id, order_id, shipment_id) DO NOTHING"
            ),
            args![site, order_id, shipment_id, now],
        )
        .await?;
    } else {
        tx.execute(
            sql!("DELETE FROM delivery_disputes WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"),
            args![site, order_id, shipment_id],
        )
        .await?;
    }
    Ok(true)
}

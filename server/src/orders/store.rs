//! Orders with their parcels in the database, and the counts of failed look-ups.

use super::phone::phone_key;
use crate::{
    args,
    db::{self, Db, Tx},
    sites::Site,
    sql,
};
use aftercart_shared::{
    ids::SiteId,
    validate::{Contact, OrderNumber},
};

/// An order as it stands in the tables.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrderRow {
    pub order_id: String,
    pub number: String,
    pub placed_at: i64,
    pub locale: Option<String>,
    pub state: String,
    // For finding the order only: who may see them is said in [`super::access`].
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    /// JSON.
    address: Option<String>,
    pub recipient: Option<String>,
    pub updated_at: i64,
}

impl OrderRow {
    /// Of the address: ISO 3166, two letters.
    fn country(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Address {
            country: Option<String>,
        }
        serde_json::from_str::<Address>(self.address.as_deref()?).ok()?.country
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ShipmentRow {
    pub shipment_id: String,
    pub carrier: Option<String>,
    pub carrier_name: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub status: String,
    pub delivered_at: Option<i64>,
    pub expected_earliest: Option<i64>,
    pub expected_latest: Option<i64>,
    /// The carrier's own word; the two above are the shop's.
    pub promised_earliest: Option<i64>,
    pub promised_latest: Option<i64>,
    pub items: i64,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    pub shipment_id: String,
    pub at: i64,
    pub utc_offset_min: Option<i64>,
    pub status: String,
    pub raw_code: Option<String>,
    pub place: Option<String>,
    pub text: Option<String>,
}

/// An order with everything that the track view needs.
#[derive(Clone, Debug)]
pub struct FoundOrder {
    pub order: OrderRow,
    /// Bought and not refunded.
    pub items: i64,
    pub shipments: Vec<ShipmentRow>,
    pub events: Vec<EventRow>,
}

/// The order with this number whose own e-mail or phone this is. Never the first row that comes: numbers repeat
/// (`10-01`, `1001`), contacts do not.
pub async fn find(
    db: &Db,
    site: &Site,
    number: &OrderNumber,
    contact: &Contact,
) -> Result<Option<FoundOrder>, db::Error> {
    match matching(db, site, number, contact).await? {
        Some(order) => whole(db, &site.id, order).await.map(Some),
        None => Ok(None),
    }
}

pub(super) async fn matching(
    db: &Db,
    site: &Site,
    number: &OrderNumber,
    contact: &Contact,
) -> Result<Option<OrderRow>, db::Error> {
    let rows = db.fetch_all::<OrderRow>(
        sql!(
            "SELECT order_id, number, placed_at, locale, state, email, phone, address, recipient, updated_at
             FROM orders WHERE site_id = $1 AND number_key = $2 ORDER BY placed_at DESC, order_id"
        ),
        args![&site.id, number.as_str()],
    );
    let matches = |row: &OrderRow| match contact {
        Contact::Email(email) => row.email.as_deref() == Some(email.as_str()),
        // As dialled from the shop's country, or from where the parcel goes.
        Contact::Phone(phone) => {
            let is = |country: &str| row.phone.is_some() && row.phone == phone_key(phone, country);
            is(&site.country) || row.country().is_some_and(|country| is(&country))
        }
    };
    Ok(rows.await?.into_iter().find(matches))
}

/// The order that a token has named.
pub async fn by_id(db: &Db, site: &SiteId, order_id: &str) -> Result<Option<FoundOrder>, db::Error> {
    let row = db.fetch_optional::<OrderRow>(
        sql!(
            "SELECT order_id, number, placed_at, locale, state, email, phone, address, recipient, updated_at
             FROM orders WHERE site_id = $1 AND order_id = $2"
        ),
        args![site, order_id],
    );
    match row.await? {
        Some(order) => whole(db, site, order).await.map(Some),
        None => Ok(None),
    }
}

pub(super) async fn whole(db: &Db, site: &SiteId, order: OrderRow) -> Result<FoundOrder, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Items {
        items: Option<i64>,
    }
    let items = db.fetch_optional::<Items>(
        sql!(
            "SELECT CAST(SUM(quantity - refunded) AS BIGINT) AS items FROM order_lines
             WHERE site_id = $1 AND order_id = $2"
        ),
        args![site, &order.order_id],
    );
    let shipments = db.fetch_all::<ShipmentRow>(
        sql!(
            "SELECT s.shipment_id, s.carrier, s.carrier_name, s.tracking_number, s.tracking_url, s.status,
                    s.delivered_at, s.expected_earliest, s.expected_latest, s.promised_earliest, s.promised_latest,
                    CAST(COALESCE((SELECT SUM(l.quantity) FROM shipment_lines l
                                   WHERE l.site_id = s.site_id AND l.order_id = s.order_id
                                     AND l.shipment_id = s.shipment_id), 0) AS BIGINT) AS items
             FROM shipments s WHERE s.site_id = $1 AND s.order_id = $2 ORDER BY s.position, s.shipment_id"
        ),
        args![site, &order.order_id],
    );
    let events = db.fetch_all::<EventRow>(
        sql!(
            "SELECT shipment_id, at, utc_offset_min, status, raw_code, place, text FROM tracking_events
             WHERE site_id = $1 AND order_id = $2"
        ),
        args![site, &order.order_id],
    );
    let (items, shipments, events) = tokio::try_join!(items, shipments, events)?;
    Ok(FoundOrder { order, items: items.and_then(|row| row.items).unwrap_or(0), shipments, events })
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FailureCount {
    pub bucket: String,
    pub window_start: i64,
    pub failures: i64,
}

/// What was counted in these buckets since `from`.
pub async fn failures(
    db: &Db,
    site: &SiteId,
    buckets: [&String; 3],
    from: i64,
) -> Result<Vec<FailureCount>, db::Error> {
    let [a, b, c] = buckets;
    db.fetch_all::<FailureCount>(
        sql!(
            "SELECT bucket, window_start, failures FROM lookup_failures
             WHERE site_id = $1 AND bucket IN ($2, $3, $4) AND window_start >= $5"
        ),
        args![site, a, b, c, from],
    )
    .await
}

pub async fn count_failures(tx: &mut Tx, site: &SiteId, buckets: &[String], window: i64) -> Result<(), db::Error> {
    // Always in the same order: two failures at once must not wait for each other.
    let mut buckets: Vec<&String> = buckets.iter().collect();
    buckets.sort();
    for bucket in buckets {
        tx.execute(
            sql!(
                "INSERT INTO lookup_failures (site_id, bucket, window_start, failures) VALUES ($1, $2, $3, 1)
                 ON CONFLICT (site_id, bucket, window_start)
                 DO UPDATE SET failures = lookup_failures.failures + 1"
            ),
            args![site, bucket, window],
        )
        .await?;
    }
    Ok(())
}

/// Housekeeping over all sites.
pub async fn forget_failures(tx: &mut Tx, before: i64) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM lookup_failures WHERE window_start < $1"), args![before]).await.map(|_| ())
}

//! The numbers that a service follows for a site, and when it is asked again.

use super::follow::interval_ms;
use crate::{
    args,
    connectors::carriers::Parcel,
    db::{Db, Error},
    orders::carriers::OTHER,
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp, tracking::ParcelStatus};

/// Orders older than this are not followed any more.
const ORDERS_MS: i64 = 120 * Timestamp::DAY_MS;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    pub tracking_key: String,
    pub tracking_number: String,
    pub carrier: Option<String>,
    pub registered_at: Option<i64>,
    pub phone: Option<String>,
}

impl Due {
    pub fn parcel(&self) -> Parcel {
        let tail = |phone: &String| phone.get(phone.len().checked_sub(4)?..).map(str::to_owned);
        Parcel {
            tracking_number: self.tracking_number.clone(),
            carrier: self.carrier.clone().filter(|code| code != OTHER),
            // Nobody else is told anything of the shopper.
            phone_tail: self.phone.as_ref().filter(|_| self.carrier.as_deref() == Some("sf")).and_then(tail),
        }
    }
}

/// Takes up parcels that began to travel and drops those that have ended or are gone.
pub async fn refresh(db: &Db, site: &SiteId, connector_id: &str, now: Timestamp) -> Result<(), Error> {
    let (site, id) = (site.clone(), connector_id.to_owned());
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "INSERT INTO carrier_watches (site_id, connector_id, tracking_key, tracking_number, carrier, next_at)
                     SELECT s.site_id, CAST($2 AS TEXT), s.tracking_key, MIN(s.tracking_number), MIN(s.carrier),
                         CAST($3 AS BIGINT)
                     FROM shipments s JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
                     WHERE s.site_id = $1 AND s.tracking_key IS NOT NULL AND o.placed_at >= $4
                       AND s.status NOT IN ('delivered', 'returned', 'cancelled', 'expired')
                     GROUP BY s.site_id, s.tracking_key
                     ON CONFLICT (site_id, connector_id, tracking_key) DO NOTHING"
                ),
                args![&site, &id, now, now.plus_ms(-ORDERS_MS)],
            )
            .await?;
            tx.execute(
                sql!(
                    "DELETE FROM carrier_watches WHERE site_id = $1 AND connector_id = $2 AND NOT EXISTS (
                         SELECT 1 FROM shipments s JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
                         WHERE s.site_id = $1 AND s.tracking_key = carrier_watches.tracking_key AND o.placed_at >= $3
                           AND s.status NOT IN ('delivered', 'returned', 'cancelled', 'expired'))"
                ),
                args![&site, &id, now.plus_ms(-ORDERS_MS)],
            )
            .await
            .map(|_| ())
        })
    })
    .await
}

/// The connector is gone.
pub async fn forget(db: &Db, site: &SiteId, connector_id: &str) -> Result<(), Error> {
    let (site, id) = (site.clone(), connector_id.to_owned());
    db.write(move |tx| {
        Box::pin(async move {
            let sql = sql!("DELETE FROM carrier_watches WHERE site_id = $1 AND connector_id = $2");
            tx.execute(sql, args![&site, &id]).await.map(|_| ())
        })
    })
    .await
}

/// The service will not speak of these now: others come first.
pub async fn postpone(
    db: &Db,
    site: &SiteId,
    connector_id: &str,
    keys: Vec<String>,
    until: Timestamp,
) -> Result<(), Error> {
    let (site, id) = (site.clone(), connector_id.to_owned());
    db.write(move |tx| {
        Box::pin(async move {
            for key in keys {
                tx.execute(
                    sql!(
                        "UPDATE carrier_watches SET next_at = $4
                         WHERE site_id = $1 AND connector_id = $2 AND tracking_key = $3"
                    ),
                    args![&site, &id, key, until],
                )
                .await?;
            }
            Ok(())
        })
    })
    .await
}

/// The longest waiting first.
pub async fn due(db: &Db, site: &SiteId, connector_id: &str, now: Timestamp, most: usize) -> Result<Vec<Due>, Error> {
    db.fetch_all(
        sql!(
            "SELECT w.tracking_key, w.tracking_number, w.carrier, w.registered_at,
                 (SELECT MIN(o.phone) FROM shipments s
                  JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
                  WHERE s.site_id = w.site_id AND s.tracking_key = w.tracking_key) AS phone
             FROM carrier_watches w WHERE w.site_id = $1 AND w.connector_id = $2 AND w.next_at <= $3
             ORDER BY w.next_at, w.tracking_key LIMIT $4"
        ),
        args![site, connector_id, now, i64::try_from(most).unwrap_or(i64::MAX)],
    )
    .await
}

/// When the next one is due.
pub async fn next(db: &Db, site: &SiteId, connector_id: &str) -> Result<Option<Timestamp>, Error> {
    #[derive(sqlx::FromRow)]
    struct Next {
        at: Option<i64>,
    }
    let row: Option<Next> = db
        .fetch_optional(
            sql!("SELECT MIN(next_at) AS at FROM carrier_watches WHERE site_id = $1 AND connector_id = $2"),
            args![site, connector_id],
        )
        .await?;
    Ok(row.and_then(|row| row.at).map(Timestamp))
}

pub async fn registered(
    db: &Db,
    site: &SiteId,
    connector_id: &str,
    keys: Vec<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let (site, id) = (site.clone(), connector_id.to_owned());
    db.write(move |tx| {
        Box::pin(async move {
            for key in keys {
                tx.execute(
                    sql!(
                        "UPDATE carrier_watches SET registered_at = $4
                         WHERE site_id = $1 AND connector_id = $2 AND tracking_key = $3"
                    ),
                    args![&site, &id, key, now],
                )
                .await?;
            }
            Ok(())
        })
    })
    .await
}

/// The service has spoken of these: each comes again as its status asks for, at the earliest after `pause_ms`.
pub async fn answered(
    db: &Db,
    site: &SiteId,
    connector_id: &str,
    keys: Vec<String>,
    now: Timestamp,
    pause_ms: i64,
) -> Result<(), Error> {
    #[derive(sqlx::FromRow)]
    struct Now {
        status: String,
        last_event_at: Option<i64>,
        placed_at: i64,
    }
    let (site, id) = (site.clone(), connector_id.to_owned());
    db.write(move |tx| {
        Box::pin(async move {
            for key in keys {
                let parcels: Vec<Now> = tx
                    .fetch_all(
                        sql!(
                            "SELECT s.status, s.last_event_at, o.placed_at FROM shipments s
                             JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
                             WHERE s.site_id = $1 AND s.tracking_key = $2"
                        ),
                        args![&site, &key],
                    )
                    .await?;
                let wait = parcels.iter().filter_map(|parcel| {
                    let status = ParcelStatus::from_name(&parcel.status).unwrap_or(ParcelStatus::Unknown);
                    interval_ms(status, now.0 - parcel.last_event_at.unwrap_or(parcel.placed_at))
                });
                // One that has ended is dropped by the next refresh.
                let wait = wait.min().unwrap_or(Timestamp::DAY_MS).max(pause_ms);
                tx.execute(
                    sql!(
                        "UPDATE carrier_watches SET next_at = $4, answered_at = $5
                         WHERE site_id = $1 AND connector_id = $2 AND tracking_key = $3"
                    ),
                    args![&site, &id, key, now.plus_ms(wait), now],
                )
                .await?;
            }
            Ok(())
        })
    })
    .await
}

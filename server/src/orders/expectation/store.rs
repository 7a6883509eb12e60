//! Counts of how long parcels took, and which parcels have been counted.

use super::{
    history::{Count, History, Leg},
    lane::Groups,
    lesson::Lesson,
};
use crate::{
    args,
    db::{Db, Error, Tx},
    sql,
};
use aftercart_shared::ids::SiteId;

/// The counts that matter for a parcel of these groups.
pub async fn history(db: &Db, site: &SiteId, groups: &Groups) -> Result<History, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        leg: String,
        carrier: String,
        lane: String,
        weekday: i64,
        days: i64,
        parcels: i64,
    }
    // One carrier besides everybody, and at most three lanes of its own besides the kind of way.
    let carrier = groups.iter().last().map_or("", |(carrier, _)| carrier);
    let lane = |level: usize| groups.iter().nth(level).map_or("", |(_, lane)| lane);
    let rows = db
        .fetch_all::<Row>(
            sql!(
                "SELECT leg, carrier, lane, weekday, days, CAST(SUM(parcels) AS BIGINT) AS parcels
                 FROM delivery_history
                 WHERE site_id = $1 AND carrier IN ('', $2) AND lane IN ($3, $4, $5)
                 GROUP BY leg, carrier, lane, weekday, days"
            ),
            args![site, carrier, lane(0), lane(2), lane(3)],
        )
        .await?;
    let count = |row: Row| {
        Some(Count {
            leg: Leg::from_name(&row.leg)?,
            level: groups.level(&row.carrier, &row.lane)?,
            weekday: row.weekday,
            days: row.days,
            parcels: u32::try_from(row.parcels).unwrap_or(u32::MAX),
        })
    };
    Ok(History(rows.into_iter().filter_map(count).collect()))
}

/// A delivered parcel that has not been counted yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Uncounted {
    pub order_id: String,
    pub shipment_id: String,
    pub carrier: Option<String>,
    pub shipped_at: Option<i64>,
    pub delivered_at: i64,
    /// JSON.
    pub address: Option<String>,
}

pub async fn uncounted(db: &Db, site: &SiteId, from: i64, at_most: i64) -> Result<Vec<Uncounted>, Error> {
    db.fetch_all(
        sql!(
            "SELECT s.order_id, s.shipment_id, s.carrier, s.shipped_at, s.delivered_at, o.address
             FROM shipments s JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
             WHERE s.site_id = $1 AND s.status = 'delivered' AND s.delivered_at >= $2
               AND NOT EXISTS (SELECT c.month FROM delivery_counted c WHERE c.site_id = s.site_id
                                 AND c.order_id = s.order_id AND c.shipment_id = s.shipment_id)
             ORDER BY s.delivered_at, s.order_id, s.shipment_id LIMIT $3"
        ),
        args![site, from, at_most],
    )
    .await
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ScanRow {
    pub at: i64,
    pub utc_offset_min: Option<i64>,
    pub status: String,
}

pub async fn scans(db: &Db, site: &SiteId, order_id: &str, shipment_id: &str) -> Result<Vec<ScanRow>, Error> {
    db.fetch_all(
        sql!(
            "SELECT at, utc_offset_min, status FROM tracking_events
             WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"
        ),
        args![site, order_id, shipment_id],
    )
    .await
}

/// What one delivered parcel adds to the counts.
#[derive(Clone, Debug)]
pub struct Counted {
    pub order_id: String,
    pub shipment_id: String,
    pub month: i64,
    pub groups: Groups,
    pub lessons: Vec<Lesson>,
}

/// Counts each parcel once, however often and by however many nodes it is brought.
pub async fn count(tx: &mut Tx, site: &SiteId, parcels: &[Counted]) -> Result<(), Error> {
    for parcel in parcels {
        let new = tx
            .execute(
                sql!(
                    "INSERT INTO delivery_counted (site_id, order_id, shipment_id, month) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (site_id, order_id, shipment_id) DO NOTHING"
                ),
                args![site, &parcel.order_id, &parcel.shipment_id, parcel.month],
            )
            .await?;
        if new == 0 {
            continue;
        }
        for lesson in &parcel.lessons {
            for (carrier, lane) in parcel.groups.iter() {
                add(tx, site, parcel.month, (carrier, lane), lesson, 1).await?;
            }
        }
    }
    Ok(())
}

/// So many parcels of one group that took as long.
pub async fn add(
    tx: &mut Tx,
    site: &SiteId,
    month: i64,
    (carrier, lane): (&str, &str),
    lesson: &Lesson,
    parcels: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO delivery_history (site_id, month, leg, carrier, lane, weekday, days, parcels)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (site_id, carrier, lane, leg, weekday, days, month)
             DO UPDATE SET parcels = delivery_history.parcels + excluded.parcels"
        ),
        args![site, month, lesson.leg.name(), carrier, lane, lesson.weekday, lesson.days, parcels],
    )
    .await
    .map(|_| ())
}

/// Forgets months before this one, of every site.
pub async fn forget(tx: &mut Tx, before: i64) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM delivery_history WHERE month < $1"), args![before]).await?;
    tx.execute(sql!("DELETE FROM delivery_counted WHERE month < $1"), args![before]).await.map(|_| ())
}

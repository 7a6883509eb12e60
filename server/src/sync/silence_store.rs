//! How the systems behind an order are, in the database.

use crate::{
    args,
    db::{self, Db},
    sql,
};
use aftercart_shared::ids::SiteId;

/// A system that an order's news comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Behind {
    pub failures: i64,
    pub next_poll_at: i64,
    pub last_ok_at: Option<i64>,
}

/// The shop's system that the order came from, unless it came by a file or the API.
pub async fn shop(db: &Db, site: &SiteId, order_id: &str) -> Result<Option<Behind>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT c.failures, c.next_poll_at, c.last_ok_at
             FROM orders o JOIN connectors c ON c.site_id = o.site_id AND c.source = o.source
             WHERE o.site_id = $1 AND o.order_id = $2"
        ),
        args![site, order_id],
    )
    .await
}

/// The tracking services that follow its parcels; each with the oldest word that it has of any of them.
pub async fn services(db: &Db, site: &SiteId, order_id: &str) -> Result<Vec<Behind>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT c.failures, c.next_poll_at, MIN(w.answered_at) AS last_ok_at
             FROM shipments s
             JOIN carrier_watches w ON w.site_id = s.site_id AND w.tracking_key = s.tracking_key
             JOIN connectors c ON c.site_id = w.site_id AND c.connector_id = w.connector_id
             WHERE s.site_id = $1 AND s.order_id = $2
             GROUP BY c.connector_id, c.failures, c.next_poll_at"
        ),
        args![site, order_id],
    )
    .await
}

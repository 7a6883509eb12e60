//! Orders of a source of which more is to be expected.

use crate::{
    args,
    db::{self, Db},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OpenOrder {
    pub external_id: String,
    pub placed_at: i64,
}

/// Orders placed after `from` and up to `until` that are neither cancelled nor wholly arrived, the newest first.
///
/// # Errors
/// The database's.
pub async fn open(
    db: &Db,
    site: &SiteId,
    source: &str,
    from: Timestamp,
    until: Timestamp,
    most: i64,
) -> Result<Vec<OpenOrder>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT o.external_id, o.placed_at FROM orders o
             WHERE o.site_id = $1 AND o.source = $2 AND o.placed_at > $3 AND o.placed_at <= $4 AND o.state <> 'cancelled'
               AND (EXISTS (SELECT 1 FROM shipments s WHERE s.site_id = o.site_id AND s.order_id = o.order_id
                            AND s.status NOT IN ('delivered', 'returned', 'cancelled', 'expired'))
                 OR COALESCE((SELECT SUM(l.quantity - l.refunded) FROM order_lines l
                              WHERE l.site_id = o.site_id AND l.order_id = o.order_id), 0)
                  > COALESCE((SELECT SUM(c.quantity) FROM shipment_lines c
                              JOIN shipments s ON s.site_id = c.site_id AND s.order_id = c.order_id
                                AND s.shipment_id = c.shipment_id AND s.status <> 'cancelled'
                              WHERE c.site_id = o.site_id AND c.order_id = o.order_id), 0))
             ORDER BY o.placed_at DESC, o.external_id LIMIT $5"
        ),
        args![site, source, from, until, most],
    )
    .await
}

//! Variants in the database: those of the shop's file, and those that exchanges have set aside.

use crate::{
    args,
    db::{self, Fetch, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KnownRow {
    pub product_id: String,
    pub variant_id: String,
    pub sku: String,
    /// JSON.
    pub options: String,
    /// JSON.
    pub prices: String,
    pub stock: Option<i64>,
    pub told_at: i64,
}

/// All variants of the product that this SKU is one of.
pub async fn of_sku<F: Fetch>(from: &mut F, site: &SiteId, sku: &str) -> Result<Vec<KnownRow>, db::Error> {
    from.all(
        sql!(
            "SELECT v.product_id, v.variant_id, v.sku, v.options, v.prices, v.stock, v.told_at
             FROM product_variants o JOIN product_variants v ON v.site_id = o.site_id AND v.product_id = o.product_id
             WHERE o.site_id = $1 AND o.sku = $2 ORDER BY v.position"
        ),
        args![site, sku],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Line {
    line_id: String,
}

/// The lines of an order whose product has other variants in the shop's file.
pub async fn varied<F: Fetch>(from: &mut F, site: &SiteId, order: &str) -> Result<HashSet<String>, db::Error> {
    let rows = from.all::<Line>(
        sql!(
            "SELECT DISTINCT l.line_id
             FROM order_lines l
             JOIN product_variants o ON o.site_id = l.site_id AND o.sku = l.sku
             JOIN product_variants v ON v.site_id = o.site_id AND v.product_id = o.product_id
                  AND v.variant_id <> o.variant_id
             WHERE l.site_id = $1 AND l.order_id = $2"
        ),
        args![site, order],
    );
    Ok(rows.await?.into_iter().map(|row| row.line_id).collect())
}

#[derive(sqlx::FromRow)]
struct Connector {
    kind: String,
}

/// What kind of connector the order came by, if that is still there.
pub async fn connector_of<F: Fetch>(from: &mut F, site: &SiteId, source: &str) -> Result<Option<String>, db::Error> {
    let row = from.first::<Connector>(
        sql!("SELECT kind FROM connectors WHERE site_id = $1 AND source = $2"),
        args![site, source],
    );
    Ok(row.await?.map(|row| row.kind))
}

/// The shop's file is the whole truth: what it no longer has is gone.
pub async fn forget_all(tx: &mut Tx, site: &SiteId) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM product_variants WHERE site_id = $1"), args![site]).await.map(|_| ())
}

pub async fn insert(tx: &mut Tx, site: &SiteId, position: i64, row: &KnownRow) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO product_variants (site_id, product_id, variant_id, position, sku, options, prices, stock, told_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            site,
            &row.product_id,
            &row.variant_id,
            position,
            &row.sku,
            &row.options,
            &row.prices,
            row.stock,
            row.told_at
        ],
    )
    .await
    .map(|_| ())
}

/// From here to the end of the transaction nobody else counts pieces of this variant. Several are claimed in the order of
/// their ids, so that two who want the same do not wait for one another.
pub async fn claim(tx: &mut Tx, site: &SiteId, source: &str, variant: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO variant_claims (site_id, source, variant_id, claimed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site_id, source, variant_id) DO UPDATE SET claimed_at = excluded.claimed_at"
        ),
        args![site, source, variant, now],
    )
    .await
    .map(|_| ())
}

#[derive(sqlx::FromRow)]
struct Held {
    variant_id: String,
    pieces: i64,
}

/// Pieces that exchanges have set aside, by variant. Those that were sent count as long as the stock was told before:
/// it cannot know of them.
pub async fn held<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    source: &str,
    told_at: i64,
) -> Result<HashMap<String, i64>, db::Error> {
    let rows = from.all::<Held>(
        sql!(
            "SELECT x.variant_id, CAST(SUM(x.quantity) AS BIGINT) AS pieces
             FROM return_exchanges x JOIN returns r ON r.site_id = x.site_id AND r.return_id = x.return_id
             WHERE x.site_id = $1 AND x.source = $2
               AND (r.state NOT IN ('refused', 'cancelled', 'expired', 'rejected', 'completed', 'sent_ahead',
                                    'written_off')
                    OR (r.state IN ('completed', 'sent_ahead', 'written_off') AND r.updated_at >= $3))
             GROUP BY x.variant_id"
        ),
        args![site, source, told_at],
    );
    Ok(rows.await?.into_iter().map(|row| (row.variant_id, row.pieces)).collect())
}

/// What comes in exchange for a line.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ExchangeRow {
    pub line_id: String,
    pub source: String,
    pub variant_id: String,
    pub sku: Option<String>,
    /// JSON.
    pub options: String,
    pub quantity: i64,
}

pub async fn insert_exchange(tx: &mut Tx, site: &SiteId, return_id: &str, row: &ExchangeRow) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO return_exchanges (site_id, return_id, line_id, source, variant_id, sku, options, quantity)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![site, return_id, &row.line_id, &row.source, &row.variant_id, &row.sku, &row.options, row.quantity],
    )
    .await
    .map(|_| ())
}

pub async fn exchanges<F: Fetch>(from: &mut F, site: &SiteId, return_id: &str) -> Result<Vec<ExchangeRow>, db::Error> {
    from.all(
        sql!(
            "SELECT line_id, source, variant_id, sku, options, quantity FROM return_exchanges
             WHERE site_id = $1 AND return_id = $2 ORDER BY line_id"
        ),
        args![site, return_id],
    )
    .await
}

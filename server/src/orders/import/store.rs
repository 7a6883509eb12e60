//! Orders into the tables, and how far an import has come.

use super::{
    model::ImportedShipment,
    prepare::{Prepared, event_id},
    source::Position,
};
use crate::{
    args,
    db::{Db, Error, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// What has become of the orders of a file so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New or changed.
    pub imported: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

impl Counts {
    pub fn total(&self) -> u64 {
        self.imported + self.unchanged + self.rejected
    }
}

/// How far a run has come, as it stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub position: Position,
    pub counts: Counts,
}

#[derive(sqlx::FromRow)]
struct Run {
    position: i64,
    line: i64,
    imported: i64,
    unchanged: i64,
    rejected: i64,
}

/// Where the last run of this file ended before its time.
pub async fn reached(db: &Db, site: &SiteId, file_key: &str) -> Result<Option<Reached>, Error> {
    let run: Option<Run> = db
        .fetch_optional(
            sql!(
                "SELECT position, line, imported, unchanged, rejected FROM import_runs
                 WHERE site_id = $1 AND file_key = $2"
            ),
            args![site, file_key],
        )
        .await?;
    let count = i64::unsigned_abs;
    Ok(run.map(|run| Reached {
        position: Position { offset: count(run.position), line: count(run.line) },
        counts: Counts {
            imported: count(run.imported),
            unchanged: count(run.unchanged),
            rejected: count(run.rejected),
        },
    }))
}

/// Forgets the run, and what others left behind more than `keep_ms` ago.
pub async fn finish(db: &Db, site: &SiteId, file_key: &str, now: Timestamp, keep_ms: i64) -> Result<(), Error> {
    let args = args![site, file_key, now.plus_ms(-keep_ms)];
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(sql!("DELETE FROM import_runs WHERE site_id = $1 AND (file_key = $2 OR updated_at < $3)"), args)
                .await
                .map(|_| ())
        })
    })
    .await
}

/// One batch in one transaction, together with the position behind it. Returns how many orders were new or changed.
pub async fn write_batch(
    db: &Db,
    site: &SiteId,
    orders: Vec<Prepared>,
    run: Option<(String, Reached, Timestamp)>,
) -> Result<u64, Error> {
    let site = site.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let mut written = 0;
            for order in &orders {
                written += u64::from(write_order(tx, &site, order).await?);
            }
            if let Some((file_key, before, now)) = run {
                let unchanged = before.counts.unchanged + (orders.len() as u64 - written);
                let counts = Counts { imported: before.counts.imported + written, unchanged, ..before.counts };
                remember(tx, &site, &file_key, Reached { counts, ..before }, now).await?;
            }
            Ok(written)
        })
    })
    .await
}

async fn remember(tx: &mut Tx, site: &SiteId, file_key: &str, run: Reached, now: Timestamp) -> Result<(), Error> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let Reached { position, counts } = run;
    tx.execute(
        sql!(
            "INSERT INTO import_runs (site_id, file_key, position, line, imported, unchanged, rejected, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (site_id, file_key) DO UPDATE SET position = excluded.position, line = excluded.line,
                 imported = excluded.imported, unchanged = excluded.unchanged, rejected = excluded.rejected,
                 updated_at = excluded.updated_at"
        ),
        args![
            site,
            file_key,
            number(position.offset),
            number(position.line),
            number(counts.imported),
            number(counts.unchanged),
            number(counts.rejected),
            now
        ],
    )
    .await
    .map(|_| ())
}

/// Whether the order was new or had changed; its parts are then all written anew.
async fn write_order(tx: &mut Tx, site: &SiteId, prepared: &Prepared) -> Result<bool, Error> {
    let (order, id) = (&prepared.order, &prepared.order_id);
    let touched = tx
        .execute(
            sql!(
                "INSERT INTO orders (site_id, order_id, source, external_id, number, number_key, placed_at, currency,
                     locale, state, cancelled_at, email, phone, recipient, address, refunded, fingerprint, updated_at,
                     exchange_of)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                 ON CONFLICT (site_id, source, external_id) DO UPDATE SET number = excluded.number,
                     number_key = excluded.number_key, placed_at = excluded.placed_at, currency = excluded.currency,
                     locale = excluded.locale, state = excluded.state, cancelled_at = excluded.cancelled_at,
                     email = excluded.email, phone = excluded.phone, recipient = excluded.recipient,
                     address = excluded.address, refunded = excluded.refunded, fingerprint = excluded.fingerprint,
                     updated_at = excluded.updated_at, exchange_of = excluded.exchange_of
                 WHERE orders.fingerprint <> excluded.fingerprint"
            ),
            args![
                site,
                id,
                prepared.source,
                &order.external_id,
                &order.number,
                &prepared.number_key,
                order.placed_at,
                order.currency.code(),
                order.locale.map(|l| l.tag()),
                order.state.name(),
                order.cancelled_at,
                &order.email,
                &order.phone,
                &order.recipient,
                &prepared.address,
                order.refunded,
                &prepared.fingerprint,
                order.updated_at,
                &order.exchange_of
            ],
        )
        .await?;
    if touched == 0 {
        return Ok(false);
    }
    // Nothing to delete for a new order, but to know that costs as much.
    tx.execute(sql!("DELETE FROM order_lines WHERE site_id = $1 AND order_id = $2"), args![site, id]).await?;
    tx.execute(sql!("DELETE FROM shipments WHERE site_id = $1 AND order_id = $2"), args![site, id]).await?;
    for (line, position) in order.lines.iter().zip(0i64..) {
        tx.execute(
            sql!(
                "INSERT INTO order_lines (site_id, order_id, line_id, position, sku, title, quantity, refunded,
                     unit_price, kind, available_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            args![
                site,
                id,
                &line.id,
                position,
                &line.sku,
                &line.title,
                line.quantity,
                line.refunded,
                line.unit_price,
                line.kind.name(),
                line.available_at
            ],
        )
        .await?;
    }
    for (shipment, position) in order.shipments.iter().zip(0i64..) {
        write_shipment(tx, site, prepared, shipment, position).await?;
    }
    Ok(true)
}

async fn write_shipment(
    tx: &mut Tx,
    site: &SiteId,
    prepared: &Prepared,
    shipment: &ImportedShipment,
    position: i64,
) -> Result<(), Error> {
    let order_id = &prepared.order_id;
    tx.execute(
        sql!(
            "INSERT INTO shipments (site_id, order_id, shipment_id, position, carrier, carrier_name, tracking_number,
                 tracking_url, status, raw_status, shipped_at, delivered_at, expected_earliest, expected_latest)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            site,
            order_id,
            &shipment.id,
            position,
            &shipment.carrier,
            &shipment.carrier_name,
            &shipment.tracking_number,
            &shipment.tracking_url,
            shipment.status.name(),
            &shipment.raw_status,
            shipment.shipped_at,
            shipment.delivered_at,
            shipment.expected_earliest,
            shipment.expected_latest
        ],
    )
    .await?;
    for part in &shipment.lines {
        tx.execute(
            sql!(
                "INSERT INTO shipment_lines (site_id, order_id, shipment_id, line_id, quantity)
                 VALUES ($1, $2, $3, $4, $5)"
            ),
            args![site, order_id, &shipment.id, &part.line, part.quantity],
        )
        .await?;
    }
    for event in &shipment.events {
        tx.execute(
            // What a carrier reports twice stands there once.
            sql!(
                "INSERT INTO tracking_events (site_id, order_id, shipment_id, event_id, at, utc_offset_min, status,
                     raw_code, place, text)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (site_id, order_id, shipment_id, event_id) DO NOTHING"
            ),
            args![
                site,
                order_id,
                &shipment.id,
                event_id(event),
                event.at,
                event.utc_offset_min,
                event.status.name(),
                &event.raw_code,
                &event.place,
                &event.text
            ],
        )
        .await?;
    }
    Ok(())
}

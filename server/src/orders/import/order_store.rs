//! One order into the tables. What carriers have reported of its parcels stays; the shop's part is written anew.

use super::{
    model::{ImportedEvent, ImportedShipment},
    prepare::{Prepared, event_id},
};
use crate::{
    args,
    db::{Error, Tx},
    orders::{
        carriers::{self, tracking_key},
        progress::{self, Settled},
        reports,
    },
    sql,
};
use aftercart_shared::{
    ids::SiteId,
    time::Timestamp,
    tracking::{ParcelStatus, Scan, Stated},
};

/// Who reported an event that came with the order itself.
const SHOP: &str = "shop";

/// What an order does that is older than what is stored of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Older {
    /// Files: whoever imports an old file wants it.
    Replaces,
    /// Messages of a system: they overtake each other.
    IsIgnored,
}

/// A shipment as it was before.
#[derive(sqlx::FromRow)]
struct Before {
    shipment_id: String,
    tracking_key: Option<String>,
    carrier: Option<String>,
    carrier_guessed: bool,
    stated_status: String,
    stated_at: Option<i64>,
    promised_earliest: Option<i64>,
    promised_latest: Option<i64>,
    promised_by: Option<String>,
}

/// What a carrier feed has reported.
#[derive(sqlx::FromRow)]
struct Reported {
    shipment_id: String,
    event_id: String,
    source: String,
    at: i64,
    utc_offset_min: Option<i64>,
    status: String,
    raw_code: Option<String>,
    place: Option<String>,
    text: Option<String>,
}

/// Whether the order was new or had changed; the shop's part is then all written anew.
pub async fn write_order(tx: &mut Tx, site: &SiteId, prepared: &Prepared, older: Older) -> Result<bool, Error> {
    let (order, id) = (&prepared.order, &prepared.order_id);
    let touched = tx
        .execute(
            sql!(
                "INSERT INTO orders (site_id, order_id, source, external_id, number, number_key, placed_at, currency,
                     locale, state, cancelled_at, email, phone, recipient, address, refunded, fingerprint, updated_at,
                     exchange_of, discount, delivery, delivery_tax, tax, taxes_added, gift_cards)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $21, $22,
                     $23, $24, $25, $26)
                 ON CONFLICT (site_id, source, external_id) DO UPDATE SET number = excluded.number,
                     number_key = excluded.number_key, placed_at = excluded.placed_at, currency = excluded.currency,
                     locale = excluded.locale, state = excluded.state, cancelled_at = excluded.cancelled_at,
                     email = excluded.email, phone = excluded.phone, recipient = excluded.recipient,
                     address = excluded.address, refunded = excluded.refunded, fingerprint = excluded.fingerprint,
                     updated_at = excluded.updated_at, exchange_of = excluded.exchange_of,
                     discount = excluded.discount, delivery = excluded.delivery,
                     delivery_tax = excluded.delivery_tax, tax = excluded.tax,
                     taxes_added = excluded.taxes_added, gift_cards = excluded.gift_cards
                 WHERE orders.fingerprint <> excluded.fingerprint
                   AND ($20 OR orders.updated_at <= excluded.updated_at)"
            ),
            args![
                site,
                id,
                &prepared.source,
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
                &order.exchange_of,
                older == Older::Replaces,
                order.charges.discount,
                order.charges.delivery,
                order.charges.delivery_tax,
                order.charges.tax,
                order.charges.taxes_added,
                order.charges.gift_cards
            ],
        )
        .await?;
    if touched == 0 {
        if older == Older::IsIgnored {
            still_so(tx, site, prepared).await?;
        }
        return Ok(false);
    }
    // Nothing to find or delete for a new order, but to know that costs as much.
    let before: Vec<Before> = tx
        .fetch_all(
            sql!(
                "SELECT shipment_id, tracking_key, carrier, carrier_guessed, stated_status, stated_at,
                     promised_earliest, promised_latest, promised_by
                 FROM shipments WHERE site_id = $1 AND order_id = $2"
            ),
            args![site, id],
        )
        .await?;
    tx.execute(sql!("DELETE FROM order_lines WHERE site_id = $1 AND order_id = $2"), args![site, id]).await?;
    let reported = if before.is_empty() { Vec::new() } else { clear(tx, prepared, site, &before).await? };
    for (line, position) in order.lines.iter().zip(0i64..) {
        let serials = (!line.serials.is_empty()).then(|| serde_json::json!(line.serials).to_string());
        tx.execute(
            sql!(
                "INSERT INTO order_lines (site_id, order_id, line_id, position, sku, title, quantity, refunded,
                     unit_price, kind, available_at, discount, tax, serials)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
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
                line.available_at,
                line.discount,
                line.tax,
                serials
            ],
        )
        .await?;
    }
    for (shipment, position) in order.shipments.iter().zip(0i64..) {
        Parcel::new(prepared, shipment, &before, &reported).write(tx, site, position).await?;
    }
    Ok(true)
}

/// Nothing is new but the date: what was overtaken by this message must not come after it.
async fn still_so(tx: &mut Tx, site: &SiteId, prepared: &Prepared) -> Result<(), Error> {
    tx.execute(
        sql!(
            "UPDATE orders SET updated_at = $3
             WHERE site_id = $1 AND order_id = $2 AND updated_at < $3 AND fingerprint = $4"
        ),
        args![site, &prepared.order_id, prepared.order.updated_at, &prepared.fingerprint],
    )
    .await
    .map(|_| ())
}

/// Takes away what will be written anew and the parcels that are no more, and returns what carriers had reported.
/// Parcels that stay keep their row: others may have hung something on it.
async fn clear(tx: &mut Tx, prepared: &Prepared, site: &SiteId, before: &[Before]) -> Result<Vec<Reported>, Error> {
    let id = &prepared.order_id;
    let reported = tx
        .fetch_all(
            sql!(
                "SELECT shipment_id, event_id, source, at, utc_offset_min, status, raw_code, place, text
                 FROM tracking_events WHERE site_id = $1 AND order_id = $2 AND source <> 'shop'
                 ORDER BY shipment_id, event_id"
            ),
            args![site, id],
        )
        .await?;
    tx.execute(sql!("DELETE FROM tracking_events WHERE site_id = $1 AND order_id = $2"), args![site, id]).await?;
    tx.execute(sql!("DELETE FROM shipment_lines WHERE site_id = $1 AND order_id = $2"), args![site, id]).await?;
    for gone in before.iter().filter(|b| prepared.order.shipments.iter().all(|s| s.id != b.shipment_id)) {
        tx.execute(
            sql!("DELETE FROM shipments WHERE site_id = $1 AND order_id = $2 AND shipment_id = $3"),
            args![site, id, &gone.shipment_id],
        )
        .await?;
    }
    Ok(reported)
}

/// A parcel with all that is known of it.
struct Parcel<'a> {
    prepared: &'a Prepared,
    shipment: &'a ImportedShipment,
    key: Option<String>,
    /// What the number, or who tracks it, says where the shop says nothing.
    guessed: Option<String>,
    stated_at: Timestamp,
    /// The row with the same number, whatever the shop called the parcel then: what a carrier reports belongs to the
    /// number.
    same: Option<&'a Before>,
    reported: Vec<&'a Reported>,
}

impl<'a> Parcel<'a> {
    fn new(
        prepared: &'a Prepared,
        shipment: &'a ImportedShipment,
        before: &'a [Before],
        reported: &'a [Reported],
    ) -> Parcel<'a> {
        let key = shipment.tracking_number.as_deref().and_then(tracking_key);
        let by_id = before.iter().find(|b| b.shipment_id == shipment.id);
        let same = by_id
            .filter(|b| b.tracking_key == key)
            .or_else(|| before.iter().find(|b| key.is_some() && b.tracking_key == key));
        // What the shop itself has told of one by one belongs to the parcel, with or without a number.
        let kept = |e: &&Reported| {
            same.is_some_and(|b| (key.is_some() || e.source == reports::SHOP) && b.shipment_id == e.shipment_id)
        };
        let reported = reported.iter().filter(kept).collect();
        // What the shop says again it has said since the first time.
        let again = by_id.filter(|b| b.stated_status == shipment.status.name()).and_then(|b| b.stated_at);
        let now = prepared.order.updated_at;
        let stated_at = again.map_or(now, |since| Timestamp(since.min(now.0)));
        let silent =
            shipment.carrier.as_deref().is_none_or(|code| code == carriers::OTHER && shipment.carrier_name.is_none());
        let known = same.filter(|b| b.carrier_guessed).and_then(|b| b.carrier.clone());
        let by_number = || carriers::best(key.as_deref()?).map(str::to_owned);
        let guessed = if silent { known.or_else(by_number) } else { None };
        Parcel { prepared, shipment, key, guessed, stated_at, same, reported }
    }

    fn settled(&self) -> Settled {
        let delivered = self.shipment.delivered_at;
        let stated = Stated { status: self.shipment.status, since: delivered.or(Some(self.stated_at)) };
        let scan = |at, status| Scan { at, status };
        let own = self.shipment.events.iter().map(|e| scan(e.at, e.status));
        let reported =
            self.reported.iter().filter_map(|e| Some(scan(Timestamp(e.at), ParcelStatus::from_name(&e.status)?)));
        progress::settle(stated, delivered, own.chain(reported))
    }

    async fn write(&self, tx: &mut Tx, site: &SiteId, position: i64) -> Result<(), Error> {
        let (shipment, order_id, settled) = (self.shipment, &self.prepared.order_id, self.settled());
        tx.execute(
            sql!(
                "INSERT INTO shipments (site_id, order_id, shipment_id, position, carrier, carrier_name,
                     tracking_number, tracking_url, status, raw_status, shipped_at, delivered_at, expected_earliest,
                     expected_latest, tracking_key, carrier_guessed, stated_status, stated_at, stated_delivered_at,
                     promised_earliest, promised_latest, promised_by, last_event_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                     $21, $22, $23)
                 ON CONFLICT (site_id, order_id, shipment_id) DO UPDATE SET position = excluded.position,
                     carrier = excluded.carrier, carrier_name = excluded.carrier_name,
                     tracking_number = excluded.tracking_number, tracking_url = excluded.tracking_url,
                     status = excluded.status, raw_status = excluded.raw_status, shipped_at = excluded.shipped_at,
                     delivered_at = excluded.delivered_at, expected_earliest = excluded.expected_earliest,
                     expected_latest = excluded.expected_latest, tracking_key = excluded.tracking_key,
                     carrier_guessed = excluded.carrier_guessed, stated_status = excluded.stated_status,
                     stated_at = excluded.stated_at, stated_delivered_at = excluded.stated_delivered_at,
                     promised_earliest = excluded.promised_earliest, promised_latest = excluded.promised_latest,
                     promised_by = excluded.promised_by, last_event_at = excluded.last_event_at"
            ),
            args![
                site,
                order_id,
                &shipment.id,
                position,
                self.guessed.clone().or_else(|| shipment.carrier.clone()),
                &shipment.carrier_name,
                &shipment.tracking_number,
                &shipment.tracking_url,
                settled.status.name(),
                &shipment.raw_status,
                shipment.shipped_at,
                settled.delivered_at,
                shipment.expected_earliest,
                shipment.expected_latest,
                &self.key,
                self.guessed.is_some(),
                shipment.status.name(),
                self.stated_at,
                shipment.delivered_at,
                self.same.and_then(|b| b.promised_earliest),
                self.same.and_then(|b| b.promised_latest),
                self.same.and_then(|b| b.promised_by.clone()),
                settled.last_event_at
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
            self.write_event(tx, site, &event_id(event), SHOP, event).await?;
        }
        for event in &self.reported {
            self.write_event(tx, site, &event.event_id, &event.source, &ImportedEvent::from(*event)).await?;
        }
        Ok(())
    }

    async fn write_event(
        &self,
        tx: &mut Tx,
        site: &SiteId,
        event_id: &str,
        source: &str,
        event: &ImportedEvent,
    ) -> Result<(), Error> {
        tx.execute(
            // What is reported twice stands there once.
            sql!(
                "INSERT INTO tracking_events (site_id, order_id, shipment_id, event_id, at, utc_offset_min, status,
                     raw_code, place, text, source)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (site_id, order_id, shipment_id, event_id) DO NOTHING"
            ),
            args![
                site,
                &self.prepared.order_id,
                &self.shipment.id,
                event_id,
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
        .map(|_| ())
    }
}

impl From<&Reported> for ImportedEvent {
    fn from(row: &Reported) -> ImportedEvent {
        ImportedEvent {
            at: Timestamp(row.at),
            utc_offset_min: row.utc_offset_min,
            status: ParcelStatus::from_name(&row.status).unwrap_or(ParcelStatus::Unknown),
            raw_code: row.raw_code.clone(),
            place: row.place.clone(),
            text: row.text.clone(),
        }
    }
}

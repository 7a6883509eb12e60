//! A stored order as the shop told of it, to be amended and written again.

use super::model::{
    Address, Charges, ImportedEvent, ImportedLine, ImportedOrder, ImportedShipment, LineKind, ShipmentLine,
};
use crate::{
    args,
    db::{Error, Tx},
    sql,
};
use aftercart_shared::{
    ids::SiteId,
    locale::Locale,
    money::Currency,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};

#[derive(sqlx::FromRow)]
struct OrderRow {
    order_id: String,
    external_id: String,
    number: String,
    placed_at: i64,
    currency: String,
    locale: Option<String>,
    state: String,
    cancelled_at: Option<i64>,
    email: Option<String>,
    phone: Option<String>,
    recipient: Option<String>,
    address: Option<String>,
    refunded: i64,
    updated_at: i64,
    exchange_of: Option<String>,
    discount: i64,
    delivery: i64,
    delivery_tax: i64,
    tax: i64,
    taxes_added: bool,
    gift_cards: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    line_id: String,
    sku: Option<String>,
    title: String,
    quantity: i64,
    refunded: i64,
    unit_price: Option<i64>,
    kind: String,
    available_at: Option<i64>,
    discount: i64,
    tax: i64,
    serials: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ShipmentRow {
    shipment_id: String,
    carrier: Option<String>,
    carrier_guessed: bool,
    carrier_name: Option<String>,
    tracking_number: Option<String>,
    tracking_url: Option<String>,
    stated_status: String,
    stated_delivered_at: Option<i64>,
    raw_status: Option<String>,
    shipped_at: Option<i64>,
    expected_earliest: Option<i64>,
    expected_latest: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct PartRow {
    shipment_id: String,
    line_id: String,
    quantity: i64,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    shipment_id: String,
    at: i64,
    utc_offset_min: Option<i64>,
    status: String,
    raw_code: Option<String>,
    place: Option<String>,
    text: Option<String>,
}

/// The order as its source last told of it, without what carriers have reported. Holds the order's row until the
/// transaction ends: two amendments at once must not undo each other.
pub async fn stored(
    tx: &mut Tx,
    site: &SiteId,
    source: &str,
    external_id: &str,
) -> Result<Option<ImportedOrder>, Error> {
    let order: Option<OrderRow> = tx
        .fetch_optional(
            // There is no FOR UPDATE on both engines.
            sql!(
                "UPDATE orders SET updated_at = updated_at WHERE site_id = $1 AND source = $2 AND external_id = $3
                 RETURNING order_id, external_id, number, placed_at, currency, locale, state, cancelled_at, email, phone,
                     recipient, address, refunded, updated_at, exchange_of, discount, delivery, delivery_tax, tax,
                     taxes_added, gift_cards"
            ),
            args![site, source, external_id],
        )
        .await?;
    let Some(order) = order else { return Ok(None) };
    let lines: Vec<LineRow> = tx
        .fetch_all(
            sql!(
                "SELECT line_id, sku, title, quantity, refunded, unit_price, kind, available_at, discount, tax, serials
                 FROM order_lines
                 WHERE site_id = $1 AND order_id = $2 ORDER BY position, line_id"
            ),
            args![site, &order.order_id],
        )
        .await?;
    let shipments: Vec<ShipmentRow> = tx
        .fetch_all(
            sql!(
                "SELECT shipment_id, carrier, carrier_guessed, carrier_name, tracking_number, tracking_url, stated_status,
                     stated_delivered_at, raw_status, shipped_at, expected_earliest, expected_latest
                 FROM shipments WHERE site_id = $1 AND order_id = $2 ORDER BY position, shipment_id"
            ),
            args![site, &order.order_id],
        )
        .await?;
    let parts: Vec<PartRow> = tx
        .fetch_all(
            sql!(
                "SELECT shipment_id, line_id, quantity FROM shipment_lines WHERE site_id = $1 AND order_id = $2
                 ORDER BY shipment_id, line_id"
            ),
            args![site, &order.order_id],
        )
        .await?;
    let events: Vec<EventRow> = tx
        .fetch_all(
            sql!(
                "SELECT shipment_id, at, utc_offset_min, status, raw_code, place, text FROM tracking_events
                 WHERE site_id = $1 AND order_id = $2 AND source = 'shop' ORDER BY shipment_id, at, event_id"
            ),
            args![site, &order.order_id],
        )
        .await?;
    let corrupt = |what: &str| Error::Corrupt(format!("order {}: {what}", order.order_id));
    let shipments = shipments.into_iter().map(|row| shipment(row, &parts, &events)).collect();
    Ok(Some(ImportedOrder {
        currency: Currency::parse(&order.currency).ok_or_else(|| corrupt("currency"))?,
        state: OrderState::from_name(&order.state).ok_or_else(|| corrupt("state"))?,
        address: match order.address.as_deref().map(serde_json::from_str::<Address>) {
            Some(read) => Some(read.map_err(|_| corrupt("address"))?),
            None => None,
        },
        locale: order.locale.as_deref().and_then(Locale::parse),
        external_id: order.external_id,
        number: order.number,
        placed_at: Timestamp(order.placed_at),
        cancelled_at: order.cancelled_at.map(Timestamp),
        email: order.email,
        phone: order.phone,
        recipient: order.recipient,
        refunded: order.refunded,
        updated_at: Timestamp(order.updated_at),
        exchange_of: order.exchange_of,
        charges: Charges {
            discount: order.discount,
            delivery: order.delivery,
            delivery_tax: order.delivery_tax,
            tax: order.tax,
            taxes_added: order.taxes_added,
            gift_cards: order.gift_cards,
        },
        lines: lines.into_iter().map(line).collect(),
        shipments,
    }))
}

fn line(row: LineRow) -> ImportedLine {
    ImportedLine {
        kind: LineKind::from_name(&row.kind).unwrap_or_default(),
        id: row.line_id,
        sku: row.sku,
        title: row.title,
        quantity: row.quantity,
        refunded: row.refunded,
        unit_price: row.unit_price,
        available_at: row.available_at.map(Timestamp),
        discount: row.discount,
        tax: row.tax,
        serials: row.serials.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default(),
    }
}

fn shipment(row: ShipmentRow, parts: &[PartRow], events: &[EventRow]) -> ImportedShipment {
    let status = |name: &str| ParcelStatus::from_name(name).unwrap_or(ParcelStatus::Unknown);
    let parts = parts.iter().filter(|part| part.shipment_id == row.shipment_id);
    let events = events.iter().filter(|event| event.shipment_id == row.shipment_id);
    ImportedShipment {
        lines: parts.map(|part| ShipmentLine { line: part.line_id.clone(), quantity: part.quantity }).collect(),
        events: events
            .map(|event| ImportedEvent {
                at: Timestamp(event.at),
                utc_offset_min: event.utc_offset_min,
                status: status(&event.status),
                raw_code: event.raw_code.clone(),
                place: event.place.clone(),
                text: event.text.clone(),
            })
            .collect(),
        // What we guessed the shop has not said.
        carrier: row.carrier.filter(|_| !row.carrier_guessed),
        id: row.shipment_id,
        carrier_name: row.carrier_name,
        tracking_number: row.tracking_number,
        tracking_url: row.tracking_url,
        status: status(&row.stated_status),
        raw_status: row.raw_status,
        shipped_at: row.shipped_at.map(Timestamp),
        delivered_at: row.stated_delivered_at.map(Timestamp),
        expected_earliest: row.expected_earliest.map(Timestamp),
        expected_latest: row.expected_latest.map(Timestamp),
    }
}

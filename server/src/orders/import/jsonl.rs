//! Our own order format: JSON Lines, one order a line, UTF-8. For shops whose system is not listed, and for tests.
//!
//! ```json
//! {"id":"10001","number":"A-1001","placed_at":"2026-11-10T09:12:00+08:00","currency":"CNY",
//!  "email":"li.na@example.cn","lines":[{"id":"l1","title":"Tea cup","quantity":2,"unit_price":"129.00"}],
//!  "shipments":[{"id":"s1","carrier":"sf","tracking_number":"SF1234567890123","status":"in_transit",
//!    "events":[{"at":"2026-11-12T08:00:00+08:00","status":"in_transit","place":"上海市","text":"快件已到达"}]}]}
//! ```
//! (on one line in the file)
//!
//! | field | | |
//! |---|---|---|
//! | `id` | required | the shop's own id of the order; importing it again replaces the order |
//! | `number` | required | what the shopper knows: letters, digits, `-`, `#` |
//! | `placed_at` | required | date with time and zone, as every date here: `2026-11-10T09:12:00+08:00` |
//! | `currency` | required | ISO 4217 |
//! | `email`, `phone` | one of them | what the shopper proves herself with; a phone without `+` is read by the address's country, else the site's |
//! | `locale` | | the shopper's language: `en`, `zh-CN`, … |
//! | `state` | | `placed` (default), `preparing`, `cancelled` |
//! | `cancelled_at` | | makes the state `cancelled` |
//! | `exchange_of` | | the number of the order whose articles this one replaces |
//! | `recipient` | | name on the parcel |
//! | `address` | | `line1 line2 city region postcode country` (ISO 3166, two letters) |
//! | `refunded` | | amount given back so far |
//! | `discount` | | off the goods as a whole; what is off one line stands with the line |
//! | `delivery`, `delivery_tax` | | charge for delivery after its own discounts, and its tax |
//! | `taxes` | | `included` in all prices (default), or `added` to them |
//! | `tax` | | of the goods, where it is not told line by line |
//! | `gift_cards` | | what of the whole gift cards paid |
//! | `lines[]` | ≥ 1 | `title` and `quantity` required; `id` (default: its place, from 1), `sku`, `unit_price`, `discount` and `tax` (of all its pieces together), `refunded` (pieces), `serials` (of its pieces), `kind` (`physical`, `digital`, `pre_order`), `available_at` |
//! | `shipments[]` | | one parcel each, see below |
//! | `updated_at` | | default: the latest date in the order |
//!
//! A shipment: `id` (default: its place, from 1), `carrier` (a code: `sf yto zto sto yunda jd ems cainiao deppon jt ups
//! usps fedex dhl royal_mail evri dpd gls other`, or a name), `tracking_number`, `tracking_url` (https only), `status`
//! (`unknown registered in_transit out_for_delivery ready_for_pickup attempted delivered exception returning returned
//! cancelled expired`; default: that of its newest event), `raw_status` (the carrier's own word), `shipped_at`,
//! `expected: {earliest, latest}`, `lines: [{line, quantity}]` (left out: everything that is in no other parcel),
//! `events: [{at, status, raw_code, place, text}]` (`at` and `status` required; its offset is kept and shown).
//!
//! Amounts are decimals in major units, best as strings (`"129.00"`); they are never rounded. A field that is not listed
//! here is refused: a misspelt name must not pass in silence.

pub use super::jsonl_rows::{Event, Expected, Line, Order, Part, PostalAddress, Shipment, Taxes};
use super::{
    check,
    fields::{self, Moment, Reading, Scalar, limit},
    model::*,
    report::Bad,
};
use crate::orders::carriers;
use aftercart_shared::{
    locale::Locale,
    money::Currency,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};
use std::collections::HashMap;

/// Reads one line. The reason it gives is for the report.
pub fn order(json: &[u8], reading: &Reading) -> Result<ImportedOrder, Bad> {
    Ok(neutral(serde_json::from_slice(json)?, reading)?)
}

/// The order as the rest of Aftercart knows it; else the first rule that it breaks.
pub fn neutral(row: Order, reading: &Reading) -> Result<ImportedOrder, String> {
    let currency = fields::currency("currency", &row.currency)?;
    let address = row.address.map(address).transpose()?;
    let country = address.as_ref().and_then(|a| a.country.as_deref());
    let email = fields::text("email", row.email, limit::NAME)?
        .map(|e| fields::email(&e).ok_or("email is not an e-mail address"))
        .transpose()?;
    let phone = fields::text("phone", row.phone, limit::NAME)?
        .map(|p| reading.phone(&p, country).ok_or("phone is not a telephone number"))
        .transpose()?;
    if email.is_none() && phone.is_none() {
        return Err("neither email nor phone is given; the shopper could not find the order".into());
    }
    let cancelled_at = reading.date("cancelled_at", row.cancelled_at.as_deref())?;
    let state = if cancelled_at.is_some() { OrderState::Cancelled } else { row.state.unwrap_or(OrderState::Placed) };
    let locale = fields::text("locale", row.locale, limit::CODE)?.map(locale).transpose()?;
    let lines =
        row.lines.into_iter().zip(1..).map(|(l, n)| line(l, n, currency, reading)).collect::<Result<Vec<_>, _>>()?;
    let shipments = row.shipments.into_iter().zip(1..);
    let (mut shipments, unknown): (Vec<_>, Vec<_>) =
        shipments.map(|(s, n)| shipment(s, n, reading)).collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    if let Some(rest) = unknown.iter().position(|unknown| *unknown) {
        let left = not_in(&shipments, &lines);
        shipments[rest].lines = left;
    }
    let amount = |field, value| Ok::<_, String>(optional_amount(field, value, currency)?.unwrap_or(0));
    let mut order = ImportedOrder {
        external_id: fields::required("id", Some(row.id.0), limit::ID)?,
        number: fields::required("number", Some(row.number.0), limit::ID)?,
        placed_at: reading.moment("placed_at", &row.placed_at)?.at,
        currency,
        locale,
        state,
        cancelled_at,
        email,
        phone,
        recipient: fields::text("recipient", row.recipient, limit::NAME)?,
        address,
        refunded: optional_amount("refunded", row.refunded, currency)?.unwrap_or(0),
        updated_at: Timestamp(0),
        charges: Charges {
            discount: amount("discount", row.discount)?,
            delivery: amount("delivery", row.delivery)?,
            delivery_tax: amount("delivery_tax", row.delivery_tax)?,
            tax: amount("tax", row.tax)?,
            taxes_added: row.taxes == Taxes::Added,
            gift_cards: amount("gift_cards", row.gift_cards)?,
        },
        exchange_of: fields::text("exchange_of", row.exchange_of.map(|n| n.0), limit::ID)?,
        lines,
        shipments,
    };
    order.updated_at = match reading.date("updated_at", row.updated_at.as_deref())? {
        Some(at) => at,
        None => latest(&order),
    };
    check::whole(&order)?;
    check::charges(&order)?;
    Ok(order)
}

fn locale(tag: String) -> Result<Locale, String> {
    Locale::parse(&tag).ok_or_else(|| {
        let known: Vec<_> = Locale::ALL.iter().map(|l| l.tag()).collect();
        format!("locale {tag:?} is not one of {}", known.join(", "))
    })
}

fn address(address: PostalAddress) -> Result<Address, String> {
    let part = |field: &str, value| fields::text(field, value, limit::NAME);
    let country = part("address.country", address.country)?.map(|c| c.to_ascii_uppercase());
    if country.as_ref().is_some_and(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
        return Err("address.country is not a two-letter country code".to_owned());
    }
    Ok(Address {
        line1: part("address.line1", address.line1)?,
        line2: part("address.line2", address.line2)?,
        city: part("address.city", address.city)?,
        region: part("address.region", address.region)?,
        postcode: part("address.postcode", address.postcode)?,
        country,
    })
}

fn optional_amount(field: &str, value: Option<Scalar>, currency: Currency) -> Result<Option<i64>, String> {
    value.map(|v| fields::amount(field, &v.0, currency)).transpose()
}

/// The id as given, or its place in the list.
fn id_or_place(field: &str, id: Option<Scalar>, place: usize) -> Result<String, String> {
    id.map_or(Ok(place.to_string()), |id| fields::required(field, Some(id.0), limit::ID))
}

fn line(line: Line, place: usize, currency: Currency, reading: &Reading) -> Result<ImportedLine, String> {
    Ok(ImportedLine {
        id: id_or_place("lines.id", line.id, place)?,
        sku: fields::text("lines.sku", line.sku.map(|s| s.0), limit::NAME)?,
        title: fields::required("lines.title", Some(line.title), limit::TITLE)?,
        quantity: line.quantity,
        refunded: line.refunded,
        unit_price: optional_amount("lines.unit_price", line.unit_price, currency)?,
        kind: line.kind,
        available_at: reading.date("lines.available_at", line.available_at.as_deref())?,
        discount: optional_amount("lines.discount", line.discount, currency)?.unwrap_or(0),
        tax: optional_amount("lines.tax", line.tax, currency)?.unwrap_or(0),
        serials: line
            .serials
            .into_iter()
            .map(|serial| fields::required("lines.serials", Some(serial.0), limit::ID))
            .collect::<Result<_, _>>()?,
    })
}

/// The parcel, and whether the file leaves open what is in it.
pub(super) fn shipment(row: Shipment, place: usize, reading: &Reading) -> Result<(ImportedShipment, bool), String> {
    let events = row.events.into_iter().map(|e| event(e, reading)).collect::<Result<Vec<_>, _>>()?;
    let newest = events.iter().max_by_key(|e| e.at).map(|e| e.status);
    let status = row.status.or(newest).unwrap_or(ParcelStatus::Unknown);
    let arrived = events.iter().filter(|e| e.status == ParcelStatus::Delivered).map(|e| e.at).max();
    let carrier = fields::text("shipments.carrier", row.carrier, limit::NAME)?;
    let tracking_url = fields::text("shipments.tracking_url", row.tracking_url, limit::URL)?;
    if tracking_url.as_deref().is_some_and(|url| fields::https(url).is_none()) {
        return Err("shipments.tracking_url is not an https:// address".to_owned());
    }
    let (earliest, latest) = match &row.expected {
        Some(e) => (
            Some(reading.moment("shipments.expected.earliest", &e.earliest)?.at),
            Some(reading.moment("shipments.expected.latest", &e.latest)?.at),
        ),
        None => (None, None),
    };
    let unknown = row.lines.is_none();
    let shipment = ImportedShipment {
        id: id_or_place("shipments.id", row.id, place)?,
        carrier: carrier.as_deref().map(|c| carriers::code(c).to_owned()),
        carrier_name: carrier,
        tracking_number: fields::text("shipments.tracking_number", row.tracking_number.map(|t| t.0), limit::ID)?,
        tracking_url,
        status,
        raw_status: fields::text("shipments.raw_status", row.raw_status, limit::CODE)?,
        shipped_at: reading.date("shipments.shipped_at", row.shipped_at.as_deref())?,
        delivered_at: arrived.filter(|_| status == ParcelStatus::Delivered),
        expected_earliest: earliest,
        expected_latest: latest,
        lines: row
            .lines
            .unwrap_or_default()
            .into_iter()
            .map(|part| ShipmentLine { line: part.line.0, quantity: part.quantity })
            .collect(),
        events,
    };
    Ok((shipment, unknown))
}

pub(super) fn event(row: Event, reading: &Reading) -> Result<ImportedEvent, String> {
    let Moment { at, utc_offset_min } = reading.moment("events.at", &row.at)?;
    Ok(ImportedEvent {
        at,
        utc_offset_min,
        status: row.status,
        raw_code: fields::text("events.raw_code", row.raw_code.map(|c| c.0), limit::CODE)?,
        place: fields::text("events.place", row.place, limit::NAME)?,
        text: fields::text("events.text", row.text, limit::EVENT)?,
    })
}

/// What is in none of the parcels.
pub fn not_in(shipments: &[ImportedShipment], lines: &[ImportedLine]) -> Vec<ShipmentLine> {
    let mut sent: HashMap<&str, i64> = HashMap::new();
    for part in shipments.iter().filter(|s| s.status != ParcelStatus::Cancelled).flat_map(|s| &s.lines) {
        let total = sent.entry(part.line.as_str()).or_default();
        *total = total.saturating_add(part.quantity);
    }
    let left = lines.iter().map(|line| (line, line.quantity - sent.get(line.id.as_str()).copied().unwrap_or(0)));
    left.filter(|(_, quantity)| *quantity > 0)
        .map(|(line, quantity)| ShipmentLine { line: line.id.clone(), quantity })
        .collect()
}

/// The latest moment of which the order speaks: when the shop must have known it.
fn latest(order: &ImportedOrder) -> Timestamp {
    let parcels = order.shipments.iter().flat_map(|s| s.shipped_at.into_iter().chain(s.events.iter().map(|e| e.at)));
    parcels.chain(order.cancelled_at).max().map_or(order.placed_at, |at| at.max(order.placed_at))
}

#[cfg(test)]
#[path = "jsonl_tests.rs"]
mod tests;

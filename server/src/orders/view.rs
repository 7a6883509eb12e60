//! What may be seen of an order: status and parcels, masked for somebody who only knows its number and contact.

use super::{
    carriers, mask,
    own_store::OwnOrder,
    store::{EventRow, FoundOrder, ShipmentRow},
};
use aftercart_shared::{
    api::orders::{CarrierView, DateRange, EventView, ExpectedSource, OrderView, ParcelView},
    time::Timestamp,
    tracking::{Happened, OrderState, ParcelStatus, order_stage, order_status, timeline},
};

pub fn known_order(found: &FoundOrder, time_zone: &str) -> OrderView {
    told(found, time_zone, Words::Masked)
}

/// The same for its verified shopper, in full.
pub fn own_order(own: &OwnOrder, time_zone: &str) -> OrderView {
    told(&own.found, time_zone, Words::Whole)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Masked,
    Whole,
}

fn told(found: &FoundOrder, time_zone: &str, words: Words) -> OrderView {
    let order = &found.order;
    let parcels: Vec<ParcelView> = found.shipments.iter().map(|shipment| parcel(shipment, found, words)).collect();
    let statuses: Vec<ParcelStatus> = parcels.iter().map(|p| p.status).collect();
    let state = OrderState::from_name(&order.state).unwrap_or(OrderState::Placed);
    let packed: i64 =
        found.shipments.iter().filter(|s| s.status != ParcelStatus::Cancelled.name()).map(|s| s.items).sum();
    // Parcels that came without their contents are taken to hold everything: better silent than a false alarm.
    let contents_known = found.shipments.iter().all(|s| s.items > 0);
    let unshipped = if state == OrderState::Cancelled || !contents_known { 0 } else { count(found.items - packed) };
    OrderView {
        number: order.number.clone(),
        placed_at: Timestamp(order.placed_at),
        status: order_status(state, &statuses, unshipped),
        stage: order_stage(state, &statuses, unshipped),
        recipient: match words {
            Words::Masked => order.recipient.as_deref().map(mask::name),
            Words::Whole => order.recipient.clone(),
        },
        expected: expected(&parcels),
        items_total: count(found.items),
        items_unshipped: unshipped,
        updated_at: Timestamp(last_news(found)),
        time_zone: time_zone.to_owned(),
        parcels,
        // See `outlook`.
        items_digital: 0,
        items_pre_ordered: 0,
        available_at: None,
        exchange_of: None,
        as_of: None,
        revision: String::new(),
        watch: None,
        shared: false,
    }
}

/// When the last parcel that still travels should be there.
fn expected(parcels: &[ParcelView]) -> Option<DateRange> {
    parcels
        .iter()
        .filter(|parcel| !parcel.status.is_final() && !parcel.status.needs_attention())
        .filter_map(|parcel| parcel.expected)
        .max_by_key(|range| (range.latest, range.earliest))
}

fn last_news(found: &FoundOrder) -> i64 {
    found.events.iter().map(|e| e.at).max().unwrap_or(0).max(found.order.updated_at)
}

/// `called`: by whoever sent the order, for a carrier that we do not know.
fn carrier(code: &str, called: Option<&str>) -> CarrierView {
    let known = carriers::carrier(code);
    CarrierView {
        code: code.to_owned(),
        name: known.map_or_else(|| called.unwrap_or(code), |known| known.english).to_owned(),
        name_zh: known.filter(|known| known.chinese != known.english).map(|known| known.chinese.to_owned()),
    }
}

fn parcel(row: &ShipmentRow, found: &FoundOrder, words: Words) -> ParcelView {
    let status = ParcelStatus::from_name(&row.status).unwrap_or(ParcelStatus::Unknown);
    let recipient = found.order.recipient.as_deref();
    let events = found.events.iter().filter(|e| e.shipment_id == row.shipment_id).map(|e| event(e, recipient, words));
    ParcelView {
        id: row.shipment_id.clone(),
        carrier: row.carrier.as_deref().map(|code| carrier(code, row.carrier_name.as_deref())),
        tracking_number: row.tracking_number.clone(),
        tracking_url: tracking_url(row),
        status,
        stage: status.stage(),
        needs_attention: status.needs_attention(),
        items: count(row.items),
        expected: promised(row).map(|(a, b)| DateRange {
            earliest: Timestamp(a),
            latest: Timestamp(b),
            source: ExpectedSource::Carrier,
            utc_offset_min: None,
        }),
        first_scan: None,
        trouble: None,
        pickup_place: None,
        delivered_at: row.delivered_at.map(Timestamp),
        events: timeline(events.map(Told).collect()).into_iter().map(|told| told.0).collect(),
    }
}

/// First and last moment: what the shop has named, else what the carrier itself has told us.
fn promised(row: &ShipmentRow) -> Option<(i64, i64)> {
    let range = |first: Option<i64>, last: Option<i64>| first.or(last).zip(last.or(first));
    range(row.expected_earliest, row.expected_latest).or_else(|| range(row.promised_earliest, row.promised_latest))
}

/// The shop's own link, else the carrier's page of the number.
fn tracking_url(row: &ShipmentRow) -> Option<String> {
    let given = row.tracking_url.clone().filter(|url| url.starts_with("https://"));
    given.or_else(|| carriers::page(row.carrier.as_deref()?, row.tracking_number.as_deref()?))
}

fn event(row: &EventRow, recipient: Option<&str>, words: Words) -> EventView {
    let told = |text: &str| match words {
        Words::Masked => mask::free_text(text, recipient),
        Words::Whole => text.to_owned(),
    };
    EventView {
        at: Timestamp(row.at),
        utc_offset_min: row.utc_offset_min.and_then(|m| i32::try_from(m).ok()),
        status: ParcelStatus::from_name(&row.status).unwrap_or(ParcelStatus::Unknown),
        place: row.place.as_deref().map(told),
        text: row.text.as_deref().map(told),
        raw_code: row.raw_code.clone(),
    }
}

struct Told(EventView);

impl Happened for Told {
    fn at(&self) -> Timestamp {
        self.0.at
    }
    fn status(&self) -> ParcelStatus {
        self.0.status
    }
    fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }
    fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }
}

pub(super) fn count(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

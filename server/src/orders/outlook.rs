//! What an order's view says beyond what shop and carriers do: when things should arrive, what is wrong, and which
//! articles never travel. Added to the masked and to the full view alike; nothing here is private.

use super::{
    expectation::{
        calendar::Calendar,
        parcel::{Parcel, Scan},
        range,
        trouble::trouble,
    },
    import::LineKind,
    outlook_store::{Facts, WayRow},
    store::{FoundOrder, ShipmentRow},
};
use crate::{random::hex, sites::Site};
use aftercart_shared::{
    api::orders::{DateRange, OrderView, ParcelView},
    time::Timestamp,
    tracking::{OrderState, ParcelStatus, order_stage, order_status},
};
use sha2::{Digest, Sha256};

/// Completes a view of the order.
pub fn complete(mut view: OrderView, found: &FoundOrder, facts: &Facts, site: &Site, now: Timestamp) -> OrderView {
    let shop = Calendar::of_zone(&site.time_zone);
    for parcel in &mut view.parcels {
        if let Some(way) = facts.ways.iter().find(|way| way.shipment_id == parcel.id) {
            look(parcel, way, facts, &shop, now);
        }
    }
    articles(&mut view, found, facts, now);
    view.expected = expected(&view.parcels);
    view.exchange_of = facts.kinds.first().and_then(|row| row.exchange_of.clone());
    view.revision = revision(&view);
    view
}

fn look(view: &mut ParcelView, way: &WayRow, facts: &Facts, shop: &Calendar, now: Timestamp) {
    let parcel = Parcel {
        status: view.status,
        shipped_at: way.shipped_at.map(Timestamp),
        delivered_at: view.delivered_at,
        promised: view.expected.map(|range| (range.earliest, range.latest)),
        scans: view
            .events
            .iter()
            .map(|event| Scan { at: event.at, utc_offset_min: event.utc_offset_min, status: event.status })
            .collect(),
        disputed_at: way.disputed_at.map(Timestamp),
    };
    let none = Default::default();
    let history = facts.histories.get(&view.id).unwrap_or(&none);
    view.expected = range::expected(&parcel, history, shop, now);
    view.first_scan = range::first_scan(&parcel, history, shop, now);
    view.trouble = trouble(&parcel, history, shop, facts.abroad, now);
    view.needs_attention |= view.trouble.is_some();
    if view.status == ParcelStatus::ReadyForPickup {
        let waits = view.events.iter().find(|event| event.status == ParcelStatus::ReadyForPickup);
        view.pickup_place = waits.and_then(|event| place(event.text.as_deref(), event.place.as_deref()));
    }
}

/// Chinese carriers name the very station in 【】; others write its place.
fn place(text: Option<&str>, place: Option<&str>) -> Option<String> {
    let named = text.and_then(|text| text.split_once('【')?.1.split_once('】')).map(|(name, _)| name.to_owned());
    named.or_else(|| place.map(str::to_owned)).filter(|place| !place.trim().is_empty())
}

/// When the last parcel that still travels should be there.
fn expected(parcels: &[ParcelView]) -> Option<DateRange> {
    parcels
        .iter()
        .filter(|parcel| !parcel.status.is_final() && !parcel.status.needs_attention())
        .filter_map(|parcel| parcel.expected)
        .max_by_key(|range| (range.latest, range.earliest))
}

/// What never travels, or cannot yet, is not waited for.
fn articles(view: &mut OrderView, found: &FoundOrder, facts: &Facts, now: Timestamp) {
    let count = |n: i64| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
    let later = |row: &&super::outlook_store::KindRow| {
        row.kind == LineKind::PreOrder.name() && row.available_at.is_none_or(|at| at > now.0)
    };
    let digital = |row: &&super::outlook_store::KindRow| row.kind == LineKind::Digital.name();
    let items_digital: i64 = facts.kinds.iter().filter(digital).map(|row| row.items).sum();
    let items_later: i64 = facts.kinds.iter().filter(later).map(|row| row.items).sum();
    if items_digital == 0 && items_later == 0 {
        return;
    }
    let state = OrderState::from_name(&found.order.state).unwrap_or(OrderState::Placed);
    let live = |s: &&ShipmentRow| s.status != ParcelStatus::Cancelled.name();
    let packed: i64 = found.shipments.iter().filter(live).map(|s| s.items).sum();
    // As in `view`: parcels that came without their contents are taken to hold everything that travels.
    let contents_known = found.shipments.iter().all(|s| s.items > 0);
    let left = if state == OrderState::Cancelled || !contents_known { 0 } else { found.items - items_digital - packed };
    let pre_ordered = items_later.min(left).max(0);
    view.items_digital = count(items_digital);
    view.items_pre_ordered = count(pre_ordered);
    view.items_unshipped = count(left - pre_ordered);
    if pre_ordered > 0 {
        view.available_at = facts.kinds.iter().filter(later).filter_map(|row| row.available_at).min().map(Timestamp);
    }
    let statuses: Vec<ParcelStatus> = view.parcels.iter().map(|p| p.status).collect();
    // What cannot be sent yet is still to come: the order is not all on its way.
    let unshipped = count(left);
    view.status = order_status(state, &statuses, unshipped);
    view.stage = order_stage(state, &statuses, unshipped);
}

/// Differs whenever anything that is shown does.
fn revision(view: &OrderView) -> String {
    let shown = OrderView { watch: None, revision: String::new(), ..view.clone() };
    let text = serde_json::to_vec(&shown).unwrap_or_default();
    hex(&Sha256::digest(text)[..8])
}

/// The bare status, for whoever was sent a link: nothing of who ordered, what, or where it goes.
pub fn status_only(mut view: OrderView) -> OrderView {
    view.shared = true;
    view.recipient = None;
    view.exchange_of = None;
    view.watch = None;
    // The number would be half of what a look-up asks for.
    view.number = last(&view.number, 2);
    for parcel in &mut view.parcels {
        parcel.tracking_number = parcel.tracking_number.as_deref().map(|number| last(number, 4));
        parcel.tracking_url = None;
        parcel.pickup_place = None;
        for event in &mut parcel.events {
            event.place = None;
            event.text = None;
            event.raw_code = None;
        }
        // Without places and words many steps look alike.
        parcel.events.dedup_by_key(|event| event.status);
    }
    view.revision = revision(&view);
    view
}

/// `…78`, and never more than half.
fn last(text: &str, at_most: usize) -> String {
    let length = text.chars().count();
    let shown = at_most.min(length / 2);
    let tail: String = text.chars().skip(length - shown).collect();
    format!("…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stations_are_named_as_the_carrier_names_them() {
        let said = "您的快件已暂存至【桐梓林菜鸟驿站】，地址：人民南路";
        assert_eq!(place(Some(said), Some("成都市")).as_deref(), Some("桐梓林菜鸟驿站"));
        assert_eq!(place(Some("Your item is ready"), Some("Stornoway")).as_deref(), Some("Stornoway"));
        assert_eq!(place(Some("ready【"), None), None);
    }

    #[test]
    fn a_link_shows_the_end_of_a_number_and_never_most_of_it() {
        assert_eq!(last("SF1628194821993", 4), "…1993");
        assert_eq!(last("A-1001", 2), "…01");
        assert_eq!(last("7", 4), "…");
    }
}

//! An order as the shop's system gives it, turned into what a policy must know of it.

use super::policy::{Arrival, Line, Order};
use crate::orders::import::model::{ImportedLine, ImportedOrder, ImportedShipment, LineKind};
use aftercart_shared::{
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};

/// What imports do not say (tags, type, sale) is left open; a price that nobody told is nought.
pub fn facts(order: &ImportedOrder) -> Order {
    let line = |line: &ImportedLine| Line {
        id: line.id.clone(),
        sku: line.sku.clone(),
        tags: vec![],
        product_type: None,
        paid_each: line.unit_price.unwrap_or(0),
        on_sale: false,
        final_sale: false,
        bought: line.quantity,
        returned: line.refunded,
        sent_at: parcels(order, line).filter_map(|(parcel, _)| parcel.shipped_at).max(),
        arrival: arrival(order, line),
    };
    Order {
        placed_at: order.placed_at,
        cancelled: order.state == OrderState::Cancelled,
        currency: order.currency,
        country: order.address.as_ref().and_then(|address| address.country.clone()),
        channel: None,
        customer_groups: vec![],
        lines: order.lines.iter().map(line).collect(),
    }
}

/// The parcels with pieces of a line that have not come back or been called off, and how many pieces.
fn parcels<'a>(order: &'a ImportedOrder, line: &'a ImportedLine) -> impl Iterator<Item = (&'a ImportedShipment, i64)> {
    let gone = [ParcelStatus::Cancelled, ParcelStatus::Returning, ParcelStatus::Returned];
    let pieces = move |parcel: &ImportedShipment| -> i64 {
        parcel.lines.iter().filter(|part| part.line == line.id).map(|part| part.quantity).sum()
    };
    let of_line = move |parcel: &'a ImportedShipment| Some((parcel, pieces(parcel))).filter(|(_, count)| *count > 0);
    order.shipments.iter().filter(move |parcel| !gone.contains(&parcel.status)).filter_map(of_line)
}

fn arrival(order: &ImportedOrder, line: &ImportedLine) -> Arrival {
    if line.kind == LineKind::Digital {
        return Arrival::Delivered(order.placed_at);
    }
    let untracked = |parcel: &ImportedShipment| parcel.status == ParcelStatus::Unknown && parcel.shipped_at.is_some();
    let (mut there, mut silent, mut last) = (0, 0, None::<Timestamp>);
    for (parcel, pieces) in parcels(order, line) {
        match parcel.delivered_at {
            Some(at) if parcel.status == ParcelStatus::Delivered => {
                there += pieces;
                last = last.max(Some(at));
            }
            // Delivered, and nobody knows when: as good as untracked.
            _ if parcel.status == ParcelStatus::Delivered || untracked(parcel) => silent += pieces,
            _ => {}
        }
    }
    match last {
        Some(at) if there >= line.quantity => Arrival::Delivered(at),
        _ if there + silent >= line.quantity && silent > 0 => Arrival::Untracked,
        _ => Arrival::Awaited,
    }
}

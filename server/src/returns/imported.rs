//! An order as the shop's system gives it, turned into what a policy must know of it.

use super::{
    arrival::{self, Packed},
    policy::{Arrival, Line, Order},
    sums,
};
use crate::orders::import::model::{ImportedLine, ImportedOrder, LineKind};
use aftercart_shared::tracking::OrderState;

/// What imports do not say (tags, type, sale) is left open; a price that nobody told is nought.
pub fn facts(order: &ImportedOrder) -> Order {
    let paid_each = sums::paid_each(&sums::of_import(order)).unwrap_or_default();
    let line = |(place, line): (usize, &ImportedLine)| {
        let parcels = parcels(order, line);
        Line {
            id: line.id.clone(),
            sku: line.sku.clone(),
            tags: vec![],
            product_type: None,
            paid_each: paid_each.get(place).copied().unwrap_or(0),
            on_sale: false,
            final_sale: false,
            bought: line.quantity,
            returned: line.refunded,
            sent_at: arrival::sent_at(&parcels),
            arrival: match line.kind {
                LineKind::Digital => Arrival::Delivered(order.placed_at),
                LineKind::Physical | LineKind::PreOrder => arrival::arrival(line.quantity, &parcels),
            },
        }
    };
    Order {
        placed_at: order.placed_at,
        cancelled: order.state == OrderState::Cancelled,
        currency: order.currency,
        country: order.address.as_ref().and_then(|address| address.country.clone()),
        channel: None,
        customer_groups: vec![],
        lines: order.lines.iter().enumerate().map(line).collect(),
    }
}

/// The parcels with pieces of a line.
fn parcels(order: &ImportedOrder, line: &ImportedLine) -> Vec<Packed> {
    let packed = order.shipments.iter().map(|parcel| Packed {
        status: parcel.status,
        shipped_at: parcel.shipped_at,
        delivered_at: parcel.delivered_at,
        pieces: parcel.lines.iter().filter(|part| part.line == line.id).map(|part| part.quantity).sum(),
    });
    packed.filter(|parcel| parcel.pieces > 0).collect()
}

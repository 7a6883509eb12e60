//! Where a parcel is, in words of our own: the neutral status, the five-stage progress and the timeline.
//!
//! Carriers' codes are translated into [`ParcelStatus`] where they come in; the raw code and text are always kept
//! beside it. Everything here is pure, so that server, mails and widget can never disagree.

mod current;

pub use current::{Current, ROUND_MS, Scan, Stated, current_status};

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known of a parcel, whoever carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ParcelStatus {
    /// The carrier has never heard of it, or we have not asked.
    Unknown,
    /// A label exists; nobody has scanned the parcel yet.
    Registered,
    InTransit,
    OutForDelivery,
    /// Waiting in a shop, station or locker for the shopper.
    ReadyForPickup,
    /// Somebody rang and nobody answered.
    Attempted,
    Delivered,
    /// Lost, damaged, held, wrong address: a person has to act.
    Exception,
    /// On its way back to the sender.
    Returning,
    /// Back at the sender.
    Returned,
    /// The label was voided before the parcel travelled.
    Cancelled,
    /// The carrier has stopped reporting without an end.
    Expired,
}

impl ParcelStatus {
    pub const ALL: [ParcelStatus; 12] = [
        ParcelStatus::Unknown,
        ParcelStatus::Registered,
        ParcelStatus::InTransit,
        ParcelStatus::OutForDelivery,
        ParcelStatus::ReadyForPickup,
        ParcelStatus::Attempted,
        ParcelStatus::Delivered,
        ParcelStatus::Exception,
        ParcelStatus::Returning,
        ParcelStatus::Returned,
        ParcelStatus::Cancelled,
        ParcelStatus::Expired,
    ];

    /// The name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            ParcelStatus::Unknown => "unknown",
            ParcelStatus::Registered => "registered",
            ParcelStatus::InTransit => "in_transit",
            ParcelStatus::OutForDelivery => "out_for_delivery",
            ParcelStatus::ReadyForPickup => "ready_for_pickup",
            ParcelStatus::Attempted => "attempted",
            ParcelStatus::Delivered => "delivered",
            ParcelStatus::Exception => "exception",
            ParcelStatus::Returning => "returning",
            ParcelStatus::Returned => "returned",
            ParcelStatus::Cancelled => "cancelled",
            ParcelStatus::Expired => "expired",
        }
    }

    pub fn from_name(name: &str) -> Option<ParcelStatus> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The stage of the progress bar. A parcel in trouble stays at the stage it had certainly reached.
    pub fn stage(self) -> Stage {
        match self {
            ParcelStatus::Unknown | ParcelStatus::Cancelled => Stage::Ordered,
            ParcelStatus::Registered => Stage::Packed,
            ParcelStatus::InTransit
            | ParcelStatus::Exception
            | ParcelStatus::Returning
            | ParcelStatus::Returned
            | ParcelStatus::Expired => Stage::OnTheWay,
            ParcelStatus::OutForDelivery | ParcelStatus::Attempted | ParcelStatus::ReadyForPickup => {
                Stage::OutForDelivery
            }
            ParcelStatus::Delivered => Stage::Delivered,
        }
    }

    /// Should the shopper do something, or be told that we do?
    pub fn needs_attention(self) -> bool {
        matches!(
            self,
            ParcelStatus::Attempted
                | ParcelStatus::Exception
                | ParcelStatus::Returning
                | ParcelStatus::Returned
                | ParcelStatus::Expired
        )
    }

    /// Nothing more will happen to this parcel by itself.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            ParcelStatus::Delivered | ParcelStatus::Returned | ParcelStatus::Cancelled | ParcelStatus::Expired
        )
    }
}

/// The five stages of the progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stage {
    Ordered,
    Packed,
    OnTheWay,
    OutForDelivery,
    Delivered,
}

impl Stage {
    pub const ALL: [Stage; 5] =
        [Stage::Ordered, Stage::Packed, Stage::OnTheWay, Stage::OutForDelivery, Stage::Delivered];
}

/// What became of an order as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrderStatus {
    /// Paid or confirmed; nothing packed yet.
    Placed,
    Preparing,
    /// Some articles are under way, others are not packed yet.
    PartlyShipped,
    Shipped,
    /// Some parcels have arrived, others still travel.
    PartlyDelivered,
    Delivered,
    /// Every parcel went back to the shop.
    Returned,
    Cancelled,
}

/// What the shop itself says of an order, before any parcel speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrderState {
    Placed,
    Preparing,
    Cancelled,
}

impl OrderState {
    /// The name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            OrderState::Placed => "placed",
            OrderState::Preparing => "preparing",
            OrderState::Cancelled => "cancelled",
        }
    }

    pub fn from_name(name: &str) -> Option<OrderState> {
        [OrderState::Placed, OrderState::Preparing, OrderState::Cancelled].into_iter().find(|s| s.name() == name)
    }
}

/// The status of an order from what the shop says and where its parcels are. Voided labels do not count.
/// `items_unshipped` is the number of articles that are in no parcel yet.
pub fn order_status(state: OrderState, parcels: &[ParcelStatus], items_unshipped: u32) -> OrderStatus {
    let mut live = parcels.iter().filter(|p| **p != ParcelStatus::Cancelled).peekable();
    if state == OrderState::Cancelled && live.clone().all(|p| p.stage() < Stage::OnTheWay) {
        return OrderStatus::Cancelled;
    }
    if live.peek().is_none() {
        return match state {
            OrderState::Placed => OrderStatus::Placed,
            OrderState::Preparing => OrderStatus::Preparing,
            OrderState::Cancelled => OrderStatus::Cancelled,
        };
    }
    let delivered = live.clone().filter(|p| **p == ParcelStatus::Delivered).count();
    let back = live.clone().filter(|p| **p == ParcelStatus::Returned).count();
    let moving = live.clone().any(|p| p.stage() >= Stage::OnTheWay);
    let all = live.count();
    if delivered == all && items_unshipped == 0 {
        OrderStatus::Delivered
    } else if back == all && items_unshipped == 0 {
        OrderStatus::Returned
    } else if delivered > 0 {
        OrderStatus::PartlyDelivered
    } else if !moving {
        OrderStatus::Preparing
    } else if items_unshipped > 0 {
        OrderStatus::PartlyShipped
    } else {
        OrderStatus::Shipped
    }
}

/// The stage of the whole order: that of the least advanced parcel which still has a way to go, so that the bar never
/// promises more than the slowest parcel keeps.
pub fn order_stage(state: OrderState, parcels: &[ParcelStatus], items_unshipped: u32) -> Stage {
    let live = || parcels.iter().filter(|p| **p != ParcelStatus::Cancelled);
    let slowest_under_way = live().filter(|p| !p.is_final()).map(|p| p.stage()).min();
    let furthest = live().map(|p| p.stage()).max();
    match (slowest_under_way, furthest) {
        (Some(stage), _) if items_unshipped == 0 || stage <= Stage::Packed => stage,
        // Something has not even been packed: the order is on its way, no further.
        (_, Some(furthest)) if items_unshipped > 0 => furthest.min(Stage::OnTheWay),
        (_, Some(furthest)) => furthest,
        _ if state == OrderState::Preparing => Stage::Packed,
        _ => Stage::Ordered,
    }
}

/// What the timeline needs to know of an event to put it in its place.
pub trait Happened {
    fn at(&self) -> Timestamp;
    fn status(&self) -> ParcelStatus;
    /// Two reports of one happening have the same words.
    fn text(&self) -> Option<&str>;
    /// Where it happened, as the carrier wrote it.
    fn place(&self) -> Option<&str>;
}

/// Puts events in the order in which shoppers read them: newest first; of two at the same moment the further advanced
/// first. What carriers report twice (same moment, status, place and words) stands there once.
pub fn timeline<E: Happened>(mut events: Vec<E>) -> Vec<E> {
    events.sort_by(|a, b| {
        let key = |e: &E| (e.at(), advance(e.status()));
        key(b).cmp(&key(a)).then_with(|| a.place().cmp(&b.place())).then_with(|| a.text().cmp(&b.text()))
    });
    events.dedup_by(|a, b| (a.at(), a.status(), a.place(), a.text()) == (b.at(), b.status(), b.place(), b.text()));
    events
}

/// How far along a parcel is, for ordering what happened "at the same moment".
fn advance(status: ParcelStatus) -> u8 {
    match status {
        ParcelStatus::Unknown => 0,
        ParcelStatus::Registered => 1,
        ParcelStatus::Cancelled => 2,
        ParcelStatus::InTransit => 3,
        ParcelStatus::OutForDelivery => 4,
        ParcelStatus::Attempted => 5,
        ParcelStatus::Exception => 6,
        ParcelStatus::ReadyForPickup => 7,
        ParcelStatus::Returning => 8,
        ParcelStatus::Returned => 9,
        ParcelStatus::Delivered => 10,
        ParcelStatus::Expired => 11,
    }
}

#[cfg(test)]
#[path = "tracking_tests.rs"]
mod tests;

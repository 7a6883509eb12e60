//! Order look-up: `POST /api/v1/orders/lookup` with [`LookupRequest`] → [`OrderView`].
//!
//! Whoever knows the number and the full e-mail or phone sees status and parcels, masked: no address, no prices, no
//! articles by name, no pick-up code. Every failure is one and the same `order_not_found`.

use crate::{
    time::Timestamp,
    tracking::{OrderStatus, ParcelStatus, Stage},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookupRequest {
    /// As typed; read by [`crate::validate::OrderNumber::parse`].
    pub number: String,
    /// E-mail or phone as typed; read by [`crate::validate::Contact::parse`].
    pub contact: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    /// As the shop writes it.
    pub number: String,
    pub placed_at: Timestamp,
    pub status: OrderStatus,
    /// Of the whole order: the least advanced parcel that still travels.
    pub stage: Stage,
    /// Masked (`W**`, `王*`).
    pub recipient: Option<String>,
    /// When everything still under way should be there.
    pub expected: Option<DateRange>,
    /// Articles bought, and how many of them are in no parcel yet.
    pub items_total: u32,
    pub items_unshipped: u32,
    pub parcels: Vec<ParcelView>,
    /// When we last heard from the shop's system or a carrier.
    pub updated_at: Timestamp,
    /// The shop's time zone (IANA), for dates without a place of their own.
    pub time_zone: String,
}

/// From the first to the last moment at which something is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DateRange {
    pub earliest: Timestamp,
    pub latest: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParcelView {
    /// Stable within the order; not a secret.
    pub id: String,
    pub carrier: Option<CarrierView>,
    pub tracking_number: Option<String>,
    /// The carrier's own page (https only).
    pub tracking_url: Option<String>,
    pub status: ParcelStatus,
    pub stage: Stage,
    /// `true` when a person should look at it: exception, attempted, returning, expired.
    pub needs_attention: bool,
    pub items: u32,
    pub expected: Option<DateRange>,
    pub delivered_at: Option<Timestamp>,
    /// Newest first; at the same moment the further advanced first.
    pub events: Vec<EventView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CarrierView {
    /// `sf`, `ups`, `dhl`, …; `other` when we do not know it.
    pub code: String,
    /// As people call it in the order's language.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventView {
    pub at: Timestamp,
    /// Offset from UTC in minutes where it happened, if the carrier said so.
    pub utc_offset_min: Option<i32>,
    pub status: ParcelStatus,
    /// Town or depot, as the carrier wrote it.
    pub place: Option<String>,
    /// The carrier's own words.
    pub text: Option<String>,
    /// The carrier's own code.
    pub raw_code: Option<String>,
}

//! The rows of [`super::jsonl`] as they are written. What its fields mean stands there and in the API's documentation.

use super::{fields::Scalar, model::LineKind};
use aftercart_shared::tracking::{OrderState, ParcelStatus};
use serde::Deserialize;
use utoipa::ToSchema;

/// An order as the shop tells of it. What is sent again replaces what was said before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The shop's own id of the order; the same id again is the same order.
    pub(super) id: Scalar,
    /// What the shopper knows: letters, digits, `-`, `#`.
    pub(super) number: Scalar,
    /// Date with time and zone, as every date here: `2026-11-10T09:12:00+08:00`.
    pub(super) placed_at: String,
    /// ISO 4217; of all amounts of the order.
    pub(super) currency: String,
    /// The shopper's language: `en`, `zh-CN`, …
    pub(super) locale: Option<String>,
    /// Default: `placed`.
    pub(super) state: Option<OrderState>,
    /// Makes the state `cancelled`.
    pub(super) cancelled_at: Option<String>,
    /// One of `email` and `phone` is required: the shopper proves herself with it.
    pub(super) email: Option<String>,
    /// Without `+` it is read by the address's country, else the site's.
    pub(super) phone: Option<String>,
    /// Name on the parcel.
    pub(super) recipient: Option<String>,
    pub(super) address: Option<PostalAddress>,
    /// Amount given back so far, as a decimal in major units: `"129.00"`.
    pub(super) refunded: Option<Scalar>,
    /// Off the goods as a whole, as a decimal in major units; what is off one line stands with the line.
    pub(super) discount: Option<Scalar>,
    /// Charge for delivery, after its own discounts; without its tax where `taxes` is `added`.
    pub(super) delivery: Option<Scalar>,
    /// Tax on the delivery.
    pub(super) delivery_tax: Option<Scalar>,
    /// Tax on the goods, where it is not told line by line.
    pub(super) tax: Option<Scalar>,
    /// Default: `included` in all prices.
    #[serde(default)]
    pub(super) taxes: Taxes,
    /// What of the whole gift cards paid.
    pub(super) gift_cards: Option<Scalar>,
    /// The number of the order whose articles this one replaces.
    pub(super) exchange_of: Option<Scalar>,
    /// At least one.
    pub(super) lines: Vec<Line>,
    /// One parcel each.
    #[serde(default)]
    pub(super) shipments: Vec<Shipment>,
    /// Default: the latest date in the order, or now where it comes by the API.
    pub updated_at: Option<String>,
}

/// How the prices of an order treat tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Taxes {
    /// They contain it.
    #[default]
    Included,
    /// It came on top.
    Added,
}

/// Where the parcels go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalAddress {
    /// Street and number.
    pub(super) line1: Option<String>,
    /// Flat, floor, company.
    pub(super) line2: Option<String>,
    pub(super) city: Option<String>,
    /// State or province.
    pub(super) region: Option<String>,
    pub(super) postcode: Option<String>,
    /// ISO 3166, two letters.
    pub(super) country: Option<String>,
}

/// An article that was bought.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Unique in the order. Default: its place, from 1.
    pub(super) id: Option<Scalar>,
    /// The shop's article number.
    pub(super) sku: Option<Scalar>,
    /// The article's name, as the shopper reads it.
    pub(super) title: String,
    /// Pieces bought.
    pub(super) quantity: i64,
    /// Of one piece, as a decimal in major units, never rounded: `"129.00"`.
    pub(super) unit_price: Option<Scalar>,
    /// Off all pieces of this line together, as a decimal in major units.
    pub(super) discount: Option<Scalar>,
    /// Tax of all pieces together, after discounts.
    pub(super) tax: Option<Scalar>,
    /// Pieces refunded.
    #[serde(default)]
    pub(super) refunded: i64,
    /// Serial numbers or IMEIs of its pieces: a return is compared with them.
    #[serde(default)]
    pub(super) serials: Vec<Scalar>,
    /// Default: `physical`.
    #[serde(default)]
    pub(super) kind: LineKind,
    /// Of a `pre_order`: when it can be sent.
    pub(super) available_at: Option<String>,
}

/// A parcel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shipment {
    /// Unique in the order. Default: its place, from 1.
    pub(super) id: Option<Scalar>,
    /// A code (`sf yto zto sto yunda jd ems cainiao deppon jt ups usps fedex dhl royal_mail evri dpd gls other`) or a name.
    pub(super) carrier: Option<String>,
    /// As the carrier writes it.
    pub(super) tracking_number: Option<Scalar>,
    /// The carrier's own page; https only.
    pub(super) tracking_url: Option<String>,
    /// Default: that of its newest event.
    pub(super) status: Option<ParcelStatus>,
    /// The carrier's own word for the status.
    pub(super) raw_status: Option<String>,
    /// When the shop handed it over.
    pub(super) shipped_at: Option<String>,
    /// When it should arrive, as the shop has promised.
    pub(super) expected: Option<Expected>,
    /// What is in it. Left out: everything that is in no other parcel.
    pub(super) lines: Option<Vec<Part>>,
    /// In any order.
    #[serde(default)]
    pub(super) events: Vec<Event>,
}

/// From the first to the last moment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Date with time and zone.
    pub(super) earliest: String,
    /// Date with time and zone.
    pub(super) latest: String,
}

/// Articles of one line in a parcel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The `id` of the line.
    pub(super) line: Scalar,
    /// Pieces of it in this parcel.
    pub(super) quantity: i64,
}

/// What happened to a parcel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Date with time and zone; the zone's offset is kept and shown.
    pub(super) at: String,
    /// What the parcel's status was from then on.
    pub(super) status: ParcelStatus,
    /// The carrier's own code.
    pub(super) raw_code: Option<Scalar>,
    /// Town or depot, as the carrier wrote it.
    pub(super) place: Option<String>,
    /// The carrier's own words.
    pub(super) text: Option<String>,
}

impl Order {
    /// The shop's own id of the order.
    pub fn id(&self) -> &str {
        &self.id.0
    }
}

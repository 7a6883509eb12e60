//! Order look-up: `POST /api/v1/orders/lookup` with [`LookupRequest`] → [`OrderView`].
//!
//! Whoever knows the number and the full e-mail or phone sees status and parcels, masked: no address, no prices, no
//! articles by name, no pick-up code. Every failure is one and the same `order_not_found`.
//!
//! An answer carries a [`OrderView::watch`] token. With it in the header `Aftercart-Watch`:
//! `GET /api/v1/orders/watch?after={revision}&wait=25` → the order as soon as it differs, or 204;
//! `POST /api/v1/orders/dispute` with [`DisputeRequest`] → the order; `POST /api/v1/orders/share` → [`ShareLink`], whose
//! token `POST /api/v1/orders/shared` with [`SharedRequest`] turns into the order's bare status.

use crate::{
    ids::OrderId,
    locale::Locale,
    time::Timestamp,
    tracking::{OrderStatus, ParcelStatus, Stage},
    trouble::Trouble,
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
    /// Articles bought, and how many of them are in no parcel yet although they could be.
    pub items_total: u32,
    pub items_unshipped: u32,
    /// Articles that travel in no parcel: downloads, vouchers.
    #[serde(default)]
    pub items_digital: u32,
    /// Articles that cannot be sent yet, and when the first of them can.
    #[serde(default)]
    pub items_pre_ordered: u32,
    #[serde(default)]
    pub available_at: Option<Timestamp>,
    /// The number of the order whose articles this one replaces.
    #[serde(default)]
    pub exchange_of: Option<String>,
    pub parcels: Vec<ParcelView>,
    /// When we last heard from the shop's system or a carrier.
    pub updated_at: Timestamp,
    /// The shop's time zone (IANA), for dates without a place of their own.
    pub time_zone: String,
    /// Set when the shop's system or the carrier did not answer just now: what is shown was so at that moment.
    #[serde(default)]
    pub as_of: Option<Timestamp>,
    /// Differs whenever something in the order does.
    #[serde(default)]
    pub revision: String,
    /// Proves for half an hour that its bearer has found this order. A secret.
    #[serde(default)]
    pub watch: Option<String>,
    /// Somebody was shown this by the shopper: status only.
    #[serde(default)]
    pub shared: bool,
}

/// From the first to the last moment at which something is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DateRange {
    pub earliest: Timestamp,
    pub latest: Timestamp,
    #[serde(default)]
    pub source: ExpectedSource,
    /// The clock by which its days are meant, in minutes from UTC: that of the place where the parcel goes. `None`: the
    /// shop's time zone.
    #[serde(default)]
    pub utc_offset_min: Option<i32>,
}

/// Who says when something is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ExpectedSource {
    /// The carrier, or the shop when it handed the parcel over.
    #[default]
    Carrier,
    /// What this shop's parcels on this way have needed lately.
    History,
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
    /// While nobody has scanned it: when the first scan is to be expected.
    #[serde(default)]
    pub first_scan: Option<DateRange>,
    /// What is wrong, and since when.
    #[serde(default)]
    pub trouble: Option<TroubleView>,
    /// While it waits to be collected: where, as the carrier names it.
    #[serde(default)]
    pub pickup_place: Option<String>,
    pub delivered_at: Option<Timestamp>,
    /// Newest first; at the same moment the further advanced first.
    pub events: Vec<EventView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TroubleView {
    pub kind: Trouble,
    pub since: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CarrierView {
    /// `sf`, `ups`, `dhl`, …; `other` when we do not know it.
    pub code: String,
    /// As people call it; in English where it has names in both languages.
    pub name: String,
    /// As Chinese customers call it, where that is another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_zh: Option<String>,
}

impl CarrierView {
    /// What a shopper who reads this language calls it.
    pub fn name_in(&self, locale: Locale) -> &str {
        self.name_zh.as_deref().filter(|_| locale.is_chinese()).unwrap_or(&self.name)
    }
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

/// `POST /api/v1/orders/dispute`: the carrier says delivered, the shopper says it is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisputeRequest {
    /// [`ParcelView::id`].
    pub parcel: String,
    /// `true`: not there. `false`: it has turned up.
    pub missing: bool,
}

/// `POST /api/v1/orders/share`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLink {
    /// The token is in its fragment, which no server on the way sees.
    pub url: String,
    pub expires_at: Timestamp,
}

/// `POST /api/v1/orders/shared`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedRequest {
    pub token: String,
}

/// `GET /api/v1/me/orders?before=…`: a verified shopper's orders, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyOrders {
    pub orders: Vec<MyOrder>,
    /// For `before`, when there are more.
    pub next: Option<String>,
}

/// One of her orders, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyOrder {
    pub id: OrderId,
    pub number: String,
    pub placed_at: Timestamp,
    pub status: OrderStatus,
    /// The first article's name.
    pub title: Option<String>,
    pub items_total: u32,
}

/// `GET /api/v1/me/orders/{order_id}`: everything about an order, for its verified shopper alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FullOrder {
    pub id: OrderId,
    /// Here the recipient and the carriers' words are not masked.
    pub order: OrderView,
    /// ISO 4217; of all amounts here, which are in its minor unit.
    pub currency: String,
    /// How many decimals the minor unit is.
    pub decimals: u32,
    pub lines: Vec<LineView>,
    /// Of the articles, when every price is known. Carriage and discounts are not part of it.
    pub lines_total: Option<i64>,
    /// Given back so far.
    pub refunded: i64,
    /// As it is written on a parcel in its country, line by line.
    pub address: Vec<String>,
    /// Masked: she knows which are hers.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub contents: Vec<ParcelContents>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineView {
    pub id: String,
    pub sku: Option<String>,
    pub title: String,
    pub quantity: u32,
    /// How many of them were refunded.
    pub refunded: u32,
    pub unit_price: Option<i64>,
}

/// What is in a parcel, and with what it is collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParcelContents {
    pub parcel: String,
    pub lines: Vec<ContentView>,
    /// While it waits to be collected, if the carrier has said it.
    pub pickup_code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContentView {
    /// [`LineView::id`]
    pub line: String,
    pub quantity: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_is_called_as_its_reader_calls_it() {
        let known = CarrierView { code: "sf".into(), name: "SF Express".into(), name_zh: Some("顺丰速运".into()) };
        let called = [Locale::En, Locale::ZhCn, Locale::ZhTw].map(|locale| known.name_in(locale));
        assert_eq!(called, ["SF Express", "顺丰速运", "顺丰速运"]);
        let unknown = CarrierView { name_zh: None, ..known };
        assert_eq!(unknown.name_in(Locale::ZhCn), "SF Express");
    }
}

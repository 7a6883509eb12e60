//! Returns, exchanges and claims of a verified shopper, and the statutory withdrawal of anybody.
//!
//! The server decides, counts and words everything: sentences here are in the language that the request names, and
//! amounts in the minor unit of the order's currency. A request that carries a price or a sum is refused as unknown.
//!
//! - `GET /api/v1/me/orders/{order_id}/returns/options?locale=en` → [`ReturnOptions`]
//! - `POST /api/v1/me/orders/{order_id}/returns/quote` [`QuoteRequest`] → [`Quote`]
//! - `GET /api/v1/me/orders/{order_id}/returns/variants?line=l1&quantity=1&locale=en` → [`Variants`]
//! - `POST /api/v1/me/orders/{order_id}/returns` [`ReturnRequest`] → 201 [`ReturnView`]; again with the same key and body
//!   200 and the same; with another body 409 `key_reused`
//! - `GET /api/v1/me/returns?locale=en` → [`MyReturns`]; `GET /api/v1/me/returns/{id}?locale=en` → [`ReturnView`]
//! - `POST /api/v1/me/returns/{id}/cancel` → [`ReturnView`]; 409 `not_possible_now` once it has been sent
//! - `POST /api/v1/returns/open` [`OpenRequest`] → [`ReturnView`] without what only its shopper may see
//! - `POST /api/v1/gifts` [`GiftRequest`] → 202 [`super::shoppers::CodeSent`]; redeemed as any other code. From then on
//!   the receiver has the routes above for that order
//! - `POST /api/v1/withdrawals` [`WithdrawalRequest`] → 201 [`WithdrawalReceived`]

use crate::{
    ids::{OrderId, ReturnId},
    locale::Locale,
    returns::{Method, ReasonId, Resolution, Verdict},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What of an order may come back, and why the rest may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnOptions {
    pub order_id: OrderId,
    pub number: String,
    /// ISO 4217; of all amounts.
    pub currency: String,
    /// How many decimals its minor unit is.
    pub decimals: u32,
    /// In the order in which they are to be offered.
    pub reasons: Vec<ReasonView>,
    pub lines: Vec<ReturnableLine>,
    /// What has been asked for before, newest first.
    pub earlier: Vec<ReturnSummary>,
}

/// Why goods come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonView {
    pub id: ReasonId,
    pub words: String,
    /// The reason it is a closer description of: offered once that one is chosen.
    #[serde(default)]
    pub under: Option<ReasonId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnableLine {
    /// [`super::orders::LineView::id`]
    pub line: String,
    pub sku: Option<String>,
    pub title: String,
    pub bought: u32,
    /// Pieces that are in no return yet.
    pub left: u32,
    /// What was paid for one piece, if it is known.
    pub paid_each: Option<i64>,
    /// One for every reason for which it may come back. Empty: it may not, and `because` says why.
    pub answers: Vec<ReasonAnswer>,
    /// Until when it may come back (`You can return it until 30 November 2026.`), or why it may not.
    pub because: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonAnswer {
    pub reason: ReasonId,
    pub verdict: Verdict,
    /// Without a photo it is not taken.
    pub photo: bool,
    pub says: Vec<String>,
}

/// Pieces of one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskedLine {
    pub line: String,
    /// From 1 to [`ReturnableLine::left`]. A line can be named once.
    pub quantity: i64,
    pub reason: ReasonId,
}

/// In exchange for all chosen pieces of a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VariantOf {
    pub line: String,
    /// [`VariantView::id`]
    pub variant: String,
}

/// What a line could be exchanged for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Variants {
    pub line: String,
    /// Without the one that was bought, in the shop's order. Empty: there is no other.
    pub variants: Vec<VariantView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VariantView {
    pub id: String,
    /// `olive · M`
    pub words: String,
    /// Whether so many can be had; `says` tells why not.
    pub choosable: bool,
    /// For one piece, in minor units of the order's currency: what it costs more, or below 0 what comes back.
    pub difference: i64,
    /// `Sold out`
    pub says: Option<String>,
}

/// What would come of it. Changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteRequest {
    pub locale: Locale,
    pub lines: Vec<AskedLine>,
    #[serde(default)]
    pub resolution: Option<Resolution>,
    #[serde(default)]
    pub method: Option<Method>,
    /// With `exchange_variant`: the sum is there once every line has its own.
    #[serde(default)]
    pub variants: Vec<VariantOf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// Of all lines together: the strictest.
    pub verdict: Verdict,
    pub says: Vec<String>,
    /// The lines that need a photo.
    pub photos: Vec<String>,
    /// Empty when refused.
    pub resolutions: Vec<ResolutionOffer>,
    /// Of the chosen resolution, or of the first one; empty where no goods come back.
    pub methods: Vec<MethodView>,
    /// Once a resolution is chosen, and a method where goods come back.
    pub sum: Option<ReturnSum>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolutionOffer {
    pub resolution: Resolution,
    pub words: String,
    /// What it comes to before postage; `None` for goods.
    pub total: Option<i64>,
    /// Whether the goods are to be sent back.
    pub goods_back: bool,
    /// `Includes 5% more than a refund.`
    pub says: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MethodView {
    pub method: Method,
    pub words: String,
    /// Taken off the sum; 0 is free.
    pub cost: i64,
    /// What to do, or that she pays her own carrier.
    pub says: Option<String>,
}

/// The sum, line by line. Lines + delivery + bonus − restocking − postage − exchanged + adjusted = total; everything but
/// `adjusted` is 0 or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnSum {
    pub lines: Vec<SumLine>,
    /// Of the charge for delivering the order.
    pub delivery: i64,
    pub restocking: i64,
    pub postage: i64,
    /// On top, for taking store credit.
    pub bonus: i64,
    /// What the goods cost that come in exchange.
    #[serde(default)]
    pub exchanged: i64,
    /// What one of the shop's people has added, or if below 0 taken off.
    #[serde(default)]
    pub adjusted: i64,
    pub total: i64,
    /// Of the total, what goes back to the gift cards that paid for it.
    pub to_gift_cards: i64,
    /// What happens when: `Within 5 working days of the goods reaching us.`
    pub says: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SumLine {
    pub line: String,
    pub title: String,
    pub quantity: u32,
    pub paid: i64,
    /// What comes in exchange: `olive · M`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnRequest {
    /// A UUID that the client makes once for this wish and keeps through every retry.
    pub key: String,
    pub locale: Locale,
    pub lines: Vec<AskedLine>,
    pub resolution: Resolution,
    /// Where goods come back.
    #[serde(default)]
    pub method: Option<Method>,
    /// With `exchange_variant`: one for every line. Left out of the request's trace where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantOf>,
    #[serde(default)]
    pub photos: Vec<PhotoOf>,
    /// At most 1,000 characters, for the shop's people.
    #[serde(default)]
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhotoOf {
    pub line: String,
    /// [`super::attachments::AttachmentView::id`]
    pub attachment: String,
}

/// Four records, four lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReturnKind {
    /// Goods back for money.
    Return,
    /// Goods back for other goods.
    Exchange,
    /// Something went wrong; no goods come back.
    Claim,
    /// The statutory right.
    Withdrawal,
}

/// Where the money or the goods are, in four steps for the eye. The state says the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReturnStage {
    /// Somebody, or a photo, decides.
    Requested,
    /// It is to be sent, or on its way.
    Sending,
    /// It is with us.
    Received,
    /// Money paid, goods sent.
    Done,
    /// Refused, cancelled, expired, rejected.
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnSummary {
    pub id: ReturnId,
    /// As people say it: `R-7K2M9Q`.
    pub number: String,
    pub kind: ReturnKind,
    pub stage: ReturnStage,
    /// `Refunded on 3 December 2026`
    pub headline: String,
    /// The first article's name.
    pub title: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyReturns {
    /// Newest first.
    pub returns: Vec<ReturnSummary>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnView {
    pub summary: ReturnSummary,
    /// The name of its state: `approved`, `in_transit`, …
    pub state: String,
    /// `None` for who only has the code.
    pub order_id: Option<OrderId>,
    pub order_number: String,
    pub currency: String,
    pub decimals: u32,
    pub resolution: Resolution,
    pub resolution_words: String,
    pub method: Option<Method>,
    pub method_words: Option<String>,
    pub lines: Vec<ReturnedLine>,
    /// `None` for who only has the code.
    pub sum: Option<ReturnSum>,
    /// What the shopper does next, in order.
    pub next: Vec<String>,
    /// While the goods are to be handed over.
    pub code: Option<ReturnCode>,
    /// The last moment for sending it.
    pub send_by: Option<Timestamp>,
    /// Where the shopper may still call it off.
    pub can_cancel: bool,
    /// Where its code has expired and she may have a new one.
    #[serde(default)]
    pub can_renew: bool,
    /// Oldest first.
    pub history: Vec<ReturnEventView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnedLine {
    pub line: String,
    pub title: String,
    pub sku: Option<String>,
    pub quantity: u32,
    pub reason_words: String,
    pub photos: u32,
    /// What comes in exchange: `olive · M`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// What a drop-off point, a colleague at the till or a kiosk scans. Opens the return again anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnCode {
    /// What it says: an address with a token in its fragment. A secret.
    pub text: String,
    /// The QR code, row by row, without its quiet zone: `#` is dark, `.` is light.
    pub rows: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnEventView {
    pub at: Timestamp,
    pub says: String,
}

/// `POST /api/v1/returns/open`: whoever has the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenRequest {
    pub token: String,
    pub locale: Locale,
}

/// `POST /api/v1/gifts`: whoever was given something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GiftRequest {
    /// The order's number as typed.
    pub number: String,
    /// Of the address that it was delivered to, as typed.
    pub postcode: String,
    /// The receiver's own, where the code, the credit and all news go.
    pub email: String,
    pub locale: Locale,
}

/// `POST /api/v1/withdrawals`: "Withdraw from contract here". Identifies the contract and asks nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WithdrawalRequest {
    /// As in [`ReturnRequest::key`].
    pub key: String,
    pub locale: Locale,
    pub name: String,
    /// The order's number as typed.
    pub number: String,
    /// Where the acknowledgement goes: an e-mail address as typed.
    pub contact: String,
    /// Part of the order only: which goods, in her words. At most 1,000 characters.
    #[serde(default)]
    pub part: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WithdrawalReceived {
    /// As people say it: `W-7K2M9Q`.
    pub number: String,
    /// The moment that counts.
    pub received_at: Timestamp,
}

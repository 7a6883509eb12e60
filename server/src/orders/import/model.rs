//! An order as every source hands it over: neutral, complete, not yet checked as a whole.

use aftercart_shared::{
    locale::Locale,
    money::Currency,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};
use serde::{Deserialize, Serialize};

/// Serialised for its fingerprint: equal orders have equal text, whatever file they came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedOrder {
    /// The shop system's own id.
    pub external_id: String,
    /// As the shop writes it.
    pub number: String,
    pub placed_at: Timestamp,
    pub currency: Currency,
    pub locale: Option<Locale>,
    pub state: OrderState,
    pub cancelled_at: Option<Timestamp>,
    /// In lower case.
    pub email: Option<String>,
    /// As [`crate::orders::phone::phone_key`] gives it.
    pub phone: Option<String>,
    pub recipient: Option<String>,
    pub address: Option<Address>,
    /// Given back so far, in minor units.
    pub refunded: i64,
    pub updated_at: Timestamp,
    /// The number of the order whose articles this one replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_of: Option<String>,
    #[serde(skip_serializing_if = "Charges::is_nothing")]
    pub charges: Charges,
    pub lines: Vec<ImportedLine>,
    pub shipments: Vec<ImportedShipment>,
}

/// What concerns the order as a whole, in minor units; nothing of it is below nought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Charges {
    /// Off the goods together; what is off one line stands with it.
    pub discount: i64,
    /// For delivery, after its own discounts; without its tax where taxes came on top.
    pub delivery: i64,
    pub delivery_tax: i64,
    /// Of the goods, where it is not told line by line.
    pub tax: i64,
    /// Taxes came on top of the prices; otherwise the prices contain them.
    pub taxes_added: bool,
    /// What of the whole was paid by gift cards.
    pub gift_cards: i64,
}

impl Charges {
    fn is_nothing(&self) -> bool {
        *self == Charges::default()
    }
}

/// Stored as JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedLine {
    pub id: String,
    pub sku: Option<String>,
    pub title: String,
    pub quantity: i64,
    pub refunded: i64,
    /// In minor units.
    pub unit_price: Option<i64>,
    #[serde(skip_serializing_if = "LineKind::is_physical")]
    pub kind: LineKind,
    /// Of a pre-order: when it can be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_at: Option<Timestamp>,
    /// Off all pieces of this line together, in minor units.
    #[serde(skip_serializing_if = "is_nought")]
    pub discount: i64,
    /// Of all pieces together, after discounts.
    #[serde(skip_serializing_if = "is_nought")]
    pub tax: i64,
    /// Serial numbers or IMEIs of its pieces, as far as the shop knows them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<String>,
}

fn is_nought(amount: &i64) -> bool {
    *amount == 0
}

/// How an article reaches the shopper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// In a parcel.
    #[default]
    Physical,
    /// By e-mail or download.
    Digital,
    /// In a parcel, once there is any.
    PreOrder,
}

impl LineKind {
    /// The name in files and in the database.
    pub fn name(self) -> &'static str {
        match self {
            LineKind::Physical => "physical",
            LineKind::Digital => "digital",
            LineKind::PreOrder => "pre_order",
        }
    }

    pub fn from_name(name: &str) -> Option<LineKind> {
        [LineKind::Physical, LineKind::Digital, LineKind::PreOrder].into_iter().find(|kind| kind.name() == name)
    }

    fn is_physical(&self) -> bool {
        *self == LineKind::Physical
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedShipment {
    pub id: String,
    /// One of our carrier codes.
    pub carrier: Option<String>,
    /// As the shop wrote it.
    pub carrier_name: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub status: ParcelStatus,
    pub raw_status: Option<String>,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub expected_earliest: Option<Timestamp>,
    pub expected_latest: Option<Timestamp>,
    pub lines: Vec<ShipmentLine>,
    pub events: Vec<ImportedEvent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShipmentLine {
    pub line: String,
    pub quantity: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedEvent {
    pub at: Timestamp,
    pub utc_offset_min: Option<i64>,
    pub status: ParcelStatus,
    pub raw_code: Option<String>,
    pub place: Option<String>,
    pub text: Option<String>,
}

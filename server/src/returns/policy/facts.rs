//! What the engine must know of an order. Whoever asks turns his own records into these.

use aftercart_shared::{money::Currency, returns::ReasonId, time::Timestamp};

/// An order with those of its lines that could be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub placed_at: Timestamp,
    pub cancelled: bool,
    pub currency: Currency,
    /// Where it was delivered to: ISO 3166, two letters.
    pub country: Option<String>,
    /// `web`, `kiosk`, `wechat`, … as the shop calls it.
    pub channel: Option<String>,
    pub customer_groups: Vec<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: String,
    pub sku: Option<String>,
    pub tags: Vec<String>,
    /// The shop's word for what kind of product it is.
    pub product_type: Option<String>,
    /// What was paid for one piece after discounts, in minor units.
    pub paid_each: i64,
    pub on_sale: bool,
    pub final_sale: bool,
    pub bought: i64,
    /// Pieces in earlier returns, exchanges or claims that were not refused or cancelled.
    pub returned: i64,
    pub sent_at: Option<Timestamp>,
    pub arrival: Arrival,
}

/// Where the pieces of a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// All of them are there; the moment the last one came.
    Delivered(Timestamp),
    /// A carrier says that it has not arrived, or it has not been sent.
    Awaited,
    /// Nobody tells us.
    Untracked,
}

/// What a shopper asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub reason: ReasonId,
    pub quantity: i64,
}

impl Order {
    /// When the last of its parcels arrived, as far as anybody tells us. `None` while one is awaited.
    pub fn all_arrived_at(&self) -> Option<Timestamp> {
        let kept = || self.lines.iter().filter(|line| line.returned < line.bought);
        if kept().any(|line| line.arrival == Arrival::Awaited) {
            return None;
        }
        let arrived = |line: &Line| match line.arrival {
            Arrival::Delivered(at) => Some(at),
            Arrival::Awaited | Arrival::Untracked => None,
        };
        self.lines.iter().filter_map(arrived).max()
    }
}

//! Every answer carries its reason: a value with dates and amounts, and words for it in every language.

use super::{
    day::Day,
    percent::Percent,
    terms::{NotReturnable, Words},
};
use crate::{i18n::Messages, money::Money};
use serde::{Deserialize, Serialize};

/// From when a return window runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Counted {
    /// The article's own parcel arrived.
    Delivery,
    /// The order's last parcel arrived.
    LastDelivery,
    /// It was sent.
    Shipment,
    /// It was ordered.
    Order,
}

/// One thing to say about a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    OrderCancelled,
    /// It is not there yet.
    NotDelivered,
    NotAQuantity,
    /// Every piece has been returned already.
    NothingLeft,
    OverWhatIsLeft {
        left: i64,
    },
    NotReturnable {
        kind: NotReturnable,
    },
    /// Too late.
    WindowClosed {
        last_day: Day,
        counted: Counted,
        since: Day,
    },
    OpenUntil {
        last_day: Day,
        counted: Counted,
        since: Day,
    },
    /// Later than the window alone: the shop gives more time.
    Extended {
        last_day: Day,
        name: Words,
    },
    NoTimeLimit,
    /// It is counted from the arrival of the order's last parcel, which is awaited.
    NotYetRunning,
    PhotoNeeded,
    PersonDecides,
    /// What the shop itself says to it.
    Shop {
        words: Words,
    },
    /// The goods need not come back.
    KeepIt,
    Restocking {
        percent: Percent,
    },
    CreditBonus {
        percent: Percent,
    },
    /// No method of sending them back is common to all that was picked.
    SendApart,
}

/// How dates and amounts are written where the words are shown: the browser's `Intl`, or the server's own.
pub trait Wording {
    fn texts(&self) -> Messages;
    fn day(&self, day: Day) -> String;
    fn money(&self, amount: Money) -> String;
}

impl Why {
    /// One sentence.
    pub fn words(&self, wording: &dyn Wording) -> String {
        let t = wording.texts();
        match self {
            Why::OrderCancelled => t.returns_why_order_cancelled().into(),
            Why::NotDelivered => t.returns_why_not_delivered().into(),
            Why::NotAQuantity => t.returns_why_not_a_quantity().into(),
            Why::NothingLeft => t.returns_why_nothing_left().into(),
            Why::OverWhatIsLeft { left } => t.returns_why_over_what_is_left(&left.to_string()),
            Why::NotReturnable { kind } => kind.words(t).into(),
            Why::WindowClosed { last_day, counted, since } => {
                let (last_day, since) = (wording.day(*last_day), wording.day(*since));
                match counted {
                    Counted::Delivery => t.returns_why_closed_delivery(&last_day, &since),
                    Counted::LastDelivery => t.returns_why_closed_last_delivery(&last_day, &since),
                    Counted::Shipment => t.returns_why_closed_shipment(&last_day, &since),
                    Counted::Order => t.returns_why_closed_order(&last_day, &since),
                }
            }
            Why::OpenUntil { last_day, counted, since } => {
                let (last_day, since) = (wording.day(*last_day), wording.day(*since));
                match counted {
                    Counted::Delivery => t.returns_why_open_delivery(&last_day, &since),
                    Counted::LastDelivery => t.returns_why_open_last_delivery(&last_day, &since),
                    Counted::Shipment => t.returns_why_open_shipment(&last_day, &since),
                    Counted::Order => t.returns_why_open_order(&last_day, &since),
                }
            }
            Why::Extended { last_day, name } => t.returns_why_extended(&wording.day(*last_day), name.get(t.locale())),
            Why::NoTimeLimit => t.returns_why_no_time_limit().into(),
            Why::NotYetRunning => t.returns_why_not_yet_running().into(),
            Why::PhotoNeeded => t.returns_why_photo_needed().into(),
            Why::PersonDecides => t.returns_why_person_decides().into(),
            Why::Shop { words } => words.get(t.locale()).to_owned(),
            Why::KeepIt => t.returns_why_keep_it().into(),
            Why::Restocking { percent } => t.returns_why_restocking(&percent.to_string()),
            Why::CreditBonus { percent } => t.returns_why_credit_bonus(&percent.to_string()),
            Why::SendApart => t.returns_why_send_apart().into(),
        }
    }
}

//! The answer for several lines that come back together.

use super::{
    decide::{Decision, MethodOffer, decide, refused},
    facts::{Ask, Order},
    file::Policy,
    window::ShopCalendar,
};
use crate::returns::money::DeliveryCharge;
use aftercart_shared::{
    returns::{Verdict, Why},
    time::Timestamp,
};

/// One line of what the shopper picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Its place in [`Order::lines`].
    pub line: usize,
    pub ask: Ask,
}

/// What is said to all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// One for each pick, in order.
    pub lines: Vec<Decision>,
    /// The strictest of those lines that may come back; [`Verdict::Refuse`] when none may.
    pub verdict: Verdict,
    /// Those that all such lines have in common. The postage is that of the dearest line: one parcel, one charge.
    pub methods: Vec<MethodOffer>,
    /// The least generous of those lines.
    pub delivery_charge: DeliveryCharge,
    /// About the basket as a whole.
    pub why: Vec<Why>,
}

/// Decides about several lines at once. A line that is picked twice, for two reasons, has its pieces counted once: what
/// an accepted pick takes is no longer there for the next. A pick of a line that the order does not have is refused.
pub fn decide_basket(
    policy: &Policy,
    calendar: &ShopCalendar,
    order: &Order,
    picks: &[Pick],
    now: Timestamp,
) -> Basket {
    // What it has to say of windows rests on the order as it is; what is left, on the picks before.
    let mut left = order.clone();
    let mut lines: Vec<Decision> = Vec::with_capacity(picks.len());
    for pick in picks {
        let Some(line) = left.lines.get_mut(pick.line) else {
            lines.push(nothing());
            continue;
        };
        let decision = decide(policy, calendar, order, line, &pick.ask, now);
        if decision.verdict != Verdict::Refuse {
            line.returned += pick.ask.quantity;
        }
        lines.push(decision);
    }
    let accepted = || lines.iter().filter(|line| line.verdict != Verdict::Refuse);
    let verdict = accepted().map(|line| line.verdict).max().unwrap_or(Verdict::Refuse);
    let methods = common(accepted().map(|line| line.methods.as_slice()));
    // No line alone is without a method, so nothing in common means several.
    let apart = verdict != Verdict::Refuse && methods.is_empty();
    Basket {
        verdict,
        methods,
        delivery_charge: accepted().map(|line| line.delivery_charge).reduce(stricter).unwrap_or_default(),
        why: apart.then_some(Why::SendApart).into_iter().collect(),
        lines,
    }
}

/// The order has no such line, so nothing of it is left.
fn nothing() -> Decision {
    refused(vec![Why::NothingLeft], None, 0, vec![])
}

/// One share of the charge is less than all of it, but all of it comes only with the last piece.
fn stricter(a: DeliveryCharge, b: DeliveryCharge) -> DeliveryCharge {
    a.min(b)
}

/// In the order of the first line.
fn common<'a>(mut lines: impl Iterator<Item = &'a [MethodOffer]>) -> Vec<MethodOffer> {
    let mut common = lines.next().map(<[MethodOffer]>::to_vec).unwrap_or_default();
    for line in lines {
        common = common.into_iter().filter_map(|offer| dearer(offer, line)).collect();
    }
    common
}

fn dearer(offer: MethodOffer, line: &[MethodOffer]) -> Option<MethodOffer> {
    let other = line.iter().find(|other| other.method == offer.method)?;
    let (cost, exchange_cost) = (offer.cost.max(other.cost), offer.exchange_cost.max(other.exchange_cost));
    Some(MethodOffer { cost, exchange_cost, ..offer })
}

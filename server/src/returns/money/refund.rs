//! One refund among several of the same order.

use super::{
    order::{OrderSums, Share, WrongSums, shares},
    split::portion,
};
use aftercart_shared::returns::Percent;

/// Pieces of one line that come back now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its place in [`OrderSums::lines`].
    pub line: usize,
    pub quantity: i64,
    /// Kept back for making the goods saleable again.
    pub restocking: Percent,
}

/// What holds for the refund as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Taken off once, however many pieces come back together.
    pub postage: i64,
    pub delivery: DeliveryCharge,
}

/// What becomes of the charge for delivering the order in the first place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryCharge {
    #[default]
    Kept,
    /// Given back with the piece that completes the order.
    WholeOrder,
    /// Each piece gives back its share.
    Share,
}

/// What earlier refunds of the same order have given back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Pieces of each line; missing places are nought.
    pub pieces: Vec<i64>,
    /// Of the delivery charge.
    pub delivery: i64,
    /// In all, after fees.
    pub paid_out: i64,
}

/// The sum, line by line. Everything is 0 or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub lines: Vec<LineRefund>,
    pub delivery: i64,
    pub restocking: i64,
    pub postage: i64,
    /// Lines + delivery − restocking − postage. Never below nought: a fee takes no more than there is.
    pub total: i64,
    /// The part of `total` that goes back to gift cards and store credit; the rest to the payment it came from. What
    /// was paid in money is given back first.
    pub to_gift_cards: i64,
    /// What was paid in money and not given back before; `None` where no gift card paid.
    pub money_left: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRefund {
    pub line: usize,
    pub quantity: i64,
    pub price: i64,
    pub discount: i64,
    pub tax: i64,
    /// price − discount, and the tax where it came on top.
    pub paid: i64,
    pub restocking: i64,
}

/// A refund that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    #[error(transparent)]
    Sums(#[from] WrongSums),
    #[error("the order has no such line")]
    NoSuchLine,
    #[error("the same line is named twice")]
    Twice,
    #[error("a quantity must be at least 1")]
    NotAQuantity,
    #[error("only {left} of the line are left")]
    OverWhatIsLeft { left: i64 },
}

impl Refund {
    /// What goes back to the card, wallet or account that paid.
    pub fn to_payment(&self) -> i64 {
        self.total - self.to_gift_cards
    }
}

impl Given {
    /// With one refund more.
    pub fn and(&self, refund: &Refund) -> Given {
        let mut after = self.clone();
        for line in &refund.lines {
            if after.pieces.len() <= line.line {
                after.pieces.resize(line.line + 1, 0);
            }
            after.pieces[line.line] += line.quantity;
        }
        after.delivery += refund.delivery;
        after.paid_out += refund.total;
        after
    }

    fn of(&self, line: usize) -> i64 {
        self.pieces.get(line).copied().unwrap_or(0)
    }
}

/// Works out one refund.
///
/// # Errors
/// When a part is not of the order, or more than is left of it.
pub fn refund(order: &OrderSums, given: &Given, parts: &[Part], terms: Terms) -> Result<Refund, PartError> {
    let shares = shares(order)?;
    let mut lines: Vec<LineRefund> = Vec::with_capacity(parts.len());
    let mut delivered_with = 0;
    for part in parts {
        let share = shares.get(part.line).ok_or(PartError::NoSuchLine)?;
        if lines.iter().any(|line| line.line == part.line) {
            return Err(PartError::Twice);
        }
        let before = given.of(part.line);
        let left = (share.quantity - before).max(0);
        match part.quantity {
            ..=0 => return Err(PartError::NotAQuantity),
            asked if asked > left => return Err(PartError::OverWhatIsLeft { left }),
            _ => {}
        }
        let (until, from) = (share.first(before + part.quantity), share.first(before));
        delivered_with += until.delivery - from.delivery;
        lines.push(line_refund(part, until, from));
    }
    let restocking = lines.iter().map(|line| line.restocking).sum::<i64>();
    let goods = lines.iter().map(|line| line.paid).sum::<i64>();
    let delivery = match terms.delivery {
        DeliveryCharge::Kept => 0,
        DeliveryCharge::Share => delivered_with,
        DeliveryCharge::WholeOrder if completes(&shares, given, parts) => order.delivery,
        DeliveryCharge::WholeOrder => 0,
    };
    // Terms may differ from one refund to the next; together they never give back more than was charged.
    let delivery = delivery.min(order.delivery - given.delivery).max(0);
    let before_postage = goods + delivery - restocking;
    let postage = terms.postage.clamp(0, before_postage);
    let total = before_postage - postage;
    Ok(Refund {
        lines,
        delivery,
        restocking,
        postage,
        total,
        money_left: (order.gift_cards > 0).then(|| (order.paid() - order.gift_cards - given.paid_out).max(0)),
        to_gift_cards: to_gift_cards(order, given.paid_out + total) - to_gift_cards(order, given.paid_out),
    })
}

fn line_refund(part: &Part, until: Share, from: Share) -> LineRefund {
    let fee = |share: &Share| portion(share.paid(), part.restocking).min(share.paid());
    let paid = until.paid() - from.paid();
    LineRefund {
        line: part.line,
        quantity: part.quantity,
        price: until.price - from.price,
        discount: until.discount - from.discount,
        tax: until.tax - from.tax,
        paid,
        restocking: (fee(&until) - fee(&from)).min(paid),
    }
}

/// Whether nothing of the order is left with the shopper after this.
fn completes(shares: &[Share], given: &Given, parts: &[Part]) -> bool {
    shares.iter().enumerate().all(|(i, share)| {
        let now: i64 = parts.iter().filter(|part| part.line == i).map(|part| part.quantity).sum();
        given.of(i) + now >= share.quantity
    })
}

/// How much of the first `paid_out` that goes back belongs to gift cards: money first, gift cards after it.
fn to_gift_cards(order: &OrderSums, paid_out: i64) -> i64 {
    let money = order.paid() - order.gift_cards;
    (paid_out - money).clamp(0, order.gift_cards)
}

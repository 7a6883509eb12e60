//! What was paid for each line of an order, with everything that concerned the order as a whole shared out.

use super::split::{pieces, split};

/// How the prices of an order treat tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tax {
    /// Prices contain it (Europe, China): it is told, never added.
    #[default]
    Included,
    /// It was added at the checkout (United States).
    Added,
}

/// One line, in minor units; every figure is for all of its pieces together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineSums {
    pub quantity: i64,
    /// Before any discount.
    pub price: i64,
    /// Off this line alone; 0 or more.
    pub discount: i64,
    /// Of this line, after discounts.
    pub tax: i64,
}

/// An order's sums as the shop's system gives them, in minor units, none below nought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderSums {
    pub lines: Vec<LineSums>,
    /// Off the goods as a whole: a code, "three for two".
    pub discount: i64,
    /// Tax that the shop does not tell line by line.
    pub tax: i64,
    pub tax_is: Tax,
    /// Delivery as it was charged, after its own discounts and with its tax.
    pub delivery: i64,
    /// What of the whole was paid by gift cards or store credit.
    pub gift_cards: i64,
}

/// Sums that cannot be those of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongSums {
    #[error("an amount or quantity is below nought")]
    Negative,
    #[error("a discount is larger than what it is taken off")]
    DiscountTooLarge,
    #[error("gift cards paid more than the order cost")]
    GiftCardsTooLarge,
    #[error("the sums are too large to be added")]
    TooLarge,
}

/// What belongs to one line of all that was paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub quantity: i64,
    /// Before discounts.
    pub price: i64,
    /// Its own discount and its share of the order's.
    pub discount: i64,
    /// Told only, or added to the price: see [`Tax`].
    pub tax: i64,
    /// Its share of the delivery charge.
    pub delivery: i64,
    pub tax_is: Tax,
}

impl Share {
    /// What was paid for the goods of this line, without delivery.
    pub fn paid(&self) -> i64 {
        self.price - self.discount + self.tax_on_top()
    }

    /// The first `count` pieces of it.
    pub fn first(&self, count: i64) -> Share {
        let of = |total| pieces(total, self.quantity, count);
        // The net price is what is divided: dividing price and discount apart could leave a piece below nought.
        let net = of(self.price - self.discount);
        let price = of(self.price);
        Share {
            quantity: count.clamp(0, self.quantity.max(0)),
            price,
            discount: price - net,
            tax: of(self.tax),
            delivery: of(self.delivery),
            tax_is: self.tax_is,
        }
    }

    fn tax_on_top(&self) -> i64 {
        match self.tax_is {
            Tax::Included => 0,
            Tax::Added => self.tax,
        }
    }
}

impl OrderSums {
    /// Everything that was paid: goods, tax on top, delivery.
    pub fn paid(&self) -> i64 {
        let goods: i64 = self.lines.iter().map(|line| line.price - line.discount).sum();
        let tax = match self.tax_is {
            Tax::Included => 0,
            Tax::Added => self.tax + self.lines.iter().map(|line| line.tax).sum::<i64>(),
        };
        goods - self.discount + tax + self.delivery
    }

    fn check(&self) -> Result<(), WrongSums> {
        let mut all = vec![self.discount, self.tax, self.delivery, self.gift_cards];
        all.extend(self.lines.iter().flat_map(|line| [line.quantity, line.price, line.discount, line.tax]));
        if all.iter().any(|amount| *amount < 0) {
            return Err(WrongSums::Negative);
        }
        all.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount)).ok_or(WrongSums::TooLarge)?;
        let net: i64 = self.lines.iter().map(|line| line.price - line.discount).sum();
        if self.lines.iter().any(|line| line.discount > line.price) || self.discount > net {
            return Err(WrongSums::DiscountTooLarge);
        }
        if self.gift_cards > self.paid() { Err(WrongSums::GiftCardsTooLarge) } else { Ok(()) }
    }
}

/// What was paid for each line. The shares of all lines add up to [`OrderSums::paid`].
///
/// A discount on the order is shared by the lines' prices after their own discounts; tax and delivery by what was then
/// paid for them.
///
/// # Errors
/// When the sums contradict one another.
pub fn shares(order: &OrderSums) -> Result<Vec<Share>, WrongSums> {
    order.check()?;
    // A line without pieces can give nothing back, so it takes no part.
    let alive = |line: &LineSums, weight: i64| if line.quantity > 0 { weight } else { 0 };
    let net: Vec<i64> = order.lines.iter().map(|line| line.price - line.discount).collect();
    let discounts = split(order.discount, &net);
    let paid: Vec<i64> =
        order.lines.iter().zip(net.iter().zip(&discounts)).map(|(line, (net, off))| alive(line, net - off)).collect();
    // Are all goods free, the pieces carry delivery and tax.
    let weights =
        if paid.iter().all(|paid| *paid == 0) { order.lines.iter().map(|line| line.quantity).collect() } else { paid };
    let (taxes, deliveries) = (split(order.tax, &weights), split(order.delivery, &weights));
    let share = |(i, line): (usize, &LineSums)| Share {
        quantity: line.quantity,
        price: line.price,
        discount: line.discount + discounts[i],
        tax: line.tax + taxes[i],
        delivery: deliveries[i],
        tax_is: order.tax_is,
    };
    Ok(order.lines.iter().enumerate().map(share).collect())
}

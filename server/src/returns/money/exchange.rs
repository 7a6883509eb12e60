//! What changes hands when goods are exchanged, or credit is taken in place of money.

use super::split::portion;
use aftercart_shared::returns::Percent;
use std::cmp::Ordering;

/// Who owes whom after an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    Even,
    /// The new goods are dearer: to be paid before they are sent.
    ShopperPays(i64),
    /// They are cheaper.
    ShopRefunds(i64),
}

/// `refund` is what the old goods would bring back, fees taken off; `price` what the new ones cost with their tax.
pub fn difference(refund: i64, price: i64) -> Difference {
    match price.cmp(&refund) {
        Ordering::Equal => Difference::Even,
        Ordering::Greater => Difference::ShopperPays(price - refund),
        Ordering::Less => Difference::ShopRefunds(refund - price),
    }
}

/// A refund as store credit, with what the shop adds for choosing it.
pub fn with_bonus(refund: i64, bonus: Percent) -> i64 {
    refund.saturating_add(portion(refund, bonus))
}

//! The money of an order as its tables or its source give it, in the form that [`super::money`] reckons with.

use super::{
    money::{LineSums, OrderSums, Tax, shares},
    order_store::{LineRow, OrderRow},
};
use crate::orders::import::model::{Charges, ImportedLine, ImportedOrder};

/// As a source told it.
pub fn of_import(order: &ImportedOrder) -> OrderSums {
    let line = |line: &ImportedLine| self::line(line.quantity, line.unit_price, line.discount, line.tax);
    whole(&order.charges, order.lines.iter().map(line).collect())
}

/// As it stands in the tables.
pub fn of_rows(row: &OrderRow, lines: &[LineRow]) -> OrderSums {
    let charges = Charges {
        discount: row.discount,
        delivery: row.delivery,
        delivery_tax: row.delivery_tax,
        tax: row.tax,
        taxes_added: row.taxes_added,
        gift_cards: row.gift_cards,
    };
    let line = |line: &LineRow| self::line(line.quantity, line.unit_price, line.discount, line.tax);
    whole(&charges, lines.iter().map(line).collect())
}

fn line(quantity: i64, unit_price: Option<i64>, discount: i64, tax: i64) -> LineSums {
    LineSums { quantity, price: unit_price.unwrap_or(0).saturating_mul(quantity), discount, tax }
}

fn whole(charges: &Charges, lines: Vec<LineSums>) -> OrderSums {
    let on_top = if charges.taxes_added { charges.delivery_tax } else { 0 };
    OrderSums {
        lines,
        discount: charges.discount,
        tax: charges.tax,
        tax_is: if charges.taxes_added { Tax::Added } else { Tax::Included },
        delivery: charges.delivery.saturating_add(on_top),
        gift_cards: charges.gift_cards,
    }
}

/// What was paid for one piece of each line, its share of everything taken off; `None` where the sums contradict one
/// another: then nobody knows.
pub fn paid_each(sums: &OrderSums) -> Option<Vec<i64>> {
    Some(shares(sums).ok()?.iter().map(|share| share.first(1).paid()).collect())
}

/// What concerns the order as a whole cannot be shared out while the price of a line is not known.
pub fn needs_every_price(sums: &OrderSums) -> bool {
    sums.discount != 0 || sums.tax != 0 || sums.delivery != 0 || sums.gift_cards != 0
}

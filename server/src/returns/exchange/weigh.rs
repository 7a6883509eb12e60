//! Which of a product's variants may be had in exchange for a piece that was bought, and for what difference.

use crate::connectors::commerce::{Siblings, Stock, Variant};
use aftercart_shared::{i18n::Messages, locale::Locale, money::Money, returns::Wording};
use std::collections::HashMap;

/// Few enough to be said.
const FEW: i64 = 5;

/// What a variant costs beside what was bought, for one piece, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    Same,
    /// So much goes back to the shopper.
    Cheaper(i64),
    /// We take no payments: it cannot be had here.
    Dearer(i64),
    /// Neither its price nor that of what was bought is known.
    Unknown,
}

/// A variant that is not the one that was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub variant: Variant,
    pub difference: Difference,
    /// Less what other exchanges have set aside.
    pub stock: Stock,
}

/// Whether it may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    Yes,
    /// Somebody has to look whether it is there.
    Perhaps,
    SoldOut,
    /// Not so many.
    TooFew(i64),
    Dearer(i64),
    Unpriced,
}

/// `paid_each` is what was paid for one piece. The shop's price of today is compared with the shop's price of today: a
/// sale that has ended since makes no other size dearer. Only where the bought variant is gone does what was paid stand
/// for it. `held` are pieces that other exchanges have set aside, by variant.
pub fn weigh(siblings: &Siblings, paid_each: Option<i64>, held: &HashMap<String, i64>) -> Vec<Candidate> {
    let bought = siblings.bought.as_deref();
    let own = siblings.variants.iter().find(|variant| Some(variant.id.as_str()) == bought);
    let own_price = own.and_then(|own| own.price).or(paid_each);
    let candidate = |variant: &Variant| Candidate {
        difference: difference(variant.price, own_price, paid_each),
        stock: match variant.stock {
            Stock::Pieces(count) => Stock::pieces(count - held.get(&variant.id).copied().unwrap_or(0)),
            other => other,
        },
        variant: variant.clone(),
    };
    siblings.variants.iter().filter(|variant| Some(variant.id.as_str()) != bought).map(candidate).collect()
}

fn difference(price: Option<i64>, own: Option<i64>, paid_each: Option<i64>) -> Difference {
    let (Some(price), Some(own)) = (price, own) else { return Difference::Unknown };
    match price - own {
        0 => Difference::Same,
        more @ 1.. => Difference::Dearer(more),
        // Nobody gets more back than was paid; what nobody knows the price of is looked at by a person anyway.
        less => match paid_each.map_or(0, |paid| (-less).min(paid)) {
            0 => Difference::Same,
            back => Difference::Cheaper(back),
        },
    }
}

impl Candidate {
    pub fn chance(&self, quantity: i64) -> Chance {
        match (self.stock, self.difference) {
            // First what no talking changes.
            (Stock::Pieces(0), _) => Chance::SoldOut,
            (_, Difference::Dearer(more)) => Chance::Dearer(more),
            (_, Difference::Unknown) => Chance::Unpriced,
            (Stock::Pieces(count), _) if count < quantity => Chance::TooFew(count),
            (Stock::Unknown, _) => Chance::Perhaps,
            _ => Chance::Yes,
        }
    }

    /// What goes back for one piece.
    pub fn back_each(&self) -> i64 {
        match self.difference {
            Difference::Cheaper(back) => back,
            _ => 0,
        }
    }

    /// `olive · M`
    pub fn words(&self, locale: Locale) -> String {
        words(&self.variant.options.iter().map(|option| option.value.get(locale)).collect::<Vec<_>>())
    }

    /// What stands beside it: why it cannot be had, what comes back, that there are few.
    pub fn says(&self, quantity: i64, money: impl Fn(i64) -> Money, wording: &impl Wording) -> Option<String> {
        let t: Messages = wording.texts();
        Some(match (self.chance(quantity), self.difference, self.stock) {
            (Chance::SoldOut, ..) => t.exchange_sold_out().to_owned(),
            (Chance::TooFew(left), ..) => t.exchange_few(&left.to_string()),
            (Chance::Dearer(more), ..) => t.exchange_dearer(&wording.money(money(more))),
            (Chance::Unpriced, ..) => t.exchange_unpriced().to_owned(),
            (Chance::Perhaps, ..) => t.exchange_perhaps().to_owned(),
            (_, Difference::Cheaper(back), _) => t.exchange_cheaper(&wording.money(money(back))),
            (_, _, Stock::Pieces(count)) if count <= FEW => t.exchange_few(&count.to_string()),
            _ => return None,
        })
    }
}

/// Values of options in one line.
pub fn words(values: &[&str]) -> String {
    values.iter().filter(|value| !value.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn variant(id: &str, price: Option<i64>, stock: Stock) -> Variant {
        Variant { id: id.into(), sku: None, options: vec![], price, stock }
    }

    fn siblings(bought: Option<&str>, others: Vec<Variant>) -> Siblings {
        let mut variants = vec![variant("own", Some(2_000), Stock::Pieces(0))];
        variants.extend(others);
        Siblings { bought: bought.map(str::to_owned), variants }
    }

    fn one(price: Option<i64>, stock: Stock, paid: Option<i64>) -> Candidate {
        let all = weigh(&siblings(Some("own"), vec![variant("v", price, stock)]), paid, &HashMap::new());
        assert_eq!(all.len(), 1, "the one that was bought is none of the others");
        all[0].clone()
    }

    #[test]
    fn todays_price_is_compared_with_todays_price() {
        // Bought in a sale for 15.00, which is over: another size of the same price is no dearer.
        assert_eq!(one(Some(2_000), Stock::Unlimited, Some(1_500)).difference, Difference::Same);
        assert_eq!(one(Some(2_100), Stock::Unlimited, Some(1_500)).difference, Difference::Dearer(100));
        assert_eq!(one(Some(1_900), Stock::Unlimited, Some(1_500)).difference, Difference::Cheaper(100));
        // No more back than was paid, and of nothing nothing.
        assert_eq!(one(Some(100), Stock::Unlimited, Some(1_500)).difference, Difference::Cheaper(1_500));
        assert_eq!(one(Some(100), Stock::Unlimited, Some(0)).difference, Difference::Same);
        assert_eq!(one(None, Stock::Unlimited, Some(1_500)).difference, Difference::Unknown);
    }

    #[test]
    fn what_was_paid_stands_for_a_variant_that_is_gone() {
        let gone = |paid| {
            let all = siblings(Some("gone"), vec![variant("v", Some(1_800), Stock::Unlimited)]);
            weigh(&all, paid, &HashMap::new())[1].difference
        };
        assert_eq!((gone(Some(1_800)), gone(Some(2_000))), (Difference::Same, Difference::Cheaper(200)));
        assert_eq!((gone(Some(1_500)), gone(None)), (Difference::Dearer(300), Difference::Unknown));
    }

    #[test]
    fn the_last_one_is_whose_exchange_holds_it() {
        let all = siblings(Some("own"), vec![variant("v", Some(2_000), Stock::Pieces(3))]);
        let held = |pieces| weigh(&all, Some(2_000), &HashMap::from([("v".to_owned(), pieces)]))[0].clone();
        assert_eq!(held(0).chance(3), Chance::Yes);
        assert_eq!(held(1).chance(3), Chance::TooFew(2));
        assert_eq!(held(3).chance(1), Chance::SoldOut);
        assert_eq!(held(9).stock, Stock::Pieces(0));
        assert_eq!(one(Some(2_000), Stock::Unknown, Some(2_000)).chance(1), Chance::Perhaps);
        assert_eq!(one(Some(9_000), Stock::Pieces(0), Some(2_000)).chance(1), Chance::SoldOut);
        assert_eq!(one(Some(9_000), Stock::Pieces(1), Some(2_000)).chance(2), Chance::Dearer(7_000));
    }
}

//! The sum of a return as it is kept with it: enough to work it out anew when fewer pieces come than were announced.

use super::money::{Refund, pieces, portion};
use aftercart_shared::{
    api::returns::{ReturnSum, SumLine},
    returns::Percent,
};
use serde::{Deserialize, Serialize};

/// In minor units of the order's currency; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub lines: Vec<KeptLine>,
    pub delivery: i64,
    pub postage: i64,
    /// On top, for taking store credit.
    pub bonus: Percent,
    /// Of the total, what goes back to gift cards.
    pub to_gift_cards: i64,
    /// What of the order was paid in money and is not given back yet: that goes first. `None` where no gift card paid.
    #[serde(default)]
    pub money_left: Option<i64>,
    /// What one of the shop's people has added, or if below nought taken off.
    pub adjusted: i64,
    /// What comes in exchange, for all pieces of its line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_goods: Vec<NewGoods>,
    /// What an exchange gives back is store credit, not money.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_credit: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGoods {
    pub line: String,
    pub price: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLine {
    pub line: String,
    pub quantity: i64,
    /// For all of these pieces.
    pub paid: i64,
    pub restocking: i64,
}

impl Kept {
    /// `credit`: it is given as store credit, whatever paid. `names` are the ids of the order's lines, in order.
    pub fn new(refund: &Refund, bonus: Percent, credit: bool, names: &[&str]) -> Kept {
        let line = |line: &super::money::LineRefund| KeptLine {
            line: names.get(line.line).copied().unwrap_or_default().to_owned(),
            quantity: line.quantity,
            paid: line.paid,
            restocking: line.restocking,
        };
        Kept {
            lines: refund.lines.iter().map(line).collect(),
            delivery: refund.delivery,
            postage: refund.postage,
            bonus,
            to_gift_cards: if credit { 0 } else { refund.to_gift_cards },
            money_left: refund.money_left.filter(|_| !credit),
            adjusted: 0,
            new_goods: Vec::new(),
            as_credit: false,
        }
    }

    /// With what of the total goes to the gift cards: what is beyond the money that is left.
    pub fn shared_out(self) -> Kept {
        let to_gift_cards = match self.money_left {
            Some(left) => (self.total() - left).max(0),
            None => self.to_gift_cards.min(self.total()),
        };
        Kept { to_gift_cards, ..self }
    }

    pub fn read(json: &str) -> Option<Kept> {
        serde_json::from_str(json).ok()
    }

    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn paid(&self) -> i64 {
        self.lines.iter().map(|line| line.paid).sum()
    }

    fn restocking(&self) -> i64 {
        self.lines.iter().map(|line| line.restocking).sum()
    }

    fn before_postage(&self) -> i64 {
        self.paid() + self.delivery - self.restocking()
    }

    /// A fee takes no more than there is.
    fn fee(&self) -> i64 {
        self.postage.clamp(0, self.before_postage().max(0))
    }

    fn bonus_amount(&self) -> i64 {
        portion(self.before_postage() - self.fee(), self.bonus)
    }

    /// Without what somebody has adjusted.
    fn worked_out(&self) -> i64 {
        self.before_postage() - self.fee() + self.bonus_amount() - self.exchanged()
    }

    /// What the goods cost that come in exchange.
    fn exchanged(&self) -> i64 {
        self.new_goods.iter().map(|new| new.price).sum()
    }

    /// What is to be paid out.
    pub fn total(&self) -> i64 {
        self.worked_out() + self.adjusted
    }

    /// The most that anybody may set the total to: all that was paid for these goods and their delivery, or what the
    /// shop itself offers where that is more.
    pub fn most(&self) -> i64 {
        (self.paid() + self.delivery).max(self.worked_out())
    }

    /// With another total.
    pub fn adjusted_to(&self, total: i64) -> Kept {
        Kept { adjusted: total - self.worked_out(), ..self.clone() }.shared_out()
    }

    /// For the pieces that came. The charge for delivery goes back only with all that was announced, and what somebody
    /// has adjusted was for other goods.
    pub fn received(&self, came: &[(&str, i64)]) -> Kept {
        let count = |line: &KeptLine| came.iter().find(|(id, _)| *id == line.line).map_or(0, |(_, count)| *count);
        if self.lines.iter().all(|line| count(line) == line.quantity) {
            return self.clone();
        }
        let line = |line: &KeptLine| KeptLine {
            line: line.line.clone(),
            quantity: count(line).clamp(0, line.quantity),
            paid: pieces(line.paid, line.quantity, count(line)),
            restocking: pieces(line.restocking, line.quantity, count(line)),
        };
        let new = |new: &NewGoods| {
            let old = self.lines.iter().find(|line| line.line == new.line);
            let price = old.map_or(new.price, |line| pieces(new.price, line.quantity, count(line)));
            NewGoods { line: new.line.clone(), price }
        };
        Kept {
            lines: self.lines.iter().map(line).collect(),
            new_goods: self.new_goods.iter().map(new).collect(),
            delivery: 0,
            adjusted: 0,
            ..self.clone()
        }
        .shared_out()
    }

    /// As it is shown. `title` names a line.
    pub fn sum(&self, title: impl Fn(&str) -> String, says: Option<String>) -> ReturnSum {
        let line = |line: &KeptLine| SumLine {
            line: line.line.clone(),
            title: title(&line.line),
            quantity: u32::try_from(line.quantity).unwrap_or(0),
            paid: line.paid,
            instead: None,
        };
        ReturnSum {
            lines: self.lines.iter().map(line).collect(),
            delivery: self.delivery,
            restocking: self.restocking(),
            postage: self.fee(),
            bonus: self.bonus_amount(),
            exchanged: self.exchanged(),
            adjusted: self.adjusted,
            total: self.total(),
            to_gift_cards: self.to_gift_cards,
            says,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        let line = |line: &str, quantity, paid, restocking| KeptLine { line: line.into(), quantity, paid, restocking };
        Kept { lines: vec![line("a", 3, 1000, 100), line("b", 1, 500, 0)], postage: 295, ..Kept::default() }
    }

    fn adds_up(kept: &Kept) {
        let sum = kept.sum(str::to_owned, None);
        let lines: i64 = sum.lines.iter().map(|line| line.paid).sum();
        let taken = sum.restocking + sum.postage + sum.exchanged;
        assert_eq!(lines + sum.delivery + sum.bonus - taken + sum.adjusted, sum.total);
    }

    #[test]
    fn the_parts_add_up_whatever_came() {
        let all = kept();
        assert_eq!(all.total(), 1105);
        for came in [vec![("a", 3), ("b", 1)], vec![("a", 2), ("b", 0)], vec![("a", 0), ("b", 0)], vec![("b", 1)]] {
            let some = all.received(&came);
            adds_up(&some);
            adds_up(&Kept { bonus: Percent::parse("5%").unwrap(), ..some.clone() });
            assert!(some.total() >= 0, "{came:?}");
        }
        assert_eq!(all.received(&[("a", 3), ("b", 1)]), all);
        // Two of three pieces: 667 of 1,000, less 67 of the fee and the postage.
        assert_eq!(all.received(&[("a", 2)]).total(), 667 - 67 - 295);
        assert_eq!(all.received(&[]).total(), 0);
    }

    #[test]
    fn an_adjusted_sum_says_by_how_much() {
        let less = kept().adjusted_to(900);
        assert_eq!((less.total(), less.adjusted, less.most()), (900, -205, 1500));
        adds_up(&less);
        assert_eq!(less.adjusted_to(1500).adjusted, 395);
        // What was agreed for other goods is not carried over.
        assert_eq!(less.received(&[("b", 1)]).total(), 205);
    }

    #[test]
    fn an_exchange_gives_back_the_difference_of_what_came() {
        let line = |line: &str, quantity, paid| KeptLine { line: line.into(), quantity, paid, restocking: 0 };
        let new = |line: &str, price| NewGoods { line: line.into(), price };
        let exchange = Kept {
            lines: vec![line("a", 3, 1000), line("b", 1, 500)],
            new_goods: vec![new("a", 700), new("b", 500)],
            ..Kept::default()
        };
        assert_eq!((exchange.total(), exchange.sum(str::to_owned, None).exchanged), (300, 1200));
        for came in [vec![("a", 3), ("b", 1)], vec![("a", 2)], vec![("b", 1)], vec![]] {
            let some = exchange.received(&came);
            adds_up(&some);
            assert!(some.total() >= 0, "{came:?}");
        }
        assert_eq!(exchange.received(&[("a", 2)]).total(), 200);
        assert_eq!(exchange.received(&[("b", 1)]).total(), 0);
        assert_eq!(Kept::read(&exchange.json()).unwrap(), exchange);
    }

    #[test]
    fn credit_has_its_bonus() {
        let credit = Kept { bonus: Percent::parse("10%").unwrap(), ..kept() };
        assert_eq!((credit.total(), credit.most()), (1216, 1500));
        adds_up(&credit);
        assert_eq!(Kept::read(&credit.json()).unwrap(), credit);
    }
}

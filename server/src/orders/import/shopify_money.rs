//! In which currency a Shopify order speaks. Where a shop sells in several, the shopper paid in the presentment currency
//! and her refunds are in it; exports without `price_set` know only the shop's own.

use super::{
    fields::{self, Scalar},
    model::Charges,
    shopify_wire::{Allocation, LineItem, MoneyBag, Order, Refund, ShippingLine, TaxLine, Transaction},
};
use aftercart_shared::money::Currency;

pub struct Prices {
    pub currency: Currency,
    /// In the order of the line items.
    pub lines: Vec<Line>,
    pub refunded: i64,
    pub charges: Charges,
}

/// What is said of one line item; discounts and taxes are of all its pieces together.
pub struct Line {
    pub unit_price: Option<i64>,
    pub discount: i64,
    pub tax: i64,
}

/// The shopper's currency if everything can be said in it, else the shop's.
pub fn read(order: &Order, items: &[LineItem], refunds: &[Refund]) -> Result<Prices, String> {
    let shop = fields::currency("currency", order.currency.as_deref().ok_or("currency is missing")?)?;
    let presentment = order.presentment_currency.as_deref();
    let presentment = presentment.map(|code| fields::currency("presentment_currency", code)).transpose()?;
    if let Some(foreign) = presentment.filter(|p| *p != shop)
        && let Some(prices) = read_in(foreign, shop, order, items, refunds)?
    {
        return Ok(prices);
    }
    read_in(shop, shop, order, items, refunds)?
        .ok_or_else(|| "prices and refunds are in different currencies; export line_items.price_set too".to_owned())
}

/// `None` when something is only given in another currency.
fn read_in(
    wanted: Currency,
    shop: Currency,
    order: &Order,
    items: &[LineItem],
    refunds: &[Refund],
) -> Result<Option<Prices>, String> {
    let sight = Sight { wanted, shop };
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let unit_price = match sight.amount("line_items.price", &item.price, &item.price_set)? {
            Said::Amount(price) => Some(price),
            Said::Nothing => None,
            Said::Elsewhere => return Ok(None),
        };
        let discount = sight.allocated("line_items.discount_allocations", &item.discount_allocations)?;
        let tax = sight.taxes("line_items.tax_lines", &item.tax_lines)?;
        let Some((discount, tax)) = discount.zip(tax) else { return Ok(None) };
        lines.push(Line { unit_price, discount, tax });
    }
    let mut refunded: i64 = 0;
    for transaction in refunds.iter().filter_map(|r| r.transactions.as_ref()).flatten().filter(|t| paid_back(t)) {
        let Some(amount) = sight.transaction(transaction)? else { return Ok(None) };
        refunded = refunded.checked_add(amount).ok_or("the refunds are too large to add")?;
    }
    let Some(mut charges) = sight.charges(order)? else { return Ok(None) };
    if items.iter().all(|item| item.tax_lines.is_none()) {
        let Some(tax) = sight.goods_tax(order, charges.delivery_tax)? else { return Ok(None) };
        charges.tax = tax;
    }
    Ok(Some(Prices { currency: wanted, lines, refunded, charges }))
}

/// What a field says in the currency that is looked for.
enum Said {
    Amount(i64),
    Nothing,
    /// It is given, in another currency only.
    Elsewhere,
}

/// The currency that is looked for, and the one that plain amounts are in.
#[derive(Clone, Copy)]
struct Sight {
    wanted: Currency,
    shop: Currency,
}

impl Sight {
    fn amount(self, field: &str, plain: &Option<Scalar>, bag: &Option<MoneyBag>) -> Result<Said, String> {
        let listed = bag.as_ref().and_then(|bag| in_bag(bag, self.wanted));
        let own = plain.as_ref().filter(|_| self.wanted == self.shop).map(|amount| amount.0.as_str());
        match listed.or(own) {
            Some(amount) => fields::amount(field, amount, self.wanted).map(Said::Amount),
            None if plain.is_none() && bag.is_none() => Ok(Said::Nothing),
            None => Ok(Said::Elsewhere),
        }
    }

    /// `None` when one of them is only given in another currency.
    fn sum<'a>(
        self,
        field: &str,
        all: impl Iterator<Item = (&'a Option<Scalar>, &'a Option<MoneyBag>)>,
    ) -> Result<Option<i64>, String> {
        let mut sum: i64 = 0;
        for (plain, bag) in all {
            match self.amount(field, plain, bag)? {
                Said::Amount(amount) => sum = sum.checked_add(amount).ok_or("the amounts are too large to add")?,
                Said::Nothing => {}
                Said::Elsewhere => return Ok(None),
            }
        }
        Ok(Some(sum))
    }

    fn allocated(self, field: &str, all: &Option<Vec<Allocation>>) -> Result<Option<i64>, String> {
        self.sum(field, all.iter().flatten().map(|one| (&one.amount, &one.amount_set)))
    }

    fn taxes(self, field: &str, all: &Option<Vec<TaxLine>>) -> Result<Option<i64>, String> {
        self.sum(field, all.iter().flatten().map(|one| (&one.price, &one.price_set)))
    }

    /// Of the goods together, where no line tells its own.
    fn goods_tax(self, order: &Order, delivery_tax: i64) -> Result<Option<i64>, String> {
        Ok(match self.amount("total_tax", &order.total_tax, &order.total_tax_set)? {
            Said::Amount(tax) => Some((tax - delivery_tax).max(0)),
            Said::Nothing => Some(0),
            Said::Elsewhere => None,
        })
    }

    fn transaction(self, one: &Transaction) -> Result<Option<i64>, String> {
        let currency = one.currency.as_deref().map(|code| fields::currency("transactions.currency", code));
        if currency.transpose()?.unwrap_or(self.shop) != self.wanted {
            return Ok(None);
        }
        let Some(amount) = &one.amount else { return Ok(Some(0)) };
        fields::amount("transactions.amount", &amount.0, self.wanted).map(Some)
    }

    /// What concerns the order as a whole. Its discounts stand with the lines, each with its share.
    fn charges(self, order: &Order) -> Result<Option<Charges>, String> {
        let mut charges = Charges { taxes_added: order.taxes_included == Some(false), ..Charges::default() };
        for line in order.shipping_lines.iter().flatten().filter(|line| line.is_removed != Some(true)) {
            let tax = self.taxes("shipping_lines.tax_lines", &line.tax_lines)?;
            let Some((charge, tax)) = self.delivery(line)?.zip(tax) else { return Ok(None) };
            charges.delivery = charges.delivery.checked_add(charge).ok_or("the charges are too large to add")?;
            charges.delivery_tax = charges.delivery_tax.checked_add(tax).ok_or("the charges are too large to add")?;
        }
        for payment in order.transactions.iter().flatten().filter(|payment| by_gift_card(payment)) {
            let Some(amount) = self.transaction(payment)? else { return Ok(None) };
            charges.gift_cards = charges.gift_cards.checked_add(amount).ok_or("the payments are too large to add")?;
        }
        Ok(Some(charges))
    }

    /// What was charged for this way of delivery, its discounts taken off.
    fn delivery(self, line: &ShippingLine) -> Result<Option<i64>, String> {
        // A code that makes delivery free is an allocation; the discounted price of old orders does not know it.
        let Some(off) = self.allocated("shipping_lines.discount_allocations", &line.discount_allocations)? else {
            return Ok(None);
        };
        let discounted =
            self.amount("shipping_lines.discounted_price", &line.discounted_price, &line.discounted_price_set)?;
        // Where it is given in the shop's currency alone the price says it too: nothing was taken off but what is listed.
        if let (0, Said::Amount(charge)) = (off, discounted) {
            return Ok(Some(charge.max(0)));
        }
        match self.amount("shipping_lines.price", &line.price, &line.price_set)? {
            Said::Amount(charge) => Ok(Some((charge - off).max(0))),
            Said::Nothing => Ok(Some(0)),
            Said::Elsewhere => Ok(None),
        }
    }
}

/// A payment that has gone through, from a gift card.
fn by_gift_card(payment: &Transaction) -> bool {
    payment.gateway.as_deref() == Some("gift_card")
        && matches!(payment.kind.as_deref(), Some("sale" | "capture"))
        && payment.status.as_deref() == Some("success")
}

fn in_bag(bag: &MoneyBag, wanted: Currency) -> Option<&str> {
    let amounts = [&bag.presentment_money, &bag.shop_money].into_iter().flatten();
    amounts.filter(|a| Currency::parse(&a.currency_code) == Some(wanted)).map(|a| a.amount.0.as_str()).next()
}

/// Money that has really gone back: not a failed try, not one still pending.
fn paid_back(transaction: &Transaction) -> bool {
    transaction.kind.as_deref().is_none_or(|kind| kind == "refund")
        && transaction.status.as_deref().is_none_or(|status| status == "success")
}

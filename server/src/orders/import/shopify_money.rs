//! In which currency a Shopify order speaks. Where a shop sells in several, the shopper paid in the presentment currency
//! and her refunds are in it; exports without `price_set` know only the shop's own.

use super::{
    fields,
    shopify_wire::{LineItem, MoneyBag, Refund, Transaction},
};
use aftercart_shared::money::Currency;

pub struct Prices {
    pub currency: Currency,
    /// In the order of the line items.
    pub unit_prices: Vec<Option<i64>>,
    pub refunded: i64,
}

/// The shopper's currency if everything can be said in it, else the shop's.
pub fn read(
    shop: Option<&str>,
    presentment: Option<&str>,
    items: &[LineItem],
    refunds: &[Refund],
) -> Result<Prices, String> {
    let shop = fields::currency("currency", shop.ok_or("currency is missing")?)?;
    let presentment = presentment.map(|code| fields::currency("presentment_currency", code)).transpose()?;
    if let Some(foreign) = presentment.filter(|p| *p != shop)
        && let Some(prices) = read_in(foreign, shop, items, refunds)?
    {
        return Ok(prices);
    }
    read_in(shop, shop, items, refunds)?
        .ok_or_else(|| "prices and refunds are in different currencies; export line_items.price_set too".to_owned())
}

/// `None` when something is only given in another currency.
fn read_in(wanted: Currency, shop: Currency, items: &[LineItem], refunds: &[Refund]) -> Result<Option<Prices>, String> {
    let mut unit_prices = Vec::with_capacity(items.len());
    for item in items {
        let listed = item.price_set.as_ref().and_then(|bag| in_bag(bag, wanted));
        let plain = item.price.as_ref().filter(|_| wanted == shop).map(|price| price.0.as_str());
        match listed.or(plain) {
            Some(price) => unit_prices.push(Some(fields::amount("line_items.price", price, wanted)?)),
            None if item.price.is_none() && item.price_set.is_none() => unit_prices.push(None),
            None => return Ok(None),
        }
    }
    let mut refunded: i64 = 0;
    for transaction in refunds.iter().filter_map(|r| r.transactions.as_ref()).flatten().filter(|t| paid_back(t)) {
        let currency = transaction.currency.as_deref().map(|code| fields::currency("refunds.currency", code));
        if currency.transpose()?.unwrap_or(shop) != wanted {
            return Ok(None);
        }
        let Some(amount) = &transaction.amount else { continue };
        let amount = fields::amount("refunds.transactions.amount", &amount.0, wanted)?;
        refunded = refunded.checked_add(amount).ok_or("the refunds are too large to add")?;
    }
    Ok(Some(Prices { currency: wanted, unit_prices, refunded }))
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

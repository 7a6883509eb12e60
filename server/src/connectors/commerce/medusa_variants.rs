//! Medusa's variants: which product a line was bought of stands in the order, what there is of it with the product.

use super::{
    super::outgoing::Fault,
    amount,
    medusa::Medusa,
    signature::is_id,
    variants::{LineOf, MOST, OptionValue, Siblings, Stock, Variant, Varied, words},
};
use crate::orders::import::fields::Scalar;
use futures_util::future::BoxFuture;
use serde::Deserialize;

const ITEMS: &str = "id,items.id,items.variant_id,items.product_id";
/// The quantity is worked out by Medusa over all its stock locations, less what is reserved.
const VARIANTS: &str = "id,title,sku,manage_inventory,allow_backorder,inventory_quantity,*options,*options.option,\
*prices,prices.price_rules.value,prices.price_rules.attribute";

#[derive(Deserialize)]
struct One {
    order: Order,
}

#[derive(Deserialize)]
struct Order {
    id: String,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    variant_id: Option<String>,
    product_id: Option<String>,
}

#[derive(Deserialize)]
struct List {
    variants: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    title: Option<String>,
    sku: Option<String>,
    #[serde(default)]
    manage_inventory: bool,
    #[serde(default)]
    allow_backorder: bool,
    inventory_quantity: Option<i64>,
    #[serde(default)]
    options: Vec<Chosen>,
    #[serde(default)]
    prices: Vec<Price>,
}

#[derive(Deserialize)]
struct Chosen {
    value: String,
    option: Option<Titled>,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

#[derive(Deserialize)]
struct Price {
    amount: Option<Scalar>,
    raw_amount: Option<Exact>,
    currency_code: Option<String>,
    min_quantity: Option<Scalar>,
    /// Of a region, of a group of customers: not everybody's.
    #[serde(default)]
    rules: std::collections::BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Exact {
    value: Scalar,
}

impl Varied for Medusa {
    fn siblings<'a>(&'a self, of: &'a LineOf) -> BoxFuture<'a, Result<Option<Siblings>, Fault>> {
        Box::pin(async move {
            if !is_id(&of.order) {
                return Ok(None);
            }
            let answer = self.get(&format!("/admin/orders/{}", of.order), &[("fields", ITEMS)]).await?;
            let Some(body) = answer.ok_or_absent()? else { return Ok(None) };
            let one: One = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("an order", &e))?;
            let item = one.order.items.into_iter().find(|item| item.id == of.line && one.order.id == of.order);
            let Some(item) = item else { return Ok(None) };
            let Some(product) = item.product_id.filter(|id| is_id(id)) else { return Ok(None) };
            let (path, most) = (format!("/admin/products/{product}/variants"), MOST.to_string());
            let answer = self.get(&path, &[("fields", VARIANTS), ("limit", &most), ("order", "variant_rank")]).await?;
            let Some(body) = answer.ok_or_absent()? else { return Ok(None) };
            let list: List = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("variants", &e))?;
            let variants = list.variants.into_iter().map(|row| variant(row, of)).collect();
            Ok(Some(Siblings { bought: item.variant_id, variants }))
        })
    }
}

fn variant(row: Row, of: &LineOf) -> Variant {
    let value = |text: String| words(Some(("en", text)), std::iter::empty());
    let option = |chosen: Chosen| OptionValue {
        name: chosen.option.map(|option| value(option.title)).unwrap_or_default(),
        value: value(chosen.value),
    };
    let price = price(&row.prices, of);
    let mut options: Vec<OptionValue> = row.options.into_iter().map(option).collect();
    if options.is_empty() {
        let titled = row.title.filter(|title| !title.trim().is_empty());
        options.extend(titled.map(|title| OptionValue { name: Default::default(), value: value(title) }));
    }
    Variant {
        id: row.id,
        sku: row.sku.filter(|sku| !sku.is_empty()),
        options,
        price,
        stock: match row.inventory_quantity {
            _ if !row.manage_inventory || row.allow_backorder => Stock::Unlimited,
            Some(count) => Stock::pieces(count),
            None => Stock::Unknown,
        },
    }
}

/// Everybody's price. Those of price lists stand among them unmarked: a list is a sale, so the highest is the usual one.
fn price(prices: &[Price], of: &LineOf) -> Option<i64> {
    let everybodys = prices.iter().filter(|price| {
        let code = price.currency_code.as_deref().unwrap_or_default();
        code.eq_ignore_ascii_case(of.currency.code()) && price.rules.is_empty() && price.min_quantity.is_none()
    });
    let amount = |price: &Price| {
        let exact = price.raw_amount.as_ref().map(|exact| &exact.value).or(price.amount.as_ref())?;
        amount::from_major(&exact.0, of.currency)
    };
    everybodys.filter_map(amount).filter(|price| *price >= 0).max()
}

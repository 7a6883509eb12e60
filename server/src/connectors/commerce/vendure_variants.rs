//! Vendure's variants of what an order's line was bought of, by way of the order: reading orders is all that our key may
//! need to be allowed.

use super::{
    super::outgoing::Fault,
    amount,
    variants::{LineOf, MOST, OptionValue, Siblings, Stock, Variant, Varied, words},
    vendure::Vendure,
};
use crate::orders::import::fields::Scalar;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::json;

const VARIANTS: &str = "query Variants($id: ID!) {
  order(id: $id) {
    id
    lines {
      id
      productVariant {
        id
        product {
          enabled
          variants {
            id sku enabled priceWithTax currencyCode trackInventory outOfStockThreshold useGlobalOutOfStockThreshold
            stockLevels { stockOnHand stockAllocated }
            options {
              languageCode name translations { languageCode name }
              group { languageCode name translations { languageCode name } }
            }
          }
        }
      }
    }
  }
  globalSettings { trackInventory outOfStockThreshold serverConfig { moneyStrategyPrecision } }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    order: Option<Order>,
    global_settings: GlobalSettings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GlobalSettings {
    track_inventory: bool,
    out_of_stock_threshold: i64,
    server_config: ServerConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerConfig {
    money_strategy_precision: u32,
}

#[derive(Deserialize)]
struct Order {
    id: Scalar,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: Scalar,
    product_variant: Bought,
}

#[derive(Deserialize)]
struct Bought {
    id: Scalar,
    product: Product,
}

#[derive(Deserialize)]
struct Product {
    enabled: bool,
    variants: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: Scalar,
    sku: Option<String>,
    enabled: bool,
    price_with_tax: Scalar,
    currency_code: String,
    /// `TRUE`, `FALSE`, `INHERIT`
    track_inventory: String,
    out_of_stock_threshold: i64,
    use_global_out_of_stock_threshold: bool,
    stock_levels: Vec<Level>,
    options: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Level {
    stock_on_hand: i64,
    stock_allocated: i64,
}

/// An option; its group has the same form without one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    language_code: String,
    name: String,
    translations: Vec<Translation>,
    group: Option<Box<Named>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Translation {
    language_code: String,
    name: String,
}

impl Varied for Vendure {
    fn siblings<'a>(&'a self, of: &'a LineOf) -> BoxFuture<'a, Result<Option<Siblings>, Fault>> {
        Box::pin(async move {
            let answer: Answer = self.ask(VARIANTS, json!({ "id": of.order })).await?;
            let settings = answer.global_settings;
            let Some(order) = answer.order.filter(|order| order.id.0 == of.order) else { return Ok(None) };
            let Some(line) = order.lines.into_iter().find(|line| line.id.0 == of.line) else { return Ok(None) };
            let bought = line.product_variant;
            let product = bought.product;
            // What is taken out of the shop is not sent to anybody either.
            let rows = product.variants.into_iter().filter(|row| row.enabled && product.enabled).take(MOST);
            let variants = rows.map(|row| variant(row, &settings, of)).collect();
            Ok(Some(Siblings { bought: Some(bought.id.0), variants }))
        })
    }
}

fn variant(row: Row, settings: &GlobalSettings, of: &LineOf) -> Variant {
    let precision = settings.server_config.money_strategy_precision;
    let price = amount::from_minor(&row.price_with_tax.0, precision, of.currency);
    let stock = stock(&row, settings);
    Variant {
        id: row.id.0,
        sku: row.sku.filter(|sku| !sku.is_empty()),
        price: price.filter(|price| *price >= 0 && row.currency_code == of.currency.code()),
        stock,
        options: row.options.into_iter().map(option).collect(),
    }
}

/// As Vendure works out what can be sold: on hand, less what is promised, less what is to be left over.
fn stock(row: &Row, settings: &GlobalSettings) -> Stock {
    let tracked = match row.track_inventory.as_str() {
        "TRUE" => true,
        "FALSE" => false,
        _ => settings.track_inventory,
    };
    if !tracked {
        return Stock::Unlimited;
    }
    let kept_back = match row.use_global_out_of_stock_threshold {
        true => settings.out_of_stock_threshold,
        false => row.out_of_stock_threshold,
    };
    let free = row
        .stock_levels
        .iter()
        .fold(0_i64, |sum, level| sum.saturating_add(level.stock_on_hand).saturating_sub(level.stock_allocated));
    Stock::pieces(free.saturating_sub(kept_back))
}

fn option(option: Named) -> OptionValue {
    let (value, group) = named(option);
    OptionValue { name: group.map(|group| named(*group).0).unwrap_or_default(), value }
}

fn named(one: Named) -> (aftercart_shared::returns::Words, Option<Box<Named>>) {
    let translations = one.translations.into_iter().map(|t| (t.language_code, t.name));
    (words(Some((&one.language_code, one.name)), translations), one.group)
}

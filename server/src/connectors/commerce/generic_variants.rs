//! Variants as any shop system may tell them, over HTTP or in a file: one form for both.

use super::{
    super::outgoing::{Call, Fault},
    generic::Generic,
    signature::is_id,
    variants::{LineOf, MOST, OptionValue, Siblings, Stock, Variant, Varied},
};
use aftercart_shared::money::{Currency, Money};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longest id, SKU or name, in characters.
const TEXT: usize = 100;
/// Colour, size, material: nobody chooses by more.
const OPTIONS: usize = 5;

/// A variant in the contract's form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub id: String,
    #[serde(default)]
    pub sku: Option<String>,
    #[serde(default)]
    pub options: Vec<OptionValue>,
    /// With tax, decimals in major units, by currency: `{"GBP": "22.00"}`
    #[serde(default)]
    pub prices: BTreeMap<String, String>,
    /// Pieces that can be sold; `null` or left out: nobody knows.
    #[serde(default)]
    pub stock: Option<i64>,
}

impl Told {
    /// # Errors
    /// What is wrong with it, in English.
    pub fn check(&self) -> Result<(), String> {
        let long = |text: &str| text.trim().is_empty() || text.chars().count() > TEXT;
        if long(&self.id) || self.sku.as_deref().is_some_and(long) {
            return Err(format!("`id` and `sku` are 1 to {TEXT} characters"));
        }
        if self.options.is_empty() || self.options.len() > OPTIONS {
            return Err(format!("`options` has 1 to {OPTIONS} entries: what tells this variant from the others"));
        }
        for option in &self.options {
            if option.value.0.is_empty() || option.value.0.values().chain(option.name.0.values()).any(|t| long(t)) {
                return Err("an option has a `value` in one language or more: {\"en\": \"olive\"}".into());
            }
        }
        for (code, price) in &self.prices {
            let currency = Currency::parse(code).filter(|currency| currency.code() == code);
            let price = currency.and_then(|currency| Money::from_major(price, currency));
            if price.is_none_or(|price| price.minor < 0) {
                return Err(format!("`prices`: {code} is no currency, or its price no decimal of 0 or more"));
            }
        }
        match self.stock {
            Some(..=-1) => Err("`stock` is 0 or more".into()),
            _ => Ok(()),
        }
    }

    pub fn variant(self, currency: Currency) -> Variant {
        let price = self.prices.get(currency.code()).and_then(|price| Money::from_major(price, currency));
        Variant {
            id: self.id,
            sku: self.sku,
            options: self.options,
            price: price.map(|price| price.minor),
            stock: self.stock.map_or(Stock::Unknown, Stock::pieces),
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    /// The id of the variant that was bought.
    bought: Option<String>,
    variants: Vec<Told>,
}

impl Varied for Generic {
    fn siblings<'a>(&'a self, of: &'a LineOf) -> BoxFuture<'a, Result<Option<Siblings>, Fault>> {
        Box::pin(async move {
            if !is_id(&of.order) || !is_id(&of.line) {
                return Ok(None);
            }
            let url = format!("{}/orders/{}/lines/{}/variants", self.0.base_url, of.order, of.line);
            // A shop that has no such address says 404, as one that has no such line: it tells nothing.
            let Some(body) = self.send(Call::get(url)).await?.ok_or_absent()? else { return Ok(None) };
            let answer: Answer = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("variants", &e))?;
            if let Some(wrong) = answer.variants.iter().find_map(|told| told.check().err()) {
                return Err(Fault::Garbled(wrong));
            }
            let variants = answer.variants.into_iter().take(MOST).map(|told| told.variant(of.currency)).collect();
            Ok(Some(Siblings { bought: answer.bought, variants }))
        })
    }
}

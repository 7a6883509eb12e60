//! The shop's file of variants: JSON Lines, one variant a line, in the form in which a connected shop tells them, with
//! the product that they belong to.

use super::variant_store::{self as store, KnownRow};
use crate::{
    clock::Clock,
    connectors::commerce::ToldVariant,
    db::{self, Db},
};
use aftercart_shared::ids::SiteId;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashSet;

/// Mistakes that are named; more do not help.
const NAMED: usize = 20;

#[derive(Debug, Deserialize)]
struct Row {
    /// Whatever the shop calls it.
    product: String,
    #[serde(flatten)]
    variant: serde_json::Map<String, serde_json::Value>,
}

/// # Errors
/// What is to be mended, with the line. Then nothing has changed.
pub async fn import_variants(db: &Db, clock: &dyn Clock, site: &SiteId, bytes: &[u8]) -> Result<usize, Vec<String>> {
    let rows = read(bytes, clock.now().0)?;
    let (site, count) = (site.clone(), rows.len());
    let stored = db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            store::forget_all(tx, &site).await?;
            for (position, row) in (0..).zip(&rows) {
                store::insert(tx, &site, position, row).await?;
            }
            Ok(())
        })
    });
    stored.await.map_err(|error| vec![error.to_string()])?;
    Ok(count)
}

fn read(bytes: &[u8], told_at: i64) -> Result<Vec<KnownRow>, Vec<String>> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Err(vec!["the file is not UTF-8".into()]) };
    let (mut rows, mut wrong): (Vec<KnownRow>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut skus, mut ids) = (HashSet::new(), HashSet::new());
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (i, line) in lines {
        let row = one(line, told_at).and_then(|row| match row {
            row if !skus.insert(row.sku.clone()) => Err(format!("the SKU {} stands in two lines", row.sku)),
            row if !ids.insert((row.product_id.clone(), row.variant_id.clone())) => {
                Err(format!("the variant {} stands in two lines", row.variant_id))
            }
            row => Ok(row),
        });
        match row {
            Ok(row) => rows.push(row),
            Err(why) if wrong.len() < NAMED => wrong.push(format!("line {}: {why}", i + 1)),
            Err(_) => break,
        }
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

fn one(line: &str, told_at: i64) -> Result<KnownRow, String> {
    let row: Row = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let told: ToldVariant = serde_json::from_value(row.variant.into()).map_err(|e| e.to_string())?;
    told.check()?;
    if row.product.trim().is_empty() || row.product.chars().count() > 100 {
        return Err("`product` is 1 to 100 characters".into());
    }
    let sku = told.sku.clone().ok_or("`sku` is needed: by it an order's line is known")?;
    Ok(KnownRow {
        product_id: row.product,
        variant_id: told.id,
        sku,
        options: json!(told.options).to_string(),
        prices: json!(told.prices).to_string(),
        stock: told.stock,
        told_at,
    })
}

impl KnownRow {
    /// In the connectors' form. `None` for a row that is not ours.
    pub fn told(&self) -> Option<ToldVariant> {
        Some(ToldVariant {
            id: self.variant_id.clone(),
            sku: Some(self.sku.clone()),
            options: serde_json::from_str(&self.options).ok()?,
            prices: serde_json::from_str(&self.prices).ok()?,
            stock: self.stock,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const OLIVE: &str = r#"{"product":"pouch","id":"ol","sku":"BG-OL","options":[{"name":{"en":"Colour"},"value":{"en":"olive"}}],"prices":{"GBP":"22.00"},"stock":2}"#;

    #[test]
    fn a_good_line_is_read_and_a_bad_one_named() {
        let rows = read(format!("\u{feff}{OLIVE}\n\n").as_bytes(), 7).unwrap();
        assert_eq!((rows[0].sku.as_str(), rows[0].stock, rows[0].told_at), ("BG-OL", Some(2), 7));
        assert_eq!(rows[0].told().unwrap().prices["GBP"], "22.00");
        for (from, to, why) in [
            ("\"stock\":2", "\"stock\":-2", "`stock` is 0 or more"),
            ("\"sku\":\"BG-OL\",", "", "`sku` is needed"),
            ("\"stock\"", "\"stocks\"", "unknown field `stocks`"),
            ("\"GBP\":\"22.00\"", "\"GBP\":\"22.001\"", "`prices`"),
            ("\"pouch\"", "\" \"", "`product` is 1 to"),
            ("\"pouch\"", "7", "invalid type"),
        ] {
            let bad = OLIVE.replace(from, to);
            assert_ne!(bad, OLIVE);
            let wrong = read(format!("{OLIVE}\n{bad}").as_bytes(), 7).unwrap_err();
            assert!(wrong[0].starts_with("line 2: ") && wrong[0].contains(why), "{wrong:?}");
        }
        assert!(read(format!("{OLIVE}\n{OLIVE}").as_bytes(), 7).unwrap_err()[0].contains("two lines"));
        assert!(read(&[0xff], 7).is_err());
    }
}

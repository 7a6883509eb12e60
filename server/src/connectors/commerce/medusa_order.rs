//! An order as Medusa's Admin API gives it, into its neutral form.

use super::amount;
use crate::orders::import::{
    fields::{self, Reading, Scalar, limit},
    model::*,
};
use aftercart_shared::{
    locale::Locale,
    money::Currency,
    tracking::{OrderState, ParcelStatus},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Order {
    id: String,
    display_id: Scalar,
    status: String,
    email: Option<String>,
    currency_code: String,
    created_at: Option<String>,
    pub updated_at: Option<String>,
    canceled_at: Option<String>,
    #[serde(default)]
    is_draft_order: bool,
    locale: Option<String>,
    shipping_address: Option<OrderAddress>,
    /// With its tax.
    shipping_total: Option<Scalar>,
    shipping_tax_total: Option<Scalar>,
    /// What gift cards and store credit paid.
    credit_line_total: Option<Scalar>,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    fulfillments: Vec<Fulfillment>,
    #[serde(default)]
    payment_collections: Vec<PaymentCollection>,
}

#[derive(Deserialize)]
struct OrderAddress {
    first_name: Option<String>,
    last_name: Option<String>,
    address_1: Option<String>,
    address_2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    country_code: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    title: Option<String>,
    variant_title: Option<String>,
    variant_sku: Option<String>,
    requires_shipping: Option<bool>,
    quantity: i64,
    unit_price: Option<Scalar>,
    raw_unit_price: Option<Exact>,
    #[serde(default)]
    is_tax_inclusive: bool,
    /// What was paid for it: after discounts and with tax.
    total: Option<Scalar>,
    tax_total: Option<Scalar>,
    detail: Option<Detail>,
}

/// The same amount as a text: the number beside it has been through a float.
#[derive(Deserialize)]
struct Exact {
    value: Scalar,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    return_received_quantity: i64,
    #[serde(default)]
    written_off_quantity: i64,
}

#[derive(Deserialize)]
struct Fulfillment {
    id: String,
    shipped_at: Option<String>,
    delivered_at: Option<String>,
    canceled_at: Option<String>,
    #[serde(default)]
    items: Vec<FulfilledItem>,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct FulfilledItem {
    line_item_id: Option<String>,
    quantity: i64,
}

#[derive(Deserialize)]
struct Label {
    tracking_number: Option<String>,
    tracking_url: Option<String>,
}

#[derive(Deserialize)]
struct PaymentCollection {
    #[serde(default)]
    payments: Vec<Payment>,
}

#[derive(Deserialize)]
struct Payment {
    #[serde(default)]
    refunds: Vec<Refund>,
}

#[derive(Deserialize)]
struct Refund {
    amount: Scalar,
    raw_amount: Option<Exact>,
}

/// `None` for a draft.
pub fn neutral(row: Order, reading: &Reading) -> Result<Option<ImportedOrder>, String> {
    if row.is_draft_order || row.status == "draft" {
        return Ok(None);
    }
    let placed_at = reading.date("created_at", row.created_at.as_deref())?.ok_or("created_at is missing")?;
    let currency = fields::currency("currency_code", &row.currency_code)?;
    let cancelled = row.status == "canceled";
    let updated_at = reading.date("updated_at", row.updated_at.as_deref())?.unwrap_or(placed_at);
    let country = row.shipping_address.as_ref().and_then(|a| a.country_code.as_deref()).map(str::to_ascii_uppercase);
    let phone = row.shipping_address.as_ref().and_then(|a| a.phone.as_deref());
    let mut refunded: i64 = 0;
    let payments = row.payment_collections.into_iter().flat_map(|c| c.payments);
    for refund in payments.flat_map(|p| p.refunds) {
        let amount = money("refunds.amount", &refund.raw_amount.map_or(refund.amount, |exact| exact.value), currency)?;
        refunded = refunded.checked_add(amount).ok_or("the refunds are too large to add")?;
    }
    let sum = |field: &str, value: &Option<Scalar>| {
        value.as_ref().map(|value| money(field, value, currency)).transpose().map(|sum| sum.unwrap_or(0).max(0))
    };
    // Medusa decides it line by line. Shops do not mix; where one does, what was paid is told all the same.
    let taxes_added = row.items.iter().any(|item| !item.is_tax_inclusive && item.total.is_some());
    let delivery_tax = sum("shipping_tax_total", &row.shipping_tax_total)?;
    let delivery = sum("shipping_total", &row.shipping_total)?;
    let charges = Charges {
        delivery: if taxes_added { (delivery - delivery_tax).max(0) } else { delivery },
        delivery_tax,
        taxes_added,
        gift_cards: sum("credit_line_total", &row.credit_line_total)?,
        ..Charges::default()
    };
    let lines: Vec<ImportedLine> = row
        .items
        .into_iter()
        .filter(|item| item.quantity > 0)
        .map(|item| line(item, taxes_added, currency))
        .collect::<Result<_, _>>()?;
    let mut shipments = Vec::new();
    for fulfillment in row.fulfillments {
        shipments.extend(parcels(fulfillment, &lines, reading)?);
    }
    Ok(Some(ImportedOrder {
        exchange_of: None,
        charges,
        external_id: fields::required("id", Some(row.id), limit::ID)?,
        number: fields::required("display_id", Some(row.display_id.0), limit::ID)?,
        placed_at,
        currency,
        locale: row.locale.as_deref().and_then(Locale::parse),
        state: match () {
            () if cancelled => OrderState::Cancelled,
            // *completed* says that the shop is done with it, not that it has arrived.
            () if shipments.is_empty() => OrderState::Placed,
            () => OrderState::Preparing,
        },
        cancelled_at: if cancelled {
            reading.date("canceled_at", row.canceled_at.as_deref())?.or(Some(updated_at))
        } else {
            None
        },
        email: row.email.as_deref().and_then(fields::email),
        phone: phone.and_then(|phone| reading.phone(phone, country.as_deref())),
        recipient: fields::text("recipient", recipient(&row.shipping_address), limit::NAME)?,
        address: row.shipping_address.map(|a| address(a, country)).transpose()?,
        refunded,
        updated_at,
        lines,
        shipments,
    }))
}

fn money(field: &str, value: &Scalar, currency: Currency) -> Result<i64, String> {
    amount::from_major(&value.0, currency).ok_or_else(|| format!("{field} is no amount"))
}

fn recipient(address: &Option<OrderAddress>) -> Option<String> {
    let a = address.as_ref()?;
    Some([&a.first_name, &a.last_name].into_iter().flatten().map(|n| n.trim()).collect::<Vec<_>>().join(" "))
}

fn address(a: OrderAddress, country: Option<String>) -> Result<Address, String> {
    let part = |field: &str, value| fields::text(field, value, limit::NAME);
    Ok(Address {
        line1: part("address_1", a.address_1)?,
        line2: part("address_2", a.address_2)?,
        city: part("city", a.city)?,
        region: part("province", a.province)?,
        postcode: part("postal_code", a.postal_code)?,
        country: part("country_code", country)?,
    })
}

fn line(item: Item, taxes_added: bool, currency: Currency) -> Result<ImportedLine, String> {
    let title = fields::required("items.title", item.title, limit::TITLE)?;
    // What Medusa calls the only variant of an article is no part of its name.
    let variant = item.variant_title.filter(|v| !v.trim().is_empty() && *v != "Default variant" && *v != title);
    let back = item.detail.map_or(0, |d| d.return_received_quantity + d.written_off_quantity);
    let price = item.raw_unit_price.map(|exact| exact.value).or(item.unit_price);
    let price = price.map(|price| money("items.unit_price", &price, currency)).transpose()?;
    let tax =
        item.tax_total.as_ref().map(|tax| money("items.tax_total", tax, currency)).transpose()?.unwrap_or(0).max(0);
    let paid = item.total.as_ref().map(|total| money("items.total", total, currency)).transpose()?;
    // Whatever it was taken off, and however it was rounded: the price less this, with the tax, is what was paid.
    let on_top = if taxes_added { tax } else { 0 };
    let discount = price.zip(paid).map_or(0, |(price, paid)| price.saturating_mul(item.quantity) + on_top - paid);
    Ok(ImportedLine {
        kind: if item.requires_shipping == Some(false) { LineKind::Digital } else { LineKind::Physical },
        available_at: None,
        id: fields::required("items.id", Some(item.id), limit::ID)?,
        sku: fields::text("items.variant_sku", item.variant_sku, limit::NAME)?,
        title: variant.map_or(title.clone(), |v| format!("{title}, {v}")).chars().take(limit::TITLE).collect(),
        quantity: item.quantity,
        refunded: back.clamp(0, item.quantity),
        unit_price: price,
        discount: discount.max(0),
        tax,
        serials: Vec::new(),
    })
}

/// A fulfilment with several labels is several parcels; Medusa does not say what is in which, so the first carries all.
fn parcels(f: Fulfillment, bought: &[ImportedLine], reading: &Reading) -> Result<Vec<ImportedShipment>, String> {
    let date = |field: &str, value: &Option<String>| reading.date(field, value.as_deref());
    let (shipped_at, delivered_at) = (date("shipped_at", &f.shipped_at)?, date("delivered_at", &f.delivered_at)?);
    let (status, raw) = match () {
        () if f.canceled_at.is_some() => (ParcelStatus::Cancelled, "canceled"),
        () if delivered_at.is_some() => (ParcelStatus::Delivered, "delivered"),
        () if shipped_at.is_some() => (ParcelStatus::InTransit, "shipped"),
        () => (ParcelStatus::Registered, "fulfilled"),
    };
    let id = fields::required("fulfillments.id", Some(f.id), limit::ID)?;
    let contents = bought.iter().filter_map(|line| {
        let own = f.items.iter().filter(|item| item.line_item_id.as_deref() == Some(line.id.as_str()));
        let quantity: i64 = own.map(|item| item.quantity).sum();
        (quantity > 0).then(|| ShipmentLine { line: line.id.clone(), quantity })
    });
    let contents: Vec<ShipmentLine> = contents.collect();
    let mut labels: Vec<(Option<String>, Option<String>)> = Vec::new();
    for label in f.labels {
        let number = fields::text("labels.tracking_number", label.tracking_number, limit::ID)?;
        // `#` stands where nobody knows the page.
        let url = label.tracking_url.as_deref().map(str::trim).and_then(fields::https).map(str::to_owned);
        if number.is_some() && !labels.iter().any(|(known, _)| *known == number) {
            labels.push((number, url.filter(|url| url.chars().count() <= limit::URL)));
        }
    }
    if labels.is_empty() {
        labels.push((None, None));
    }
    let parcel = |(place, (number, url)): (usize, (Option<String>, Option<String>))| ImportedShipment {
        id: if place == 0 { id.clone() } else { format!("{id}-{}", place + 1) },
        carrier: None,
        carrier_name: None,
        tracking_number: number,
        tracking_url: url,
        status,
        raw_status: Some(raw.to_owned()),
        shipped_at: shipped_at.filter(|_| status != ParcelStatus::Cancelled),
        delivered_at: delivered_at.filter(|_| status == ParcelStatus::Delivered),
        expected_earliest: None,
        expected_latest: None,
        lines: if place == 0 { contents.clone() } else { Vec::new() },
        events: Vec::new(),
    };
    Ok(labels.into_iter().enumerate().map(parcel).collect())
}

//! An order as Vendure's GraphQL gives it, into its neutral form.

use super::amount;
use crate::orders::{
    carriers,
    import::{
        fields::{self, Reading, Scalar, limit},
        model::*,
    },
};
use aftercart_shared::{
    money::Currency,
    tracking::{OrderState, ParcelStatus},
};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    id: Scalar,
    code: String,
    state: String,
    active: bool,
    pub updated_at: Option<String>,
    pub order_placed_at: Option<String>,
    currency_code: String,
    shipping_with_tax: Option<Scalar>,
    customer: Option<Customer>,
    shipping_address: Option<OrderAddress>,
    lines: Vec<Line>,
    fulfillments: Option<Vec<Fulfillment>>,
    payments: Option<Vec<Payment>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    email_address: Option<String>,
    phone_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderAddress {
    full_name: Option<String>,
    street_line1: Option<String>,
    street_line2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    country_code: Option<String>,
    phone_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: Scalar,
    quantity: i64,
    order_placed_quantity: i64,
    /// Before any discount.
    unit_price_with_tax: Option<Scalar>,
    /// After all of them, the order's too.
    prorated_unit_price_with_tax: Scalar,
    prorated_line_price_with_tax: Option<Scalar>,
    prorated_line_price: Option<Scalar>,
    product_variant: Variant,
}

#[derive(Deserialize)]
struct Variant {
    sku: Option<String>,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfillment {
    id: Scalar,
    state: String,
    method: Option<String>,
    tracking_code: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    lines: Vec<FulfillmentLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FulfillmentLine {
    order_line_id: Scalar,
    quantity: i64,
}

#[derive(Deserialize)]
struct Payment {
    refunds: Vec<Refund>,
}

#[derive(Deserialize)]
struct Refund {
    total: Scalar,
    state: String,
}

/// `None` for a cart or a draft.
pub fn neutral(row: Order, precision: u32, reading: &Reading) -> Result<Option<ImportedOrder>, String> {
    let Some(placed_at) = reading.date("orderPlacedAt", row.order_placed_at.as_deref())?.filter(|_| !row.active) else {
        return Ok(None);
    };
    // What happens to a parcel leaves the order's own date as it is.
    let dates = row.fulfillments.iter().flatten().map(|f| &f.updated_at).chain([&row.updated_at]);
    let dates = dates.map(|date| reading.date("updatedAt", date.as_deref())).collect::<Result<Vec<_>, _>>()?;
    let updated_at = dates.into_iter().flatten().max().unwrap_or(placed_at).max(placed_at);
    let currency = fields::currency("currencyCode", &row.currency_code)?;
    let fulfillments = row.fulfillments.unwrap_or_default();
    // An order of which everything has come back is in this state too; it was no less sent for that.
    let sent = fulfillments.iter().any(|parcel| matches!(parcel.state.as_str(), "Shipped" | "Delivered"));
    let cancelled = row.state == "Cancelled" && !sent;
    let address = row.shipping_address.filter(|a| a.country_code.is_some() || a.street_line1.is_some());
    let country = address.as_ref().and_then(|a| a.country_code.clone());
    let phones = [
        row.customer.as_ref().and_then(|c| c.phone_number.as_deref()),
        address.as_ref().and_then(|a| a.phone_number.as_deref()),
    ];
    let phone = phones.into_iter().flatten().find_map(|phone| reading.phone(phone, country.as_deref()));
    let mut refunded: i64 = 0;
    for refund in row.payments.into_iter().flatten().flat_map(|p| p.refunds).filter(|r| r.state == "Settled") {
        refunded =
            refunded.checked_add(money("refunds.total", &refund.total, precision, currency)?).ok_or("refunds")?;
    }
    let delivery = row.shipping_with_tax.as_ref().map(|charge| money("shippingWithTax", charge, precision, currency));
    let delivery = delivery.transpose()?.unwrap_or(0).max(0);
    // A line of none was taken out again before anything was bought of it.
    let bought = row.lines.into_iter().filter(|line| line.quantity.max(line.order_placed_quantity) > 0);
    let lines: Vec<ImportedLine> =
        bought.map(|line| self::line(line, precision, currency)).collect::<Result<_, _>>()?;
    Ok(Some(ImportedOrder {
        exchange_of: None,
        // Prices with tax contain it. Vendure knows gift cards only as whatever a plugin made of them.
        charges: Charges { delivery, ..Charges::default() },
        external_id: fields::required("id", Some(row.id.0), limit::ID)?,
        number: fields::required("code", Some(row.code), limit::ID)?,
        placed_at,
        currency,
        locale: None,
        state: match () {
            () if cancelled => OrderState::Cancelled,
            () if fulfillments.is_empty() => OrderState::Placed,
            () => OrderState::Preparing,
        },
        cancelled_at: cancelled.then_some(updated_at),
        email: row.customer.as_ref().and_then(|c| c.email_address.as_deref()).and_then(fields::email),
        phone,
        recipient: fields::text("recipient", recipient(&row.customer, &address), limit::NAME)?,
        address: address.map(self::address).transpose()?,
        refunded,
        updated_at,
        shipments: fulfillments.into_iter().map(|f| shipment(f, &lines, reading)).collect::<Result<_, _>>()?,
        lines,
    }))
}

fn money(field: &str, value: &Scalar, precision: u32, currency: Currency) -> Result<i64, String> {
    amount::from_minor(&value.0, precision, currency).ok_or_else(|| format!("{field} is no amount"))
}

fn recipient(customer: &Option<Customer>, address: &Option<OrderAddress>) -> Option<String> {
    let of_address = address.as_ref().and_then(|a| a.full_name.clone()).filter(|name| !name.trim().is_empty());
    of_address.or_else(|| {
        let customer = customer.as_ref()?;
        let parts: Vec<&str> =
            [&customer.first_name, &customer.last_name].into_iter().flatten().map(|n| n.trim()).collect();
        Some(parts.join(" "))
    })
}

fn address(a: OrderAddress) -> Result<Address, String> {
    let part = |field: &str, value| fields::text(field, value, limit::NAME);
    Ok(Address {
        line1: part("streetLine1", a.street_line1)?,
        line2: part("streetLine2", a.street_line2)?,
        city: part("city", a.city)?,
        region: part("province", a.province)?,
        postcode: part("postalCode", a.postal_code)?,
        country: part("countryCode", a.country_code)?,
    })
}

/// Cancelling lowers a line's quantity; how many were bought stands beside it.
fn line(line: Line, precision: u32, currency: Currency) -> Result<ImportedLine, String> {
    let bought = line.order_placed_quantity.max(line.quantity);
    let of = |field: &str, value: &Scalar| money(field, value, precision, currency);
    let each = of("proratedUnitPriceWithTax", &line.prorated_unit_price_with_tax)?;
    let whole = |field: &str, value: &Option<Scalar>| {
        value.as_ref().filter(|_| line.quantity == bought).map(|value| of(field, value)).transpose()
    };
    // The line's own sums are exact; of one that was cancelled in part only the rounded price of a piece is known.
    let paid = whole("proratedLinePriceWithTax", &line.prorated_line_price_with_tax)?;
    let paid = paid.map_or_else(|| each.checked_mul(bought), Some).ok_or("the line's price is too large")?;
    let without_tax = whole("proratedLinePrice", &line.prorated_line_price)?;
    let listed = line.unit_price_with_tax.as_ref().map(|price| of("unitPriceWithTax", price)).transpose()?;
    let listed = listed.filter(|price| price.checked_mul(bought).is_some_and(|price| price >= paid)).unwrap_or(each);
    Ok(ImportedLine {
        kind: LineKind::Physical,
        available_at: None,
        id: fields::required("lines.id", Some(line.id.0), limit::ID)?,
        sku: fields::text("sku", line.product_variant.sku, limit::NAME)?,
        title: fields::required("name", Some(line.product_variant.name), limit::TITLE)?,
        quantity: bought,
        refunded: bought - line.quantity.max(0),
        unit_price: Some(listed),
        discount: (listed.saturating_mul(bought) - paid).max(0),
        tax: without_tax.map_or(0, |without| (paid - without).max(0)),
        serials: Vec::new(),
    })
}

fn shipment(parcel: Fulfillment, bought: &[ImportedLine], reading: &Reading) -> Result<ImportedShipment, String> {
    let status = match parcel.state.as_str() {
        "Created" | "Pending" => ParcelStatus::Registered,
        "Shipped" => ParcelStatus::InTransit,
        "Delivered" => ParcelStatus::Delivered,
        "Cancelled" => ParcelStatus::Cancelled,
        // A shop may add states of its own: we do not guess.
        _ => ParcelStatus::Unknown,
    };
    let created = reading.date("fulfillments.createdAt", parcel.created_at.as_deref())?;
    let moved = reading.date("fulfillments.updatedAt", parcel.updated_at.as_deref())?;
    let carrier = fields::text("method", parcel.method, limit::NAME)?;
    let known = carrier.as_deref().map(carrier_of);
    let mut contents: HashMap<String, i64> = HashMap::new();
    for line in parcel.lines {
        *contents.entry(line.order_line_id.0).or_default() += line.quantity;
    }
    let lines = bought.iter().filter_map(|line| {
        let quantity = *contents.get(&line.id)?;
        (quantity > 0).then(|| ShipmentLine { line: line.id.clone(), quantity })
    });
    Ok(ImportedShipment {
        id: fields::required("fulfillments.id", Some(parcel.id.0), limit::ID)?,
        carrier: known.map(str::to_owned),
        carrier_name: carrier,
        tracking_number: fields::text("trackingCode", parcel.tracking_code, limit::ID)?,
        tracking_url: None,
        status,
        raw_status: fields::text("fulfillments.state", Some(parcel.state), limit::CODE)?,
        shipped_at: if matches!(status, ParcelStatus::InTransit) { moved.or(created) } else { None },
        delivered_at: moved.filter(|_| status == ParcelStatus::Delivered),
        expected_earliest: None,
        expected_latest: None,
        lines: lines.collect(),
        events: Vec::new(),
    })
}

/// Staff write `UPS Ground` or `顺丰速运 次日`: the whole, else its first word.
fn carrier_of(method: &str) -> &'static str {
    let whole = carriers::code(method);
    if whole != "other" { whole } else { method.split_whitespace().next().map_or("other", carriers::code) }
}

//! Shopify's Admin REST orders as neutral orders.
//!
//! A fulfilment is a shipment; one with several tracking numbers is several parcels, and since the platform does not say
//! what is in which, the first one carries everything. *Fulfilled* means that the shop has handed over or will; only
//! `shipment_status` knows where a parcel is.

use super::{
    check,
    fields::{self, Reading, Scalar, limit},
    model::*,
    report::Bad,
    shopify_money::{self, Prices},
    shopify_wire as wire,
};
use crate::orders::carriers;
use aftercart_shared::{
    locale::Locale,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};
use std::collections::{HashMap, HashSet};

/// Reads one order.
pub fn order(json: &[u8], reading: &Reading) -> Result<ImportedOrder, Bad> {
    let order = neutral(serde_json::from_slice(json)?, reading)?;
    check::whole(&order)?;
    Ok(order)
}

/// The order in neutral form, not yet checked as a whole.
pub fn neutral(mut row: wire::Order, reading: &Reading) -> Result<ImportedOrder, String> {
    let placed = row.processed_at.as_deref().or(row.created_at.as_deref()).ok_or("created_at is missing")?;
    let placed_at = reading.moment("created_at", placed)?.at;
    let cancelled_at = reading.date("cancelled_at", row.cancelled_at.as_deref())?;
    let items: Vec<wire::LineItem> =
        row.line_items.take().unwrap_or_default().into_iter().filter(|item| item.quantity != 0).collect();
    let refunds = row.refunds.take().unwrap_or_default();
    let money = shopify_money::read(&row, &items, &refunds)?;
    let fulfillments = row.fulfillments.take().unwrap_or_default();
    let restocked = row.fulfillment_status.as_deref() == Some("restocked");
    let state = match &row.fulfillment_status {
        _ if cancelled_at.is_some() || restocked => OrderState::Cancelled,
        None if fulfillments.is_empty() => OrderState::Placed,
        _ => OrderState::Preparing,
    };
    let (shipping, billing, customer) = (&row.shipping_address, &row.billing_address, &row.customer);
    let country = [shipping, billing].into_iter().flatten().find_map(|a| a.country_code.as_deref());
    let of_customer = |field: fn(&wire::Customer) -> Option<&str>| customer.as_ref().and_then(field);
    let emails = [row.email.as_deref(), row.contact_email.as_deref(), of_customer(|c| c.email.as_deref())];
    let email = emails.into_iter().flatten().find_map(fields::email);
    let phones = [
        row.phone.as_deref(),
        shipping.as_ref().and_then(|a| a.phone.as_deref()),
        of_customer(|c| c.phone.as_deref()),
        billing.as_ref().and_then(|a| a.phone.as_deref()),
    ];
    let phone = phones.into_iter().flatten().find_map(|p| reading.phone(p, country));
    let recipient = fields::text("name of the recipient", recipient(shipping, customer, billing), limit::NAME)?;
    let number = row.name.filter(|n| !n.trim().is_empty()).or(row.order_number.map(|n| n.0));
    let digital: HashSet<&str> =
        items.iter().filter(|i| i.requires_shipping == Some(false)).map(|i| i.id.0.as_str()).collect();
    let mut shipments = Vec::new();
    for fulfillment in fulfillments {
        shipments.extend(parcels(fulfillment, &digital, reading)?);
    }
    Ok(ImportedOrder {
        external_id: fields::required("id", Some(row.id.0), limit::ID)?,
        number: fields::required("name", tidy(number), limit::ID)?,
        placed_at,
        currency: money.currency,
        locale: row.customer_locale.as_deref().and_then(Locale::parse),
        state,
        cancelled_at,
        email,
        phone,
        recipient,
        address: row.shipping_address.map(address).transpose()?,
        refunded: money.refunded,
        exchange_of: None,
        charges: money.charges,
        updated_at: reading.date("updated_at", row.updated_at.as_deref())?.unwrap_or(placed_at),
        lines: lines(items, &refunds, &money)?,
        shipments,
    })
}

/// What shops type into the platform's one-line fields includes tabs, line ends and direction marks.
fn tidy(value: Option<String>) -> Option<String> {
    let value = value?;
    let blank = |c: char| if matches!(c, '\t' | '\r' | '\n') { ' ' } else { c };
    let kept = value.chars().map(blank).filter(|c| c.is_control() || !fields::is_refused(*c)).collect::<String>();
    Some(kept).filter(|text| !text.trim().is_empty())
}

fn recipient(
    shipping: &Option<wire::Address>,
    customer: &Option<wire::Customer>,
    billing: &Option<wire::Address>,
) -> Option<String> {
    let joined = |first: &Option<String>, last: &Option<String>| {
        tidy(Some([first, last].into_iter().flatten().map(|n| n.trim()).collect::<Vec<_>>().join(" ")))
    };
    let of_address = |a: &wire::Address| tidy(a.name.clone()).or_else(|| joined(&a.first_name, &a.last_name));
    let customer = || customer.as_ref().and_then(|c| joined(&c.first_name, &c.last_name));
    shipping.as_ref().and_then(of_address).or_else(customer).or_else(|| billing.as_ref().and_then(of_address))
}

fn address(a: wire::Address) -> Result<Address, String> {
    let part = |field: &str, value| fields::text(field, tidy(value), limit::NAME);
    Ok(Address {
        line1: part("shipping_address.address1", a.address1)?,
        line2: part("shipping_address.address2", a.address2)?,
        city: part("shipping_address.city", a.city)?,
        region: part("shipping_address.province", a.province)?,
        postcode: part("shipping_address.zip", a.zip)?,
        country: part("shipping_address.country_code", a.country_code)?,
    })
}

fn lines(items: Vec<wire::LineItem>, refunds: &[wire::Refund], money: &Prices) -> Result<Vec<ImportedLine>, String> {
    let mut given_back: HashMap<&str, i64> = HashMap::new();
    for item in refunds.iter().filter_map(|r| r.refund_line_items.as_ref()).flatten() {
        *given_back.entry(item.line_item_id.0.as_str()).or_default() += item.quantity.clamp(0, i64::from(u32::MAX));
    }
    let line = |(item, price): (wire::LineItem, &shopify_money::Line)| {
        Ok(ImportedLine {
            refunded: given_back.get(item.id.0.as_str()).copied().unwrap_or(0),
            title: fields::required("line_items.title", tidy(item.name).or_else(|| tidy(item.title)), limit::TITLE)?,
            sku: fields::text("line_items.sku", tidy(item.sku.map(|s| s.0)), limit::NAME)?,
            id: fields::required("line_items.id", Some(item.id.0), limit::ID)?,
            quantity: item.quantity,
            unit_price: price.unit_price,
            discount: price.discount,
            tax: price.tax,
            serials: Vec::new(),
            // What needs no parcel comes as a fulfilment all the same, and is shown as one.
            kind: LineKind::Physical,
            available_at: None,
        })
    };
    items.into_iter().zip(&money.lines).map(line).collect()
}

/// Where a parcel is, and the platform's word for it. `digital`: nothing in it travels.
fn status(fulfillment: &wire::Fulfillment, digital: bool) -> (ParcelStatus, Option<String>) {
    let handed_over = fulfillment.status.as_deref().map(str::to_ascii_lowercase);
    let travels = fulfillment.shipment_status.as_deref().map(str::to_ascii_lowercase).filter(|s| !s.is_empty());
    let status = match (handed_over.as_deref(), travels.as_deref()) {
        (Some("cancelled" | "canceled"), _) => return (ParcelStatus::Cancelled, handed_over),
        (_, Some("label_printed" | "label_purchased" | "confirmed" | "submitted")) => ParcelStatus::Registered,
        (_, Some("in_transit" | "carrier_picked_up" | "delayed")) => ParcelStatus::InTransit,
        (_, Some("out_for_delivery")) => ParcelStatus::OutForDelivery,
        (_, Some("ready_for_pickup")) => ParcelStatus::ReadyForPickup,
        (_, Some("attempted_delivery")) => ParcelStatus::Attempted,
        (_, Some("delivered" | "picked_up")) => ParcelStatus::Delivered,
        (_, Some("failure" | "not_delivered")) => ParcelStatus::Exception,
        (_, Some("label_voided")) => ParcelStatus::Cancelled,
        // A word the platform has added since: we do not guess.
        (_, Some(_)) => ParcelStatus::Unknown,
        // The request to the warehouse failed: there is no parcel, and its articles still wait to be sent.
        (Some("error" | "failure"), None) => ParcelStatus::Cancelled,
        (Some("success"), None) if digital => ParcelStatus::Delivered,
        (Some("success"), None) => ParcelStatus::Registered,
        (_, None) => ParcelStatus::Unknown,
    };
    (status, travels.or(handed_over))
}

fn parcels(
    fulfillment: wire::Fulfillment,
    digital: &HashSet<&str>,
    reading: &Reading,
) -> Result<Vec<ImportedShipment>, String> {
    let id = fields::required("fulfillments.id", Some(fulfillment.id.0.clone()), limit::ID)?;
    let numbers = tracking_numbers(&fulfillment)?;
    let items = fulfillment.line_items.as_deref().unwrap_or_default();
    let nothing_travels =
        numbers.is_empty() && !items.is_empty() && items.iter().all(|i| digital.contains(i.id.0.as_str()));
    let (status, raw_status) = status(&fulfillment, nothing_travels);
    let raw_status = fields::text("fulfillments.shipment_status", tidy(raw_status), limit::CODE)?;
    let carrier =
        fields::text("fulfillments.tracking_company", tidy(fulfillment.tracking_company.clone()), limit::NAME)?;
    let shipped_at: Option<Timestamp> = reading.date("fulfillments.created_at", fulfillment.created_at.as_deref())?;
    let parcel = |place: usize, number: Option<&String>| ImportedShipment {
        id: if place == 0 { id.clone() } else { format!("{id}-{}", place + 1) },
        carrier: carrier.as_deref().map(|c| carriers::code(c).to_owned()),
        carrier_name: carrier.clone(),
        tracking_number: number.cloned(),
        tracking_url: tracking_url(&fulfillment, place, numbers.len()),
        status,
        raw_status: raw_status.clone(),
        shipped_at: shipped_at.filter(|_| status != ParcelStatus::Cancelled),
        delivered_at: None,
        expected_earliest: None,
        expected_latest: None,
        lines: if place == 0 { contents(items) } else { Vec::new() },
        events: Vec::new(),
    };
    Ok((0..numbers.len().max(1)).map(|place| parcel(place, numbers.get(place))).collect())
}

/// Each once, in the platform's order; `tracking_number` alone in old exports.
fn tracking_numbers(fulfillment: &wire::Fulfillment) -> Result<Vec<String>, String> {
    let many = fulfillment.tracking_numbers.iter().flatten().flatten();
    let mut numbers: Vec<String> = Vec::new();
    for Scalar(number) in many.chain(&fulfillment.tracking_number) {
        let number = fields::text("fulfillments.tracking_numbers", tidy(Some(number.clone())), limit::ID)?;
        numbers.extend(number.filter(|n| !numbers.contains(n)));
    }
    Ok(numbers)
}

/// The carrier's page of the parcel at `place`. Templates of old shops are `http://`: not shown.
fn tracking_url(fulfillment: &wire::Fulfillment, place: usize, parcels: usize) -> Option<String> {
    let urls: Vec<&Option<String>> = fulfillment.tracking_urls.iter().flatten().collect();
    let listed = if urls.len() == parcels { urls.get(place).and_then(|url| url.as_deref()) } else { None };
    let single = fulfillment.tracking_url.as_deref().filter(|_| place == 0);
    let url = listed.or(single).map(str::trim).and_then(fields::https)?;
    (url.chars().count() <= limit::URL).then(|| url.to_owned())
}

fn contents(items: &[wire::FulfilledItem]) -> Vec<ShipmentLine> {
    let parts = items.iter().filter(|item| item.quantity != 0);
    parts.map(|item| ShipmentLine { line: item.id.0.clone(), quantity: item.quantity }).collect()
}

#[cfg(test)]
#[path = "shopify_tests.rs"]
mod tests;

//! Vendure, by its Admin GraphQL API.
//!
//! Never by the Shop API: its `orderByCode` shows a guest's order to any stranger. *Shipped* and *Delivered* are what the
//! shop's staff say of a parcel; the carrier's own events say more and come from elsewhere.

use super::{
    super::outgoing::Fault, Commerce, Connection, Cursor, Page, Wanted, amount, changes::PAGE, graphql, readable,
};
use crate::orders::{
    carriers,
    import::{
        fields::{self, Reading, Scalar, limit},
        model::*,
    },
};
use aftercart_shared::{
    money::Currency,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};
use futures_util::future::BoxFuture;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Debug)]
pub struct Vendure(pub Connection);

/// Of an order: all that is read. A macro, since constants cannot be joined.
macro_rules! whole {
    ($question:literal) => {
        concat!(
            $question,
            "
fragment Whole on Order {
  id code state active updatedAt orderPlacedAt currencyCode
  customer { emailAddress phoneNumber firstName lastName }
  shippingAddress { fullName streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  lines { id quantity orderPlacedQuantity proratedUnitPriceWithTax productVariant { sku name } }
  fulfillments { id state method trackingCode createdAt updatedAt lines { orderLineId quantity } }
  payments { refunds { total state } }
}"
        )
    };
}

const ORDERS: &str = whole!(
    "query Orders($options: OrderListOptions!) {
  orders(options: $options) { items { ...Whole } }
  globalSettings { serverConfig { moneyStrategyPrecision } }
}"
);

/// Half as much work for the shop as a list of one.
const ORDER: &str = whole!(
    "query Order($id: ID!) {
  order(id: $id) { ...Whole }
  globalSettings { serverConfig { moneyStrategyPrecision } }
}"
);

impl Vendure {
    async fn ask<T: DeserializeOwned>(&self, query: &str, variables: Value) -> Result<T, Fault> {
        let url = format!("{}/admin-api", self.0.base_url);
        let credential = ("vendure-api-key", self.0.credential.clone());
        graphql::ask(&*self.0.http, url, credential, query, &variables).await
    }

    async fn orders(&self, options: Value) -> Result<Answer, Fault> {
        self.ask(ORDERS, json!({ "options": options })).await
    }

    fn neutral(&self, rows: Vec<Order>, settings: &GlobalSettings) -> (Vec<ImportedOrder>, Vec<String>) {
        let precision = settings.server_config.money_strategy_precision;
        let reading = self.0.reading();
        readable(rows.into_iter().map(|order| neutral(order, precision, &reading)).collect())
    }
}

impl Commerce for Vendure {
    fn find_order<'a>(&'a self, wanted: &'a Wanted) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            let filter = json!({ "code": { "in": wanted.spellings() } });
            let answer = self.orders(json!({ "filter": filter, "take": PAGE })).await?;
            Ok(self.0.pick(self.neutral(answer.orders.items, &answer.global_settings).0, wanted))
        })
    }

    /// By the order's id from a moment that stands still for the round: neither placing an order nor anything about its
    /// parcels moves `updatedAt` (tried with 3.7), so no order of time would hold.
    fn changed_since<'a>(&'a self, cursor: &'a Cursor) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(async move {
            // `after` excludes the moment itself.
            let since = json!({ "after": rfc3339(cursor.since.plus_ms(-1)) });
            let changed = json!({ "_or": [{ "updatedAt": since }, { "orderPlacedAt": since }] });
            let answer = self
                .orders(json!({
                    "filter": { "_and": [{ "orderPlacedAt": { "isNull": false } }, changed] },
                    "sort": { "id": "ASC" },
                    "take": PAGE,
                    "skip": cursor.skip,
                }))
                .await?;
            let read = answer.orders.items.len();
            let (reading, before) = (self.0.reading(), latest_of(cursor));
            let moment = |text: &Option<String>| reading.date("date", text.as_deref()).ok().flatten();
            let moments = answer.orders.items.iter().flat_map(|o| [moment(&o.updated_at), moment(&o.order_placed_at)]);
            let latest = moments.flatten().max().unwrap_or(before).max(before);
            let more = read == PAGE;
            let next = if more {
                Cursor {
                    skip: cursor.skip + read,
                    token: Some(latest.0.to_string()),
                    under_way: true,
                    ..cursor.clone()
                }
            } else {
                Cursor::at(latest)
            };
            let (orders, refused) = self.neutral(answer.orders.items, &answer.global_settings);
            Ok(Page { orders, refused, next, more })
        })
    }

    fn sees_parcels(&self) -> bool {
        false
    }

    fn fetch_many<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<ImportedOrder>, Fault>> {
        Box::pin(async move {
            let answer = self.orders(json!({ "filter": { "id": { "in": ids } }, "take": ids.len() })).await?;
            let (orders, _) = self.neutral(answer.orders.items, &answer.global_settings);
            Ok(orders.into_iter().filter(|order| ids.contains(&order.external_id)).collect())
        })
    }

    fn fetch<'a>(&'a self, external_id: &'a str) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            let one: One = self.ask(ORDER, json!({ "id": external_id })).await?;
            let (orders, refused) = self.neutral(one.order.into_iter().collect(), &one.global_settings);
            match refused.into_iter().next() {
                Some(reason) => Err(Fault::Garbled(reason)),
                None => Ok(orders.into_iter().find(|order| order.external_id == external_id)),
            }
        })
    }
}

/// The latest change that the round has seen.
fn latest_of(cursor: &Cursor) -> Timestamp {
    cursor.token.as_ref().and_then(|ms| ms.parse().ok()).map_or(cursor.since, Timestamp)
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    orders: List,
    global_settings: GlobalSettings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    order: Option<Order>,
    global_settings: GlobalSettings,
}

#[derive(Deserialize)]
struct List {
    items: Vec<Order>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GlobalSettings {
    server_config: ServerConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerConfig {
    money_strategy_precision: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    id: Scalar,
    code: String,
    state: String,
    active: bool,
    updated_at: Option<String>,
    order_placed_at: Option<String>,
    currency_code: String,
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
    prorated_unit_price_with_tax: Scalar,
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
fn neutral(row: Order, precision: u32, reading: &Reading) -> Result<Option<ImportedOrder>, String> {
    let Some(placed_at) = reading.date("orderPlacedAt", row.order_placed_at.as_deref())?.filter(|_| !row.active) else {
        return Ok(None);
    };
    // What happens to a parcel leaves the order's own date as it is.
    let dates = row.fulfillments.iter().flatten().map(|f| &f.updated_at).chain([&row.updated_at]);
    let dates = dates.map(|date| reading.date("updatedAt", date.as_deref())).collect::<Result<Vec<_>, _>>()?;
    let updated_at = dates.into_iter().flatten().max().unwrap_or(placed_at).max(placed_at);
    let currency = fields::currency("currencyCode", &row.currency_code)?;
    let fulfillments = row.fulfillments.unwrap_or_default();
    let cancelled = row.state == "Cancelled";
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
    // A line of none was taken out again before anything was bought of it.
    let bought = row.lines.into_iter().filter(|line| line.quantity.max(line.order_placed_quantity) > 0);
    let lines: Vec<ImportedLine> =
        bought.map(|line| self::line(line, precision, currency)).collect::<Result<_, _>>()?;
    Ok(Some(ImportedOrder {
        exchange_of: None,
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
    Ok(ImportedLine {
        kind: LineKind::Physical,
        available_at: None,
        id: fields::required("lines.id", Some(line.id.0), limit::ID)?,
        sku: fields::text("sku", line.product_variant.sku, limit::NAME)?,
        title: fields::required("name", Some(line.product_variant.name), limit::TITLE)?,
        quantity: bought,
        refunded: bought - line.quantity.max(0),
        unit_price: Some(money("proratedUnitPriceWithTax", &line.prorated_unit_price_with_tax, precision, currency)?),
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

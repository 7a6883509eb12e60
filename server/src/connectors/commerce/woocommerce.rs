//! WooCommerce, by its REST API v3, written after its documentation.
//!
//! It keeps no parcels: those come from a tracking plugin's meta data (Shipment Tracking and its many look-alikes), or
//! from a carrier. `completed` says that the shop is done with an order, not that it has arrived.

use super::{
    super::outgoing::{Answer, Call, Fault},
    Commerce, Connection, Cursor, Page, Wanted, amount,
    changes::PAGE,
    readable,
    signature::{self, Headers, Webhook},
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
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use reqwest::Url;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug)]
pub struct WooCommerce(pub Connection);

impl WooCommerce {
    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Fault> {
        // Over plain HTTP the documentation wants OAuth 1.0a signatures, and the key would be anybody's.
        if !self.0.base_url.starts_with("https://") && !self.0.base_url.starts_with("http://127.0.0.1:") {
            return Err(Fault::Refused("WooCommerce is reached by https only".into()));
        }
        let mut url: Url = format!("{}/wp-json/wc/v3{path}", self.0.base_url)
            .parse()
            .map_err(|_| Fault::Unreachable("its address cannot be read".into()))?;
        url.query_pairs_mut().extend_pairs(query);
        let basic = STANDARD.encode(&self.0.credential);
        self.0.http.send(Call::get(url.into()).header("authorization", format!("Basic {basic}"))).await
    }

    async fn list(&self, query: &[(&str, &str)]) -> Result<Vec<Order>, Fault> {
        let per_page = PAGE.to_string();
        let query: Vec<_> = query.iter().copied().chain([("per_page", per_page.as_str())]).collect();
        let body = self.get("/orders", &query).await?.ok()?;
        serde_json::from_slice(&body).map_err(|e| Fault::unreadable("orders", &e))
    }

    fn neutral(&self, rows: Vec<Order>) -> (Vec<ImportedOrder>, Vec<String>) {
        let reading = self.0.reading();
        readable(rows.into_iter().map(|order| neutral(order, &reading)).collect())
    }
}

impl Commerce for WooCommerce {
    fn find_order<'a>(&'a self, wanted: &'a Wanted) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            // A number is the order's id unless a plugin makes others; `search` is fuzzy, so its rows are compared.
            if let Some(order) = self.fetch(wanted.number.as_str()).await?
                && wanted.is(&order, &self.0.country)
            {
                return Ok(Some(order));
            }
            let rows = self.list(&[("search", wanted.typed.trim()), ("orderby", "date"), ("order", "desc")]).await?;
            Ok(self.0.pick(self.neutral(rows).0, wanted))
        })
    }

    fn changed_since<'a>(&'a self, cursor: &'a Cursor) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(async move {
            let since = jiff::Timestamp::from_millisecond(cursor.since.plus_ms(-1_000).0).unwrap_or_default();
            let (since, offset) = (since.strftime("%Y-%m-%dT%H:%M:%S").to_string(), cursor.skip.to_string());
            let rows = self
                .list(&[
                    ("modified_after", &since),
                    // Else the date is read in the shop's own zone.
                    ("dates_are_gmt", "true"),
                    ("orderby", "modified"),
                    ("order", "asc"),
                    ("offset", &offset),
                ])
                .await?;
            let reading = self.0.reading();
            let last =
                rows.iter().filter_map(|o| gmt("date_modified_gmt", o.date_modified_gmt.as_deref(), &reading).ok()?);
            let (next, more) = cursor.after(rows.len(), last.max());
            let (orders, refused) = self.neutral(rows);
            Ok(Page { orders, refused, next, more })
        })
    }

    fn fetch<'a>(&'a self, external_id: &'a str) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            if external_id.is_empty() || !external_id.bytes().all(|b| b.is_ascii_digit()) {
                return Ok(None);
            }
            let Some(body) = self.get(&format!("/orders/{external_id}"), &[]).await?.ok_or_absent()? else {
                return Ok(None);
            };
            let row: Order = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("an order", &e))?;
            let (orders, refused) = self.neutral(vec![row]);
            match refused.into_iter().next() {
                Some(reason) => Err(Fault::Garbled(reason)),
                None => Ok(orders.into_iter().find(|order| order.external_id == external_id)),
            }
        })
    }
}

/// `X-WC-Webhook-Signature`: base64 HMAC-SHA256 of the body, which is the order.
pub fn webhook(headers: &Headers, body: &[u8], secret: &str) -> Option<Webhook> {
    let key = signature::of_body(headers.get("x-wc-webhook-signature")?, body, secret)?;
    #[derive(Deserialize)]
    struct Message {
        id: Option<u64>,
    }
    let about_order = headers.get("x-wc-webhook-resource").is_none_or(|resource| resource == "order");
    let id = serde_json::from_slice::<Message>(body).ok().and_then(|m| m.id).filter(|_| about_order);
    Some(Webhook { key, order: id.map(|id| id.to_string()) })
}

#[derive(Deserialize)]
struct Order {
    id: Scalar,
    number: Option<Scalar>,
    status: String,
    currency: String,
    date_created_gmt: Option<String>,
    date_modified_gmt: Option<String>,
    billing: Option<Contact>,
    shipping: Option<Contact>,
    shipping_total: Option<Scalar>,
    shipping_tax: Option<Scalar>,
    #[serde(default)]
    line_items: Vec<Item>,
    /// By the Gift Cards extension.
    #[serde(default)]
    gift_cards: Vec<GiftCard>,
    #[serde(default)]
    refunds: Vec<Refund>,
    #[serde(default)]
    meta_data: Vec<Meta>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Contact {
    first_name: Option<String>,
    last_name: Option<String>,
    address_1: Option<String>,
    address_2: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postcode: Option<String>,
    country: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: Scalar,
    name: Option<String>,
    sku: Option<Scalar>,
    quantity: i64,
    price: Option<Scalar>,
    /// Of all pieces, without tax: before discounts and after.
    subtotal: Option<Scalar>,
    total: Option<Scalar>,
    total_tax: Option<Scalar>,
}

#[derive(Deserialize)]
struct GiftCard {
    amount: Option<Scalar>,
}

#[derive(Deserialize)]
struct Refund {
    /// Below zero.
    total: Scalar,
}

#[derive(Deserialize)]
struct Meta {
    key: String,
    value: Box<RawValue>,
}

/// As the Shipment Tracking extension documents it; others write the same.
#[derive(Deserialize)]
struct Tracking {
    tracking_provider: Option<String>,
    custom_tracking_provider: Option<String>,
    tracking_number: Option<String>,
    custom_tracking_link: Option<String>,
    tracking_id: Option<String>,
    /// Seconds since 1970, as text or number.
    date_shipped: Option<Scalar>,
}

/// A date without a zone: this field's is Greenwich by definition.
fn gmt(field: &str, value: Option<&str>, reading: &Reading) -> Result<Option<Timestamp>, String> {
    let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) else { return Ok(None) };
    let zoned = if value.ends_with('Z') { value.to_owned() } else { format!("{value}Z") };
    reading.date(field, Some(&zoned))
}

/// `None` for what is no order yet: a draft, a failed payment.
fn neutral(row: Order, reading: &Reading) -> Result<Option<ImportedOrder>, String> {
    if matches!(row.status.as_str(), "checkout-draft" | "auto-draft" | "draft" | "failed" | "trash") {
        return Ok(None);
    }
    let placed_at =
        gmt("date_created_gmt", row.date_created_gmt.as_deref(), reading)?.ok_or("date_created_gmt is missing")?;
    let updated_at = gmt("date_modified_gmt", row.date_modified_gmt.as_deref(), reading)?.unwrap_or(placed_at);
    let currency = fields::currency("currency", &row.currency)?;
    let (billing, shipping) = (row.billing.unwrap_or_default(), row.shipping.unwrap_or_default());
    let shipped = shipping.address_1.as_deref().is_some_and(|line| !line.trim().is_empty());
    let phones = [billing.phone.as_deref(), shipping.phone.as_deref()];
    let to = if shipped { &shipping } else { &billing };
    let country = to.country.clone().filter(|c| !c.is_empty());
    let phone = phones.into_iter().flatten().find_map(|phone| reading.phone(phone, country.as_deref()));
    let mut refunded: i64 = 0;
    for refund in &row.refunds {
        let total = amount::from_major(&refund.total.0, currency).ok_or("refunds.total is no amount")?;
        refunded = refunded.checked_add(total.abs()).ok_or("the refunds are too large to add")?;
    }
    // However a shop shows its prices, the amounts of an order stand there without their tax.
    let sum = |field: &str, value: &Option<Scalar>| money(field, value, currency).map(|sum| sum.unwrap_or(0).max(0));
    let mut charges = Charges {
        delivery: sum("shipping_total", &row.shipping_total)?,
        delivery_tax: sum("shipping_tax", &row.shipping_tax)?,
        taxes_added: true,
        ..Charges::default()
    };
    for card in &row.gift_cards {
        let amount = sum("gift_cards.amount", &card.amount)?;
        charges.gift_cards = charges.gift_cards.checked_add(amount).ok_or("the gift cards are too large to add")?;
    }
    let cancelled = row.status == "cancelled";
    let all_back = row.status == "refunded";
    let items = row.line_items.into_iter().filter(|item| item.quantity > 0);
    let lines: Vec<ImportedLine> = items.map(|item| line(item, all_back, currency)).collect::<Result<_, _>>()?;
    let shipments = parcels(&row.meta_data)?;
    Ok(Some(ImportedOrder {
        exchange_of: None,
        charges,
        number: fields::required("number", Some(row.number.unwrap_or_else(|| row.id.clone()).0), limit::ID)?,
        external_id: fields::required("id", Some(row.id.0), limit::ID)?,
        placed_at,
        currency,
        locale: None,
        state: match row.status.as_str() {
            _ if cancelled => OrderState::Cancelled,
            "completed" => OrderState::Preparing,
            _ if !shipments.is_empty() => OrderState::Preparing,
            _ => OrderState::Placed,
        },
        cancelled_at: cancelled.then_some(updated_at),
        email: billing.email.as_deref().and_then(fields::email),
        phone,
        recipient: fields::text("recipient", Some(name(to)), limit::NAME)?,
        address: Some(address(if shipped { shipping } else { billing })?),
        refunded,
        updated_at,
        lines,
        shipments,
    }))
}

fn name(contact: &Contact) -> String {
    let parts = [&contact.first_name, &contact.last_name].into_iter().flatten().map(|n| n.trim());
    parts.filter(|n| !n.is_empty()).collect::<Vec<_>>().join(" ")
}

fn address(c: Contact) -> Result<Address, String> {
    let part = |field: &str, value| fields::text(field, value, limit::NAME);
    Ok(Address {
        line1: part("address_1", c.address_1)?,
        line2: part("address_2", c.address_2)?,
        city: part("city", c.city)?,
        region: part("state", c.state)?,
        postcode: part("postcode", c.postcode)?,
        country: part("country", c.country)?,
    })
}

fn money(field: &str, value: &Option<Scalar>, currency: Currency) -> Result<Option<i64>, String> {
    let read = |value: &Scalar| amount::from_major(&value.0, currency).ok_or_else(|| format!("{field} is no amount"));
    // What is not there some plugins write as an empty text.
    value.as_ref().filter(|value| !value.0.trim().is_empty()).map(read).transpose()
}

fn line(item: Item, all_back: bool, currency: Currency) -> Result<ImportedLine, String> {
    let of = |field: &str, value: &Option<Scalar>| money(field, value, currency);
    let (before, paid) = (of("line_items.subtotal", &item.subtotal)?, of("line_items.total", &item.total)?);
    let price = of("line_items.price", &item.price)?;
    // The platform's own price of a piece is an average after discounts; this one is no less than what was listed.
    let each = before.map(|sum| (sum + item.quantity - 1).div_euclid(item.quantity)).or(price);
    let discount = each.zip(paid).map_or(0, |(each, paid)| each.saturating_mul(item.quantity) - paid);
    Ok(ImportedLine {
        kind: LineKind::Physical,
        available_at: None,
        id: fields::required("line_items.id", Some(item.id.0), limit::ID)?,
        sku: fields::text("line_items.sku", item.sku.map(|s| s.0), limit::NAME)?,
        title: fields::required("line_items.name", item.name, limit::TITLE)?,
        quantity: item.quantity,
        refunded: if all_back { item.quantity } else { 0 },
        unit_price: each,
        discount: discount.max(0),
        tax: of("line_items.total_tax", &item.total_tax)?.unwrap_or(0).max(0),
        serials: Vec::new(),
    })
}

fn parcels(meta: &[Meta]) -> Result<Vec<ImportedShipment>, String> {
    let Some(listed) = meta.iter().find(|m| m.key == "_wc_shipment_tracking_items") else { return Ok(Vec::new()) };
    // A plugin of the same name with another form: better no parcel than no order.
    let Ok(listed) = serde_json::from_str::<Vec<Tracking>>(listed.value.get()) else { return Ok(Vec::new()) };
    let parcel = |(place, t): (usize, Tracking)| {
        let named =
            [t.tracking_provider, t.custom_tracking_provider].into_iter().flatten().find(|n| !n.trim().is_empty());
        let carrier = fields::text("tracking_provider", named, limit::NAME)?;
        let shipped = t.date_shipped.and_then(|s| s.0.parse::<i64>().ok()).and_then(|s| s.checked_mul(1_000));
        let url = t.custom_tracking_link.as_deref().map(str::trim).and_then(fields::https).map(str::to_owned);
        Ok(ImportedShipment {
            id: fields::text("tracking_id", t.tracking_id, limit::ID)?.unwrap_or_else(|| (place + 1).to_string()),
            carrier: carrier.as_deref().map(|c| carriers::code(c).to_owned()),
            carrier_name: carrier,
            tracking_number: fields::text("tracking_number", t.tracking_number, limit::ID)?,
            tracking_url: url.filter(|url| url.chars().count() <= limit::URL),
            // Somebody typed a number in: a label exists.
            status: ParcelStatus::Registered,
            raw_status: None,
            shipped_at: shipped.map(Timestamp),
            delivered_at: None,
            expected_earliest: None,
            expected_latest: None,
            lines: Vec::new(),
            events: Vec::new(),
        })
    };
    listed.into_iter().enumerate().map(parcel).collect()
}

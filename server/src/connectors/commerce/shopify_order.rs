//! An order as Shopify's GraphQL gives it, into its REST form.

use crate::orders::import::{fields::Scalar, shopify_wire as rest};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    legacy_resource_id: Scalar,
    name: String,
    processed_at: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    cancelled_at: Option<String>,
    customer_locale: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    currency_code: String,
    presentment_currency_code: String,
    display_fulfillment_status: Option<String>,
    customer: Option<Customer>,
    shipping_address: Option<MailingAddress>,
    billing_address: Option<MailingAddress>,
    line_items: Nodes<LineItem>,
    fulfillments: Vec<Fulfillment>,
    refunds: Vec<Refund>,
    taxes_included: Option<bool>,
    /// Of goods and delivery. Line by line it would cost more than one answer may.
    total_tax_set: Option<MoneyBag>,
    shipping_lines: Option<Nodes<ShippingLine>>,
    transactions: Option<Vec<Transaction>>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    first_name: Option<String>,
    last_name: Option<String>,
    default_email_address: Option<EmailAddress>,
    default_phone_number: Option<PhoneNumber>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EmailAddress {
    email_address: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneNumber {
    phone_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MailingAddress {
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    zip: Option<String>,
    country_code_v2: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    id: String,
    name: String,
    sku: Option<String>,
    quantity: i64,
    requires_shipping: bool,
    original_unit_price_set: MoneyBag,
    discount_allocations: Option<Vec<Allocation>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Allocation {
    allocated_amount_set: MoneyBag,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TaxLine {
    price_set: MoneyBag,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippingLine {
    is_removed: bool,
    discounted_price_set: MoneyBag,
    tax_lines: Vec<TaxLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyBag {
    shop_money: MoneyV2,
    presentment_money: MoneyV2,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyV2 {
    amount: Scalar,
    currency_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfillment {
    legacy_resource_id: Scalar,
    status: String,
    display_status: Option<String>,
    created_at: Option<String>,
    tracking_info: Vec<Tracking>,
    fulfillment_line_items: Nodes<Part>,
}

#[derive(Deserialize)]
struct Tracking {
    company: Option<String>,
    number: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    quantity: Option<i64>,
    line_item: Id,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refund {
    refund_line_items: Nodes<Part>,
    transactions: Nodes<Transaction>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    kind: String,
    status: String,
    amount_set: MoneyBag,
    gateway: Option<String>,
}

/// `gid://shopify/LineItem/9007199254740993` → its number, as REST writes it.
fn number(gid: &str) -> Scalar {
    Scalar(gid.rsplit('/').next().unwrap_or(gid).split('?').next().unwrap_or_default().to_owned())
}

impl Order {
    pub fn into_wire(self) -> rest::Order {
        let foreign = self.presentment_currency_code.clone();
        let known: Vec<String> = self.line_items.nodes.iter().map(|item| item.id.clone()).collect();
        let items = self.line_items.nodes.into_iter().map(LineItem::into_wire).collect();
        rest::Order {
            id: self.legacy_resource_id,
            name: Some(self.name),
            order_number: None,
            created_at: self.created_at,
            processed_at: self.processed_at,
            updated_at: self.updated_at,
            cancelled_at: self.cancelled_at,
            currency: Some(self.currency_code),
            presentment_currency: Some(self.presentment_currency_code),
            customer_locale: self.customer_locale,
            // REST says nothing where nothing is sent yet.
            fulfillment_status: self
                .display_fulfillment_status
                .map(|status| status.to_ascii_lowercase())
                .filter(|status| !matches!(status.as_str(), "unfulfilled" | "open" | "scheduled" | "on_hold")),
            email: self.email,
            contact_email: None,
            phone: self.phone,
            customer: self.customer.map(|c| rest::Customer {
                email: c.default_email_address.map(|e| e.email_address),
                phone: c.default_phone_number.map(|p| p.phone_number),
                first_name: c.first_name,
                last_name: c.last_name,
            }),
            shipping_address: self.shipping_address.map(MailingAddress::into_wire),
            billing_address: self.billing_address.map(MailingAddress::into_wire),
            line_items: Some(items),
            fulfillments: Some(self.fulfillments.into_iter().map(|f| f.into_wire(&known)).collect()),
            refunds: Some(self.refunds.into_iter().map(|r| r.into_wire(&foreign, &known)).collect()),
            taxes_included: self.taxes_included,
            total_tax: None,
            total_tax_set: self.total_tax_set.map(MoneyBag::into_wire),
            shipping_lines: self
                .shipping_lines
                .map(|lines| lines.nodes.into_iter().map(ShippingLine::into_wire).collect()),
            transactions: self.transactions.map(|all| all.into_iter().map(|t| t.into_wire(&foreign)).collect()),
        }
    }
}

impl MailingAddress {
    fn into_wire(self) -> rest::Address {
        rest::Address {
            name: self.name,
            first_name: self.first_name,
            last_name: self.last_name,
            address1: self.address1,
            address2: self.address2,
            city: self.city,
            province: self.province,
            zip: self.zip,
            country_code: self.country_code_v2,
            phone: self.phone,
        }
    }
}

impl LineItem {
    fn into_wire(self) -> rest::LineItem {
        rest::LineItem {
            id: number(&self.id),
            name: Some(self.name),
            title: None,
            sku: self.sku.map(Scalar),
            quantity: self.quantity,
            price: None,
            price_set: Some(self.original_unit_price_set.into_wire()),
            requires_shipping: Some(self.requires_shipping),
            discount_allocations: self.discount_allocations.map(|all| {
                let allocation = |one: Allocation| rest::Allocation {
                    amount: None,
                    amount_set: Some(one.allocated_amount_set.into_wire()),
                };
                all.into_iter().map(allocation).collect()
            }),
            tax_lines: None,
        }
    }
}

impl ShippingLine {
    fn into_wire(self) -> rest::ShippingLine {
        rest::ShippingLine {
            price: None,
            price_set: None,
            discounted_price: None,
            discounted_price_set: Some(self.discounted_price_set.into_wire()),
            discount_allocations: None,
            tax_lines: Some(self.tax_lines.into_iter().map(TaxLine::into_wire).collect()),
            is_removed: Some(self.is_removed),
        }
    }
}

impl TaxLine {
    fn into_wire(self) -> rest::TaxLine {
        rest::TaxLine { price: None, price_set: Some(self.price_set.into_wire()) }
    }
}

impl MoneyBag {
    fn into_wire(self) -> rest::MoneyBag {
        rest::MoneyBag {
            shop_money: Some(self.shop_money.into_wire()),
            presentment_money: Some(self.presentment_money.into_wire()),
        }
    }
}

impl Transaction {
    fn into_wire(self, foreign: &str) -> rest::Transaction {
        let foreign = self.amount_set.presentment_money.currency_code == foreign;
        let amount = if foreign { self.amount_set.presentment_money } else { self.amount_set.shop_money };
        rest::Transaction {
            kind: Some(self.kind.to_ascii_lowercase()),
            status: Some(self.status.to_ascii_lowercase()),
            amount: Some(amount.amount),
            currency: Some(amount.currency_code),
            gateway: self.gateway,
        }
    }
}

impl MoneyV2 {
    fn into_wire(self) -> rest::Amount {
        rest::Amount { amount: self.amount, currency_code: self.currency_code }
    }
}

impl Fulfillment {
    /// `known`: an order of more lines than we ask for has parcels with lines that we do not know.
    fn into_wire(self, known: &[String]) -> rest::Fulfillment {
        let parts = self.fulfillment_line_items.nodes.into_iter().filter(|part| known.contains(&part.line_item.id));
        let shown = self.display_status.map(|status| status.to_ascii_lowercase());
        rest::Fulfillment {
            id: self.legacy_resource_id,
            status: Some(self.status.to_ascii_lowercase()),
            created_at: self.created_at,
            tracking_company: self.tracking_info.iter().find_map(|t| t.company.clone()),
            tracking_number: None,
            tracking_numbers: Some(self.tracking_info.iter().map(|t| t.number.clone().map(Scalar)).collect()),
            tracking_url: None,
            tracking_urls: Some(self.tracking_info.into_iter().map(|t| t.url).collect()),
            // These two only repeat that somebody pressed the button.
            shipment_status: shown.filter(|s| !matches!(s.as_str(), "fulfilled" | "marked_as_fulfilled" | "canceled")),
            line_items: Some(
                parts
                    .map(|part| rest::FulfilledItem {
                        id: number(&part.line_item.id),
                        quantity: part.quantity.unwrap_or(0),
                    })
                    .collect(),
            ),
        }
    }
}

impl Refund {
    fn into_wire(self, foreign: &str, known: &[String]) -> rest::Refund {
        let parts = self.refund_line_items.nodes.into_iter().filter(|part| known.contains(&part.line_item.id));
        rest::Refund {
            refund_line_items: Some(
                parts
                    .map(|part| rest::RefundedItem {
                        line_item_id: number(&part.line_item.id),
                        quantity: part.quantity.unwrap_or(0),
                    })
                    .collect(),
            ),
            transactions: Some(self.transactions.nodes.into_iter().map(|t| t.into_wire(foreign)).collect()),
        }
    }
}

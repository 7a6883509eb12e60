//! The Order resource of Shopify's Admin REST API, as far as Aftercart reads it. The platform adds fields every quarter
//! and leaves out what an export did not ask for: unknown fields are passed over and nearly everything may be missing.

use super::fields::Scalar;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Order {
    pub id: Scalar,
    /// `#1001`, with the shop's own prefix and suffix: what the shopper knows.
    pub name: Option<String>,
    pub order_number: Option<Scalar>,
    pub created_at: Option<String>,
    /// The date that the shopper sees; earlier than `created_at` for orders brought from another platform.
    pub processed_at: Option<String>,
    pub updated_at: Option<String>,
    pub cancelled_at: Option<String>,
    pub currency: Option<String>,
    pub presentment_currency: Option<String>,
    pub customer_locale: Option<String>,
    pub fulfillment_status: Option<String>,
    pub email: Option<String>,
    pub contact_email: Option<String>,
    pub phone: Option<String>,
    pub customer: Option<Customer>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub line_items: Option<Vec<LineItem>>,
    pub fulfillments: Option<Vec<Fulfillment>>,
    pub refunds: Option<Vec<Refund>>,
    pub taxes_included: Option<bool>,
    /// Of goods and delivery; asked where no line has tax lines.
    pub total_tax_set: Option<MoneyBag>,
    pub total_tax: Option<Scalar>,
    pub shipping_lines: Option<Vec<ShippingLine>>,
    /// Payments. The order resource leaves them out; an export may have put them in.
    pub transactions: Option<Vec<Transaction>>,
}

#[derive(Deserialize)]
pub struct Customer {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

#[derive(Deserialize)]
pub struct Address {
    pub name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub city: Option<String>,
    pub province: Option<String>,
    pub zip: Option<String>,
    pub country_code: Option<String>,
    pub phone: Option<String>,
}

#[derive(Deserialize)]
pub struct LineItem {
    pub id: Scalar,
    /// Title and variant in one.
    pub name: Option<String>,
    pub title: Option<String>,
    pub sku: Option<Scalar>,
    pub quantity: i64,
    pub price: Option<Scalar>,
    pub price_set: Option<MoneyBag>,
    pub requires_shipping: Option<bool>,
    /// Its own discounts and its share of the order's.
    pub discount_allocations: Option<Vec<Allocation>>,
    pub tax_lines: Option<Vec<TaxLine>>,
}

#[derive(Deserialize)]
pub struct Allocation {
    pub amount: Option<Scalar>,
    pub amount_set: Option<MoneyBag>,
}

#[derive(Deserialize)]
pub struct TaxLine {
    pub price: Option<Scalar>,
    pub price_set: Option<MoneyBag>,
}

#[derive(Deserialize)]
pub struct ShippingLine {
    pub price: Option<Scalar>,
    pub price_set: Option<MoneyBag>,
    pub discounted_price: Option<Scalar>,
    pub discounted_price_set: Option<MoneyBag>,
    pub discount_allocations: Option<Vec<Allocation>>,
    pub tax_lines: Option<Vec<TaxLine>>,
    pub is_removed: Option<bool>,
}

#[derive(Deserialize)]
pub struct MoneyBag {
    pub shop_money: Option<Amount>,
    pub presentment_money: Option<Amount>,
}

#[derive(Deserialize)]
pub struct Amount {
    pub amount: Scalar,
    pub currency_code: String,
}

#[derive(Deserialize)]
pub struct Fulfillment {
    pub id: Scalar,
    pub status: Option<String>,
    pub created_at: Option<String>,
    pub tracking_company: Option<String>,
    pub tracking_number: Option<Scalar>,
    pub tracking_numbers: Option<Vec<Option<Scalar>>>,
    pub tracking_url: Option<String>,
    pub tracking_urls: Option<Vec<Option<String>>>,
    pub shipment_status: Option<String>,
    pub line_items: Option<Vec<FulfilledItem>>,
}

/// The whole line item again, but `quantity` is how many of it travel.
#[derive(Deserialize)]
pub struct FulfilledItem {
    pub id: Scalar,
    pub quantity: i64,
}

#[derive(Deserialize)]
pub struct Refund {
    pub refund_line_items: Option<Vec<RefundedItem>>,
    pub transactions: Option<Vec<Transaction>>,
}

#[derive(Deserialize)]
pub struct RefundedItem {
    pub line_item_id: Scalar,
    pub quantity: i64,
}

#[derive(Deserialize)]
pub struct Transaction {
    pub kind: Option<String>,
    pub status: Option<String>,
    pub amount: Option<Scalar>,
    pub currency: Option<String>,
    pub gateway: Option<String>,
}

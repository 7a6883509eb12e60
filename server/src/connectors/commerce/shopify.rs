//! Shopify, by its Admin GraphQL API (2026-07).
//!
//! An order is turned into the REST form that the file import reads, so that an order imported from a file and the same
//! one read here are one. `FULFILLED` says that the shop has handed over or will; only a parcel's own status says where
//! it is.

use super::{
    super::outgoing::Fault,
    Commerce, Connection, Cursor, Page, Wanted, graphql, readable,
    shopify_order::Order,
    signature::{self, Headers, Webhook},
};
use crate::orders::import::{model::ImportedOrder, shopify};
use aftercart_shared::{time::Timestamp, validate::OrderNumber};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Shopify(pub Connection);

const VERSION: &str = "2026-07";
/// Whole orders to a page, each a question of its own: together they would cost more than one answer may.
const PAGE: usize = 10;

pub const LIST: &str = "query List($query: String!, $first: Int!, $after: String) {
  orders(first: $first, query: $query, sortKey: UPDATED_AT, after: $after) {
    nodes { id name updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}";

pub const WHOLE: &str = "query Whole($id: ID!) {
  order(id: $id) {
    legacyResourceId name processedAt createdAt updatedAt cancelledAt customerLocale email phone
    currencyCode presentmentCurrencyCode displayFulfillmentStatus taxesIncluded
    customer { firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }
    shippingAddress { ...Where }
    billingAddress { ...Where }
    lineItems(first: 50) {
      nodes {
        id name sku quantity requiresShipping
        originalUnitPriceSet { ...Both }
        discountAllocations { allocatedAmountSet { ...Both } }
      }
    }
    fulfillments(first: 10) {
      legacyResourceId status displayStatus createdAt
      trackingInfo(first: 10) { company number url }
      fulfillmentLineItems(first: 25) { nodes { quantity lineItem { id } } }
    }
    totalTaxSet { ...Both }
    shippingLines(first: 5) { nodes { isRemoved discountedPriceSet { ...Both } taxLines { priceSet { ...Both } } } }
    transactions(first: 10) { gateway kind status amountSet { ...Both } }
    refunds(first: 10) {
      refundLineItems(first: 10) { nodes { quantity lineItem { id } } }
      transactions(first: 3) { nodes { kind status amountSet { ...Both } } }
    }
  }
}
fragment Where on MailingAddress { name firstName lastName address1 address2 city province zip countryCodeV2 phone }
fragment Both on MoneyBag { shopMoney { ...Amount } presentmentMoney { ...Amount } }
fragment Amount on MoneyV2 { amount currencyCode }";

#[derive(Deserialize)]
struct Listed {
    orders: Connected,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connected {
    nodes: Vec<Head>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    id: String,
    name: String,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct One {
    order: Option<Order>,
}

impl Shopify {
    async fn ask<T: serde::de::DeserializeOwned>(&self, query: &str, variables: Value) -> Result<T, Fault> {
        let url = format!("{}/admin/api/{VERSION}/graphql.json", self.0.base_url);
        let credential = ("x-shopify-access-token", self.0.credential.clone());
        graphql::ask(&*self.0.http, url, credential, query, &variables).await
    }

    async fn list(&self, query: &str, first: usize, after: Option<&str>) -> Result<Connected, Fault> {
        let listed: Listed = self.ask(LIST, json!({ "query": query, "first": first, "after": after })).await?;
        Ok(listed.orders)
    }

    /// `Ok(Err(_))`: the order came and cannot be read.
    async fn whole(&self, id: &str) -> Result<Result<Option<ImportedOrder>, String>, Fault> {
        let one: One = self.ask(WHOLE, json!({ "id": id })).await?;
        let neutral = |order: Order| shopify::neutral(order.into_wire(), &self.0.reading());
        Ok(one.order.map(neutral).transpose())
    }
}

impl Commerce for Shopify {
    fn find_order<'a>(&'a self, wanted: &'a Wanted) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            let spellings = wanted.spellings();
            let with_sign = spellings.iter().filter(|s| !s.starts_with('#')).map(|s| format!("#{s}"));
            let names: Vec<String> =
                spellings.iter().cloned().chain(with_sign).map(|s| format!("name:{}", quoted(&s))).collect();
            // The search is loose; what it brings is compared.
            for head in self.list(&names.join(" OR "), 25, None).await?.nodes {
                if OrderNumber::parse(&head.name).as_ref() != Ok(&wanted.number) {
                    continue;
                }
                let (orders, _) = readable(vec![self.whole(&head.id).await?]);
                if let Some(order) = self.0.pick(orders, wanted) {
                    return Ok(Some(order));
                }
            }
            Ok(None)
        })
    }

    fn changed_since<'a>(&'a self, cursor: &'a Cursor) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(async move {
            let since = jiff::Timestamp::from_millisecond(cursor.since.0).unwrap_or_default();
            let listed = self.list(&format!("updated_at:>='{since}'"), PAGE, cursor.token.as_deref()).await?;
            let reading = self.0.reading();
            let dates = listed.nodes.iter().map(|head| reading.date("updatedAt", head.updated_at.as_deref()));
            let latest: Timestamp =
                dates.filter_map(Result::ok).flatten().max().unwrap_or(cursor.since).max(cursor.since);
            let mut rows = Vec::with_capacity(listed.nodes.len());
            for head in &listed.nodes {
                rows.push(self.whole(&head.id).await?);
            }
            let (orders, refused) = readable(rows);
            let more = listed.page_info.has_next_page && listed.page_info.end_cursor.is_some();
            let next = if more {
                Cursor { token: listed.page_info.end_cursor, under_way: true, ..cursor.clone() }
            } else {
                Cursor::at(latest)
            };
            Ok(Page { orders, refused, next, more })
        })
    }

    fn fetch<'a>(&'a self, external_id: &'a str) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            if !external_id.bytes().all(|b| b.is_ascii_digit()) {
                return Ok(None);
            }
            let (orders, refused) = readable(vec![self.whole(&format!("gid://shopify/Order/{external_id}")).await?]);
            match refused.into_iter().next() {
                Some(reason) => Err(Fault::Garbled(reason)),
                None => Ok(orders.into_iter().find(|order| order.external_id == external_id)),
            }
        })
    }
}

/// A term of Shopify's search in which no character leads out of it.
fn quoted(term: &str) -> String {
    let escaped: String =
        term.chars().flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

/// `X-Shopify-Hmac-Sha256`: base64 HMAC-SHA256 of the body. Topics about orders carry the order; those about
/// fulfilments and refunds name it.
pub fn webhook(headers: &Headers, body: &[u8], secret: &str) -> Option<Webhook> {
    let key = signature::of_body(headers.get("x-shopify-hmac-sha256")?, body, secret)?;
    #[derive(Deserialize)]
    struct Message {
        // 64 bits: beyond what JavaScript counts, and floats.
        id: Option<u64>,
        order_id: Option<u64>,
    }
    let message = serde_json::from_slice::<Message>(body).ok();
    let topic = headers.get("x-shopify-topic").map(String::as_str).unwrap_or_default();
    let order = message.and_then(|m| if topic.starts_with("orders/") { m.id } else { m.order_id });
    Some(Webhook { key, order: order.map(|id| id.to_string()) })
}

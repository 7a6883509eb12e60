//! Vendure, by its Admin GraphQL API.
//!
//! Never by the Shop API: its `orderByCode` shows a guest's order to any stranger. *Shipped* and *Delivered* are what the
//! shop's staff say of a parcel; the carrier's own events say more and come from elsewhere.

use super::{
    super::outgoing::Fault,
    Capability, Commerce, Connection, Cursor, Page, Returning, Varied, Wanted,
    changes::PAGE,
    graphql, readable,
    vendure_order::{Order, neutral},
};
use crate::orders::import::model::ImportedOrder;
use aftercart_shared::time::Timestamp;
use futures_util::future::BoxFuture;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Vendure(pub Connection);

/// Of an order: all that is read. A macro, since constants cannot be joined.
macro_rules! whole {
    ($question:literal) => {
        concat!(
            $question,
            "
fragment Whole on Order {
  id code state active updatedAt orderPlacedAt currencyCode shippingWithTax
  customer { emailAddress phoneNumber firstName lastName }
  shippingAddress { fullName streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  lines {
    id quantity orderPlacedQuantity unitPriceWithTax proratedUnitPriceWithTax proratedLinePrice
    proratedLinePriceWithTax
    productVariant { sku name }
  }
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
    pub(super) async fn ask<T: DeserializeOwned>(&self, query: &str, variables: Value) -> Result<T, Fault> {
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

    fn capabilities(&self) -> &'static [Capability] {
        &Capability::ALL
    }

    fn returning(&self) -> Option<&dyn Returning> {
        Some(self)
    }

    fn varied(&self) -> Option<&dyn Varied> {
        Some(self)
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

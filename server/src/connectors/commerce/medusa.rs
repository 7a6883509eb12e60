//! Medusa v2, by its Admin REST API.
//!
//! Two filters of its list are traps: `display_id` is ignored and shows every order, `q` is a fuzzy search over names and
//! goods. So nothing that they bring counts before number and contact were compared here.

use super::{
    super::outgoing::{Answer, Call, Fault},
    Capability, Commerce, Connection, Cursor, Page, Returning, Varied, Wanted,
    changes::PAGE,
    medusa_order::{Order, neutral},
    readable,
    signature::is_id,
};
use crate::orders::import::{fields, model::ImportedOrder};
use aftercart_shared::{time::Timestamp, validate::Contact};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use reqwest::Url;
use serde::Deserialize;

#[derive(Debug)]
pub struct Medusa(pub Connection);

const FIELDS: &str = "id,display_id,status,email,currency_code,created_at,updated_at,canceled_at,is_draft_order,locale,\
shipping_total,shipping_tax_total,credit_line_total,\
*shipping_address,*items,*items.detail,*fulfillments,*fulfillments.labels,*fulfillments.items,\
*payment_collections.payments.refunds";
/// Pages of a fuzzy search that are looked through for one number.
const SEARCH_PAGES: usize = 3;

impl Medusa {
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Fault> {
        let mut url: Url = format!("{}{path}", self.0.base_url)
            .parse()
            .map_err(|_| Fault::Unreachable("its address cannot be read".into()))?;
        url.query_pairs_mut().extend_pairs(query);
        self.send(Call::get(url.into())).await
    }

    pub(super) async fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<Answer, Fault> {
        self.send(Call::post_json(format!("{}{path}", self.0.base_url), body)).await
    }

    async fn send(&self, call: Call) -> Result<Answer, Fault> {
        let basic = STANDARD.encode(format!("{}:", self.0.credential));
        self.0.http.send(call.header("authorization", format!("Basic {basic}"))).await
    }

    async fn list(&self, query: &[(&str, &str)]) -> Result<Vec<Order>, Fault> {
        let limit = PAGE.to_string();
        let query: Vec<_> = query.iter().copied().chain([("fields", FIELDS), ("limit", limit.as_str())]).collect();
        let body = self.get("/admin/orders", &query).await?.ok()?;
        let list: List = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("orders", &e))?;
        Ok(list.orders)
    }

    fn neutral(&self, rows: Vec<Order>) -> (Vec<ImportedOrder>, Vec<String>) {
        let reading = self.0.reading();
        readable(rows.into_iter().map(|order| neutral(order, &reading)).collect())
    }

    /// Every customer of that address: a guest and an account may share it.
    async fn customers(&self, email: &str) -> Result<Vec<String>, Fault> {
        let query = [("email", email), ("fields", "id,email"), ("limit", "20")];
        let body = self.get("/admin/customers", &query).await?.ok()?;
        let list: Customers = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("customers", &e))?;
        let own = |c: &Customer| c.email.as_deref().and_then(fields::email).as_deref() == Some(email);
        Ok(list.customers.into_iter().filter(own).map(|c| c.id).filter(|id| is_id(id)).collect())
    }

    async fn of_email(&self, wanted: &Wanted, email: &str) -> Result<Option<ImportedOrder>, Fault> {
        for customer in self.customers(email).await? {
            if let Some(order) = self.search(wanted, ("customer_id", &customer)).await? {
                return Ok(Some(order));
            }
        }
        Ok(None)
    }

    /// Looks through what a filter brings, newest first.
    async fn search(&self, wanted: &Wanted, filter: (&str, &str)) -> Result<Option<ImportedOrder>, Fault> {
        for page in 0..SEARCH_PAGES {
            let offset = (page * PAGE).to_string();
            let rows = self.list(&[filter, ("order", "-created_at"), ("offset", &offset)]).await?;
            let last = rows.len() < PAGE;
            if let Some(order) = self.0.pick(self.neutral(rows).0, wanted) {
                return Ok(Some(order));
            }
            if last {
                break;
            }
        }
        Ok(None)
    }
}

impl Commerce for Medusa {
    fn capabilities(&self) -> &'static [Capability] {
        &Capability::ALL
    }

    fn returning(&self) -> Option<&dyn Returning> {
        Some(self)
    }

    fn varied(&self) -> Option<&dyn Varied> {
        Some(self)
    }

    fn find_order<'a>(&'a self, wanted: &'a Wanted) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            match &wanted.contact {
                Contact::Email(email) => self.of_email(wanted, email).await,
                // There is no filter by telephone number.
                Contact::Phone(_) => self.search(wanted, ("q", wanted.number.as_str())).await,
            }
        })
    }

    fn changed_since<'a>(&'a self, cursor: &'a Cursor) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(async move {
            let (since, offset) = (rfc3339(cursor.since), cursor.skip.to_string());
            let rows = self.list(&[("updated_at[$gte]", &since), ("order", "updated_at"), ("offset", &offset)]).await?;
            let reading = self.0.reading();
            let last = rows.iter().filter_map(|o| reading.date("updated_at", o.updated_at.as_deref()).ok()?).max();
            let (next, more) = cursor.after(rows.len(), last);
            let (orders, refused) = self.neutral(rows);
            Ok(Page { orders, refused, next, more })
        })
    }

    fn fetch<'a>(&'a self, external_id: &'a str) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            if !is_id(external_id) {
                return Ok(None);
            }
            let answer = self.get(&format!("/admin/orders/{external_id}"), &[("fields", FIELDS)]).await?;
            let Some(body) = answer.ok_or_absent()? else { return Ok(None) };
            let one: One = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("an order", &e))?;
            let (orders, refused) = self.neutral(vec![one.order]);
            match refused.into_iter().next() {
                Some(reason) => Err(Fault::Garbled(reason)),
                None => Ok(orders.into_iter().find(|order| order.external_id == external_id)),
            }
        })
    }
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string()
}

#[derive(Deserialize)]
struct Customers {
    customers: Vec<Customer>,
}

#[derive(Deserialize)]
struct Customer {
    id: String,
    email: Option<String>,
}

#[derive(Deserialize)]
struct List {
    orders: Vec<Order>,
}

#[derive(Deserialize)]
struct One {
    order: Order,
}

//! Any shop system that answers three requests. The contract is the README's section "Connect your own shop system";
//! `e2e/support/generic-shop.mjs` is an example of the other end.

use super::{
    super::outgoing::{Answer, Call, Fault},
    Capability, Commerce, Connection, Cursor, Page, Varied, Wanted,
    changes::PAGE,
    readable,
    signature::is_id,
};
use crate::orders::import::{jsonl, model::ImportedOrder, report::Bad};
use aftercart_shared::time::Timestamp;
use futures_util::future::BoxFuture;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{json, value::RawValue};

#[derive(Debug)]
pub struct Generic(pub Connection);

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    orders: Vec<&'a RawValue>,
    /// The place of the next page; nothing on the last.
    next: Option<String>,
}

impl Generic {
    pub(super) async fn send(&self, call: Call) -> Result<Answer, Fault> {
        self.0.http.send(call.header("authorization", format!("Bearer {}", self.0.credential))).await
    }

    #[allow(clippy::type_complexity, reason = "read where it is returned, and nowhere else")]
    fn list(&self, body: &[u8]) -> Result<(Vec<ImportedOrder>, Vec<String>, usize, Option<String>), Fault> {
        let list: List = serde_json::from_slice(body).map_err(|e| Fault::unreadable("orders", &e))?;
        let reading = self.0.reading();
        let rows = list.orders.iter().map(|raw| match jsonl::order(raw.get().as_bytes(), &reading) {
            Ok(order) => Ok(Some(order)),
            Err(Bad::Row(reason)) => Err(reason),
            // The parser's words quote the row.
            Err(Bad::Json(error)) => Err(Fault::unreadable("an order", &error).to_string()),
        });
        let (orders, refused) = readable(rows.collect());
        Ok((orders, refused, list.orders.len(), list.next))
    }
}

impl Commerce for Generic {
    fn capabilities(&self) -> &'static [Capability] {
        &[Capability::FindOrder, Capability::ChangedSince, Capability::Webhooks, Capability::Variants]
    }

    fn varied(&self) -> Option<&dyn Varied> {
        Some(self)
    }

    fn find_order<'a>(&'a self, wanted: &'a Wanted) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            // In the body: numbers stay out of the access log. The shopper's contact stays with us.
            let url = format!("{}/orders/find", self.0.base_url);
            let body = json!({ "number": wanted.number.as_str(), "typed": wanted.typed });
            let Some(body) = self.send(Call::post_json(url, &body)).await?.ok_or_absent()? else { return Ok(None) };
            Ok(self.0.pick(self.list(&body)?.0, wanted))
        })
    }

    fn changed_since<'a>(&'a self, cursor: &'a Cursor) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(async move {
            let mut url: Url = format!("{}/orders", self.0.base_url)
                .parse()
                .map_err(|_| Fault::Unreachable("its address cannot be read".into()))?;
            let since = jiff::Timestamp::from_millisecond(cursor.since.0).unwrap_or_default().to_string();
            url.query_pairs_mut().append_pair("changed_since", &since).append_pair("limit", &PAGE.to_string());
            if let Some(place) = &cursor.token {
                url.query_pairs_mut().append_pair("cursor", place);
            }
            let body = self.send(Call::get(url.into())).await?.ok()?;
            let (orders, refused, read, next) = self.list(&body)?;
            let last: Timestamp = orders.iter().map(|o| o.updated_at).max().unwrap_or(cursor.since).max(cursor.since);
            // The moment stays while pages go on: the other end's places belong to one question.
            let more = next.is_some() && read > 0;
            let next = if more { Cursor { token: next, under_way: true, ..cursor.clone() } } else { Cursor::at(last) };
            Ok(Page { orders, refused, next, more })
        })
    }

    fn fetch<'a>(&'a self, external_id: &'a str) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>> {
        Box::pin(async move {
            if !is_id(external_id) {
                return Ok(None);
            }
            let answer = self.send(Call::get(format!("{}/orders/{external_id}", self.0.base_url))).await?;
            let Some(body) = answer.ok_or_absent()? else { return Ok(None) };
            match jsonl::order(&body, &self.0.reading()) {
                Ok(order) if order.external_id == external_id => Ok(Some(order)),
                Ok(_) => Err(Fault::Garbled("another order than was asked for".into())),
                Err(Bad::Row(reason)) => Err(Fault::Garbled(reason)),
                Err(Bad::Json(error)) => Err(Fault::unreadable("an order", &error)),
            }
        })
    }
}

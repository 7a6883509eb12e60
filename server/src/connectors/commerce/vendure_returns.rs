//! Returns in Vendure. It has no such record: a return is a note at the order, goods that are booked in are lines that
//! are cancelled (which puts them into stock again and lowers the order's total), and money is a refund of a payment.
//!
//! Our mark stands in the note, in the cancellation's reason and in the refund's reason. An answer that names an error is
//! no proof that nothing happened: Vendure commits what came before it, so it is looked for then too.

use super::{
    super::outgoing::Fault,
    amount, give_back,
    give_back::{Next, Paid},
    returning::{Act, GiveBack, Goods, Journal, Returning, Setback, about_to, bears, mark, no, read},
    vendure::Vendure,
};
use crate::orders::import::fields::Scalar;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Entries of an order's history in one question; a shop may allow no more.
const ENTRIES: usize = 100;

const LOOK: &str = r#"query Look($id: ID!, $skip: Int!, $take: Int!) {
  order(id: $id) {
    id
    lines { id quantity }
    payments { id amount state refunds { id total state reason } }
    history(options: {
      filter: { type: { in: ["ORDER_NOTE", "ORDER_CANCELLATION"] } }, sort: { id: DESC }, take: $take, skip: $skip
    }) { totalItems items { id type data } }
  }
  globalSettings { serverConfig { moneyStrategyPrecision } }
}"#;
const NOTE: &str = "mutation Note($input: AddNoteToOrderInput!) { done: addNoteToOrder(input: $input) { id } }";
const CANCEL: &str = "mutation Cancel($input: CancelOrderInput!) {
  done: cancelOrder(input: $input) { ... on Order { id } ... on ErrorResult { errorCode message } }
}";
const REFUND: &str = "mutation Refund($input: RefundOrderInput!) {
  done: refundOrder(input: $input) { ... on Refund { id state } ... on ErrorResult { errorCode message } }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    order: Option<Order>,
    global_settings: GlobalSettings,
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
struct Order {
    id: Scalar,
    lines: Vec<Line>,
    payments: Option<Vec<Payment>>,
    history: History,
}

#[derive(Deserialize)]
struct Line {
    id: Scalar,
    quantity: i64,
}

#[derive(Deserialize)]
struct Payment {
    id: Scalar,
    amount: i64,
    state: String,
    refunds: Vec<Refund>,
}

#[derive(Deserialize)]
struct Refund {
    id: Scalar,
    total: i64,
    state: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    total_items: usize,
    items: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: Scalar,
    #[serde(rename = "type")]
    kind: String,
    data: Value,
}

/// A mutation's result, one member of a union or the other.
#[derive(Deserialize)]
struct Asked {
    done: Outcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    state: Option<String>,
    error_code: Option<String>,
    #[serde(default)]
    message: String,
}

/// An order as it stands in Vendure now.
struct Seen {
    order: Order,
    precision: u32,
}

impl Seen {
    /// The entry of its history that bears our mark.
    fn entry(&self, kind: &str, field: &str, key: &str) -> Option<&Entry> {
        let ours = |entry: &&Entry| entry.kind == kind && bears(entry.data.get(field).and_then(Value::as_str), key);
        self.order.history.items.iter().find(ours)
    }

    /// Refunds with our mark. One that failed moved no money, and Vendure itself does not count it.
    fn refunds(&self, key: &str) -> impl Iterator<Item = &Refund> {
        let all = self.order.payments.iter().flatten().flat_map(|payment| &payment.refunds);
        all.filter(move |refund| refund.state != "Failed" && bears(refund.reason.as_deref(), key))
    }

    /// Payments that can give something back.
    fn paid(&self, key: &str) -> Vec<Paid> {
        let payments = self.order.payments.iter().flatten().filter(|payment| payment.state == "Settled");
        let paid = |payment: &Payment| {
            let given = |own: bool| -> i64 {
                let counted = payment.refunds.iter().filter(|refund| refund.state != "Failed");
                counted.filter(|refund| bears(refund.reason.as_deref(), key) == own).map(|refund| refund.total).sum()
            };
            Paid { id: payment.id.0.clone(), amount: payment.amount, ours: given(true), others: given(false) }
        };
        payments.map(paid).collect()
    }
}

impl Vendure {
    async fn look(&self, order: &str) -> Result<Seen, Setback> {
        let mut seen: Option<Seen> = None;
        loop {
            let skip = seen.as_ref().map_or(0, |seen| seen.order.history.items.len());
            let variables = json!({ "id": order, "skip": skip, "take": ENTRIES });
            let answer: Answer = read(|| self.ask(LOOK, variables.clone())).await?;
            let precision = answer.global_settings.server_config.money_strategy_precision;
            let page = answer.order.filter(|found| found.id.0 == order);
            let page = page.ok_or_else(|| Setback::No("Vendure has no such order any more".into()))?;
            let came = page.history.items.len();
            let whole = match seen.take() {
                None => Seen { order: page, precision },
                Some(mut whole) => {
                    whole.order.history.items.extend(page.history.items);
                    whole
                }
            };
            if came == 0 || whole.order.history.items.len() >= whole.order.history.total_items {
                return Ok(whole);
            }
            seen = Some(whole);
        }
    }

    async fn change(&self, mutation: &str, input: Value) -> Result<Outcome, Fault> {
        let asked: Asked = self.ask(mutation, json!({ "input": input })).await?;
        Ok(asked.done)
    }

    async fn note(&self, goods: &Goods, sign: &str, journal: &dyn Journal) -> Result<Act, Setback> {
        let noted = |seen: &Seen| seen.entry("ORDER_NOTE", "note", &goods.key).map(|entry| done(&entry.id));
        if let Some(done) = noted(&self.look(&goods.order).await?) {
            return Ok(done);
        }
        about_to(journal, "note").await?;
        let pieces: Vec<String> =
            goods.pieces.iter().map(|piece| format!("{} × {}", piece.quantity, piece.title)).collect();
        let note = format!("{} {sign} {}", mark(&goods.number, &goods.key), pieces.join(", "));
        self.change(NOTE, json!({ "id": goods.order, "note": note, "isPublic": false })).await?;
        noted(&self.look(&goods.order).await?).ok_or_else(vanished)
    }

    async fn book_in(&self, goods: &Goods, journal: &dyn Journal) -> Result<Act, Setback> {
        let booked =
            |seen: &Seen| seen.entry("ORDER_CANCELLATION", "reason", &goods.key).map(|entry| done(&entry.id));
        let seen = self.look(&goods.order).await?;
        if let Some(done) = booked(&seen) {
            return Ok(done);
        }
        let mut wanted: HashMap<&str, i64> = HashMap::new();
        for piece in &goods.pieces {
            *wanted.entry(&piece.line).or_default() += piece.quantity;
        }
        let left = |id: &str| seen.order.lines.iter().find(|line| line.id.0 == id).map_or(0, |line| line.quantity);
        if wanted.iter().any(|(line, quantity)| *quantity > left(line)) {
            return Err(Setback::No("Vendure has fewer pieces left in the order than have come back".into()));
        }
        about_to(journal, "cancel").await?;
        let lines: Vec<Value> =
            wanted.iter().map(|(line, quantity)| json!({ "orderLineId": line, "quantity": quantity })).collect();
        let reason = mark(&goods.number, &goods.key);
        let input = json!({ "orderId": goods.order, "lines": lines, "reason": reason, "cancelShipping": false });
        let said = self.change(CANCEL, input).await?;
        let after = booked(&self.look(&goods.order).await?);
        after.ok_or_else(|| said.error_code.map_or_else(vanished, |code| refusal(&code, &said.message)))
    }

    async fn give_back(&self, back: &GiveBack, journal: &dyn Journal) -> Result<Act, Setback> {
        let mut seen = self.look(&back.order).await?;
        let want = amount::to_minor(back.sum.minor, seen.precision, back.sum.currency);
        let want = want.ok_or_else(|| Setback::No("Vendure counts more coarsely than this amount is".into()))?;
        let mut given: i64 = seen.refunds(&back.key).map(|refund| refund.total).sum();
        loop {
            let Next::Give { payment, amount, step } = give_back::next(want, &seen.paid(&back.key), journal.last())?
            else {
                return Ok(given_back(&seen, &back.key));
            };
            about_to(journal, &step).await?;
            let input = json!({
                "paymentId": payment,
                "amount": amount,
                "reason": mark(&back.number, &back.key),
                // Deprecated, but without both of them it fails on SQLite.
                "shipping": 0,
                "adjustment": 0,
            });
            let said = self.change(REFUND, input).await?;
            if said.state.as_deref() == Some("Failed") {
                return Err(Setback::No("Vendure's payment provider refuses the refund".into()));
            }
            seen = self.look(&back.order).await?;
            let now: i64 = seen.refunds(&back.key).map(|refund| refund.total).sum();
            if now == given {
                return Err(said.error_code.map_or_else(vanished, |code| refusal(&code, &said.message)));
            }
            given = now;
        }
    }
}

fn done(id: &Scalar) -> Act {
    Act::Done { reference: id.0.clone() }
}

fn refusal(code: &str, message: &str) -> Setback {
    no("Vendure", &format!("{code}: {message}"))
}

/// It said yes, and its records say no: asking once more would only do it once more.
fn vanished() -> Setback {
    Setback::No("Vendure took it and shows nothing of it: look there, then confirm it, or retry".into())
}

/// Money is on its way only when the refund is settled: with many payment methods a person settles it.
fn given_back(seen: &Seen, key: &str) -> Act {
    let ids: Vec<&str> = seen.refunds(key).map(|refund| refund.id.0.as_str()).collect();
    let reference = ids.join(", ");
    if seen.refunds(key).all(|refund| refund.state == "Settled") {
        Act::Done { reference }
    } else {
        Act::Waiting { reference, because: "Vendure has the refund as pending: it is to be settled there".into() }
    }
}

impl Returning for Vendure {
    fn create_return<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.note(goods, "↩", journal))
    }

    fn cancel_return<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.note(goods, "✕", journal))
    }

    fn receive<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.book_in(goods, journal))
    }

    fn refund<'a>(&'a self, back: &'a GiveBack, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.give_back(back, journal))
    }
}

//! Vendure's records of one order.

use super::{Call, Records};
use serde_json::{Value, json};

pub struct Vendure {
    pub precision: u32,
    pub lines: Vec<(String, i64)>,
    /// Id, amount.
    pub payments: Vec<(String, i64)>,
    /// Payment, total, state, reason.
    pub refunds: Vec<(String, i64, String, String)>,
    /// Kind, data.
    pub history: Vec<(String, Value)>,
    /// What the payment provider makes of a refund.
    pub provider: &'static str,
    /// Commits and then speaks of an error, as it does where the order cannot change its state.
    pub complains: bool,
    /// Keeps no reasons: an engine whose records lost our mark.
    pub forgets: bool,
}

impl Vendure {
    pub fn new() -> Vendure {
        Vendure {
            precision: 2,
            lines: vec![("11".into(), 2), ("12".into(), 3)],
            payments: vec![("7".into(), 20_000)],
            refunds: vec![],
            history: vec![],
            provider: "Settled",
            complains: false,
            forgets: false,
        }
    }

    fn entry(&self, (at, (kind, data)): (usize, &(String, Value))) -> Value {
        json!({ "id": (at + 1).to_string(), "type": kind, "data": data })
    }

    fn look(&self, variables: &Value) -> Value {
        let refund = |(at, (_, total, state, reason)): (usize, &(String, i64, String, String))| {
            json!({ "id": (at + 1).to_string(), "total": total, "state": state, "reason": reason })
        };
        let payments: Vec<Value> = self
            .payments
            .iter()
            .map(|(id, amount)| {
                let own = self.refunds.iter().enumerate().filter(|(_, refund)| refund.0 == *id);
                let refunds: Vec<Value> = own.map(refund).collect();
                json!({ "id": id, "amount": amount, "state": "Settled", "refunds": refunds })
            })
            .collect();
        let skip = variables["skip"].as_u64().unwrap() as usize;
        let take = variables["take"].as_u64().unwrap() as usize;
        let newest: Vec<Value> = self.history.iter().enumerate().rev().map(|e| self.entry(e)).collect();
        let page: Vec<Value> = newest.iter().skip(skip).take(take).cloned().collect();
        json!({ "data": {
            "order": {
                "id": variables["id"],
                "lines": self.lines.iter().map(|(id, n)| json!({ "id": id, "quantity": n })).collect::<Vec<_>>(),
                "payments": payments,
                "history": { "totalItems": self.history.len(), "items": page },
            },
            "globalSettings": { "serverConfig": { "moneyStrategyPrecision": self.precision } },
        } })
    }

    fn cancel(&mut self, input: &Value) -> Value {
        for asked in input["lines"].as_array().unwrap() {
            let line = self.lines.iter_mut().find(|(id, _)| asked["orderLineId"] == json!(id)).unwrap();
            let quantity = asked["quantity"].as_i64().unwrap();
            if line.1 < quantity {
                return json!({ "errorCode": "QUANTITY_TOO_GREAT_ERROR", "message": "too many" });
            }
            line.1 -= quantity;
        }
        let reason = if self.forgets { Value::Null } else { input["reason"].clone() };
        self.history.push(("ORDER_CANCELLATION".into(), json!({ "reason": reason })));
        if self.complains {
            return json!({ "errorCode": "ORDER_STATE_TRANSITION_ERROR", "message": "cannot" });
        }
        json!({ "id": "7" })
    }

    fn refund(&mut self, input: &Value) -> Value {
        let amount = input["amount"].as_i64().unwrap();
        let payment = self.payments.iter().find(|(id, _)| input["paymentId"] == json!(id)).unwrap();
        let given: i64 =
            self.refunds.iter().filter(|r| r.0 == payment.0 && r.2 != "Failed").map(|refund| refund.1).sum();
        if amount > payment.1 - given {
            return json!({ "errorCode": "REFUND_AMOUNT_ERROR", "message": "exceeds the refundable amount" });
        }
        let reason = if self.forgets { "" } else { input["reason"].as_str().unwrap() };
        self.refunds.push((payment.0.clone(), amount, self.provider.into(), reason.into()));
        json!({ "id": self.refunds.len().to_string(), "state": self.provider })
    }
}

impl Records for Vendure {
    fn ask(&mut self, _: &Call, body: &Value) -> (u16, Value) {
        let (query, variables) = (body["query"].as_str().unwrap(), &body["variables"]);
        let input = &variables["input"];
        let done = match query.split(['(', ' ']).nth(1).unwrap() {
            "Look" => return (200, self.look(variables)),
            "Note" => {
                self.history.push(("ORDER_NOTE".into(), json!({ "note": input["note"] })));
                json!({ "id": "7" })
            }
            "Cancel" => self.cancel(input),
            "Refund" => self.refund(input),
            other => panic!("{other}"),
        };
        (200, json!({ "data": { "done": done } }))
    }

    fn changes(_: &Call, body: &Value) -> bool {
        body["query"].as_str().unwrap().starts_with("mutation")
    }
}

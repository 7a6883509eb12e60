//! Medusa's records of one order.

use super::{Call, Records};
use serde_json::{Value, json};

pub const ORDER: &str = "order_1";

pub struct Medusa {
    pub currency: &'static str,
    pub returns: Vec<Value>,
    pub changes: Vec<Value>,
    /// As texts, in major units.
    pub captured: String,
    pub refunds: Vec<Value>,
    /// Ids of the refunds that stand in the order's books.
    pub booked: Vec<String>,
    /// Refunds get into the books at once.
    pub books: bool,
}

impl Medusa {
    pub fn new(currency: &'static str, captured: &str) -> Medusa {
        Medusa {
            currency,
            returns: vec![],
            changes: vec![],
            captured: captured.into(),
            refunds: vec![],
            booked: vec![],
            books: true,
        }
    }

    pub fn received(&self) -> i64 {
        let items = self.returns.iter().flat_map(|r| r["items"].as_array().unwrap());
        items.map(|item| item["received_quantity"].as_i64().unwrap()).sum()
    }

    fn order(&self) -> Value {
        let transactions: Vec<Value> = self.booked.iter().map(|id| json!({ "reference_id": id })).collect();
        json!({ "order": {
            "id": ORDER,
            "currency_code": self.currency,
            "fulfillments": [{ "location_id": "sloc_0", "canceled_at": "2026-11-20T00:00:00Z" },
                { "location_id": "sloc_1", "canceled_at": null }],
            "payment_collections": [{ "payments": [{
                "id": "pay_1",
                "captures": [{ "id": "capt_1", "amount": 0, "raw_amount": { "value": self.captured } }],
                "refunds": self.refunds,
            }] }],
            "transactions": transactions,
        } })
    }

    fn active(&mut self) -> Option<&mut Value> {
        self.changes.iter_mut().find(|change| change["status"] == "pending")
    }

    fn begin(&mut self, kind: &str, id: &str, note: &Value) -> (u16, Value) {
        if self.active().is_some() {
            let message = format!("Order ({ORDER}) already has an existing active order change");
            return (400, json!({ "type": "invalid_data", "message": message }));
        }
        self.changes.push(json!({
            "return_id": id, "status": "pending", "change_type": kind, "internal_note": note, "actions": [],
        }));
        (200, json!({}))
    }

    fn add(&mut self, action: &str, items: &Value) -> (u16, Value) {
        let Some(change) = self.active() else {
            return (400, json!({ "message": "An active Order Change is required to proceed" }));
        };
        for item in items.as_array().unwrap() {
            let details = json!({ "reference_id": item["id"], "quantity": item["quantity"] });
            change["actions"].as_array_mut().unwrap().push(json!({ "action": action, "details": details }));
        }
        (200, json!({}))
    }

    fn confirm(&mut self, id: &str, receiving: bool) -> (u16, Value) {
        let Some(change) = self.active() else {
            return (400, json!({ "message": "An active Order Change is required to proceed" }));
        };
        change["status"] = json!("confirmed");
        let actions = change["actions"].as_array().unwrap().clone();
        let own = self.returns.iter_mut().find(|r| r["id"] == id).unwrap();
        for action in actions {
            let (line, quantity) = (&action["details"]["reference_id"], action["details"]["quantity"].as_i64().unwrap());
            if receiving {
                let items = own["items"].as_array_mut().unwrap();
                let item = items.iter_mut().find(|item| item["item_id"] == *line).unwrap();
                item["received_quantity"] = json!(item["received_quantity"].as_i64().unwrap() + quantity);
            } else {
                let item = json!({ "item_id": line, "quantity": quantity, "received_quantity": 0 });
                own["items"].as_array_mut().unwrap().push(item);
            }
        }
        own["status"] = json!(if receiving { "partially_received" } else { "requested" });
        (200, json!({}))
    }

    fn refund(&mut self, body: &Value) -> (u16, Value) {
        let id = format!("ref_{}", self.refunds.len() + 1);
        let amount = body["amount"].to_string();
        self.refunds.push(json!({
            "id": id, "amount": body["amount"], "raw_amount": { "value": amount }, "note": body["note"],
        }));
        if self.books {
            self.booked.push(id);
        }
        (200, json!({ "payment": {} }))
    }
}

impl Records for Medusa {
    fn ask(&mut self, call: &Call, body: &Value) -> (u16, Value) {
        let path = call.url.trim_start_matches("https://shop.example/admin/").split('?').next().unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        match (call.method.as_str(), &parts[..]) {
            ("GET", ["returns"]) => (200, json!({ "returns": self.returns })),
            ("GET", ["orders", ORDER]) => (200, self.order()),
            ("GET", ["orders", ORDER, "changes"]) => (200, json!({ "order_changes": self.changes })),
            ("POST", ["returns"]) => {
                let id = format!("return_{}", self.returns.len() + 1);
                let (status, said) = self.begin("return_request", &id, &body["internal_note"]);
                if status == 200 {
                    self.returns.push(json!({
                        "id": id, "order_id": body["order_id"], "status": "open", "metadata": body["metadata"],
                        "canceled_at": null, "items": [], "location_id": body["location_id"],
                    }));
                }
                (status, said)
            }
            ("POST", ["returns", _, "request-items"]) => self.add("RETURN_ITEM", &body["items"]),
            ("POST", ["returns", id, "request"]) => self.confirm(id, false),
            ("POST", ["returns", id, "receive"]) => self.begin("return_receive", id, &body["internal_note"]),
            ("POST", ["returns", _, "receive-items"]) => self.add("RECEIVE_RETURN_ITEM", &body["items"]),
            ("POST", ["returns", id, "receive", "confirm"]) => self.confirm(id, true),
            ("POST", ["returns", id, "cancel"]) => {
                let own = self.returns.iter_mut().find(|r| r["id"] == *id).unwrap();
                own["canceled_at"] = json!("2026-11-22T00:00:00Z");
                (200, json!({}))
            }
            ("POST", ["payments", "pay_1", "refund"]) => self.refund(body),
            other => panic!("{other:?}"),
        }
    }

    fn changes(call: &Call, _: &Value) -> bool {
        call.method == reqwest::Method::POST
    }
}

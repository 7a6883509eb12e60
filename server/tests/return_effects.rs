//! What a return makes happen outside: asked for once, done once, and for an agent to see where it is not.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::{MING, POLICY, arrived, key, wish},
        shop::StandIn,
    },
};
use aftercart::connectors::commerce::Kind;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const EMMA: &str = "emma.wilson@example.com";

/// Emma's return of two lamps, approved by the policy.
async fn approved(app: &TestApp) -> (String, Value) {
    app.set_policy(POLICY).await;
    app.open_desk().await;
    app.import(&[arrived("A-1001", 5)]).await;
    let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
    let (status, made) = app.submit(&emma, &order, &wish(&key(), 2)).await;
    assert_eq!(status, 201, "{made}");
    (emma, made["summary"]["id"].clone())
}

async fn received_and_refunded(app: &TestApp, id: &Value) {
    let lines = json!([{ "line": "l1", "quantity": 2, "grade": "as_new" }]);
    assert_eq!(app.act(id, "receive", json!({ "agent": MING, "lines": lines })).await.0, 200);
    assert_eq!(app.act(id, "refund", json!({ "agent": MING })).await.0, 200);
}

async fn effect(app: &TestApp, id: &Value, kind: &str) -> Value {
    let (status, all) = app.desk(&format!("/returns/{}/effects", id.as_str().unwrap())).await;
    assert_eq!(status, 200, "{all}");
    let found: Vec<&Value> = all["effects"].as_array().unwrap().iter().filter(|e| e["kind"] == kind).collect();
    assert_eq!(found.len(), 1, "{kind}: {all}");
    found[0].clone()
}

async fn on_effect(app: &TestApp, id: &Value, effect: &Value, what: &str, body: Value) -> (u16, Value) {
    app.act(id, &format!("effects/{}/{what}", effect["id"].as_str().unwrap()), body).await
}

async fn state(app: &TestApp, id: &Value) -> String {
    let (_, shown) = app.desk(&format!("/returns/{}", id.as_str().unwrap())).await;
    shown["view"]["state"].as_str().unwrap().to_owned()
}

async fn subjects(app: &TestApp) -> Vec<String> {
    let mut subjects: Vec<String> = app.mails().await.into_iter().map(|mail| mail.subject).collect();
    subjects.retain(|subject| subject.contains("(R-"));
    subjects.iter_mut().for_each(|subject| *subject = subject.split(" (").next().unwrap().to_owned());
    subjects.sort();
    subjects
}

/// As Vendure answers, with a record of one order.
#[derive(Default)]
struct Records {
    notes: Vec<Value>,
    cancelled: Vec<Value>,
    refunds: Vec<Value>,
    /// Does what is asked for and answers 502, this often.
    deaf: u32,
    /// Says no to refunds.
    refuses: bool,
}

fn vendure(
    records: &Arc<Mutex<Records>>,
) -> impl Fn(&(String, String, String)) -> (u16, Value) + Send + Sync + 'static {
    let records = records.clone();
    move |(_, _, body)| {
        let mut records = records.lock().unwrap();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let (query, input) = (body["query"].as_str().unwrap_or_default(), &body["variables"]["input"]);
        let refund = |amount: &Value, reason: &Value, n: usize| json!({ "id": n.to_string(), "total": amount, "state": "Settled", "reason": reason });
        let done = match query.split(['(', ' ']).nth(1).unwrap_or_default() {
            "Note" => {
                records.notes.push(json!({ "id": "n", "type": "ORDER_NOTE", "data": { "note": input["note"] } }));
                json!({ "id": "1" })
            }
            "Cancel" => {
                let data = json!({ "reason": input["reason"] });
                records.cancelled.push(json!({ "id": "c", "type": "ORDER_CANCELLATION", "data": data }));
                json!({ "id": "1" })
            }
            "Refund" if records.refuses => json!({ "errorCode": "REFUND_AMOUNT_ERROR", "message": "too much" }),
            "Refund" => {
                let made = refund(&input["amount"], &input["reason"], records.refunds.len() + 1);
                records.refunds.push(made);
                json!({ "id": "1", "state": "Settled" })
            }
            "Look" => {
                let items: Vec<Value> = records.notes.iter().chain(&records.cancelled).cloned().collect();
                let order = json!({
                    "id": body["variables"]["id"],
                    "lines": [{ "id": "l1", "quantity": 5 }],
                    "payments": [{ "id": "7", "amount": 64_500, "state": "Settled", "refunds": records.refunds }],
                    "history": { "totalItems": items.len(), "items": items },
                });
                let settings = json!({ "serverConfig": { "moneyStrategyPrecision": 2 } });
                return (200, json!({ "data": { "order": order, "globalSettings": settings } }));
            }
            // What keeps it read.
            _ => return (500, json!({})),
        };
        if records.deaf > 0 {
            records.deaf -= 1;
            return (502, json!({}));
        }
        (200, json!({ "data": { "done": done } }))
    }
}

/// The order came by this shop's connector.
async fn through(app: &TestApp, shop: &StandIn) {
    app.connect(Kind::Vendure, shop).await;
    let site = app.site.id.clone();
    let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
        Box::pin(async move {
            let sql = aftercart::sql!("UPDATE orders SET source = 'vendure' WHERE site_id = $1");
            tx.execute(sql, aftercart::args![&site]).await
        })
    });
    assert_eq!(write.await.unwrap(), 1);
}

on_both! {
    async fn a_shop_without_a_system_has_a_person_pay_and_say_so(app) {
        let (emma, id) = approved(&app).await;
        app.run_jobs().await;
        received_and_refunded(&app, &id).await;
        app.run_jobs().await;
        // Nothing there has to know; nothing of ours can pay.
        assert_eq!(effect(&app, &id, "engine_return").await["done_by"], "none");
        let refund = effect(&app, &id, "refund").await;
        assert_eq!((&refund["state"], &refund["needs_person"]), (&json!("pending"), &json!(true)), "{refund}");
        assert!(refund["says"].as_str().unwrap().contains("by hand"), "{refund}");
        assert_eq!(state(&app, &id).await, "refunding");
        let confirmed = on_effect(&app, &id, &refund, "confirm", json!({ "agent": MING, "reference": " " })).await;
        assert_eq!((confirmed.0, &confirmed.1["field"]), (422, &json!("reference")));
        let body = json!({ "agent": MING, "reference": "SEPA 2026-0117" });
        assert_eq!(on_effect(&app, &id, &refund, "confirm", body.clone()).await.0, 200);
        assert_eq!(on_effect(&app, &id, &refund, "confirm", body).await.0, 409);
        assert_eq!(on_effect(&app, &id, &refund, "retry", json!({ "agent": MING })).await.0, 409);
        assert_eq!(state(&app, &id).await, "refunded");
        app.run_jobs().await;
        let refund = effect(&app, &id, "refund").await;
        assert_eq!(refund["reference"], "SEPA 2026-0117");
        assert!(refund["done_by"].as_str().unwrap().starts_with("agent:"), "{refund}");
        let expected = ["We have received what you sent back", "Your refund of ", "Your request is approved"];
        let subjects = subjects(&app).await;
        assert_eq!(subjects.len(), 3, "{subjects:?}");
        assert!(subjects.iter().zip(expected).all(|(subject, begins)| subject.starts_with(begins)), "{subjects:?}");
        let mails = app.mails().await;
        assert!(mails.iter().all(|mail| mail.recipient == EMMA), "{mails:?}");
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "refunded");
    }

    async fn the_shop_s_system_does_it_once_though_its_answers_are_lost(app) {
        let (records, shop) = (Arc::new(Mutex::new(Records::default())), StandIn::start().await);
        shop.answers(vendure(&records));
        let (_, id) = approved(&app).await;
        through(&app, &shop).await;
        records.lock().unwrap().deaf = 1;
        app.run_jobs().await;
        let first = effect(&app, &id, "engine_return").await;
        assert_eq!((&first["state"], &first["attempts"]), (&json!("pending"), &json!(1)), "{first}");
        app.clock.forward_ms(3_000);
        app.run_jobs().await;
        assert_eq!(effect(&app, &id, "engine_return").await["state"], "done");
        received_and_refunded(&app, &id).await;
        for _ in 0..6 {
            records.lock().unwrap().deaf = 1;
            app.run_jobs().await;
            app.clock.forward_ms(6_000);
        }
        assert_eq!(state(&app, &id).await, "refunded");
        let records = records.lock().unwrap();
        assert_eq!((records.notes.len(), records.cancelled.len(), records.refunds.len()), (1, 1, 1));
        // 258.00 less a tenth and 12.00 of postage.
        assert_eq!(records.refunds[0]["total"], 22_020);
    }

    async fn a_refusal_is_told_can_be_retried_and_the_return_goes_on(app) {
        let (records, shop) = (Arc::new(Mutex::new(Records::default())), StandIn::start().await);
        shop.answers(vendure(&records));
        let (_, id) = approved(&app).await;
        through(&app, &shop).await;
        app.run_jobs().await;
        received_and_refunded(&app, &id).await;
        records.lock().unwrap().refuses = true;
        for _ in 0..4 {
            app.run_jobs().await;
            app.clock.forward_ms(6_000);
        }
        let refund = effect(&app, &id, "refund").await;
        assert_eq!(refund["state"], "failed", "{refund}");
        assert!(refund["says"].as_str().unwrap().contains("REFUND_AMOUNT_ERROR"), "{refund}");
        assert_eq!(state(&app, &id).await, "refund_failed");
        records.lock().unwrap().refuses = false;
        app.clock.forward_ms(120_000);
        assert_eq!(on_effect(&app, &id, &refund, "retry", json!({ "agent": MING })).await.0, 200);
        assert_eq!(state(&app, &id).await, "refunding");
        app.run_jobs().await;
        assert_eq!(state(&app, &id).await, "refunded");
        assert_eq!(records.lock().unwrap().refunds.len(), 1);
    }

    async fn a_refund_waits_until_the_goods_are_booked_in(app) {
        let (records, shop) = (Arc::new(Mutex::new(Records::default())), StandIn::start().await);
        shop.answers(|_| (503, json!({})));
        let (_, id) = approved(&app).await;
        through(&app, &shop).await;
        received_and_refunded(&app, &id).await;
        app.run_jobs().await;
        let refund = effect(&app, &id, "refund").await;
        assert!(refund["says"].as_str().unwrap().contains("waits for engine_"), "{refund}");
        shop.answers(vendure(&records));
        for _ in 0..4 {
            app.clock.forward_ms(10_000);
            app.run_jobs().await;
        }
        assert_eq!(state(&app, &id).await, "refunded");
        assert_eq!(records.lock().unwrap().refunds.len(), 1);
    }

    async fn a_slip_is_printed_while_there_is_something_to_hand_over(app) {
        let (emma, id) = approved(&app).await;
        let path = format!("/api/v1/me/returns/{}/slip.pdf?locale=zh-CN", id.as_str().unwrap());
        let answer = app.get(&path).bearer_auth(&emma).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/pdf"));
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(answer.bytes().await.unwrap().starts_with(b"%PDF-"));
        received_and_refunded(&app, &id).await;
        assert_eq!(read(app.get(&path).bearer_auth(&emma)).await.0, 409);
    }
}

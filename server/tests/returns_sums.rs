//! Money of the order as a whole: discounts, delivery and gift cards reach the sum of a return, whole, and go back to what
//! paid.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::{MING, POLICY, SECRET_KEY, arrived, key, wish, with_line},
    },
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

/// Three lamps at 129.00 with 30.00 off, two cups at 40.50; 40.00 off all of it, 15.00 of delivery, 100.00 by gift card.
fn discounted() -> Value {
    let mut order = with_line(arrived("A-1001", 3), "l3", "BOWL", "Bowl", 2, Some("40.50"));
    order["lines"][0]["discount"] = json!("30.00");
    order["discount"] = json!("40.00");
    order["delivery"] = json!("15.00");
    order["gift_cards"] = json!("100.00");
    order
}

/// Everything comes back by a shop that gives back delivery and keeps nothing.
const KIND: &str = r#"
in_force_from = "2026-01-01"
[otherwise]
within = "30 days"
resolutions = ["refund", "store_credit"]
delivery_charge = "whole_order"
"#;

fn everything(key: &str) -> Value {
    json!({
        "key": key, "locale": "en", "resolution": "refund", "method": "drop_off",
        "lines": [
            { "line": "l1", "quantity": 3, "reason": "changed_mind" }, { "line": "l3", "quantity": 2, "reason": "changed_mind" },
        ],
    })
}

async fn emma(app: &TestApp, policy: &str, order: Value) -> (String, String) {
    app.set_policy(policy).await;
    app.open_desk().await;
    app.import(&[order]).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

fn without_key(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("key");
    body
}

async fn effects(app: &TestApp, id: &Value) -> Vec<(String, i64, String)> {
    let (_, all) = app.desk(&format!("/returns/{}/effects", id.as_str().unwrap())).await;
    let money = all["effects"].as_array().unwrap().iter().filter(|effect| effect["amount"].is_number());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut money: Vec<_> = money.map(|e| (text(&e["kind"]), e["amount"].as_i64().unwrap(), text(&e["id"]))).collect();
    money.retain(|(kind, _, _)| matches!(kind.as_str(), "refund" | "gift_card" | "store_credit"));
    money
}

on_both! {
    async fn parts_of_a_discounted_order_add_up_to_what_was_paid(app) {
        let (emma, order) = emma(&app, KIND, discounted()).await;
        let (status, all) = app.quote(&emma, &order, &without_key(everything(""))).await;
        // 387.00 − 30.00 + 81.00 − 40.00 + 15.00 = 413.00, of which 313.00 was paid in money.
        assert_eq!((status, &all["sum"]["total"], &all["sum"]["delivery"]), (200, &json!(41_300), &json!(1_500)), "{all}");
        assert_eq!(all["sum"]["to_gift_cards"], 10_000);
        // One by one, each return its own: never more, never less in the end.
        let (mut given, mut cards) = (0, 0);
        for (line, quantity) in [("l1", 1), ("l3", 1), ("l1", 2), ("l3", 1)] {
            let mut one = wish(&key(), quantity);
            one["lines"][0]["line"] = json!(line);
            let (status, made) = app.submit(&emma, &order, &one).await;
            assert_eq!(status, 201, "{made}");
            given += made["sum"]["total"].as_i64().unwrap();
            cards += made["sum"]["to_gift_cards"].as_i64().unwrap();
        }
        assert_eq!((given, cards), (41_300, 10_000));
    }

    async fn a_lower_price_was_paid_and_is_what_rules_see(app) {
        let (emma, order) = emma(&app, KIND, discounted()).await;
        let options = app.return_options(&emma, &order).await;
        // A lamp: (387.00 − 30.00) less its share of 40.00, by three. A bowl: 40.50 less its share.
        let each: Vec<_> = options["lines"].as_array().unwrap().iter().map(|line| line["paid_each"].as_i64().unwrap()).collect();
        assert_eq!(each, [10_814, 3_680]);
        let (_, quote) = app.quote(&emma, &order, &json!({
            "locale": "en", "lines": [{ "line": "l1", "quantity": 1, "reason": "changed_mind" }], "resolution": "refund", "method": "drop_off",
        })).await;
        assert_eq!((&quote["sum"]["total"], &quote["sum"]["delivery"], &quote["sum"]["to_gift_cards"]), (&json!(10_814), &json!(0), &json!(0)));
    }

    async fn what_a_gift_card_paid_goes_back_onto_it(app) {
        let (emma, order) = emma(&app, KIND, discounted()).await;
        let (status, made) = app.submit(&emma, &order, &everything(&key())).await;
        assert_eq!(status, 201, "{made}");
        let id = made["summary"]["id"].clone();
        let came = json!([{ "line": "l1", "quantity": 3, "grade": "as_new" }, { "line": "l3", "quantity": 2, "grade": "as_new" }]);
        assert_eq!(app.act(&id, "receive", json!({ "agent": MING, "lines": came })).await.0, 200);
        assert_eq!(app.act(&id, "refund", json!({ "agent": MING })).await.0, 200);
        app.run_jobs().await;
        let money = effects(&app, &id).await;
        let sums: Vec<(&str, i64)> = money.iter().map(|(kind, amount, _)| (kind.as_str(), *amount)).collect();
        assert_eq!(sums, [("gift_card", 10_000), ("refund", 31_300)]);
        // It is refunded when both have gone out, whichever is first.
        for (i, (_, _, effect)) in money.iter().enumerate() {
            assert_eq!(app.my_return(&emma, &id).await.1["state"], "refunding");
            let body = json!({ "agent": MING, "reference": format!("paid {i}") });
            assert_eq!(app.act(&id, &format!("effects/{effect}/confirm"), body).await.0, 200);
        }
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "refunded");
    }

    async fn what_comes_short_is_taken_from_the_gift_card_s_part(app) {
        let (emma, order) = emma(&app, KIND, discounted()).await;
        let (_, made) = app.submit(&emma, &order, &everything(&key())).await;
        let id = made["summary"]["id"].clone();
        let came = json!([{ "line": "l1", "quantity": 3, "grade": "as_new" }, { "line": "l3", "quantity": 0, "grade": "as_new" }]);
        let (status, received) = app.act(&id, "receive", json!({ "agent": MING, "lines": came })).await;
        // The lamps alone, without the delivery: 324.40, of which 313.00 was paid in money.
        assert_eq!((status, &received["view"]["sum"]["total"], &received["view"]["sum"]["to_gift_cards"]), (200, &json!(32_440), &json!(1_140)), "{received}");
        let (_, less) = app.act(&id, "adjust", json!({ "agent": MING, "total": 20_000, "note": "Scratched" })).await;
        assert_eq!(less["view"]["sum"]["to_gift_cards"], 0);
        let (_, more) = app.act(&id, "adjust", json!({ "agent": MING, "total": 32_000, "note": "Not so bad" })).await;
        assert_eq!(more["view"]["sum"]["to_gift_cards"], 700);
    }

    async fn what_the_api_told_of_money_stays_when_a_parcel_s_news_come(app) {
        app.set_policy(KIND).await;
        app.open_desk().await;
        let mut order = discounted();
        order["shipments"][0]["status"] = json!("in_transit");
        order["shipments"][0]["events"] = json!([]);
        order["lines"][0]["serials"] = json!(["SN-1"]);
        let put = |path: &str, body: &Value| {
            let url = format!("{}/api/v1/admin/orders/{path}", app.url);
            read(reqwest::Client::new().put(url).bearer_auth(SECRET_KEY).json(body))
        };
        let id = order["id"].as_str().unwrap().to_owned();
        let (status, stored) = put(&id, &order).await;
        assert_eq!(status, 200, "{stored}");
        let parcel = order["shipments"][0]["id"].as_str().unwrap();
        let news = json!({ "status": "delivered", "events": [{ "at": "2026-11-20T12:00:00+08:00", "status": "delivered" }] });
        let (status, stored) = put(&format!("{id}/shipments/{parcel}"), &news).await;
        assert_eq!((status, &stored["changed"]), (200, &json!(true)), "{stored}");
        let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
        let (_, all) = app.quote(&emma, &order, &without_key(everything(""))).await;
        assert_eq!((&all["sum"]["total"], &all["sum"]["to_gift_cards"]), (&json!(41_300), &json!(10_000)), "{all}");
        let (_, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        let (_, shown) = app.desk(&format!("/returns/{}", made["summary"]["id"].as_str().unwrap())).await;
        assert_eq!(shown["lines"][0]["serials_sold"], json!(["SN-1"]));
    }

    async fn store_credit_is_credit_whatever_paid(app) {
        let (emma, order) = emma(&app, KIND, discounted()).await;
        let mut body = everything(&key());
        body["resolution"] = json!("store_credit");
        let (status, made) = app.submit(&emma, &order, &body).await;
        assert_eq!((status, &made["sum"]["total"], &made["sum"]["to_gift_cards"]), (201, &json!(41_300), &json!(0)), "{made}");
    }

    async fn taxes_on_top_are_given_back_with_the_price(app) {
        let mut order = arrived("A-1001", 3);
        order["taxes"] = json!("added");
        order["lines"][0]["tax"] = json!("31.93");
        order["lines"][0]["discount"] = json!("0.07");
        let (emma, order) = emma(&app, KIND, order).await;
        let mut paid = 0;
        for _ in 0..3 {
            let (status, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
            assert_eq!(status, 201, "{made}");
            paid += made["sum"]["total"].as_i64().unwrap();
        }
        assert_eq!(paid, 38_693 + 3_193);
    }

    async fn sums_that_cannot_be_are_refused_at_the_door(app) {
        for (change, says) in [
            (json!({ "discount": "9999.00" }), "discount is larger"),
            (json!({ "gift_cards": "9999.00" }), "gift_cards paid more"),
            (json!({ "delivery": "-1.00" }), "below nought"),
            (json!({ "tax": "1.234" }), "not an amount"),
        ] {
            let mut order = arrived("A-1001", 1);
            order.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let refused = app.import(&[order]).await.rejected;
            assert!(refused.len() == 1 && refused[0].reason.contains(says), "{says}: {refused:?}");
        }
        let mut order = arrived("A-1001", 1);
        order["lines"][0]["discount"] = json!("129.01");
        assert_eq!(app.import(&[order]).await.rejected.len(), 1);
    }

    async fn without_the_price_of_a_line_nobody_shares_the_discount_but_a_person(app) {
        let mut order = with_line(arrived("A-1001", 2), "l3", "BOWL", "Bowl", 1, None);
        order["discount"] = json!("10.00");
        let (emma, order) = emma(&app, POLICY, order).await;
        let (status, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        assert_eq!((status, &made["state"], &made["sum"]), (201, &json!("requested"), &Value::Null), "{made}");
    }
}

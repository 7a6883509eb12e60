//! What a return cannot be: a clear answer for each, and nothing is stored.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        order, read,
        returns::{POLICY, arrived, key, wish, with_line},
    },
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const DAY: i64 = 86_400_000;

/// Emma, with two lamps, one on sale, three cups, and one whose price nobody told.
async fn emma(app: &TestApp) -> (String, String) {
    app.set_policy(POLICY).await;
    let mut whole = with_line(arrived("A-1001", 2), "l2", "SALE-1", "Sale lamp", 1, Some("50.00"));
    whole = with_line(whole, "l3", "CUP-1", "Cup", 3, Some("30.00"));
    whole = with_line(whole, "l4", "GIFT-1", "Gift", 1, None);
    app.import(&[whole, arrived("A-1002", 2), order("A-1003")]).await;
    let emma = app.sign_in(EMMA).await;
    let order = app.order_id("A-1001").await;
    (emma, order)
}

/// Changes one thing of a good wish.
fn but(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = wish(&key(), 1);
    change(&mut body);
    body
}

on_both! {
    async fn each_bad_wish_has_an_answer_and_leaves_nothing(app) {
        let (emma, order) = emma(&app).await;
        let line = |line: &str, quantity: Value, reason: &str| json!([{ "line": line, "quantity": quantity, "reason": reason }]);
        let long = "a".repeat(1_001);
        let bad: Vec<(&str, Value, u16, &str, Value)> = vec![
            ("zero", but(|b| b["lines"] = line("l1", json!(0), "other")), 422, "quantity_invalid", json!("lines[0].quantity")),
            ("negative", but(|b| b["lines"] = line("l1", json!(-1), "other")), 422, "quantity_invalid", json!("lines[0].quantity")),
            ("fraction", but(|b| b["lines"] = line("l1", json!(1.5), "other")), 422, "invalid", json!("lines[0].quantity")),
            ("a text", but(|b| b["lines"] = line("l1", json!("1"), "other")), 422, "invalid", json!("lines[0].quantity")),
            ("over what is left", but(|b| b["lines"] = line("l1", json!(3), "other")), 422, "quantity_invalid", json!("lines[0].quantity")),
            ("huge", but(|b| b["lines"] = line("l1", json!(i64::MAX), "other")), 422, "quantity_invalid", json!("lines[0].quantity")),
            ("a foreign line", but(|b| b["lines"] = line("l9", json!(1), "other")), 422, "invalid", json!("lines[0].line")),
            ("a line with NUL", but(|b| b["lines"] = line("l1\u{0}", json!(1), "other")), 422, "invalid", json!("lines[0].line")),
            ("no such reason", but(|b| b["lines"] = line("l1", json!(1), "bored")), 422, "invalid", json!("lines[0].reason")),
            ("no lines", but(|b| b["lines"] = json!([])), 422, "required", json!("lines")),
            ("twice the same", but(|b| b["lines"] = json!([b["lines"][0], b["lines"][0]])), 422, "invalid", json!("lines[1].line")),
            ("final sale", but(|b| b["lines"] = line("l2", json!(1), "changed_mind")), 422, "not_returnable", json!("lines")),
            ("a photo is missing", but(|b| { b["lines"] = line("l1", json!(1), "damaged"); }), 422, "photo_required", json!("photos")),
            ("not offered", but(|b| b["resolution"] = json!("repair")), 422, "invalid", json!("resolution")),
            ("no variants known", but(|b| b["resolution"] = json!("exchange_variant")), 422, "invalid", json!("resolution")),
            ("no such resolution", but(|b| b["resolution"] = json!("gold")), 422, "invalid", json!("resolution")),
            ("no method", but(|b| b["method"] = Value::Null), 422, "required", json!("method")),
            ("no such way", but(|b| b["method"] = json!("in_store")), 422, "invalid", json!("method")),
            ("a price", but(|b| b["lines"][0]["price"] = json!(1)), 422, "invalid", json!("lines[0].price")),
            ("a refund", but(|b| b["refund"] = json!(99_999)), 422, "invalid", json!("refund")),
            ("a total", but(|b| b["total"] = json!(99_999)), 422, "invalid", json!("total")),
            ("a state", but(|b| b["state"] = json!("refunded")), 422, "invalid", json!("state")),
            ("no key", but(|b| b["key"] = json!("")), 422, "invalid", json!("key")),
            ("a made-up key", but(|b| b["key"] = json!("'; DROP TABLE returns;--")), 422, "invalid", json!("key")),
            ("a long comment", but(|b| b["comment"] = json!(long)), 422, "too_long", json!("comment")),
            ("a photo of nothing", but(|b| b["photos"] = json!([{ "line": "l2", "attachment": "0f" }])), 422, "invalid", json!("photos[0]")),
            ("a photo's path", but(|b| b["photos"] = json!([{ "line": "l1", "attachment": "../0f\u{0}" }])), 422, "invalid", json!("photos[0]")),
            ("another language", but(|b| b["locale"] = json!("xx")), 422, "invalid", json!("locale")),
        ];
        let before = app.tables().await;
        for (what, body, status, code, field) in bad {
            let (found, answer) = app.submit(&emma, &order, &body).await;
            assert_eq!((found, &answer["code"], &answer["field"]), (status, &json!(code), &field), "{what}: {answer}");
            assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0], "{what}");
        }
        let (_, said) = app.submit(&emma, &order, &but(|b| b["lines"] = line("l1", json!(3), "other"))).await;
        assert_eq!(said["message"], "Harbour lamp: You can return 2 of these at most.");
        let (_, said) = app.submit(&emma, &order, &but(|b| { b["locale"] = json!("zh-CN"); b["lines"] = line("l2", json!(1), "other"); })).await;
        assert!(said["message"].as_str().unwrap().contains("清仓"), "{said}");
        let raw = |body: &'static str, kind: &str| app.post(&format!("/api/v1/me/orders/{order}/returns")).bearer_auth(&emma).header("content-type", kind).body(body);
        assert_eq!(read(raw("{", "application/json")).await.1["code"], "bad_request");
        assert_eq!(read(raw("{}", "text/plain")).await.1["code"], "unsupported_media_type");
    }

    async fn what_has_not_come_or_is_too_old_says_so_with_its_date(app) {
        let (emma, order) = emma(&app).await;
        let awaited = app.order_id("A-1003").await;
        let (status, said) = app.submit(&emma, &awaited, &wish(&key(), 1)).await;
        assert_eq!((status, &said["code"], &said["message"]), (422, &json!("not_returnable"), &json!("It hasn’t arrived yet. You can return it once it’s with you.")));
        // The last minute of the thirtieth day in Shanghai, and the first of the next.
        app.clock.forward_ms(29 * DAY + 5 * 3_600_000 + 59 * 60_000);
        let emma = app.sign_in(EMMA).await;
        assert_eq!(app.submit(&emma, &order, &wish(&key(), 1)).await.0, 201);
        app.clock.forward_ms(60_000);
        let (status, said) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        assert_eq!((status, &said["message"]), (422, &json!("This could be returned until 20 December 2026. It arrived on 20 November 2026.")));
        let (_, quote) = app.quote(&emma, &order, &json!({ "locale": "en", "lines": wish("", 1)["lines"] })).await;
        assert_eq!((&quote["verdict"], &quote["says"][0], &quote["resolutions"]), (&json!("refuse"), &said["message"], &json!([])));
    }

    async fn what_was_returned_is_gone_and_what_was_cancelled_never_was(app) {
        let (emma, order) = emma(&app).await;
        assert_eq!(app.submit(&emma, &order, &wish(&key(), 2)).await.0, 201);
        let (status, said) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        assert_eq!((status, &said["code"], &said["message"]), (422, &json!("not_returnable"), &json!("You’ve already returned all of these.")));
        let mut cancelled = arrived("A-1002", 2);
        cancelled["cancelled_at"] = json!("2026-11-21T08:00:00+08:00");
        cancelled["updated_at"] = json!("2026-11-21T08:00:00+08:00");
        app.import(&[cancelled]).await;
        let other = app.order_id("A-1002").await;
        let (_, said) = app.submit(&emma, &other, &wish(&key(), 1)).await;
        assert_eq!(said["message"], "This order was cancelled, so there is nothing to return.");
    }

    async fn a_courier_comes_only_where_there_is_an_address(app) {
        app.set_policy(POLICY).await;
        let mut nowhere = arrived("A-1001", 1);
        nowhere["address"] = json!({ "country": "CN" });
        app.import(&[nowhere]).await;
        let emma = app.sign_in(EMMA).await;
        let order = app.order_id("A-1001").await;
        let (_, quote) = app.quote(&emma, &order, &json!({ "locale": "en", "lines": wish("", 1)["lines"] })).await;
        let methods: Vec<&str> = quote["methods"].as_array().unwrap().iter().map(|m| m["method"].as_str().unwrap()).collect();
        assert_eq!(methods, ["drop_off", "ship_later"]);
        let mut body = wish(&key(), 1);
        body["method"] = json!("pickup");
        assert_eq!(app.submit(&emma, &order, &body).await.1["field"], "method");
    }

    async fn a_price_that_nobody_told_is_for_a_person(app) {
        let (emma, order) = emma(&app).await;
        let mut body = wish(&key(), 1);
        body["lines"][0]["line"] = json!("l4");
        let (status, made) = app.submit(&emma, &order, &body).await;
        assert_eq!((status, &made["state"], &made["sum"]), (201, &json!("requested"), &Value::Null));
        assert_eq!(made["next"], json!(["One of us looks at it and answers within one working day."]));
    }

    async fn nobody_reaches_another_s_return(app) {
        let (emma, order) = emma(&app).await;
        let mut of_li = arrived("A-2001", 1);
        of_li["email"] = json!("li.na@example.cn");
        of_li["phone"] = Value::Null;
        app.import(&[of_li]).await;
        let (_, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        let id = &made["summary"]["id"];
        let li = app.sign_in("li.na@example.cn").await;
        let before = app.tables().await;
        for (status, answer) in [app.my_return(&li, id).await, app.call_off(&li, id).await, app.call_off(&li, &json!("0%00f")).await] {
            assert_eq!((status, &answer["code"]), (404, &json!("return_not_found")));
        }
        for (status, answer) in [app.submit(&li, &order, &wish(&key(), 1)).await, app.submit(&li, "0%00f", &wish(&key(), 1)).await] {
            assert_eq!((status, &answer["code"]), (404, &json!("order_not_found")));
        }
        let (_, list) = read(app.get("/api/v1/me/returns").bearer_auth(&li)).await;
        assert_eq!(list["returns"], json!([]));
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        // The same key in two hands is two wishes.
        let key = key();
        let lis = app.order_id("A-2001").await;
        assert_eq!(app.submit(&emma, &order, &wish(&key, 1)).await.0, 201);
        assert_eq!(app.submit(&li, &lis, &wish(&key, 1)).await.0, 201);
    }

    async fn codes_are_not_guessed(app) {
        let (emma, order) = emma(&app).await;
        let (_, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        let token = made["code"]["text"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        for wrong in ["", "x", &token[..20], &format!("{token}A"), &token.replace('.', "-"), "\u{0}.\u{0}"] {
            let (status, answer) = app.open_code("198.51.100.9", wrong).await;
            assert_eq!((status, &answer["code"]), (404, &json!("return_not_found")), "{wrong}");
        }
        for _ in 6..30 {
            app.open_code("198.51.100.9", "7K2M9Q.AAAAAAAAAAAAAAAAAAAAAA").await;
        }
        let (status, answer) = app.open_code("198.51.100.9", &token).await;
        assert_eq!((status, &answer["code"]), (429, &json!("rate_limited")));
        // Elsewhere, and an hour later, it opens.
        assert_eq!(app.open_code("198.51.100.10", &token).await.0, 200);
        app.clock.forward_ms(3_600_000);
        assert_eq!(app.open_code("198.51.100.9", &token).await.0, 200);
    }
}

/// A limit of its own, so not on the app that the other stories share.
#[tokio::test]
async fn one_shopper_asks_for_so_many_returns_an_hour() {
    let app = TestApp::with(|config| config.limits.returns_per_shopper = 3, false).await;
    app.set_policy(POLICY).await;
    app.import(&[arrived("A-1001", 9)]).await;
    let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
    let first = wish(&key(), 1);
    for body in [&first, &wish(&key(), 1), &wish(&key(), 1)] {
        assert_eq!(app.submit(&emma, &order, body).await.0, 201);
    }
    // A copy is no other wish, and a refusal none at all.
    assert_eq!(app.submit(&emma, &order, &first).await.0, 200);
    assert_eq!(app.submit(&emma, &order, &wish(&key(), 9)).await.0, 422);
    let (status, limited) = app.submit(&emma, &order, &wish(&key(), 1)).await;
    assert_eq!((status, &limited["code"]), (429, &json!("rate_limited")));
    assert!((3_500..=3_601).contains(&limited["retry_after"].as_i64().unwrap()), "{limited}");
    app.clock.forward_ms(3_600_000);
    let emma = app.sign_in(EMMA).await;
    assert_eq!(app.submit(&emma, &order, &wish(&key(), 1)).await.0, 201);
}

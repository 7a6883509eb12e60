//! Lists make a person decide and refuse nobody; another piece than was sold holds the money back until one has.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        read,
        returns::{MING, POLICY, READER, SECRET_KEY, arrived, key, wish},
    },
};
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

impl TestApp {
    async fn ask_desk(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/api/v1/admin{path}", self.url);
        read(Client::new().post(url).bearer_auth(SECRET_KEY).json(body)).await
    }

    async fn list_entry(&self, list: &str, by: &str, value: &str) -> String {
        let body = json!({ "agent": MING, "list": list, "by": by, "value": value, "reason": "Three empty boxes" });
        let (status, made) = self.ask_desk("/guard-entries", &body).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }
}

async fn emma(app: &TestApp, order: Value) -> (String, String) {
    app.set_policy(POLICY).await;
    app.open_desk().await;
    app.import(&[order]).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

async fn asked(app: &TestApp, session: &str, order: &str) -> Value {
    let (status, made) = app.submit(session, order, &wish(&key(), 1)).await;
    assert_eq!(status, 201, "{made}");
    made
}

on_both! {
    async fn who_is_listed_waits_for_a_person_and_who_is_allowed_does_not(app) {
        let (emma, order) = emma(&app, arrived("A-1001", 9)).await;
        assert_eq!(asked(&app, &emma, &order).await["state"], "approved");
        for (by, value) in [
            ("email", " Emma.Wilson@Example.com"), ("phone", "138 0013 8000"), ("address", "1 Quay Street, 200000, CN"),
        ] {
            let entry = app.list_entry("block", by, value).await;
            let made = asked(&app, &emma, &order).await;
            assert_eq!((&made["state"], &made["verdict"]), (&json!("requested"), &Value::Null), "{by}");
            let path = format!("/returns/{}", made["summary"]["id"].as_str().unwrap());
            let (_, shown) = app.desk(&path).await;
            assert_eq!((&shown["verdict"], &shown["listed"][0]["reason"]), (&json!("person"), &json!("Three empty boxes")));
            assert_eq!(shown["signals"].as_array().unwrap().last().unwrap(), &json!({ "signal": "listed", "score": 100, "count": 1, "of": 1 }));
            assert_eq!(app.ask_desk(&format!("/guard-entries/{entry}/remove"), &json!({ "agent": MING })).await.0, 200);
            assert_eq!(app.ask_desk(&format!("/guard-entries/{entry}/remove"), &json!({ "agent": MING })).await.0, 409);
            assert_eq!(app.desk(&path).await.1["listed"], json!([]));
        }
        // A family at one address, one of whom is known to be honest.
        app.list_entry("block", "address", "1 quay street 200000 cn").await;
        app.list_entry("allow", "email", EMMA).await;
        assert_eq!(asked(&app, &emma, &order).await["state"], "approved");
    }

    async fn an_entry_ends_by_itself_and_stays_on_record(app) {
        let (emma, order) = emma(&app, arrived("A-1001", 9)).await;
        let until = app.now().0 + 60_000;
        let body = json!({ "agent": MING, "list": "block", "by": "email", "value": EMMA, "reason": "Look twice", "expires_at": until });
        let (status, made) = app.ask_desk("/guard-entries", &body).await;
        assert_eq!((status, &made["expires_at"], &made["value"]), (201, &json!(until), &json!(EMMA)));
        assert_eq!(asked(&app, &emma, &order).await["state"], "requested");
        app.clock.forward_ms(60_001);
        assert_eq!(asked(&app, &emma, &order).await["state"], "approved");
        assert_eq!(app.desk("/guard-entries").await.1["entries"], json!([]));
        assert_eq!(app.desk("/guard-entries?ended=true").await.1["entries"][0]["id"], made["id"]);
        let (_, acts) = app.desk("/acts").await;
        assert_eq!((&acts["acts"][0]["act"], &acts["acts"][0]["subject"]), (&json!("list_add"), &made["id"]));
    }

    async fn a_shopper_s_id_comes_from_her_return(app) {
        let (emma, order) = emma(&app, arrived("A-1001", 9)).await;
        let made = asked(&app, &emma, &order).await;
        let (_, shown) = app.desk(&format!("/returns/{}", made["summary"]["id"].as_str().unwrap())).await;
        let known = &shown["known"];
        assert_eq!((&known["email"], &known["phone"], &known["address"]), (&json!(EMMA), &json!("+8613800138000"), &json!("1quaystreet200000cn")));
        app.list_entry("block", "shopper", known["shopper"].as_str().unwrap()).await;
        assert_eq!(asked(&app, &emma, &order).await["state"], "requested");
    }

    async fn an_entry_that_cannot_be_is_none(app) {
        app.open_desk().await;
        let before = app.tables().await;
        let good = json!({ "agent": MING, "list": "block", "by": "email", "value": EMMA, "reason": "x", "expires_at": null });
        for (field, value, status, said) in [
            ("value", json!("nobody"), 422, "value"), ("reason", json!(" "), 422, "reason"), ("list", json!("grey"), 422, "list"),
            ("expires_at", json!(1), 422, "expires_at"), ("agent", json!(READER), 403, "agent"), ("more", json!(1), 422, "more"),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let (got, answer) = app.ask_desk("/guard-entries", &body).await;
            assert_eq!((got, &answer["field"]), (status, &json!(said)), "{answer}");
        }
        assert_eq!(app.ask_desk("/guard-entries/0f/remove", &json!({ "agent": MING })).await.0, 404);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn another_serial_holds_the_money_until_a_person_decides(app) {
        let mut order = arrived("A-1001", 2);
        order["lines"][0]["serials"] = json!(["SN-0001", "SN-0002"]);
        let (emma, order) = emma(&app, order).await;
        let came = |serial: &str| json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 1, "grade": "as_new", "serial": serial }] });
        let good = asked(&app, &emma, &order).await["summary"]["id"].clone();
        let (_, received) = app.act(&good, "receive", came("sn 0002")).await;
        assert_eq!((&received["held"], &received["lines"][0]["serial_differs"]), (&json!([]), &json!(false)));
        assert_eq!(app.act(&good, "refund", json!({ "agent": MING })).await.0, 200);
        let bad = asked(&app, &emma, &order).await["summary"]["id"].clone();
        let (status, received) = app.act(&bad, "receive", came("SN-9999")).await;
        assert_eq!((status, &received["held"]), (200, &json!(["serial"])), "{received}");
        let line = &received["lines"][0];
        assert_eq!((&line["serial_differs"], &line["serials_sold"]), (&json!(true), &json!(["SN-0001", "SN-0002"])));
        let (status, answer) = app.act(&bad, "refund", json!({ "agent": MING })).await;
        assert_eq!((status, &answer["code"]), (409, &json!("not_possible_now")));
        assert!(answer["message"].as_str().unwrap().contains("serial"), "{answer}");
        assert_eq!(app.act(&bad, "clear", json!({ "agent": MING, "note": "" })).await.1["field"], "note");
        let (status, cleared) = app.act(&bad, "clear", json!({ "agent": MING, "note": "Board exchanged by our workshop" })).await;
        assert_eq!((status, &cleared["held"]), (200, &json!([])));
        assert_eq!(cleared["events"].as_array().unwrap().last().unwrap()["event"], "clear");
        assert_eq!(app.act(&bad, "clear", json!({ "agent": MING, "note": "again" })).await.0, 409);
        assert_eq!(app.act(&bad, "refund", json!({ "agent": MING })).await.1["view"]["state"], "refunding");
    }
}

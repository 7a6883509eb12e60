//! Refunds at the first scan: only where the policy says so, only for a scan, and never where a person has to look.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::{MING, POLICY, SECRET_KEY, arrived, key, wish},
    },
};
use aftercart::returns::record::Happened;
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

async fn emma(app: &TestApp, at: &str) -> (String, String) {
    app.set_policy(&POLICY.replacen("[tags]", &format!("refund_at = \"{at}\"\n\n[tags]"), 1)).await;
    app.open_desk().await;
    app.import(&[arrived("A-1001", 9)]).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

/// Her return's id, and what its code says.
async fn asked(app: &TestApp, session: &str, order: &str, pieces: i64) -> (Value, String) {
    let (status, made) = app.submit(session, order, &wish(&key(), pieces)).await;
    assert_eq!(status, 201, "{made}");
    (made["summary"]["id"].clone(), made["code"]["text"].as_str().unwrap().to_owned())
}

async fn scan(app: &TestApp, code: &str) -> (u16, Value) {
    let url = format!("{}/api/v1/admin/returns/scanned", app.url);
    read(Client::new().post(url).bearer_auth(SECRET_KEY).json(&json!({ "agent": MING, "code": code }))).await
}

on_both! {
    async fn a_scan_at_the_counter_starts_the_refund_once(app) {
        let (emma, order) = emma(&app, "scan").await;
        let (id, code) = asked(&app, &emma, &order, 1).await;
        let (status, scanned) = scan(&app, &code).await;
        assert_eq!((status, &scanned["view"]["state"], &scanned["view"]["summary"]["id"]), (200, &json!("refunding"), &id), "{scanned}");
        assert_eq!(scan(&app, &code).await.0, 409);
        let effects = app.effects(&id).await;
        assert_eq!(effects.iter().filter(|effect| effect.starts_with("refund")).count(), 1, "{effects:?}");
        // What comes later is counted all the same, and no money leaves for it again.
        assert!(app.happened(&id, Happened::RefundSucceeded).await);
        let came = json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 0, "grade": "not_ours" }] });
        let (status, received) = app.act(&id, "receive", came.clone()).await;
        assert_eq!((status, &received["view"]["state"], &received["lines"][0]["received"]), (200, &json!("refunded"), &json!(0)), "{received}");
        assert_eq!(app.act(&id, "receive", came).await.0, 409);
        assert_eq!(app.act(&id, "refund", json!({ "agent": MING })).await.0, 409);
        let effects = app.effects(&id).await;
        assert_eq!(effects.iter().filter(|effect| effect.starts_with("refund")).count(), 1, "{effects:?}");
        assert!(effects.contains(&"engine_receive".to_owned()), "{effects:?}");
    }

    async fn the_carrier_s_delivered_alone_pays_nothing(app) {
        let (emma, order) = emma(&app, "scan").await;
        let (id, _) = asked(&app, &emma, &order, 1).await;
        assert!(app.happened(&id, Happened::CarrierDelivered).await);
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "arrived");
        assert!(app.effects(&id).await.iter().all(|effect| !effect.starts_with("refund")));
    }

    async fn without_the_policy_s_word_a_scan_is_only_a_scan(app) {
        let (emma, order) = emma(&app, "receipt").await;
        let (_, code) = asked(&app, &emma, &order, 1).await;
        let (status, scanned) = scan(&app, &code).await;
        assert_eq!((status, &scanned["view"]["state"]), (200, &json!("in_transit")));
        assert_eq!(scanned["events"].as_array().unwrap().last().unwrap()["actor"], "agent");
    }

    async fn large_sums_and_listed_people_wait_for_somebody(app) {
        let (emma, order) = emma(&app, "scan").await;
        // 5 × 129.00 is above what one person may pay out.
        let (_, large) = asked(&app, &emma, &order, 5).await;
        assert_eq!(scan(&app, &large).await.1["view"]["state"], "in_transit");
        let (id, listed) = asked(&app, &emma, &order, 1).await;
        let entry = json!({ "agent": MING, "list": "block", "by": "email", "value": EMMA, "reason": "x" });
        let url = format!("{}/api/v1/admin/guard-entries", app.url);
        assert_eq!(read(Client::new().post(url).bearer_auth(SECRET_KEY).json(&entry)).await.0, 201);
        assert_eq!(scan(&app, &listed).await.1["view"]["state"], "in_transit", "{id}");
    }

    async fn only_a_code_of_ours_is_a_scan(app) {
        let (emma, order) = emma(&app, "scan").await;
        let (id, code) = asked(&app, &emma, &order, 1).await;
        let token = code.rsplit_once('#').unwrap().1;
        for wrong in ["", "R-7K2M9Q", &token[..token.len() - 1], id.as_str().unwrap()] {
            assert_eq!(scan(&app, wrong).await.0, 404, "{wrong}");
        }
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "approved");
        // The bare token does as well as the whole address.
        assert_eq!(scan(&app, token).await.0, 200);
    }
}

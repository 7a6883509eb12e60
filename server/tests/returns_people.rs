//! Who of the shop's people did what: the second person has shown who she is, pictures and withdrawals leave a trace.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        pictures::jpeg,
        read,
        returns::{MING, POLICY, READER, SECRET_KEY, WEI, WEIS_PASSWORD, arrived, key, wish, with_line},
    },
};
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

/// A return of five lamps, received: its sum needs two people.
async fn large(app: &TestApp) -> Value {
    app.set_policy(POLICY).await;
    app.open_desk().await;
    app.import(&[arrived("A-1001", 5)]).await;
    let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
    let (status, made) = app.submit(&emma, &order, &wish(&key(), 5)).await;
    assert_eq!(status, 201, "{made}");
    let id = made["summary"]["id"].clone();
    let came = json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 5, "grade": "as_new" }] });
    assert_eq!(app.act(&id, "receive", came).await.0, 200);
    id
}

fn with(agent: &str, password: &str) -> Value {
    json!({ "agent": MING, "second": { "agent": agent, "password": password } })
}

on_both! {
    async fn a_second_person_is_one_who_has_shown_it(app) {
        let id = large(&app).await;
        let before = app.tables().await;
        for (second, status, field) in [
            (with(WEI, "not her password"), 403, "second"),
            // Nobody's, and somebody's who may only read, even with the right password.
            (with("nobody@shop.example", WEIS_PASSWORD), 403, "second"),
            (with(READER, WEIS_PASSWORD), 403, "second"),
            (json!({ "agent": MING }), 422, "second"),
            // A name alone is no proof.
            (json!({ "agent": MING, "second": WEI }), 422, "second"),
        ] {
            let (got, answer) = app.act(&id, "refund", second).await;
            assert_eq!((got, answer["field"].as_str().unwrap_or(field)), (status, field), "{answer}");
            assert!(!answer.to_string().contains("password is not her password"));
        }
        // The first person twice is one person, though the password is right.
        let same = json!({ "agent": WEI, "second": { "agent": WEI, "password": WEIS_PASSWORD } });
        assert_eq!(app.act(&id, "refund", same).await.0, 422);
        assert_eq!(differing(&before, &app.tables().await, &["log_in_tries"]), [""; 0]);
        let (status, paid) = app.act(&id, "refund", with(WEI, WEIS_PASSWORD)).await;
        assert_eq!((status, &paid["view"]["state"]), (200, &json!("refunding")), "{paid}");
        let written: String = app.tables().await.values().flatten().cloned().collect();
        assert!(!written.contains(WEIS_PASSWORD));
    }

    async fn guessing_a_password_ends_soon(app) {
        let id = large(&app).await;
        for _ in 0..5 {
            assert_eq!(app.act(&id, "refund", with(WEI, "not her password")).await.0, 403);
        }
        assert_eq!(app.act(&id, "refund", with(WEI, WEIS_PASSWORD)).await.0, 429);
        app.clock.forward_ms(3_600_000);
        assert_eq!(app.act(&id, "refund", with(WEI, WEIS_PASSWORD)).await.0, 200);
    }

    async fn a_picture_of_a_return_is_opened_by_name(app) {
        app.set_policy(POLICY).await;
        app.open_desk().await;
        app.import(&[with_line(arrived("A-1001", 1), "l3", "CUP-1", "Cup", 3, Some("30.00"))]).await;
        let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
        let request = app.post("/api/v1/me/attachments").bearer_auth(&emma).header("content-type", "image/jpeg");
        let photo = read(request.body(jpeg(32, 24))).await.1["id"].as_str().unwrap().to_owned();
        let (status, made) = app.submit(&emma, &order, &json!({
            "key": key(), "locale": "en", "resolution": "keep_item", "photos": [{ "line": "l3", "attachment": photo }],
            "lines": [{ "line": "l3", "quantity": 1, "reason": "damaged" }],
        })).await;
        assert_eq!(status, 201, "{made}");
        let id = made["summary"]["id"].as_str().unwrap();
        let open = |id: &str, photo: &str, agent: &str| {
            let url = format!("{}/api/v1/admin/returns/{id}/photos/{photo}/open", app.url);
            Client::new().post(url).bearer_auth(SECRET_KEY).json(&json!({ "agent": agent }))
        };
        for (id, photo, agent, status) in [(id, photo.as_str(), READER, 403), (id, "0f", MING, 404), ("0f", photo.as_str(), MING, 404)] {
            assert_eq!(read(open(id, photo, agent)).await.0, status);
        }
        assert_eq!(app.desk("/acts").await.1["acts"], json!([]));
        let answer = open(id, &photo, MING).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "image/jpeg"));
        assert_eq!(answer.headers()["cache-control"], "private, no-store");
        assert!(answer.bytes().await.unwrap().starts_with(&[0xFF, 0xD8]));
        let (_, acts) = app.desk("/acts").await;
        let act = &acts["acts"][0];
        assert_eq!((&act["act"], &act["subject"], &act["note"]), (&json!("open_photo"), &json!(photo), &json!(format!("return {id}"))));
    }

    async fn a_withdrawal_is_handled_once_and_by_somebody(app) {
        app.open_desk().await;
        app.import(&[crate::support::order("A-1001")]).await;
        let statement = json!({ "key": key(), "locale": "en", "name": "Emma", "number": "A-1001", "contact": EMMA, "part": null });
        assert_eq!(read(app.post("/api/v1/withdrawals").json(&statement)).await.0, 201);
        let open = app.desk("/withdrawals?open=true").await.1["withdrawals"][0].clone();
        let id = open["id"].as_str().unwrap();
        let handle = |id: &str, agent: &str, note: &str| {
            let url = format!("{}/api/v1/admin/withdrawals/{id}/handled", app.url);
            Client::new().post(url).bearer_auth(SECRET_KEY).json(&json!({ "agent": agent, "note": note }))
        };
        for (id, agent, note, status) in [("0f", MING, "x", 404), (id, READER, "x", 403), (id, MING, " ", 422)] {
            assert_eq!(read(handle(id, agent, note)).await.0, status);
        }
        let (status, done) = read(handle(id, MING, "Paid back")).await;
        assert_eq!((status, &done["handled_note"], done["handled_at"].is_number()), (200, &json!("Paid back"), true), "{done}");
        assert_eq!(read(handle(id, MING, "again")).await.0, 409);
        assert_eq!(app.desk("/withdrawals?open=true").await.1["withdrawals"], json!([]));
        assert_eq!(app.desk("/withdrawals").await.1["withdrawals"][0]["handled_by"], done["handled_by"]);
        assert_eq!(app.desk("/acts").await.1["acts"][0]["act"], "withdrawal_handled");
    }
}

//! A present goes back: its receiver gets what it is worth, and its giver hears nothing.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        read,
        returns::{MING, POLICY, arrived, key, wish},
    },
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const KIM: &str = "kim@example.org";

fn policy() -> String {
    POLICY.replace("[tags]", "[gift]\nreturns = true\n\n[tags]")
}

/// Emma's three lamps, given to Kim.
async fn given(app: &TestApp) -> (String, String) {
    app.set_policy(&policy()).await;
    app.open_desk().await;
    app.import(&[arrived("A-1001", 3)]).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

fn asked(postcode: &str) -> Value {
    json!({ "number": "a 1001", "postcode": postcode, "email": KIM, "locale": "en" })
}

async fn ask(app: &TestApp, body: &Value) -> (u16, Value) {
    // The newest message must be the newest by the clock too.
    app.clock.forward_ms(1);
    read(app.post("/api/v1/gifts").json(body)).await
}

/// By the code that came to her address, and by nothing else.
async fn kim(app: &TestApp) -> String {
    let (status, sent) = ask(app, &asked("200 000")).await;
    assert_eq!(status, 202, "{sent}");
    let code = app.mailed_code().await;
    assert_eq!(app.mails().await[0].recipient, KIM);
    let (status, started) = app.redeem(sent["id"].as_str().unwrap(), &code).await;
    assert_eq!(status, 200, "{started}");
    assert_eq!(started["order_id"], json!(app.order_id("A-1001").await));
    started["token"].as_str().unwrap().to_owned()
}

fn credit(quantity: i64) -> Value {
    let mut wish = wish(&key(), quantity);
    wish["resolution"] = json!("store_credit");
    wish
}

async fn mails_to(app: &TestApp, to: &str) -> Vec<String> {
    app.run_jobs().await;
    app.mails().await.into_iter().filter(|mail| mail.recipient == to).map(|mail| mail.subject).collect()
}

on_both! {
    async fn the_receiver_gets_credit_and_the_giver_hears_nothing(app) {
        let (emma, order) = given(&app).await;
        let before = mails_to(&app, EMMA).await;
        let kim = kim(&app).await;
        let options = app.return_options(&kim, &order).await;
        assert_eq!((&options["lines"][0]["left"], &options["lines"][0]["paid_each"]), (&json!(3), &json!(null)));
        let lines = json!([{ "line": "l1", "quantity": 2, "reason": "changed_mind" }]);
        let (_, quote) = app.quote(&kim, &order, &json!({ "locale": "en", "lines": lines })).await;
        let ways: Vec<&str> = quote["resolutions"].as_array().unwrap().iter().map(|r| r["resolution"].as_str().unwrap()).collect();
        assert_eq!(ways, ["store_credit"]);
        assert_eq!(app.submit(&kim, &order, &wish(&key(), 2)).await.0, 422, "no money of the giver's");
        let (status, made) = app.submit(&kim, &order, &credit(2)).await;
        assert_eq!(status, 201, "{made}");
        let id = made["summary"]["id"].clone();
        // The shop's system might write to the giver: only its people are told.
        assert_eq!(app.effects(&id).await, ["mail_approved 2"]);
        let came = json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 2, "grade": "as_new" }] });
        let (_, seen) = app.act(&id, "receive", came).await;
        assert_eq!(seen["gift_to"], KIM);
        assert_eq!(app.act(&id, "refund", json!({ "agent": MING })).await.0, 200);
        app.run_jobs().await;
        let (_, all) = app.desk(&format!("/returns/{}/effects", id.as_str().unwrap())).await;
        let credit = all["effects"].as_array().unwrap().iter().find(|e| e["kind"] == "store_credit").unwrap();
        let path = format!("effects/{}/confirm", credit["id"].as_str().unwrap());
        assert_eq!(app.act(&id, &path, json!({ "agent": MING, "reference": "card 9" })).await.0, 200);
        assert_eq!(app.my_return(&kim, &id).await.1["state"], "refunded");
        // Every mail went to Kim: the code, accepted, received, credited.
        assert_eq!(mails_to(&app, KIM).await.len(), 4);
        assert_eq!(mails_to(&app, EMMA).await, before);
        // Emma finds none of it.
        assert_eq!(app.my_return(&emma, &id).await.0, 404);
        assert_eq!(app.call_off(&emma, &id).await.0, 404);
        let slip = format!("/api/v1/me/returns/{}/slip.pdf", id.as_str().unwrap());
        assert_eq!(read(app.get(&slip).bearer_auth(&emma)).await.0, 404);
        let (_, mine) = read(app.get("/api/v1/me/returns?locale=en").bearer_auth(&emma)).await;
        assert_eq!(mine["returns"], json!([]));
        let options = app.return_options(&emma, &order).await;
        assert_eq!((&options["earlier"], &options["lines"][0]["left"]), (&json!([]), &json!(1)));
        let told = read(app.get(&format!("/api/v1/me/orders/{order}")).bearer_auth(&emma)).await.1.to_string();
        assert!(!told.contains("R-") && !told.contains("kim"), "{told}");
        // And Kim finds what is hers, and nothing of Emma's order besides.
        let (_, mine) = read(app.get("/api/v1/me/returns?locale=en").bearer_auth(&kim)).await;
        assert_eq!(mine["returns"][0]["id"], id);
        assert_eq!(app.return_options(&kim, &order).await["earlier"].as_array().unwrap().len(), 1);
        assert_eq!(read(app.get(&format!("/api/v1/me/orders/{order}")).bearer_auth(&kim)).await.0, 404);
        assert_eq!(read(app.get("/api/v1/me/orders").bearer_auth(&kim)).await.1["orders"], json!([]));
    }

    async fn no_piece_goes_back_twice(app) {
        let (emma, order) = given(&app).await;
        let kim = kim(&app).await;
        let (theirs, hers) = (credit(2), wish(&key(), 2));
        let (one, other) = tokio::join!(app.submit(&kim, &order, &theirs), app.submit(&emma, &order, &hers));
        let mut statuses = [one.0, other.0];
        statuses.sort();
        assert_eq!(statuses, [201, 422], "{one:?} {other:?}");
        // Emma's own return is none of Kim's business either.
        if other.0 == 201 {
            assert_eq!(app.my_return(&kim, &other.1["summary"]["id"]).await.0, 404);
            assert_eq!(app.return_options(&kim, &order).await["earlier"], json!([]));
        }
    }

    async fn whoever_knows_too_little_gets_no_code_and_the_same_answer(app) {
        given(&app).await;
        let right = ask(&app, &asked("200000")).await;
        for (wrong, may) in [
            (asked("999999"), true),
            (json!({ "number": "A-7777", "postcode": "200000", "email": KIM, "locale": "en" }), true),
        ] {
            let (status, answer) = ask(&app, &wrong).await;
            assert_eq!(may, status == 202, "{answer}");
            let form = |answer: &Value| (answer["expires_in"].clone(), answer["resend_in"].clone(), answer.as_object().unwrap().len());
            assert_eq!(form(&answer), form(&right.1));
            let path = format!("/api/v1/codes/{}/redeem", answer["id"].as_str().unwrap());
            assert_eq!(read(app.post(&path).json(&json!({ "code": "123456" }))).await.0, 404);
        }
        assert_eq!(mails_to(&app, KIM).await.len(), 1);
        for (field, value, code) in [
            ("number", "", "required"), ("postcode", " ", "required"), ("postcode", "-1", "invalid"),
            ("email", "+86 138 0013 8000", "contact_invalid"), ("email", "kim", "contact_invalid"), ("price", "1", "invalid"),
        ] {
            let mut bad = asked("200000");
            bad[field] = json!(value);
            let (status, answer) = ask(&app, &bad).await;
            assert_eq!((status, answer["code"].as_str().unwrap()), (422, code), "{field} {value:?} {answer}");
        }
    }

    async fn guessing_ends_soon(app) {
        given(&app).await;
        let mut last = 0;
        for n in 0..8 {
            let mut guess = asked(&format!("30000{n}"));
            guess["email"] = json!(format!("guess{n}@example.org"));
            last = ask(&app, &guess).await.0;
            if last == 429 {
                break;
            }
        }
        assert_eq!(last, 429);
        let before = app.tables().await;
        assert_eq!(ask(&app, &asked("200000")).await.0, 429);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn a_shop_that_does_not_want_it_says_so(app) {
        app.set_policy(POLICY).await;
        app.import(&[arrived("A-1001", 1)]).await;
        let before = app.tables().await;
        let (status, answer) = ask(&app, &asked("200000")).await;
        assert_eq!((status, &answer["code"]), (409, &json!("gifts_not_offered")));
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn an_order_under_a_policy_without_presents_stays_shut(app) {
        let (_, order) = given(&app).await;
        let kim = kim(&app).await;
        // Placed on the 18th; from the 17th on nothing is taken back this way.
        app.clock.forward_ms(1);
        app.set_policy(&POLICY.replace("2026-01-01", "2026-11-17")).await;
        let path = format!("/api/v1/me/orders/{order}/returns/options");
        assert_eq!(read(app.get(&path).bearer_auth(&kim)).await.0, 404);
        assert_eq!(app.submit(&kim, &order, &credit(1)).await.1["code"], "order_not_found");
    }
}

//! What cannot be said, too much of it, and pictures that are not hers: a clear answer, and nothing stored.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        pictures::jpeg,
        read,
        returns::{MING, SECRET_KEY},
        talk::{message, texts},
    },
};
use serde_json::{Value, json};

on_both! {
    async fn bad_input_is_named_and_changes_nothing(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let before = app.tables().await;
        let long = "字".repeat(4_001);
        for (client_id, said, code, field) in [
            ("1", message(""), "required", "said.text"),
            ("1", message(" \n\u{3000}\u{200B}"), "required", "said.text"),
            ("1", message(&long), "too_long", "said.text"),
            ("1", message("a\0b"), "invalid", "said.text"),
            ("", message("x"), "required", "client_id"),
            (&"x".repeat(65), message("x"), "too_long", "client_id"),
            ("né", message("x"), "invalid", "client_id"),
            ("1", json!({ "kind": "rated", "score": 0 }), "invalid", "said.score"),
            ("1", json!({ "kind": "attachment", "attachment_id": "" }), "required", "said.attachment_id"),
            ("1", json!({ "kind": "attachment", "attachment_id": "a\0" }), "invalid", "said.attachment_id"),
            ("1", json!({ "kind": "attachment", "attachment_id": "0f3a5c7d9b1e4f60a1b2c3d4e5f60718" }), "invalid", "said.attachment_id"),
        ] {
            let (status, answer) = app.tell(&talk, client_id, said.clone()).await;
            assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!(code), &json!(field)), "{said}");
            let body = json!({ "agent": MING, "client_id": client_id, "said": said });
            assert_eq!(app.agent_does(&talk, "events", body).await.0, 422);
        }
        // Nobody speaks as the shop, as an agent, or with a place in the log of her own choosing.
        for body in [
            json!({ "client_id": "1", "said": { "kind": "closed" } }),
            json!({ "client_id": "1", "said": { "kind": "assigned", "agent": "Ming" } }),
            json!({ "client_id": "1", "said": { "kind": "message", "text": "x", "seq": 9 } }),
            json!({ "client_id": "1", "said": message("x"), "from": { "by": "agent", "name": "Ming" } }),
            json!({ "client_id": "1", "said": message("x"), "agent": MING }),
            json!({ "client_id": "1", "said": message("x"), "sender_kind": "system" }),
            json!({ "client_id": 1, "said": message("x") }),
            json!({ "client_id": "1", "said": "x" }),
            json!({ "said": message("x") }),
            json!([]),
        ] {
            assert_eq!(read(app.post_talk(&talk, "events").json(&body)).await.0, 422, "{body}");
        }
        let raw = |body: String| app.post_talk(&talk, "events").header("content-type", "application/json").body(body);
        for (request, status) in [
            (raw("{".into()), 400),
            (raw(r#"{"client_id":"1","said":{"kind":"message","text":"\ud800"}}"#.into()), 400),
            (raw(format!(r#"{{"client_id":"1","said":{{"kind":"message","text":"{}"}}}}"#, "x".repeat(70_000))), 413),
            (app.post_talk(&talk, "events").body("{}"), 415),
            (app.post_talk(&talk, "events").header("origin", "https://evil.example").json(&json!({})), 403),
            (app.post_talk(&talk, "read").json(&json!({ "seq": -1 })), 422),
            (app.post_talk(&talk, "read").json(&json!({ "seq": 1, "side": "agent" })), 422),
        ] {
            assert_eq!(read(request).await.0, status);
        }
        let opening = |body: Value| read(app.post("/api/v1/conversations").json(&body));
        for (body, field) in [
            (json!({ "locale": "en", "subject": { "order": "7".repeat(65) } }), json!("subject.order")),
            (json!({ "locale": "fr" }), json!("locale")),
            (json!({ "locale": "en", "shopper_id": "1" }), json!("shopper_id")),
            (json!({ "locale": "en", "state": "assigned" }), json!("state")),
            (json!({}), Value::Null),
        ] {
            let (status, answer) = opening(body).await;
            assert_eq!((status, &answer["field"]), (422, &field), "{answer}");
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        // The longest that may be, and what looks like more than it is.
        for (n, text) in ["字".repeat(4_000), "'; DROP TABLE visitors; --".into(), "<img src=x onerror=1>".into(), "\u{202E}x".into()].iter().enumerate() {
            assert_eq!(app.tell(&talk, &n.to_string(), message(text)).await.0, 200);
            assert_eq!(texts(&app.heard(&talk).await.1).last(), Some(text));
        }
    }

    async fn a_picture_of_hers_is_seen_by_both_sides_and_nobody_else(app) {
        app.open_desk().await;
        let (emma, li) = app.two_shoppers().await;
        let (hers, lis) = (app.attach_as(&emma, "image/jpeg", jpeg(32, 24)).await.1, app.attach_as(&li, "image/jpeg", jpeg(8, 8)).await.1);
        let (talk, of_li, anonymous) = (app.begin_as(&emma).await, app.begin_as(&li).await, app.begin().await);
        let said = |picture: &Value| json!({ "kind": "attachment", "attachment_id": picture["id"] });
        let before = app.tables().await;
        for (talk, picture) in [(&talk, &lis), (&of_li, &hers), (&anonymous, &hers)] {
            let (status, answer) = app.tell(talk, "p", said(picture)).await;
            assert_eq!((status, &answer["field"]), (422, &json!("said.attachment_id")), "{answer}");
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        let copies = futures_util::future::join_all((0..5).map(|_| app.tell(&talk, "p", said(&hers)))).await;
        assert!(copies.iter().all(|copy| copy.0 == 200 && copy.1["seq"] == 1), "{copies:?}");
        let event = app.log_of(&talk).await["events"][0].clone();
        assert_eq!((&event["attachment_id"], &event["width"], &event["height"]), (&hers["id"], &json!(32), &json!(24)));
        let what = format!("attachments/{}", hers["id"].as_str().unwrap());
        let own = app.get_talk(&talk, &what).send().await.unwrap();
        assert_eq!((own.status().as_u16(), own.headers()["content-type"].to_str().unwrap()), (200, "image/jpeg"));
        let url = format!("{}/api/v1/admin/conversations/{}/{what}", app.url, talk.id);
        let theirs = reqwest::Client::new().get(url).bearer_auth(SECRET_KEY).send().await.unwrap();
        assert_eq!(theirs.status().as_u16(), 200);
        assert_eq!(own.bytes().await.unwrap(), theirs.bytes().await.unwrap());
        for other in [&of_li, &anonymous] {
            assert_eq!(read(app.get_talk(other, &what)).await.0, 404);
        }
        // It is part of this conversation for good: not swept, and part of no other.
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.0, 200);
        let next = app.open(Some(&talk.token), None).await.1;
        let next = crate::support::talk::Talk { id: next["conversation"]["id"].as_str().unwrap().into(), ..talk.clone() };
        assert_eq!(app.tell(&next, "p", said(&hers)).await.0, 422);
        app.clock.forward_ms(2 * 86_400_000);
        aftercart::attachments::sweep::sweep(&app.app, app.now()).await.unwrap();
        assert_eq!(app.get_talk(&talk, &what).send().await.unwrap().status().as_u16(), 200);
    }
}

#[tokio::test]
async fn a_flood_waits_and_others_do_not() {
    let app = TestApp::with(|config| config.limits.messages_per_visitor = 20, false).await;
    app.open_desk().await;
    let (talk, other) = (app.begin().await, app.begin().await);
    let sends = futures_util::future::join_all((0..40).map(|n| {
        let (app, talk) = (&app, &talk);
        async move { app.tell(talk, &n.to_string(), message("x")).await }
    }));
    let answers = sends.await;
    let stored = answers.iter().filter(|(status, _)| *status == 200).count();
    // One comes back each half second.
    assert!((20..=24).contains(&stored), "{stored}");
    let (status, refused) = answers.iter().find(|(status, _)| *status != 200).unwrap();
    assert_eq!((*status, &refused["code"], &refused["retry_after"]), (429, &json!("rate_limited"), &json!(1)));
    assert_eq!(app.log_of(&talk).await["last_seq"], json!(stored));
    // Neither another visitor nor the shop's answer has to wait.
    assert_eq!(app.tell(&other, "1", message("x")).await.0, 200);
    assert_eq!(app.answer(&talk, "1", "slowly").await.0, 200);
}

#[tokio::test]
async fn an_address_makes_so_many_visitors_and_no_more() {
    let app = TestApp::with(|config| config.limits.visitors_per_source = 3, false).await;
    let open = |address: &'static str| {
        let request = app.post("/api/v1/conversations").header("x-forwarded-for", address);
        read(request.json(&json!({ "locale": "en" })))
    };
    let mut last = Value::Null;
    for _ in 0..3 {
        let (status, opened) = open("203.0.113.5").await;
        assert_eq!(status, 200);
        last = opened;
    }
    let (status, refused) = open("203.0.113.5").await;
    assert_eq!((status, &refused["code"], &refused["retry_after"]), (429, &json!("rate_limited"), &json!(3_601)));
    // Whoever is there goes on, and others begin.
    let token = last["visitor"]["token"].as_str().unwrap();
    let again = app.post("/api/v1/conversations").header("x-forwarded-for", "203.0.113.5");
    assert_eq!(read(again.header("aftercart-visitor", token).json(&json!({ "locale": "en" }))).await.0, 200);
    assert_eq!(open("198.51.100.7").await.0, 200);
    app.clock.forward_ms(3_600_000);
    assert_eq!(open("203.0.113.5").await.0, 200);
}

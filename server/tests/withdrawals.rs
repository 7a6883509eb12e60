//! Anybody may declare a withdrawal; the answer tells nothing, and the mail says no word that is not ours.

use crate::{
    on_both,
    support::{TestApp, order, read, returns::key},
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

fn statement(number: &str, contact: &str) -> Value {
    json!({ "key": key(), "locale": "en", "name": "Buy <b>gold</b> now", "number": number, "contact": contact, "part": "See evil.example" })
}

impl TestApp {
    async fn withdraw(&self, from: &str, body: &Value) -> (u16, Value) {
        read(self.post("/api/v1/withdrawals").header("x-forwarded-for", from).json(body)).await
    }
}

on_both! {
    async fn it_counts_at_once_and_is_acknowledged_with_day_and_time(app) {
        app.open_desk().await;
        app.import(&[order("A-1001")]).await;
        let body = statement("a 1001", EMMA);
        let (status, received) = app.withdraw("198.51.100.7", &body).await;
        assert_eq!((status, &received["received_at"]), (201, &json!(1_795_255_200_000_i64)));
        let number = received["number"].as_str().unwrap();
        assert!(number.starts_with("W-") && number.len() == 8);
        let mail = &app.mails().await[0];
        assert_eq!((mail.recipient.as_str(), mail.subject.as_str()), (EMMA, format!("We have your withdrawal: {number}").as_str()));
        for said in [number, "Order: A-1001", "Received: 21 November 2026, 18:00 (Asia/Shanghai)", "Name: Buy <b>gold</b> now", "Concerns: See evil.example"] {
            assert!(mail.plain.contains(said), "{said}: {}", mail.plain);
        }
        assert!(!mail.html.contains("<b>gold"));
        // The same again is the same, and another under its key is none.
        app.clock.forward_ms(60_000);
        assert_eq!(app.withdraw("198.51.100.7", &body).await, (201, received.clone()));
        let mut other = body.clone();
        other["name"] = json!("Somebody");
        assert_eq!(app.withdraw("198.51.100.7", &other).await.1["code"], "key_reused");
        assert_eq!(app.mails().await.len(), 1);
        let (_, list) = app.desk("/withdrawals").await;
        let one = &list["withdrawals"][0];
        assert_eq!((&one["number"], &one["state"], &one["order_id"]), (&received["number"], &json!("acknowledged"), &json!(app.order_id("A-1001").await)));
        assert_eq!(one["acknowledged_at"], one["declared_at"]);
    }

    async fn a_stranger_learns_nothing_and_sends_nobody_words_of_his_own(app) {
        app.open_desk().await;
        app.import(&[order("A-1001")]).await;
        // Somebody else's address on her order, and an order that is none.
        for (n, (number, contact)) in [("A-1001", "stranger@example.com"), ("X-99999", EMMA)].into_iter().enumerate() {
            app.clock.forward_ms(1_000);
            let (status, received) = app.withdraw("198.51.100.7", &statement(number, contact)).await;
            assert_eq!(status, 201);
            assert_eq!(received.as_object().unwrap().keys().collect::<Vec<_>>(), ["number", "received_at"]);
            let mail = &app.mails().await[0];
            assert_eq!(mail.recipient, contact);
            for word in ["gold", "evil", "Buy", "A-1001", "X-99999"] {
                assert!(!mail.plain.contains(word) && !mail.html.contains(word) && !mail.subject.contains(word), "{word}: {}", mail.plain);
            }
            assert!(mail.plain.contains("somebody has typed your address by mistake"));
            let (_, list) = app.desk("/withdrawals").await;
            assert_eq!((list["withdrawals"].as_array().unwrap().len(), &list["withdrawals"][0]["order_id"]), (n + 1, &Value::Null));
        }
        let mut chinese = statement("A-1001", EMMA);
        chinese["locale"] = json!("zh-CN");
        app.clock.forward_ms(1_000);
        assert_eq!(app.withdraw("198.51.100.7", &chinese).await.0, 201);
        assert!(app.mails().await[0].plain.contains("收到时间: 2026年11月21日 18:00 (Asia/Shanghai)"), "{}", app.mails().await[0].plain);
    }

    async fn what_cannot_be_one_is_said_with_its_field(app) {
        let but = |field: &str, value: Value| {
            let mut body = statement("A-1001", EMMA);
            body[field] = value;
            body
        };
        let before = app.tables().await;
        for (body, field) in [
            (but("name", json!(" \u{200B}")), "name"), (but("name", json!("x".repeat(201))), "name"),
            (but("number", json!("")), "number"), (but("number", json!("🙂")), "number"),
            (but("contact", json!("13800138000")), "contact"), (but("contact", json!("emma")), "contact"),
            (but("contact", json!("a@b.cn\r\nBcc: c@d.cn")), "contact"),
            (but("part", json!("x".repeat(1_001))), "part"), (but("key", json!("1")), "key"), (but("refund", json!(1)), "refund"),
        ] {
            let (status, answer) = app.withdraw("198.51.100.7", &body).await;
            assert_eq!((status, &answer["field"]), (422, &json!(field)), "{answer}");
        }
        assert_eq!(app.tables().await, before);
    }

    async fn nobody_is_flooded_through_us(app) {
        for _ in 0..5 {
            assert_eq!(app.withdraw("198.51.100.7", &statement("A-1001", EMMA)).await.0, 201);
        }
        let (status, limited) = app.withdraw("198.51.100.8", &statement("A-1001", EMMA)).await;
        assert_eq!((status, &limited["code"]), (429, &json!("rate_limited")));
        for n in 0..15 {
            assert_eq!(app.withdraw("198.51.100.7", &statement("A-1001", &format!("x{n}@example.com"))).await.0, 201);
        }
        assert_eq!(app.withdraw("198.51.100.7", &statement("A-1001", "y@example.com")).await.0, 429);
        assert_eq!(app.mails().await.len(), 20);
        app.clock.forward_ms(3_600_000);
        assert_eq!(app.withdraw("198.51.100.7", &statement("A-1001", EMMA)).await.0, 201);
    }
}

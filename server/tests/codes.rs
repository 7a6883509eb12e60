//! One-time codes: the way in for whoever owns the address, and for nobody else.

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use aftercart_shared::ids::SiteId;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const EMMA: &str = "emma.wilson@example.com";

impl TestApp {
    /// Asks for a code from an address of its own.
    pub async fn ask_code(&self, body: Value) -> (u16, Value) {
        self.ask_code_from("198.51.100.20", body).await
    }

    pub async fn ask_code_from(&self, address: &str, body: Value) -> (u16, Value) {
        // The newest message must be the newest by the clock too.
        self.clock.forward_ms(1);
        read(self.post("/api/v1/codes").header("x-forwarded-for", address).json(&body)).await
    }

    pub async fn redeem(&self, id: &str, code: &str) -> (u16, Value) {
        read(self.post(&format!("/api/v1/codes/{id}/redeem")).json(&json!({ "code": code }))).await
    }

    /// The digits in the newest mail.
    pub async fn mailed_code(&self) -> String {
        let mail = self.mails().await.into_iter().next().expect("a mail was sent");
        six_digits(&mail.plain)
    }

    /// A verified session's token.
    pub async fn sign_in(&self, contact: &str) -> String {
        let (status, sent) = self.ask_code(json!({ "contact": contact })).await;
        assert_eq!(status, 202, "{sent}");
        let (status, started) = self.redeem(sent["id"].as_str().unwrap(), &self.mailed_code().await).await;
        assert_eq!(status, 200, "{started}");
        started["token"].as_str().unwrap().to_owned()
    }
}

fn six_digits(text: &str) -> String {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 6).expect("the message has a code").to_owned()
}

fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

on_both! {
    async fn a_code_by_mail_opens_the_order_it_was_asked_for(app) {
        app.import(&[order("A-1001")]).await;
        let (status, sent) = app.ask_code(json!({ "contact": "Emma.Wilson@Example.com", "number": "#a 1001", "locale": "zh-CN" })).await;
        assert_eq!((status, &sent["expires_in"]), (202, &json!(600)));
        let mail = app.mails().await.remove(0);
        let code = six_digits(&mail.plain);
        assert_eq!(mail.recipient, EMMA);
        assert!(mail.subject.contains("测试小店") && mail.html.contains(&code), "{}", mail.subject);
        let (status, started) = app.redeem(sent["id"].as_str().unwrap(), &format!(" {} ", code)).await;
        assert_eq!(status, 200, "{started}");
        let own = format!("/api/v1/me/orders/{}", started["order_id"].as_str().unwrap());
        let (status, full) = read(app.get(&own).bearer_auth(started["token"].as_str().unwrap())).await;
        assert_eq!((status, &full["order"]["number"]), (200, &json!("A-1001")));
        // Once is enough.
        assert_eq!(app.redeem(sent["id"].as_str().unwrap(), &code).await.0, 404);
    }

    async fn a_code_by_text_message_goes_to_the_phone_on_the_order(app) {
        app.import(&[order("A-1001")]).await;
        let (status, sent) = app.ask_code(json!({ "contact": "138 0013 8000" })).await;
        assert_eq!(status, 202);
        let text = app.texts().await.remove(0);
        assert_eq!(text.recipient, "+8613800138000");
        assert!(app.mails().await.is_empty());
        assert_eq!(app.redeem(sent["id"].as_str().unwrap(), &six_digits(&text.body)).await.0, 200);
    }

    async fn the_answer_is_the_same_for_everybody_and_nothing_is_sent_to_strangers(app) {
        app.import(&[order("A-1001")]).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        let mut elsewhere = order("B-2002");
        elsewhere["email"] = json!("only.elsewhere@example.com");
        app.import_to(&other, &[elsewhere]).await;
        let mut shapes = Vec::new();
        for (n, body) in [
            json!({ "contact": EMMA, "number": "A-1001" }),
            json!({ "contact": "nobody@example.com" }),
            json!({ "contact": "nobody@example.com", "number": "A-1001" }),
            json!({ "contact": EMMA, "number": "A-9999" }),
            // Another retailer's shopper is no shopper of this one.
            json!({ "contact": "only.elsewhere@example.com" }),
            json!({ "contact": "+8613800138001" }),
        ].into_iter().enumerate() {
            let (status, mut answer) = app.ask_code_from(&format!("198.51.100.{n}"), body).await;
            assert_eq!(answer["id"].take().as_str().map(str::len), Some(32));
            shapes.push((status, answer));
        }
        assert!(shapes.iter().all(|shape| *shape == shapes[0] && shape.0 == 202), "{shapes:?}");
        assert_eq!(app.mails().await.len(), 1);
        assert!(app.texts().await.is_empty());
    }

    async fn every_code_that_does_not_do_is_the_same_answer(app) {
        app.import(&[order("A-1001")]).await;
        app.another_site("pk_other", "https://other.example").await;
        let (_, sent) = app.ask_code(json!({ "contact": EMMA })).await;
        let id = sent["id"].as_str().unwrap().to_owned();
        let code = app.mailed_code().await;
        let (_, unknown) = app.ask_code(json!({ "contact": "nobody@example.com" })).await;
        let mut answers = vec![
            app.redeem(&id, &another(&code)).await,
            app.redeem("no-such-code", &code).await,
            app.redeem(unknown["id"].as_str().unwrap(), "000000").await,
        ];
        // At another site it is worth nothing, and loses no try.
        let elsewhere = reqwest::Client::new()
            .post(format!("{}/api/v1/codes/{id}/redeem", app.url))
            .header("aftercart-site", "pk_other")
            .json(&json!({ "code": code }));
        answers.push(read(elsewhere).await);
        app.clock.forward_ms(10 * 60_000);
        answers.push(app.redeem(&id, &code).await);
        for (status, answer) in &mut answers {
            answer["request_id"].take();
            assert_eq!((*status, &answer["code"], &answer["field"]), (404, &json!("code_invalid"), &json!("code")));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }

    async fn a_code_has_five_tries(app) {
        app.import(&[order("A-1001")]).await;
        for (wrong, expected) in [(4, 200), (5, 404)] {
            let (_, sent) = app.ask_code(json!({ "contact": EMMA })).await;
            let (id, code) = (sent["id"].as_str().unwrap(), app.mailed_code().await);
            for _ in 0..wrong {
                assert_eq!(app.redeem(id, &another(&code)).await.0, 404);
            }
            assert_eq!(app.redeem(id, &code).await.0, expected);
        }
    }

    async fn a_thousand_guesses_at_once_are_five(app) {
        app.import(&[order("A-1001")]).await;
        let (_, sent) = app.ask_code(json!({ "contact": EMMA })).await;
        let (id, code) = (sent["id"].as_str().unwrap().to_owned(), app.mailed_code().await);
        for round in 0..10 {
            let guesses = (0..100).map(|n| {
                let (app, id) = (&app, &id);
                let guess = format!("{:06}", (code.parse::<u32>().unwrap() + 1 + round * 100 + n) % 1_000_000);
                async move { app.redeem(id, &guess).await.0 }
            });
            assert!(join_all(guesses).await.into_iter().all(|status| status == 404));
        }
        assert_eq!(app.code_tries(&id).await, 5);
        assert_eq!(app.redeem(&id, &code).await.0, 404);
        assert_eq!(app.sessions().await, 0);
    }

    async fn one_code_used_a_hundred_times_at_once_gives_one_session(app) {
        app.import(&[order("A-1001")]).await;
        let (_, sent) = app.ask_code(json!({ "contact": EMMA })).await;
        let (id, code) = (sent["id"].as_str().unwrap().to_owned(), app.mailed_code().await);
        let uses = join_all((0..100).map(|_| app.redeem(&id, &code))).await;
        assert_eq!(uses.into_iter().filter(|(status, _)| *status == 200).count(), 1);
        assert_eq!(app.sessions().await, 1);
    }

    async fn an_address_gets_three_codes_an_hour_known_or_not(app) {
        app.import(&[order("A-1001")]).await;
        let mut stories = BTreeMap::new();
        for contact in [EMMA, "nobody@example.com"] {
            let mut story = Vec::new();
            for n in 0..5 {
                let (status, answer) = app.ask_code_from(&format!("203.0.113.{n}"), json!({ "contact": contact })).await;
                story.push((status, answer["retry_after"].clone()));
                app.clock.forward_ms(1_000);
            }
            app.clock.forward_ms(-5_000);
            stories.insert(contact, story);
        }
        assert_eq!(stories[EMMA], stories["nobody@example.com"]);
        let statuses: Vec<u16> = stories[EMMA].iter().map(|(status, _)| *status).collect();
        assert_eq!(statuses, [202, 202, 202, 429, 429]);
        assert_eq!(app.mails().await.len(), 3);
        // The hour slides: when the first is an hour old there is one more, and only one.
        app.clock.forward_ms(stories[EMMA][3].1.as_i64().unwrap() * 1000 + 3_000);
        assert_eq!(app.ask_code(json!({ "contact": EMMA })).await.0, 202);
        app.clock.forward_ms(-1_500);
        assert_eq!(app.ask_code(json!({ "contact": EMMA })).await.0, 429);
    }

    async fn sends_at_once_are_counted_too(app) {
        app.import(&[order("A-1001")]).await;
        let asked = join_all((0..40).map(|n| {
            let app = &app;
            async move { app.ask_code_from(&format!("203.0.113.{n}"), json!({ "contact": EMMA })).await.0 }
        }));
        assert_eq!(asked.await.into_iter().filter(|status| *status == 202).count(), 3);
        assert_eq!(app.mails().await.len(), 3);
    }

    async fn one_place_cannot_ask_for_ever_more_addresses(app) {
        let mut statuses = Vec::new();
        for n in 0..32 {
            statuses.push(app.ask_code_from("203.0.113.99", json!({ "contact": format!("w{n}@example.com") })).await.0);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 30);
        assert_eq!(app.ask_code_from("203.0.113.98", json!({ "contact": "x@example.com" })).await.0, 202);
    }

    /// Dialling one phone in many ways, or naming an order beside it, gives no more messages than three.
    async fn one_phone_is_one_address_however_it_is_dialled(app) {
        let mut british = order("A-1002");
        british["phone"] = json!("+442071838750");
        british["address"]["country"] = json!("GB");
        app.import(&[british]).await;
        for (n, (contact, number)) in [
            ("+44 20 7183 8750", None), ("0044 2071838750", None), ("020 7183 8750", Some("A-1002")),
            ("020 7183 8750", Some("A-1002")), ("02071838750", Some("A-1002")),
        ].into_iter().enumerate() {
            let body = json!({ "contact": contact, "number": number });
            // Whether it was sent is nobody's business.
            assert_eq!(app.ask_code_from(&format!("203.0.113.{n}"), body).await.0, 202, "{contact}");
        }
        assert_eq!(app.texts().await.len(), 3);
    }

    async fn past_the_limit_of_an_order_the_code_is_the_way_in(app) {
        app.import(&[order("A-1001")]).await;
        let mut stories = Vec::new();
        for number in ["A-1001", "A-7777"] {
            let mut story = Vec::new();
            for n in 0..7 {
                let address = format!("203.0.113.{n}");
                let (status, mut body) = app.lookup_from(&address, number, &format!("w{n}.{number}@example.com")).await;
                body["request_id"].take();
                story.push((status, body));
            }
            stories.push(story);
        }
        // Known or not, it is told alike.
        assert_eq!(stories[0], stories[1]);
        assert_eq!((stories[0][6].0, &stories[0][6].1["code"]), (403, &json!("code_required")));
        assert_eq!(app.lookup_from("198.51.100.9", "A-1001", EMMA).await.0, 403);
        let (_, sent) = app.ask_code(json!({ "contact": EMMA, "number": "A-1001" })).await;
        assert_eq!(app.redeem(sent["id"].as_str().unwrap(), &app.mailed_code().await).await.0, 200);
        // Nothing is locked for longer than the failures count.
        app.clock.forward_ms(2 * 3_600_000);
        assert_eq!(app.lookup_from("198.51.100.9", "A-1001", EMMA).await.0, 200);
    }

    async fn codes_and_tokens_stand_nowhere_as_they_are(app) {
        app.import(&[order("A-1001")]).await;
        let (_, sent) = app.ask_code(json!({ "contact": EMMA })).await;
        let code = app.mailed_code().await;
        let (_, started) = app.redeem(sent["id"].as_str().unwrap(), &code).await;
        let stored = app.identity_tables().await;
        assert!(stored.contains(sent["id"].as_str().unwrap()), "the tables were read");
        for secret in [code.as_str(), started["token"].as_str().unwrap()] {
            assert!(!stored.contains(&format!("'{secret}'")) && !stored.contains(&format!("\"{secret}\"")));
        }
        assert!(!stored.contains(started["token"].as_str().unwrap()));
    }

    async fn wrong_forms_are_said(app) {
        for (body, field) in [
            (json!({ "contact": "" }), "contact"),
            (json!({ "contact": "not a contact" }), "contact"),
            (json!({ "contact": EMMA, "number": "📦" }), "number"),
            (json!({ "contact": EMMA, "locale": "fr" }), "locale"),
        ] {
            let (status, answer) = app.ask_code(body).await;
            assert_eq!((status, &answer["field"]), (422, &json!(field)));
        }
        assert_eq!(app.ask_code(json!({ "contact": EMMA, "code": "123456" })).await.0, 422);
        for code in ["", "12345", "1234567", "abcdef"] {
            assert_eq!(app.redeem("x", code).await.0, 422, "{code}");
        }
        assert!(app.mails().await.is_empty());
    }
}

impl TestApp {
    async fn code_tries(&self, id: &str) -> i64 {
        #[derive(sqlx::FromRow)]
        struct Row {
            tries: i64,
        }
        let sql = aftercart::sql!("SELECT tries FROM shopper_codes WHERE site_id = $1 AND code_id = $2");
        let row = self.app.db.fetch_optional::<Row>(sql, aftercart::args![&self.site.id, id]).await.unwrap();
        row.unwrap().tries
    }

    pub async fn sessions(&self) -> i64 {
        #[derive(sqlx::FromRow)]
        struct Row {
            many: i64,
        }
        let sql = aftercart::sql!("SELECT COUNT(*) AS many FROM shopper_sessions WHERE site_id = $1");
        let site: &SiteId = &self.site.id;
        self.app.db.fetch_optional::<Row>(sql, aftercart::args![site]).await.unwrap().unwrap().many
    }

    /// Everything in the tables of codes and sessions, as text.
    async fn identity_tables(&self) -> String {
        #[derive(Debug, sqlx::FromRow)]
        #[allow(dead_code)]
        struct Code {
            code_id: String,
            code_hash: String,
            contact: Option<String>,
        }
        #[derive(Debug, sqlx::FromRow)]
        #[allow(dead_code)]
        struct Session {
            token_hash: String,
            shopper_id: String,
        }
        let codes = aftercart::sql!("SELECT code_id, code_hash, contact FROM shopper_codes WHERE site_id = $1");
        let codes = self.app.db.fetch_all::<Code>(codes, aftercart::args![&self.site.id]).await.unwrap();
        let sessions = aftercart::sql!("SELECT token_hash, shopper_id FROM shopper_sessions WHERE site_id = $1");
        let sessions = self.app.db.fetch_all::<Session>(sessions, aftercart::args![&self.site.id]).await.unwrap();
        format!("{codes:?} {sessions:?}")
    }
}

/// As look-ups do, asking for a code takes as long for a stranger as for a shopper.
#[tokio::test]
async fn asking_takes_the_same_time() {
    let app = TestApp::with(|c| c.limits.lookup_deadline_ms = 120, false).await;
    let known: Vec<Value> = (0..8)
        .map(|n| {
            let mut order = order(&format!("A-100{n}"));
            order["email"] = json!(format!("known{n}@example.com"));
            order
        })
        .collect();
    app.import(&known).await;
    let mut medians = Vec::new();
    for who in ["known", "stranger"] {
        let mut took = Vec::new();
        for n in 0..8 {
            let started = std::time::Instant::now();
            let asked = app.ask_code(json!({ "contact": format!("{who}{n}@example.com") })).await;
            assert_eq!(asked.0, 202);
            took.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        medians.push(took[4]);
    }
    assert_eq!(app.mails().await.len(), 8);
    assert!(medians.iter().all(|ms| *ms >= 120.0), "{medians:?}");
    assert!((medians[0] - medians[1]).abs() < 30.0, "medians differ: {medians:?} ms");
}

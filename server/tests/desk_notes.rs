//! Notes, which no shopper ever sees, and canned replies.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        read,
        returns::{MING, READER, WEI},
        socket::{Socket, says},
        talk::{Talk, message},
    },
};
use aftercart_shared::events::{Down, TEXT_MAX};
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const CANARY: &str = "canary-of-a-note";

fn note(client_id: &str, text: &str) -> Value {
    json!({ "client_id": client_id, "text": text })
}

fn notes_of(talk: &Talk) -> String {
    format!("/conversations/{}/notes", talk.id)
}

fn texts(notes: &Value) -> Vec<String> {
    let notes = notes["notes"].as_array().unwrap_or_else(|| panic!("{notes}"));
    notes.iter().map(|note| note["text"].as_str().unwrap().to_owned()).collect()
}

impl TestApp {
    /// Everything that a shopper can read of the whole shop, as text.
    async fn all_that_she_reads(&self, session: &str, talk: &Talk) -> String {
        let mut all = String::new();
        let own = |path: &str| self.get(path).bearer_auth(session).header("aftercart-visitor", &talk.token);
        let order = self.order_id("A-1001").await;
        for path in [
            "/api/v1/me".to_owned(),
            "/api/v1/me/orders".into(),
            format!("/api/v1/me/orders/{order}"),
            format!("/api/v1/me/orders/{order}/returns/options?locale=en"),
            "/api/v1/me/notices".into(),
            "/api/v1/me/returns".into(),
            "/api/v1/articles?locale=en".into(),
            format!("/api/v1/articles/search?locale=en&q={CANARY}"),
            talk.path("events"),
            talk.path("events?after=0&epoch=1&wait=0"),
            talk.path("events?after=1&epoch=1&wait=1"),
        ] {
            let (status, answer) = read(own(&path)).await;
            assert_eq!(status, 200, "{path}: {answer}");
            all.push_str(&answer.to_string());
        }
        for (path, body) in [
            ("/api/v1/conversations".to_owned(), json!({ "locale": "en" })),
            (talk.path("events"), json!({ "client_id": "late", "said": message("Thank you") })),
            (talk.path("read"), json!({ "seq": 1 })),
            (talk.path("typing"), json!({})),
        ] {
            let request = self.post(&path).bearer_auth(session).header("aftercart-visitor", &talk.token);
            let (status, answer) = read(request.json(&body)).await;
            assert!(status < 300, "{path}: {answer}");
            all.push_str(&answer.to_string());
        }
        all
    }
}

on_both! {
    async fn a_note_stands_where_it_was_written(app) {
        app.open_desk().await;
        let (ming, wei) = (app.seated(MING).await, app.seated(WEI).await);
        let talk = app.begin().await;
        let path = notes_of(&talk);
        let (status, first) = ming.post(&path, note("1", "She came without a word")).await;
        assert_eq!((status, &first["after_seq"], &first["agent"]), (201, &json!(0), &json!(MING)));
        app.tell(&talk, "1", message("hi")).await;
        app.clock.forward_ms(1);
        let (_, second) = wei.post(&path, note("1", "快递说\n明天到")).await;
        assert_eq!((&second["after_seq"], &second["at"]), (&json!(1), &json!(app.now().0)));
        assert_eq!(ming.sees(&path).await, json!({ "notes": [first, second] }));
        // The same again, however often and however many at once, is the same note; other words are not.
        for (status, again) in join_all((0..10).map(|_| ming.post(&path, note("1", "She came without a word")))).await {
            assert_eq!((status, &again), (201, &first));
        }
        let at_once = join_all((0..10).map(|_| wei.post(&path, note("2", "at once")))).await;
        assert!(at_once.iter().all(|answer| *answer == at_once[0]), "{at_once:?}");
        let (status, answer) = ming.post(&path, note("1", "Other words")).await;
        assert_eq!((status, &answer["code"]), (409, &json!("key_reused")));
        // What is over may be spoken of.
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.0, 200);
        assert_eq!(ming.post(&path, note("3", "She will call")).await.0, 201);
        let written = ["She came without a word", "快递说\n明天到", "at once", "She will call"];
        assert_eq!(texts(&wei.sees(&path).await), written);
        // The log knows nothing of it.
        assert_eq!(app.log_of(&talk).await["last_seq"], 2);
    }

    async fn a_note_says_something_and_is_of_one_who_answers(app) {
        app.open_desk().await;
        let (ming, reader) = (app.seated(MING).await, app.seated(READER).await);
        let talk = app.begin().await;
        let path = notes_of(&talk);
        let before = app.tables().await;
        let long = "x".repeat(TEXT_MAX + 1);
        for (body, code, field) in [
            (note("", "x"), "required", "client_id"),
            (note("é", "x"), "invalid", "client_id"),
            (note("1", " \u{200B}"), "required", "text"),
            (note("1", "a\0b"), "invalid", "text"),
            (note("1", &long), "too_long", "text"),
            (json!({ "client_id": "1", "text": "x", "agent": WEI }), "invalid", "agent"),
        ] {
            let (status, answer) = ming.post(&path, body).await;
            assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!(code), &json!(field)), "{answer}");
        }
        assert_eq!(reader.post(&path, note("1", "x")).await.0, 403);
        assert_eq!(reader.sees(&path).await["notes"], json!([]));
        let url = format!("{}/api/v1/desk{path}", app.url);
        for request in [Client::new().post(&url), Client::new().post(&url).header("aftercart-visitor", &talk.token)] {
            assert_eq!(read(request.json(&note("1", "x"))).await.0, 401);
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    /// Every route and socket that a shopper has, before and after: none tells of a note, nor that there is one.
    async fn no_shopper_ever_sees_a_note(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let ming = app.seated(MING).await;
        let talk = app.begin_as(&emma).await;
        app.tell(&talk, "1", message("hi")).await;
        app.answer(&talk, "a", "Good morning").await;
        let mut socket = Socket::at(&app, &talk, Some((1, 2))).await;
        let poll = app.poll(&talk, 2, 1);
        let path = notes_of(&talk);
        let writing = ming.post(&path, note("n", CANARY));
        let (polled, (status, _)) = tokio::join!(poll, writing);
        assert_eq!(status, 201);
        // Whoever waits waits on: there is nothing for her.
        assert_eq!((polled.events.len(), polled.last_seq), (0, 2));
        let read = app.all_that_she_reads(&emma, &talk).await;
        assert!(read.contains("Good morning") && !read.contains(CANARY), "{read}");
        // On the socket the next that comes is what was said next.
        let mut frames = Vec::new();
        socket.say(&says("2", "bye")).await;
        loop {
            let frame = socket.next().await;
            frames.push(serde_json::to_string(&frame).unwrap());
            if matches!(frame, Down::Ack { .. }) {
                break;
            }
        }
        assert!(frames.iter().all(|frame| !frame.contains(CANARY) && !frame.contains("note")), "{frames:?}");
        // One who begins anew reads all of it, and no note either.
        let mut anew = Socket::at(&app, &talk, None).await;
        let said: Vec<String> = anew.events(4).await.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        assert!(said.iter().all(|event| !event.contains(CANARY)), "{said:?}");
        assert_eq!(app.log_of(&talk).await["last_seq"], 4);
        // Nor is she found by it.
        let found = ming.sees(&format!("/inbox?view=all&query={CANARY}")).await;
        assert_eq!(found["rows"], json!([]));
        assert_eq!(texts(&ming.sees(&notes_of(&talk)).await), [CANARY]);
    }

    async fn canned_replies_are_the_shops(app) {
        app.open_desk().await;
        app.another_site("pk_other", "https://other.example").await;
        let (ming, wei) = (app.seated(MING).await, app.seated(WEI).await);
        let text = |locale: &str, text: &str| json!({ "locale": locale, "text": text });
        let both = json!({ "texts": [text("en", "Hello {name}"), text("zh-CN", "{name}您好")] });
        assert_eq!(wei.sees("/canned-replies").await, json!({ "replies": [] }));
        let (status, stored) = wei.put("/canned-replies/Late", both.clone()).await;
        assert_eq!((status, &stored["shortcut"], &stored["texts"]), (200, &json!("late"), &both["texts"]));
        let once = json!({ "texts": [text("en", "Sorry")] });
        for (shortcut, body) in [("a-1", &both), ("%E9%80%80%E6%AC%BE", &both), ("LATE", &once)] {
            assert_eq!(wei.put(&format!("/canned-replies/{shortcut}"), body.clone()).await.0, 200, "{shortcut}");
        }
        // Whoever answers uses them, and does not change them.
        let all = ming.sees("/canned-replies").await;
        let shortcuts: Vec<&str> = all["replies"].as_array().unwrap().iter().map(|one| one["shortcut"].as_str().unwrap()).collect();
        assert_eq!(shortcuts, ["a-1", "late", "退款"]);
        assert_eq!(all["replies"][1]["texts"], once["texts"]);
        let before = app.tables().await;
        assert_eq!(ming.put("/canned-replies/late", both.clone()).await.0, 403);
        assert_eq!(ming.delete("/canned-replies/late").await.0, 403);
        let long = "x".repeat(TEXT_MAX + 1);
        for (shortcut, body, code, field) in [
            ("two%20words", &both, "invalid", "shortcut"),
            ("a%00", &both, "invalid", "shortcut"),
            ("%20", &both, "required", "shortcut"),
            (&"x".repeat(33), &both, "too_long", "shortcut"),
            ("x", &json!({ "texts": [] }), "required", "texts"),
            ("x", &json!({ "texts": [text("en", "a"), text("en", "b")] }), "invalid", "texts[1].locale"),
            ("x", &json!({ "texts": [text("en", " ")] }), "required", "texts[0].text"),
            ("x", &json!({ "texts": [text("en", &long)] }), "too_long", "texts[0].text"),
            ("x", &json!({ "texts": [], "shortcut": "x" }), "invalid", "shortcut"),
        ] {
            let (status, answer) = wei.put(&format!("/canned-replies/{shortcut}"), body.clone()).await;
            assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!(code), &json!(field)), "{answer}");
        }
        assert_eq!(wei.put("/canned-replies/x", json!({ "texts": [text("xx", "a")] })).await.0, 422);
        assert_eq!(wei.delete("/canned-replies/nothing").await.0, 404);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        assert_eq!(wei.delete("/canned-replies/LATE").await.0, 204);
        assert_eq!(wei.delete("/canned-replies/late").await.0, 404);
        assert_eq!(ming.sees("/canned-replies").await["replies"].as_array().unwrap().len(), 2);
    }

    async fn a_verified_shoppers_address_is_no_secret_of_a_note(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        // Her line in the queue grows no word of it, though its version does.
        let before = ming.sees("/inbox?view=all").await;
        assert_eq!(ming.post(&notes_of(&talk), note("1", EMMA)).await.0, 201);
        let after = ming.sees("/inbox?view=all").await;
        assert_eq!(before["rows"], after["rows"]);
        assert_ne!(before["version"], after["version"]);
    }
}

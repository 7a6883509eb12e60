//! Tried again, in order, given up, told anew; and nobody waits for somebody else's server.

use super::listener::{Listener, Says};
use crate::{
    on_both,
    support::{
        TestApp,
        talk::{Talk, message},
    },
};
use aftercart::webhooks::{schedule, worker};
use reqwest::Method;
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 3_600_000;

async fn say(app: &TestApp, talk: &Talk, text: &str) {
    assert_eq!(app.tell(talk, text, message(text)).await.0, 200);
}

on_both! {
    async fn ten_tries_by_the_schedule_and_then_it_is_given_up(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        listener.says(Says::Status(500, vec![], "<b>out\u{202e} of\norder</b>".into()));
        let talk = app.begin().await;
        say(&app, &talk, "Hello").await;
        app.send_webhooks().await;
        let first = listener.all().remove(0);
        let [one] = &app.deliveries(&endpoint, "").await[..] else { panic!() };
        assert_eq!((&one["state"], &one["status"], &one["error"]), (&json!("waiting"), &json!(500), &json!("status 500")));
        assert_eq!(one["excerpt"], "<b>out of order</b>");
        for (tried, wait) in (1..).zip(schedule::WAITS_MS) {
            app.clock.forward_ms(wait - 1);
            app.send_webhooks().await;
            assert_eq!(listener.all(), [], "too early: {tried}");
            app.clock.forward_ms(wait / 10 + 1);
            app.send_webhooks().await;
            let again = listener.all();
            assert_eq!(again.len(), 1, "{tried}");
            // The same message, signed anew.
            assert_eq!((&again[0].id, &again[0].body), (&first.id, &first.body));
            assert_ne!(again[0].time, first.time);
            assert!(again[0].is_signed_with(&endpoint.secret));
        }
        let [dead] = &app.deliveries(&endpoint, "?state=dead").await[..] else { panic!() };
        assert_eq!((&dead["attempts"], &dead["next_attempt_at"]), (&json!(10), &Value::Null));
        app.clock.forward_ms(DAY_MS / 2);
        app.send_webhooks().await;
        assert_eq!(listener.all(), []);
        let shown = app.hook(&endpoint).await;
        assert_eq!((&shown["active"], &shown["dead"], &shown["failures"]), (&json!(true), &json!(1), &json!(10)));

        // A person asks for it anew: under its own id.
        listener.answers(204);
        let path = format!("/{}/deliveries/{}/replay", endpoint.id, first.id);
        assert_eq!(app.hooks(Method::POST, &path, None).await.0, 202);
        app.send_webhooks().await;
        let again = listener.all();
        assert_eq!((again.len(), &again[0].id, &again[0].body), (1, &first.id, &first.body));
        let shown = app.hook(&endpoint).await;
        assert_eq!((&shown["dead"], &shown["failures"], &shown["failing_since"]), (&json!(0), &json!(0), &Value::Null));
        // What has arrived can be told anew too.
        assert_eq!(app.hooks(Method::POST, &path, None).await.0, 202);
        app.send_webhooks().await;
        assert_eq!(listener.all()[0].id, first.id);
        let nobody = format!("/{}/deliveries/msg_0f/replay", endpoint.id);
        assert_eq!(app.hooks(Method::POST, &nobody, None).await.0, 404);
    }

    async fn what_fails_holds_up_its_own_conversation_and_no_other(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        app.tell_to(&listener, &["message.created"]).await;
        listener.says(Says::RefusesOnly("first".into()));
        let (talk, other) = (app.begin().await, app.begin().await);
        for text in ["first", "second"] {
            say(&app, &talk, text).await;
        }
        say(&app, &other, "elsewhere").await;
        app.send_webhooks().await;
        // Whatever comes later waits, too.
        say(&app, &talk, "third").await;
        say(&app, &other, "elsewhere again").await;
        app.send_webhooks().await;
        let mut heard = listener.texts();
        heard.sort();
        assert_eq!(heard, ["elsewhere", "elsewhere again", "first"]);
        listener.answers(200);
        app.clock.forward_ms(schedule::WAITS_MS[0] / 10 * 11);
        app.send_webhooks().await;
        assert_eq!(listener.texts(), ["first", "second", "third"]);
    }

    async fn many_messages_of_many_conversations_keep_their_order(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        app.tell_to(&listener, &["message.created"]).await;
        let mut talks = Vec::new();
        for _ in 0..5 {
            talks.push(app.begin().await);
        }
        for n in 0..8 {
            for talk in &talks {
                say(&app, talk, &n.to_string()).await;
            }
        }
        app.send_webhooks().await;
        let all = listener.all();
        assert_eq!(all.len(), 40);
        for talk in &talks {
            let of = all.iter().map(|one| one.json()["data"].clone()).filter(|data| data["conversation_id"] == json!(talk.id));
            assert_eq!(of.map(|data| data["seq"].as_i64().unwrap()).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
        }
    }

    /// The server dies when the other side has it, and before that is written down.
    async fn what_was_sent_and_not_written_down_is_sent_again(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        listener.says(Says::Nothing);
        let talk = app.begin().await;
        say(&app, &talk, "Hello").await;
        let node = app.app.clone();
        let sending = tokio::spawn(async move { worker::run_due(&node).await });
        let first = listener.next().await;
        sending.abort();
        assert!(sending.await.unwrap_err().is_cancelled());
        listener.answers(200);
        // Another node does not begin it while somebody may be at work.
        app.clock.forward_ms(worker::CLAIM_MS - 1);
        app.send_webhooks().await;
        assert_eq!(listener.all(), []);
        app.clock.forward_ms(1);
        app.send_webhooks().await;
        let again = listener.all();
        assert_eq!((again.len(), &again[0].id, &again[0].body), (1, &first.id, &first.body));
        let [one] = &app.deliveries(&endpoint, "").await[..] else { panic!() };
        assert_eq!((&one["state"], &one["attempts"]), (&json!("done"), &json!(2)));
    }

    async fn a_server_that_never_answers_holds_up_nobody(app) {
        app.open_desk().await;
        let (mut dead, mut live) = (Listener::start().await, Listener::start().await);
        dead.says(Says::Nothing);
        app.tell_to(&dead, &["message.created"]).await;
        app.tell_to(&live, &["message.created"]).await;
        let mut talks = Vec::new();
        for _ in 0..9 {
            talks.push(app.begin().await);
            say(&app, &talks[talks.len() - 1], "Hello").await;
        }
        let node = app.app.clone();
        let sending = tokio::spawn(async move { worker::run_due(&node).await });
        for _ in 0..4 {
            dead.next().await;
        }
        for _ in 0..9 {
            live.next().await;
        }
        // What happens meanwhile arrives meanwhile; and the one that does not answer is asked no more than four things at once.
        say(&app, &talks[0], "Still there?").await;
        assert_eq!(live.next().await.text(), "Still there?");
        assert!(!sending.is_finished());
        assert_eq!(dead.all(), []);
        // Our own jobs are done all the while.
        app.run_jobs().await;
        sending.abort();
    }

    async fn gone_is_gone(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        listener.answers(410);
        let talk = app.begin().await;
        say(&app, &talk, "Hello").await;
        say(&app, &talk, "Still there?").await;
        app.send_webhooks().await;
        assert_eq!(listener.texts(), ["Hello"]);
        let shown = app.hook(&endpoint).await;
        assert_eq!((&shown["active"], &shown["off_reason"]), (&json!(false), &json!("gone")));
        assert_eq!((&shown["waiting"], &shown["dead"]), (&json!(1), &json!(1)));
        // Nothing is kept for it from now on, nor sent.
        say(&app, &talk, "Anybody?").await;
        app.clock.forward_ms(10 * DAY_MS);
        app.send_webhooks().await;
        assert_eq!(listener.all(), []);
        let ping = format!("/{}/ping", endpoint.id);
        assert_eq!(app.hooks(Method::POST, &ping, None).await.1["code"], "not_possible_now");
        // Switched on again, what waited for it goes on.
        listener.answers(200);
        let on = json!({ "url": listener.url, "events": ["message.created"], "active": true });
        assert_eq!(app.hooks(Method::PUT, &format!("/{}", endpoint.id), Some(on)).await.0, 200);
        app.send_webhooks().await;
        assert_eq!(listener.texts(), ["Still there?"]);
        let replay = format!("/{}/replay", endpoint.id);
        let (status, count) = app.hooks(Method::POST, &replay, Some(json!({ "since": 0 }))).await;
        assert_eq!((status, &count["count"]), (202, &json!(1)));
        app.send_webhooks().await;
        assert_eq!(listener.texts(), ["Hello"]);
    }

    async fn who_fails_for_five_days_is_switched_off(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        listener.answers(503);
        let talk = app.begin().await;
        say(&app, &talk, "Hello").await;
        app.send_webhooks().await;
        app.clock.forward_ms(5 * DAY_MS - 1);
        app.send_webhooks().await;
        assert_eq!(app.hook(&endpoint).await["active"], json!(true));
        app.clock.forward_ms(DAY_MS);
        app.send_webhooks().await;
        let shown = app.hook(&endpoint).await;
        assert_eq!((&shown["active"], &shown["off_reason"], &shown["last_error"]), (&json!(false), &json!("failing"), &json!("status 503")));
        assert_eq!(listener.all().len(), 3);
    }

    /// A thousand messages for a server that is down are not a thousand requests.
    async fn who_fails_again_and_again_is_asked_less(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        listener.answers(500);
        for _ in 0..30 {
            say(&app, &app.begin().await, "Hello").await;
        }
        app.send_webhooks().await;
        let asked = listener.all().len();
        assert!((5..=8).contains(&asked), "{asked}");
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 0);
        // It is asked again by one message, and once it takes that it gets everything.
        app.clock.forward_ms(10 * 60_000);
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 1);
        listener.answers(200);
        app.clock.forward_ms(DAY_MS);
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 30);
        let shown = app.hook(&endpoint).await;
        assert_eq!((&shown["waiting"], &shown["dead"], &shown["failures"]), (&json!(0), &json!(0), &json!(0)));
    }

    async fn who_asks_to_be_left_alone_is(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        app.tell_to(&listener, &["message.created"]).await;
        listener.says(Says::Status(429, vec![("retry-after", "3600".into())], String::new()));
        let talk = app.begin().await;
        say(&app, &talk, "Hello").await;
        app.send_webhooks().await;
        app.clock.forward_ms(3_600_000 - 1);
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 1);
        app.clock.forward_ms(360_001);
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 1);
    }

    async fn what_was_told_long_ago_is_forgotten(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        let talk = app.begin().await;
        say(&app, &talk, "Hello").await;
        app.send_webhooks().await;
        listener.answers(500);
        say(&app, &talk, "Still waiting").await;
        app.send_webhooks().await;
        app.clock.forward_ms(30 * DAY_MS);
        aftercart::webhooks::sweep::sweep(&app.app).await.unwrap();
        assert_eq!(app.deliveries(&endpoint, "").await.len(), 2);
        app.clock.forward_ms(1);
        aftercart::webhooks::sweep::sweep(&app.app).await.unwrap();
        let left = app.deliveries(&endpoint, "").await;
        assert_eq!((left.len(), &left[0]["state"]), (1, &json!("waiting")));
        assert_eq!(app.tables().await["webhook_messages"].len(), 1);
        // The next message of the conversation has an id of its own all the same.
        listener.answers(200);
        assert_eq!(app.answer(&talk, "a", "And again").await.0, 200);
        app.send_webhooks().await;
        app.clock.forward_ms(DAY_MS);
        app.send_webhooks().await;
        let all = listener.all();
        let (first, last) = (&all[0], &all[all.len() - 1]);
        assert_eq!((first.text(), last.text()), ("Hello".to_owned(), "And again".to_owned()));
        assert_ne!(first.id, last.id);
    }
}

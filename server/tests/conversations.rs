//! The log of a conversation: gapless, once for each send, the same for both sides, and told at once.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::MING,
        talk::{Talk, message, texts},
    },
};
use aftercart::{
    app::{App, Surroundings},
    conversations::{access, append, read as log},
};
use aftercart_shared::{
    events::{Cursor, Said},
    ids::ConversationId,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn seqs(heard: &Value) -> Vec<u64> {
    heard["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}

/// Waits for what comes after the cursor, for at most 20 seconds.
async fn waits(app: &TestApp, talk: &Talk, after: u64) -> (u16, Value) {
    read(app.get_talk(talk, &format!("events?after={after}&epoch=1&wait=20"))).await
}

on_both! {
    async fn what_one_side_says_the_other_reads(app) {
        app.open_desk().await;
        let (status, opened) = read(app.post("/api/v1/conversations").json(&json!({ "locale": "zh-CN", "subject": { "order": " A-1001 " } }))).await;
        assert_eq!(status, 200, "{opened}");
        let (talk, view) = (Talk::of(&opened), &opened["conversation"]);
        assert_eq!((&view["state"], &view["epoch"], &view["last_seq"]), (&json!("queued"), &json!(1), &json!(0)));
        assert_eq!(opened["visitor"]["expires_at"], json!(app.now().0 + 30 * 86_400_000));
        let (status, ack) = app.tell(&talk, "first", message("在吗？ \u{202E}👋\n")).await;
        assert_eq!((status, &ack), (200, &json!({ "seq": 1, "at": app.now().0 })));
        assert_eq!(app.answer(&talk, "a1", "您好").await.1["seq"], 2);
        let (_, heard) = app.heard(&talk).await;
        assert_eq!(heard["events"], json!([
            { "seq": 1, "at": app.now().0, "from": { "by": "visitor" }, "client_id": "first", "kind": "message", "text": "在吗？ \u{202E}👋\n" },
            { "seq": 2, "at": app.now().0, "from": { "by": "agent", "name": MING }, "kind": "message", "text": "您好" },
        ]));
        // The shop sees its own numbers, and none of hers.
        let there = app.log_of(&talk).await;
        assert_eq!(texts(&there), texts(&heard));
        assert_eq!((&there["events"][0]["client_id"], &there["events"][1]["client_id"]), (&Value::Null, &json!("a1")));
        let (_, one) = app.desk(&format!("/conversations/{}", talk.id)).await;
        assert_eq!((&one["subject"], &one["locale"], &one["visitor"]["certainty"]), (&json!({ "order": "A-1001" }), &json!("zh-CN"), &json!("anonymous")));
        // From a cursor only what is new.
        let (_, heard) = read(app.get_talk(&talk, "events?after=1&epoch=1")).await;
        assert_eq!((seqs(&heard), &heard["last_seq"]), (vec![2], &json!(2)));
    }

    async fn whoever_writes_at_once_leaves_no_gap(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let sends = (0..50).map(|n| {
            let (app, talk) = (&app, &talk);
            async move {
                let (id, text) = (format!("c{n}"), format!("text {n}"));
                let sent = if n % 2 == 0 { app.tell(talk, &id, message(&text)).await } else { app.answer(talk, &id, &text).await };
                assert_eq!(sent.0, 200, "{}", sent.1);
                (sent.1["seq"].as_u64().unwrap(), text)
            }
        });
        let mut acks = join_all(sends).await;
        acks.sort();
        let (_, heard) = app.heard(&talk).await;
        assert_eq!(seqs(&heard), (1..=50).collect::<Vec<u64>>());
        // What was acknowledged under a number stands there.
        assert_eq!(texts(&heard), acks.into_iter().map(|(_, text)| text).collect::<Vec<_>>());
    }

    async fn twenty_copies_are_one_event_with_one_answer(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        for (who, expected) in [("visitor", 1), ("agent", 2)] {
            let copies = (0..20).map(|_| async {
                if who == "visitor" { app.tell(&talk, "same", message("once")).await } else { app.answer(&talk, "same", "once").await }
            });
            for (status, ack) in join_all(copies).await {
                assert_eq!((status, &ack), (200, &json!({ "seq": expected, "at": app.now().0 })));
            }
        }
        let before = app.now().0;
        app.clock.forward_ms(60_000);
        // Another body under the same number is none; what stands there stays.
        let (status, refused) = app.tell(&talk, "same", message("twice")).await;
        assert_eq!((status, &refused["code"]), (409, &json!("key_reused")));
        assert_eq!(app.answer(&talk, "same", "twice").await.1["code"], "key_reused");
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.0, 200);
        // A copy that comes late has its answer all the same; a new message has not.
        assert_eq!(app.tell(&talk, "same", message("once")).await, (200, json!({ "seq": 1, "at": before })));
        assert_eq!(app.tell(&talk, "same", message("twice")).await.1["code"], "key_reused");
        assert_eq!(app.tell(&talk, "new", message("late")).await.1["code"], "conversation_closed");
        assert_eq!(app.answer(&talk, "new", "late").await.1["code"], "conversation_closed");
        assert_eq!(texts(&app.log_of(&talk).await), ["once", "once", "closed"]);
    }

    async fn a_cursor_of_another_log_is_told_to_begin_anew(app) {
        let talk = app.begin().await;
        app.tell(&talk, "1", message("one")).await;
        for query in ["after=2&epoch=1", "after=1&epoch=2", "after=0&epoch=0", "after=18446744073709551615&epoch=1", "after=9&epoch=1&wait=20"] {
            let (status, answer) = read(app.get_talk(&talk, &format!("events?{query}"))).await;
            assert_eq!((status, &answer["code"]), (409, &json!("resync")), "{query}");
        }
        for query in ["", "after=0", "after=0&epoch=1", "epoch=1"] {
            assert_eq!(texts(&read(app.get_talk(&talk, &format!("events?{query}"))).await.1), ["one"], "{query}");
        }
        let (status, answer) = read(app.get_talk(&talk, "events?after=1")).await;
        assert_eq!((status, &answer["field"]), (422, &json!("epoch")));
        for query in ["after=-1&epoch=1", "after=x&epoch=1", "wait=soon", "before=1"] {
            assert_eq!(read(app.get_talk(&talk, &format!("events?{query}"))).await.0, 422, "{query}");
        }
    }

    async fn a_long_log_comes_in_parts(app) {
        let talk = app.begin().await;
        let sends = (0..230).map(|n| app.call_tell(&talk, n));
        assert!(join_all(sends).await.into_iter().all(|done| done));
        let (_, first) = app.heard(&talk).await;
        assert_eq!((seqs(&first).len(), &first["last_seq"]), (200, &json!(230)));
        let (_, rest) = read(app.get_talk(&talk, "events?after=200&epoch=1&wait=20")).await;
        assert_eq!(seqs(&rest), (201..=230).collect::<Vec<u64>>());
    }

    async fn whoever_waits_hears_at_once(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        for n in 0..5_u64 {
            let begun = Instant::now();
            let (text, client_id) = (format!("answer {n}"), n.to_string());
            let (heard, _) = tokio::join!(waits(&app, &talk, n), app.answer(&talk, &client_id, &text));
            assert_eq!(texts(&heard.1), [text]);
            // Sooner than whoever waits is answered anyway.
            assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
        }
        // The shop's side waits in the same way; marks and typing are news too.
        let waiting = app.desk_waits(&talk, 5);
        let (heard, _) = tokio::join!(waiting, app.tell(&talk, "v", message("thanks")));
        assert_eq!(texts(&heard), ["thanks"]);
        let mark = app.agent_does(&talk, "read", json!({ "agent": MING, "seq": 6 }));
        let (heard, _) = tokio::join!(waits(&app, &talk, 6), mark);
        assert_eq!((&heard.1["read"], &heard.1["events"]), (&json!({ "visitor": 0, "agent": 6 }), &json!([])));
        let writes = app.agent_does(&talk, "typing", json!({ "agent": MING }));
        let (heard, _) = tokio::join!(waits(&app, &talk, 6), writes);
        assert_eq!(heard.1["typing"], true);
        // A few seconds later it is forgotten; whoever writes does not hear of herself.
        assert_eq!(app.log_of(&talk).await["typing"], false);
        app.clock.forward_ms(5_000);
        assert_eq!(app.heard(&talk).await.1["typing"], false);
        // What was being written is there: nobody is writing any more.
        app.agent_does(&talk, "typing", json!({ "agent": MING })).await;
        app.answer(&talk, "last", "there").await;
        assert_eq!(app.heard(&talk).await.1["typing"], false);
    }

    /// Two servers at one database: what the one stores, the other's waiting shopper hears, though nobody tells her.
    async fn whoever_waits_at_another_server_hears_too(app) {
        let talk = app.begin().await;
        let surroundings = Surroundings { clock: app.clock.clone(), ..Default::default() };
        let other = App::build(app.app.config.clone(), app.app.db.clone(), "a secret of the tests, long enough", surroundings).unwrap();
        let id = ConversationId(talk.id.clone());
        let say = async {
            let who = access::visitor(&other, &app.site.id, &talk.token, &id).await.unwrap();
            append::say(&other, &who, "there", Said::Message { text: "from there".into() }).await.unwrap()
        };
        let (heard, ack) = tokio::join!(waits(&app, &talk, 0), say);
        assert_eq!((texts(&heard.1), ack.seq), (vec!["from there".to_owned()], 1));
        // The functions below the routes say the same.
        let who = access::visitor(&app.app, &app.site.id, &talk.token, &id).await.unwrap();
        let events = log::events(&app.app, &who, Some(Cursor { epoch: 1, seq: 0 })).await.unwrap();
        assert_eq!((events.events.len(), events.events[0].client_id.as_deref()), (1, Some("there")));
        assert_eq!(log::view(&app.app, &who).await.unwrap().last_seq, 1);
    }

    async fn a_mark_never_goes_back_nor_beyond(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let marks = async |seq: u64| {
            assert_eq!(read(app.post_talk(&talk, "read").json(&json!({ "seq": seq }))).await.0, 204);
            app.heard(&talk).await.1["read"].clone()
        };
        assert_eq!(marks(7).await, json!({ "visitor": 0, "agent": 0 }));
        for n in 0..3 {
            app.answer(&talk, &n.to_string(), "x").await;
        }
        assert_eq!(marks(2).await["visitor"], 2);
        assert_eq!(marks(1).await["visitor"], 2);
        assert_eq!(marks(u64::MAX).await["visitor"], 3);
        assert_eq!(app.agent_does(&talk, "read", json!({ "agent": MING, "seq": 1 })).await.0, 204);
        assert_eq!(marks(0).await, json!({ "visitor": 3, "agent": 1 }));
    }

    async fn she_says_once_how_it_was_and_only_afterwards(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let rated = |score: u8| json!({ "kind": "rated", "score": score, "comment": "kind" });
        let (status, early) = app.tell(&talk, "r", rated(5)).await;
        assert_eq!((status, &early["code"]), (409, &json!("not_possible_now")));
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.1["state"], "closed");
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.1["code"], "conversation_closed");
        let body = json!({ "agent": MING, "client_id": "r", "said": rated(5) });
        assert_eq!(app.agent_does(&talk, "events", body).await.0, 422);
        let copies = join_all((0..10).map(|_| app.tell(&talk, "r", rated(4)))).await;
        assert!(copies.iter().all(|copy| *copy == (200, json!({ "seq": 2, "at": app.now().0 }))), "{copies:?}");
        let (status, again) = app.tell(&talk, "r2", rated(1)).await;
        assert_eq!((status, &again["code"]), (409, &json!("not_possible_now")));
        let log = app.log_of(&talk).await;
        assert_eq!((texts(&log), &log["events"][1]["score"]), (vec!["closed".to_owned(), "rated".to_owned()], &json!(4)));
        // What she says next begins a new one, with the same token.
        let (_, opened) = app.open(Some(&talk.token), None).await;
        assert_ne!(opened["conversation"]["id"], json!(talk.id));
        assert_eq!(opened["visitor"], Value::Null);
        assert_eq!(texts(&app.heard(&talk).await.1), ["closed", "rated"]);
    }
}

impl TestApp {
    async fn call_tell(&self, talk: &Talk, n: usize) -> bool {
        self.tell(talk, &n.to_string(), message("x")).await.0 == 200
    }

    async fn desk_waits(&self, talk: &Talk, after: u64) -> Value {
        let (status, heard) =
            self.desk(&format!("/conversations/{}/events?after={after}&epoch=1&wait=20", talk.id)).await;
        assert_eq!(status, 200, "{heard}");
        heard
    }
}

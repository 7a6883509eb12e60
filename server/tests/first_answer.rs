//! The first answer: what is sure is answered at once, and whoever is not helped by it has a person.

use crate::{
    on_both,
    support::{
        TestApp, article,
        at_desk::AtDesk,
        order, read,
        returns::MING,
        talk::{Talk, message, texts},
    },
};
use aftercart::sites::{Routing, store};
use aftercart_shared::time::Timestamp;
use futures_util::future::join_all;
use serde_json::{Value, json};

const QUESTION: &str = "How long do refunds take?";

fn person() -> Value {
    json!({ "kind": "handoff_requested" })
}

fn helped() -> Value {
    json!({ "kind": "helped" })
}

impl TestApp {
    /// A shop with people who answer, and with articles.
    async fn open_with_articles(&self) {
        self.open_desk().await;
        self.import_articles(&[
            article("refund-time", "en", "How long refunds take", "Refunds are paid in 3 to 7 days."),
            article("refund-time", "zh-CN", "退款多久到账", "一般三至七个工作日到账。"),
            article("track", "en", "Track your order", "Open your orders to see where each parcel is."),
            article("invoice", "en", "Invoices", "Every invoice is stored under Orders."),
        ])
        .await;
        self.forget_settings();
    }

    /// A new browser that has asked what an article answers.
    async fn first_answered(&self) -> Talk {
        let talk = self.begin().await;
        let (status, ack) = self.tell(&talk, "q", message(QUESTION)).await;
        assert_eq!((status, &ack["seq"]), (200, &json!(1)), "{ack}");
        assert_eq!(self.kinds(&talk).await, (json!("answered"), ["message", "answer"].map(str::to_owned).to_vec()));
        talk
    }

    async fn kinds(&self, talk: &Talk) -> (Value, Vec<String>) {
        let (status, heard) = self.heard(talk).await;
        assert_eq!(status, 200, "{heard}");
        let kinds = heard["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned());
        (heard["state"].clone(), kinds.collect())
    }

    async fn first_answers(&self, given: bool) {
        let site = self.site.id.clone();
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_first_answer(tx, &site, given, Timestamp(2)).await })
        });
        assert!(write.await.unwrap());
        self.forget_settings();
    }
}

impl AtDesk {
    async fn finds(&self, view: &str, query: &str) -> (usize, Value) {
        let inbox = self.sees(&format!("/inbox?view={view}&query={query}")).await;
        (inbox["rows"].as_array().unwrap().len(), inbox["counts"].clone())
    }
}

on_both! {
    async fn what_an_article_answers_is_answered_at_once_and_nobody_is_asked(app) {
        app.open_with_articles().await;
        let ming = app.seated(MING).await;
        let talk = app.first_answered().await;
        let (_, heard) = app.heard(&talk).await;
        let answer = &heard["events"][1];
        assert_eq!((&answer["seq"], &answer["from"]), (&json!(2), &json!({ "by": "assistant" })));
        let card = &answer["cards"][0];
        assert_eq!((&card["card"], &card["title"]), (&json!("article"), &json!("How long refunds take")), "{answer}");
        assert!(answer["cards"].as_array().unwrap().len() <= 3 && heard.get("queue").is_none());
        // In no view of the queue, in no count, before nobody; but found.
        for view in ["unassigned", "all", "mine"] {
            let (rows, counts) = ming.finds(view, "").await;
            assert_eq!((rows, counts), (0, json!({ "mine": 0, "unassigned": 0, "all": 0 })), "{view}");
        }
        assert_eq!(ming.finds("all", "refunds").await.0, 1);
        let (_, queue) = read(app.get("/api/v1/queue")).await;
        assert_eq!(queue["position"], 1);
        // Whoever finds hers open again finds it so.
        assert_eq!(app.open(Some(&talk.token), None).await.1["conversation"]["state"], "answered");
        // In her language.
        let (_, opened) = read(app.post("/api/v1/conversations").json(&json!({ "locale": "zh-CN" }))).await;
        let chinese = Talk::of(&opened);
        app.tell(&chinese, "1", message("退款多久到账")).await;
        assert_eq!(app.heard(&chinese).await.1["events"][1]["cards"][0]["title"], "退款多久到账");
    }

    async fn whatever_is_not_sure_is_a_persons_as_before(app) {
        app.open_with_articles().await;
        let long = "refund ".repeat(60);
        for text in ["hi", "hello there", "canary 17", "在吗", "blue elephant", "agent", "I want to talk to a human about my refund", "转人工，退款多久到账", long.as_str()] {
            let talk = app.begin().await;
            assert_eq!(app.tell(&talk, "1", message(text)).await.0, 200);
            assert_eq!(app.kinds(&talk).await, (json!("queued"), vec!["message".to_owned()]), "{text}");
            assert!(app.heard(&talk).await.1["queue"]["position"].is_number());
        }
        // Whoever comes from something that she has read of is not sent back to reading.
        for subject in [json!({ "order": "A-1001" }), json!({ "return_number": "R-1" }), json!({ "article": "refund-time" })] {
            let (_, opened) = read(app.post("/api/v1/conversations").json(&json!({ "locale": "en", "subject": subject }))).await;
            let talk = Talk::of(&opened);
            app.tell(&talk, "1", message(QUESTION)).await;
            assert_eq!(app.kinds(&talk).await, (json!("queued"), vec!["message".to_owned()]));
        }
        // Nor whoever has asked for a person before she said what it is about.
        let talk = app.begin().await;
        app.tell(&talk, "1", person()).await;
        app.tell(&talk, "2", message(QUESTION)).await;
        assert_eq!(app.kinds(&talk).await.1, ["handoff_requested", "message"]);
        assert_eq!(app.kinds(&talk).await.0, "queued");
    }

    async fn a_send_that_comes_again_is_answered_once(app) {
        app.open_with_articles().await;
        let talk = app.begin().await;
        for (status, ack) in join_all((0..20).map(|_| app.tell(&talk, "q", message(QUESTION)))).await {
            assert_eq!((status, &ack["seq"]), (200, &json!(1)), "{ack}");
        }
        assert_eq!(app.kinds(&talk).await.1, ["message", "answer"]);
        for (status, ack) in join_all((0..20).map(|_| app.tell(&talk, "p", person()))).await {
            assert_eq!((status, &ack["seq"]), (200, &json!(3)), "{ack}");
        }
        assert_eq!(app.kinds(&talk).await.1, ["message", "answer", "handoff_requested"]);
        // After that no machine speaks any more.
        app.tell(&talk, "q2", message(QUESTION)).await;
        assert_eq!(app.kinds(&talk).await, (json!("queued"), ["message", "answer", "handoff_requested", "message"].map(str::to_owned).to_vec()));
        // At the end of her first conversation, and of many at once, the log has no gap.
        let crowded = app.begin().await;
        let ids: Vec<String> = (0..10).map(|n| format!("c{n}")).collect();
        join_all(ids.iter().map(|id| app.tell(&crowded, id, message(QUESTION)))).await;
        let (_, heard) = app.heard(&crowded).await;
        let seqs: Vec<u64> = heard["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
        let answers = heard["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "answer").count();
        assert_eq!((answers, seqs.len()), (10, 20));
    }

    async fn whoever_asks_for_a_person_waits_from_then_on_with_everything_said(app) {
        app.open_with_articles().await;
        let ming = app.seated(MING).await;
        let talk = app.first_answered().await;
        app.clock.forward_ms(60_000);
        let other = app.begin().await;
        app.tell(&other, "1", message("hello")).await;
        app.clock.forward_ms(60_000);
        let asked_at = app.now().0;
        assert_eq!(app.tell(&talk, "p", person()).await.0, 200);
        // Behind whoever has asked for a person before.
        let (_, heard) = app.heard(&talk).await;
        assert_eq!((&heard["state"], &heard["queue"]["position"]), (&json!("queued"), &json!(2)));
        let inbox = ming.sees("/inbox?view=unassigned").await;
        let rows = inbox["rows"].as_array().unwrap();
        assert_eq!((rows.len(), &rows[1]["id"], &rows[1]["waiting_since"]), (2, &json!(talk.id), &json!(asked_at)));
        // What was said last is hers, and no machine's.
        assert_eq!((&rows[1]["last"]["hers"], &rows[1]["last"]["text"]), (&json!(true), &json!(QUESTION)));
        assert_eq!(texts(&app.log_of(&talk).await), [QUESTION, "answer", "handoff_requested"]);
        assert_eq!(app.agent_does(&talk, "assign", json!({ "agent": MING })).await.0, 200);
        assert_eq!(app.kinds(&talk).await.0, "assigned");
        app.tell(&talk, "more", message(QUESTION)).await;
        assert_eq!(texts(&app.log_of(&talk).await)[3..], ["assigned", QUESTION]);
    }

    async fn a_word_without_an_answer_is_handed_on_by_itself(app) {
        app.open_with_articles().await;
        let talk = app.first_answered().await;
        // What is sure again is answered again.
        app.tell(&talk, "2", message("where is my parcel")).await;
        assert_eq!(app.kinds(&talk).await, (json!("answered"), ["message", "answer", "message", "answer"].map(str::to_owned).to_vec()));
        app.tell(&talk, "3", message("It hums at night.")).await;
        let (_, heard) = app.heard(&talk).await;
        assert_eq!(texts(&heard)[4..], ["It hums at night.", "handoff_requested"]);
        assert_eq!((&heard["state"], &heard["events"][5]["from"]), (&json!("queued"), &json!({ "by": "assistant" })));
        assert_eq!(heard["queue"]["position"], 1);
    }

    async fn an_answer_that_was_enough_ends_it_and_her_next_word_goes_on_there(app) {
        app.open_with_articles().await;
        let ming = app.seated(MING).await;
        let talk = app.first_answered().await;
        for _ in 0..2 {
            let (status, ack) = app.tell(&talk, "h", helped()).await;
            assert_eq!((status, &ack["seq"]), (200, &json!(3)), "{ack}");
        }
        assert_eq!(app.kinds(&talk).await, (json!("closed"), ["message", "answer", "helped", "closed"].map(str::to_owned).to_vec()));
        assert_eq!(ming.finds("unassigned", "").await, (0, json!({ "mine": 0, "unassigned": 0, "all": 0 })));
        assert_eq!(app.tell(&talk, "r", json!({ "kind": "rated", "score": 5 })).await.0, 200);
        // She goes on, and is answered there, too.
        let (status, ack) = app.tell(&talk, "2", message("hi")).await;
        assert_eq!((status, &ack["seq"]), (200, &json!(6)), "{ack}");
        let (_, heard) = app.heard(&talk).await;
        assert_eq!((&heard["state"], &texts(&heard)[5..]), (&json!("queued"), &["hi".to_owned(), "handoff_requested".to_owned()][..]));
        // What one of the shop's people has closed stays closed.
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.0, 200);
        assert_eq!(app.tell(&talk, "3", message("late")).await.1["code"], "conversation_closed");
        // So does what she has left for another.
        let left = app.first_answered().await;
        app.tell(&left, "h", helped()).await;
        let (_, opened) = app.open(Some(&left.token), None).await;
        assert_ne!(opened["conversation"]["id"], json!(left.id));
        assert_eq!(app.tell(&left, "2", message("hi")).await.1["code"], "conversation_closed");
    }

    async fn only_she_says_that_it_helped_and_only_of_an_answer(app) {
        app.open_with_articles().await;
        let talk = app.begin().await;
        app.tell(&talk, "1", message("hi")).await;
        assert_eq!(app.tell(&talk, "h", helped()).await.1["code"], "not_possible_now");
        assert_eq!(app.kinds(&talk).await, (json!("queued"), vec!["message".to_owned()]));
        let talk = app.first_answered().await;
        for said in [helped(), person()] {
            let (status, refused) = app.agent_does(&talk, "events", json!({ "agent": MING, "client_id": "a", "said": said })).await;
            assert_eq!((status, &refused["field"]), (422, &json!("said.kind")), "{refused}");
        }
        // Whoever of the shop speaks is who answers from then on.
        assert_eq!(app.answer(&talk, "a1", "I can help you with that.").await.0, 200);
        app.tell(&talk, "2", message(QUESTION)).await;
        assert_eq!(app.kinds(&talk).await, (json!("queued"), ["message", "answer", "message", "message"].map(str::to_owned).to_vec()));
    }

    async fn her_own_order_is_shown_and_of_anybody_elses_there_is_none(app) {
        app.open_with_articles().await;
        let (emma, li) = app.two_shoppers().await;
        let mut own = order("A-7001");
        own["email"] = json!("emma.wilson@example.com");
        app.import(&[own]).await;
        let asks = |session: Option<String>, text: &'static str| {
            let app = &app;
            async move {
                let talk = match &session {
                    Some(session) => app.begin_as(session).await,
                    None => app.begin().await,
                };
                assert_eq!(app.tell(&talk, "1", message(text)).await.0, 200);
                let (_, heard) = app.heard(&talk).await;
                let what: Vec<Value> = heard["events"].as_array().unwrap()[1..].iter().map(|event| event["cards"].clone()).collect();
                app.agent_does(&talk, "close", json!({ "agent": MING })).await;
                (heard["state"].clone(), what)
            }
        };
        let (state, cards) = asks(Some(emma.clone()), "was ist mit #a7001 ?").await;
        assert_eq!(state, "answered");
        assert_eq!((&cards[0][0]["card"], &cards[0][0]["number"], &cards[0][0]["status"]), (&json!("order"), &json!("A-7001"), &json!("shipped")), "{cards:?}");
        // Of an order that is another's, and of one that nobody has, everybody hears the same.
        for text in ["xyz A-7001", "xyz A-7999"] {
            assert_eq!(asks(Some(li.clone()), text).await, (json!("queued"), vec![]), "{text}");
            assert_eq!(asks(None, text).await, (json!("queued"), vec![]), "{text}");
        }
        let (other, none) = (asks(Some(li.clone()), "where is my parcel A-7001").await, asks(Some(li), "where is my parcel A-7999").await);
        assert_eq!(other, none);
        assert_eq!(other.0, "answered");
        // When her session has ended, her token speaks on and shows nothing of hers.
        let talk = app.begin_as(&emma).await;
        app.clock.forward_ms(25 * 3_600_000);
        assert_eq!(app.tell(&talk, "1", message("xyz A-7001")).await.0, 200);
        assert_eq!(app.kinds(&talk).await, (json!("queued"), vec!["message".to_owned()]));
    }

    async fn a_shop_that_wants_people_only_has_them(app) {
        app.open_with_articles().await;
        app.first_answers(false).await;
        let talk = app.begin().await;
        app.tell(&talk, "1", message(QUESTION)).await;
        assert_eq!(app.kinds(&talk).await, (json!("queued"), vec!["message".to_owned()]));
        app.first_answers(true).await;
        app.first_answered().await;
    }

    async fn routing_gives_nobody_what_nobody_was_asked(app) {
        app.open_with_articles().await;
        let site = app.site.id.clone();
        let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_routing(tx, &site, Some(Routing { capacity: 5, sticky: false }), Timestamp(2)).await })
        });
        assert!(write.await.unwrap());
        app.forget_settings();
        let ming = app.seated(MING).await;
        let (status, _) = ming.put("/availability", json!({ "available": true })).await;
        assert_eq!(status, 200);
        let talk = app.first_answered().await;
        app.tell(&talk, "p", person()).await;
        assert_eq!(app.kinds(&talk).await, (json!("assigned"), ["message", "answer", "handoff_requested", "assigned"].map(str::to_owned).to_vec()));
    }
}

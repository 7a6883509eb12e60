//! What is told, to whom, and what is not.

use super::listener::{Got, Listener, signature};
use crate::{
    on_both,
    support::{
        returns::{MING, POLICY, arrived, key, wish},
        talk::message,
    },
};
use aftercart::{
    returns::record::Happened,
    webhooks::{self, Event, News, endpoints},
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const CANARY: &str = "canary-of-a-note";

fn kinds(all: &[Got]) -> Vec<String> {
    all.iter().map(Got::kind).collect()
}

#[test]
fn the_test_itself_signs_as_the_specification_s_example_says() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
    assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

on_both! {
    async fn a_conversation_is_told_in_its_order_and_signed(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["*"]).await;
        let talk = app.begin().await;
        app.send_webhooks().await;
        assert_eq!(listener.texts(), Vec::<String>::new(), "nobody has said a word");
        assert_eq!(app.tell(&talk, "1", message("Where is it?")).await.0, 200);
        // The same again is the same.
        assert_eq!(app.tell(&talk, "1", message("Where is it?")).await.0, 200);
        assert_eq!(app.agent_does(&talk, "assign", json!({ "agent": MING })).await.0, 200);
        assert_eq!(app.answer(&talk, "a", "On its way 🚚").await.0, 200);
        assert_eq!(app.tell(&talk, "2", json!({ "kind": "rated", "score": 5 })).await.0, 409);
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.0, 200);
        assert_eq!(app.tell(&talk, "3", json!({ "kind": "rated", "score": 4, "comment": "Quick" })).await.0, 200);
        app.send_webhooks().await;
        let all = listener.all();
        let told = ["conversation.created", "message.created", "conversation.assigned", "message.created", "conversation.closed", "rating.given"];
        assert_eq!(kinds(&all), told);
        for one in &all {
            assert!(one.is_signed_with(&endpoint.secret), "{one:?}");
            assert!(!one.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
            assert_eq!(one.time, (app.now().0 / 1000).to_string());
            let json = one.json();
            assert_eq!((&json["version"], &json["timestamp"]), (&json!(1), &json!("2026-11-21T10:00:00Z")));
            assert_eq!(json["data"]["conversation_id"], json!(talk.id));
            assert!(!one.body.contains(&talk.token) && !one.body.contains("client_id") && !one.body.contains(MING));
        }
        let mut ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 6);
        let data: Vec<Value> = all.iter().map(|one| one.json()["data"].clone()).collect();
        assert_eq!((&data[1]["text"], &data[1]["seq"], &data[1]["from"]["kind"]), (&json!("Where is it?"), &json!(1), &json!("visitor")));
        let ming = &data[2]["agent_id"];
        assert!(ming.is_string());
        assert_eq!((&data[3]["text"], &data[3]["from"]), (&json!("On its way 🚚"), &json!({ "kind": "agent", "agent_id": ming })));
        assert_eq!((&data[5]["score"], &data[5]["comment"]), (&json!(4), &json!("Quick")));
        // It has all arrived, and is told once.
        assert!(app.deliveries(&endpoint, "").await.iter().all(|one| one["state"] == "done" && one["attempts"] == 1));
        app.send_webhooks().await;
        assert_eq!(listener.all(), []);
    }

    async fn what_was_chosen_is_told_and_notes_never_are(app) {
        app.open_desk().await;
        let (mut all, mut chosen) = (Listener::start().await, Listener::start().await);
        app.tell_to(&all, &["*"]).await;
        let endpoint = app.tell_to(&chosen, &["rating.given", "message.created"]).await;
        let talk = app.begin().await;
        app.tell(&talk, "1", message("Hello")).await;
        let ming = app.seated(MING).await;
        let note = json!({ "client_id": "n", "text": CANARY });
        let (status, written) = ming.post(&format!("/conversations/{}/notes", talk.id), note).await;
        assert!((200..300).contains(&status), "{written}");
        app.answer(&talk, "a", "Good evening").await;
        app.send_webhooks().await;
        assert_eq!(chosen.texts(), ["Hello", "Good evening"]);
        let told = all.all();
        assert_eq!(told.iter().map(Got::text).collect::<Vec<_>>(), ["conversation.created", "Hello", "Good evening"]);
        assert!(told.iter().all(|one| !one.body.contains(CANARY)));
        // It stands nowhere on the way out either.
        let tables = app.tables().await;
        for table in ["webhook_messages", "webhook_deliveries", "webhook_endpoints"] {
            assert!(tables[table].iter().all(|row| !row.contains(CANARY)), "{table}");
        }
        // Neither does a secret that could be used.
        assert!(tables["webhook_endpoints"].iter().all(|row| !row.contains(&endpoint.secret)));
    }

    async fn another_shop_hears_nothing(app) {
        app.open_desk().await;
        let (mut ours, mut theirs) = (Listener::start().await, Listener::start().await);
        app.tell_to(&ours, &["*"]).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        let wish = endpoints::Wish { url: theirs.url.clone(), events: vec!["*".into()], description: String::new() };
        let tools = endpoints::Tools {
            db: &app.app.db, secret: &app.app.secret, client: &app.app.webhooks, random: &*app.app.random, now: app.now(),
        };
        endpoints::create(tools, &other.id, wish, None).await.unwrap();
        let talk = app.begin().await;
        app.tell(&talk, "1", message("Hello")).await;
        app.send_webhooks().await;
        assert_eq!((ours.texts().len(), theirs.texts().len()), (2, 0));
        let there = app.begin_at("pk_other").await;
        let said = Client::new().post(format!("{}{}", app.url, there.path("events"))).header("aftercart-site", "pk_other");
        let said = said.header("aftercart-visitor", &there.token).json(&json!({ "client_id": "1", "said": message("Bonjour") }));
        assert_eq!(said.send().await.unwrap().status(), 200);
        app.send_webhooks().await;
        assert_eq!((ours.texts(), theirs.texts()), (vec![], vec!["conversation.created".to_owned(), "Bonjour".into()]));
    }

    async fn what_was_rolled_back_is_not_told_and_what_stands_is(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["order.changed"]).await;
        for keep in [false, true] {
            let site = app.site.id.clone();
            let now = app.now();
            let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
                Box::pin(async move {
                    let news = News { event: Event::OrderChanged, stream: "order x".into(), data: json!({ "kept": keep }) };
                    webhooks::tell(tx, &site, news, now).await?;
                    if keep { Ok(()) } else { Err(aftercart::db::Error::Conflict) }
                })
            });
            assert_eq!(write.await.is_ok(), keep);
        }
        app.send_webhooks().await;
        let told: Vec<Value> = listener.all().iter().map(|one| one.json()["data"]["kept"].clone()).collect();
        assert_eq!(told, [json!(true)]);
        assert_eq!(app.deliveries(&endpoint, "").await.len(), 1);
    }

    async fn orders_and_returns_are_told(app) {
        app.set_policy(POLICY).await;
        app.open_desk().await;
        app.import(&[arrived("A-1001", 5)]).await;
        let mut listener = Listener::start().await;
        app.tell_to(&listener, &["*"]).await;
        let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
        let (status, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        assert_eq!(status, 201, "{made}");
        let id = made["summary"]["id"].clone();
        assert!(app.happened(&id, Happened::Scanned).await);
        assert_eq!(app.call_off(&emma, &id).await.0, 409);
        app.send_webhooks().await;
        let all = listener.all();
        assert_eq!(kinds(&all), ["return.requested", "return.decided", "return.changed"]);
        let data = all[1].json()["data"].clone();
        assert_eq!((&data["event"], &data["state"], &data["return_id"]), (&json!("approve"), &json!("approved"), &id));
        assert!(all.iter().all(|one| !one.body.contains(EMMA) && !one.body.contains("Wilson")));

        let put = |path: String, body: Value| {
            let request = Client::new().request(Method::PUT, format!("{}/api/v1/admin{path}", app.url));
            crate::support::read(request.bearer_auth(crate::support::returns::SECRET_KEY).json(&body))
        };
        let order = aftercart::admin::openapi::example_order();
        for _ in 0..2 {
            assert_eq!(put("/orders/10001".into(), order.clone()).await.0, 200);
        }
        // Words that are no status are not told.
        let mut words = order.clone();
        words["lines"][0]["title"] = json!("Another cup");
        assert_eq!(put("/orders/10001".into(), words).await.0, 200);
        let parcel = json!({ "status": "delivered", "carrier": "sf", "tracking_number": "SF1234567890123" });
        assert_eq!(put("/orders/10001/shipments/s1".into(), parcel).await.0, 200);
        app.send_webhooks().await;
        let all = listener.all();
        assert_eq!(kinds(&all), ["order.changed", "order.changed"]);
        let data: Vec<Value> = all.iter().map(|one| one.json()["data"].clone()).collect();
        assert_eq!((&data[0]["id"], &data[0]["parcels"][0]["status"]), (&json!("10001"), &json!("in_transit")));
        assert_eq!(data[1]["parcels"], json!([{ "id": "s1", "status": "delivered" }]));
        assert!(all.iter().all(|one| !one.body.contains("li.na") && !one.body.contains("李娜") && !one.body.contains("13800138000")));
    }
}

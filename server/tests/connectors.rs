//! Orders that come from the shop's own system.

use crate::{
    on_both,
    support::{
        TestApp, order,
        shop::{StandIn, never, status},
    },
};
use aftercart::connectors::commerce::Kind;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const EMMA: &str = "emma.wilson@example.com";
/// Of the tests.
const DEADLINE: Duration = Duration::from_millis(1_000);
const PERIOD_MS: i64 = 60_000;

fn changed(id: &str) -> String {
    json!({ "type": "order.changed", "data": { "id": id } }).to_string()
}

fn shipped(number: &str, parcel: &str) -> Value {
    let mut order = order(number);
    order["shipments"][0]["status"] = json!(parcel);
    order["shipments"][0]["events"] = json!([]);
    order["updated_at"] = json!("2026-11-21T08:00:00+08:00");
    order
}

on_both! {
    async fn a_webhook_brings_the_order_and_only_once(app) {
        let shop = StandIn::start().await;
        let connector = app.connect(Kind::Generic, &shop).await;
        shop.has(vec![]);
        app.run_jobs().await;
        shop.forget();
        shop.has(vec![order("A-1001")]);
        for _ in 0..3 {
            let (status, body) = app.webhook(&connector.id, &connector.secret, "msg_1", &changed("ext-A-1001")).await;
            assert_eq!((status, body.as_str()), (202, ""));
        }
        assert_eq!(shop.asked(), [], "the sender does not wait for it");
        app.run_jobs().await;
        let paths: Vec<_> = shop.asked().into_iter().map(|(_, path, _)| path).collect();
        assert_eq!(paths, ["/orders/ext-A-1001"]);
        // Sent again after it was done: still the same message.
        assert_eq!(app.webhook(&connector.id, &connector.secret, "msg_1", &changed("ext-A-1001")).await.0, 202);
        app.run_jobs().await;
        assert_eq!(shop.asked().len(), 1);
        shop.says(status(500));
        assert_eq!(app.lookup("A-1001", EMMA).await.1["number"], "A-1001");
    }

    async fn a_webhook_that_does_not_hold_is_refused_in_one_way_and_changes_nothing(app) {
        let shop = StandIn::start().await;
        let connector = app.connect(Kind::Generic, &shop).await;
        shop.has(vec![]);
        app.run_jobs().await;
        shop.has(vec![order("A-1001")]);
        shop.forget();
        let before = app.health(&app.site).await;
        let body = changed("ext-A-1001");
        let wrong = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==";
        let refused = app.webhook(&connector.id, wrong, "msg_1", &body).await;
        assert_eq!(refused.0, 401);
        assert_eq!(app.webhook("nobody", &connector.secret, "msg_1", &body).await, refused);
        assert_eq!(app.webhook("a%2Fb", &connector.secret, "msg_1", &body).await, refused);
        let bare = app.post(&format!("/api/v1/webhooks/{}", connector.id)).body(body.clone()).send().await.unwrap();
        assert_eq!((bare.status().as_u16(), bare.text().await.unwrap()), refused);
        app.run_jobs().await;
        assert_eq!(shop.asked(), []);
        assert_eq!(app.health(&app.site).await, before);
        // Other platforms' signatures count for nothing here.
        let shopify = app.post(&format!("/api/v1/webhooks/{}", connector.id)).header("x-shopify-hmac-sha256", "AAAA");
        assert_eq!(shopify.body(body).send().await.unwrap().status(), 401);
    }

    async fn one_site_s_shop_cannot_touch_another_s_orders(app) {
        let (ours, theirs) = (StandIn::start().await, StandIn::start().await);
        let other = app.another_site("pk_other", "https://other.example").await;
        let here = app.connect(Kind::Generic, &ours).await;
        let there = app.connect_to(&other, Kind::Generic, &theirs).await;
        ours.has(vec![order("A-1001")]);
        // The other shop claims the very same order, delivered.
        theirs.has(vec![shipped("A-1001", "delivered")]);
        app.run_jobs().await;
        ours.forget();
        assert_eq!(app.webhook(&here.id, &there.secret, "msg_1", &changed("ext-A-1001")).await.0, 401);
        assert_eq!(app.webhook(&there.id, &there.secret, "msg_2", &changed("ext-A-1001")).await.0, 202);
        app.run_jobs().await;
        assert_eq!(ours.asked(), [], "nobody asked our shop");
        let (_, found) = app.lookup("A-1001", EMMA).await;
        assert_eq!(found["parcels"][0]["status"], "in_transit");
        assert_eq!(app.health(&app.site).await.len(), 1);
        assert_eq!(app.health(&app.site).await[0].last_webhook_at, None);
    }

    async fn what_webhooks_lost_is_found_within_the_period(app) {
        let shop = StandIn::start().await;
        app.connect(Kind::Generic, &shop).await;
        shop.has(vec![order("A-1001")]);
        app.run_jobs().await;
        assert_eq!(app.lookup("A-1001", EMMA).await.1["parcels"][0]["status"], "in_transit");
        shop.has(vec![shipped("A-1001", "delivered"), order("A-1002")]);
        app.clock.forward_ms(PERIOD_MS - 1);
        app.run_jobs().await;
        assert_eq!(app.lookup("A-1001", EMMA).await.1["parcels"][0]["status"], "in_transit");
        app.clock.forward_ms(1);
        app.run_jobs().await;
        assert_eq!(app.lookup("A-1001", EMMA).await.1["parcels"][0]["status"], "delivered");
        assert_eq!(app.lookup("A-1002", EMMA).await.0, 200);
        let asked = shop.asked();
        // Two minutes of overlap before the newest change that was seen.
        assert!(asked.last().unwrap().1.contains("changed_since=2026-11-19T23%3A58%3A00Z"), "{asked:?}");
    }

    async fn an_order_we_do_not_know_is_asked_for_live(app) {
        let shop = StandIn::start().await;
        app.connect(Kind::Generic, &shop).await;
        shop.has(vec![order("A-1001")]);
        let (status, found) = app.lookup("a 1001", EMMA).await;
        assert_eq!((status, &found["number"]), (200, &json!("A-1001")));
        let (method, path, body) = shop.asked().remove(0);
        assert_eq!((method.as_str(), path.as_str()), ("POST", "/orders/find"));
        assert!(!body.contains("emma"), "her address stays with us: {body}");
        shop.forget();
        assert_eq!(app.lookup("A-1001", EMMA).await.0, 200);
        assert_eq!(shop.asked(), [], "it is ours now");
    }

    async fn a_code_reaches_her_whose_order_only_the_shop_knows(app) {
        let shop = StandIn::start().await;
        app.connect(Kind::Generic, &shop).await;
        shop.has(vec![]);
        app.run_jobs().await;
        shop.has(vec![order("A-1001")]);
        shop.forget();
        let begun = Instant::now();
        let (status, sent) = app.ask_code(json!({ "contact": EMMA, "number": "a 1001", "locale": "en" })).await;
        let waited = begun.elapsed();
        assert_eq!(status, 202);
        assert!(waited < DEADLINE, "she is answered before the shop is asked: {waited:?}");
        let id = sent["id"].as_str().unwrap();
        assert_eq!((shop.asked().len(), app.mails().await.len()), (0, 0));
        app.run_jobs().await;
        assert_eq!(shop.asked().len(), 1);
        let (status, started) = app.redeem(id, &app.mailed_code().await).await;
        assert_eq!(status, 200, "{started}");
        assert!(started["order_id"].is_string());

        // Of a stranger's contact the shop's order says nothing, and nothing is sent.
        shop.has(vec![order("A-1002")]);
        let (status, _) = app.ask_code(json!({ "contact": "stranger@example.com", "number": "A-1002" })).await;
        assert_eq!(status, 202);
        app.run_jobs().await;
        assert_eq!(app.mails().await.len(), 1);
        // Nor once the code has ended.
        let (status, _) = app.ask_code(json!({ "contact": EMMA, "number": "A-1003" })).await;
        assert_eq!(status, 202);
        shop.has(vec![order("A-1003")]);
        app.clock.forward_ms(10 * 60_000);
        app.run_jobs().await;
        assert_eq!(app.mails().await.len(), 1);
    }

    async fn live_or_not_every_failure_is_the_same_answer_at_the_same_moment(app) {
        let shop = StandIn::start().await;
        app.import(&[order("A-1001")]).await;
        app.connect(Kind::Generic, &shop).await;
        let stranger = order("A-1002");
        let mut answers = Vec::new();
        for n in 0..7 {
            match n {
                // It shows a stranger's order whatever it is asked for.
                0 => shop.answers({
                    let stranger = stranger.clone();
                    move |_| (200, json!({ "orders": [stranger], "next": null }))
                }),
                1 => shop.has(vec![]),
                2 => shop.says(never()),
                3 => shop.says(status(500)),
                4 => shop.answers(|_| (200, json!("garbage"))),
                5 => shop.says(status(429)),
                // In peace after the 429: not even asked.
                _ => shop.has(vec![order("A-9999")]),
            }
            let begun = Instant::now();
            // Each asks for something else: the limits on failures are not the story here.
            let contact = if n == 6 { EMMA.to_owned() } else { format!("somebody.{n}@example.com") };
            let number = if n == 0 { "A-1002".to_owned() } else { format!("A-999{}", n + 3) };
            let (status, mut body) = app.lookup_from(&format!("198.51.100.{n}"), &number, &contact).await;
            let took = begun.elapsed();
            assert!(took >= DEADLINE && took < DEADLINE + Duration::from_millis(600), "{n}: {took:?}");
            body["request_id"].take();
            answers.push((status, body));
        }
        assert_eq!(answers[0].0, 404);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        // And whatever the shop does, what we know is answered at once.
        shop.says(never());
        let begun = Instant::now();
        assert_eq!(app.lookup("A-1001", EMMA).await.0, 200);
        assert!(begun.elapsed() < DEADLINE / 2);
        // It wanted peace for ten seconds.
        shop.has(vec![order("A-9999")]);
        app.clock.forward_ms(10_000);
        assert_eq!(app.lookup_from("198.51.100.99", "A-9999", EMMA).await.0, 200);
    }

    async fn a_shop_that_fails_is_left_alone_for_longer_and_comes_back_by_itself(app) {
        let shop = StandIn::start().await;
        app.connect(Kind::Generic, &shop).await;
        shop.says(status(500));
        app.run_jobs().await;
        let health = app.health(&app.site).await.remove(0);
        assert_eq!((health.state, health.failures, health.last_ok_at), ("failing", 1, None));
        assert_eq!(health.last_error.as_deref(), Some("no answer: status 500"));
        app.clock.forward_ms(PERIOD_MS);
        app.run_jobs().await;
        assert_eq!(shop.asked().len(), 1, "twice the period after a failure");
        shop.has(vec![order("A-1001")]);
        app.clock.forward_ms(PERIOD_MS);
        app.run_jobs().await;
        let health = app.health(&app.site).await.remove(0);
        assert_eq!((health.state, health.failures, health.last_error), ("ok", 0, None));
        assert!(health.last_change_at.is_some());
        assert_eq!(app.lookup("A-1001", EMMA).await.0, 200);
    }

    async fn a_webhook_while_the_shop_is_down_is_kept_until_it_answers(app) {
        let shop = StandIn::start().await;
        let connector = app.connect(Kind::Generic, &shop).await;
        shop.says(status(500));
        app.webhook(&connector.id, &connector.secret, "msg_1", &changed("ext-A-1001")).await;
        app.run_jobs().await;
        shop.has(vec![order("A-1001")]);
        app.clock.forward_ms(5_000);
        app.run_jobs().await;
        shop.says(status(500));
        assert_eq!(app.lookup("A-1001", EMMA).await.0, 200);
    }

    async fn vendure_s_parcels_are_asked_for_though_its_orders_do_not_change(app) {
        const RECORDED: &str = include_str!("fixtures/commerce/vendure_orders.json");
        let shop = StandIn::start().await;
        app.connect(Kind::Vendure, &shop).await;
        let recorded: Value = serde_json::from_str(RECORDED).unwrap();
        let code = recorded["data"]["orders"]["items"][0]["code"].as_str().unwrap().to_owned();
        shop.answers({
            let all = recorded.clone();
            move |_| (200, all.clone())
        });
        app.run_jobs().await;
        let (_, found) = app.lookup(&code, "ada@example.com").await;
        assert_eq!(found["status"], "placed");
        shop.forget();
        // A parcel was packed and handed over; the order's own date stands where it stood.
        shop.answers(move |(_, _, body)| {
            let mut answer = recorded.clone();
            let ids: Value = serde_json::from_str(body).unwrap();
            let ids = ids["variables"]["options"]["filter"]["id"]["in"].as_array().cloned();
            let items = answer["data"]["orders"]["items"].as_array_mut().unwrap();
            let parcel = items[1]["fulfillments"][0].clone();
            items[0]["fulfillments"] = json!([parcel]);
            items[0]["fulfillments"][0]["lines"] = json!([{ "orderLineId": "1", "quantity": 1 }]);
            items.retain(|o| ids.as_ref().is_some_and(|ids| ids.contains(&o["id"])));
            (200, answer)
        });
        app.clock.forward_ms(PERIOD_MS);
        app.run_jobs().await;
        let (_, found) = app.lookup(&code, "ada@example.com").await;
        assert_eq!(found["parcels"][0]["tracking_number"], "1Z999AA10123456784");
        // Cancelled, and delivered with nothing left to send: not asked for again.
        let asked: Value = serde_json::from_str(&shop.asked()[1].2).unwrap();
        let ids = asked["variables"]["options"]["filter"]["id"]["in"].as_array().unwrap();
        assert_eq!(ids.len(), 3, "{ids:?}");
    }

    async fn secrets_stand_nowhere_in_the_clear(app) {
        let shop = StandIn::start().await;
        let connector = app.connect(Kind::Generic, &shop).await;
        let row = aftercart::connectors::store::by_id(&app.app.db, &connector.id).await.unwrap().unwrap();
        let told = format!("{row:?} {:?}", app.health(&app.site).await);
        assert!(!told.contains("sesame") && !told.contains(&connector.secret));
        assert_eq!(row.credential(&app.app.secret).as_deref(), Some("open sesame"));
        // A sealed text in another connector's row does not open.
        let mut moved = row.clone();
        moved.connector_id = "another".into();
        assert_eq!(moved.credential(&app.app.secret), None);
    }

    async fn a_removed_connector_is_never_asked_again(app) {
        let shop = StandIn::start().await;
        let connector = app.connect(Kind::Generic, &shop).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        let remove = async |app: &TestApp, site: &aftercart_shared::ids::SiteId| {
            let (site, id) = (site.clone(), connector.id.clone());
            let work = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
                Box::pin(async move { aftercart::connectors::store::remove(tx, &site, &id).await })
            });
            work.await.unwrap()
        };
        assert!(!remove(&app, &other.id).await, "another site cannot");
        assert!(remove(&app, &app.site.id).await);
        app.run_jobs().await;
        assert_eq!(shop.asked(), []);
        assert_eq!(app.webhook(&connector.id, &connector.secret, "msg_1", &changed("x")).await.0, 401);
    }
}

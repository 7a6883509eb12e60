//! Tracking services as connectors: asked by a job, heard by webhook, and of no use for finding orders.

use crate::{
    on_both,
    support::{
        TestApp,
        shop::{Connected, StandIn, status as answers_only},
    },
    upsert_orders::{hour, order, send, shipment, status},
};
use aftercart::{
    args,
    connectors::{carriers::Kind, store},
    orders::import::upsert,
    sql,
};
use aftercart_shared::{ids::SiteId, tracking::ParcelStatus};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::{Duration, Instant};

const EMMA: &str = "emma.wilson@example.com";
const MINUTE_MS: i64 = 60_000;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One parcel's story in 17TRACK's words.
fn told(number: &str, said: &str) -> Value {
    json!({ "number": number, "track_info": { "latest_status": { "status": said },
        "tracking": { "providers": [{ "events": [
            { "time_utc": "2026-11-19T10:00:00Z", "sub_status": said, "description": "told" }] }] } } })
}

fn pushed(data: Value) -> String {
    json!({ "event": "TRACKING_UPDATED", "data": data }).to_string()
}

/// As 17TRACK signs.
async fn push(app: &TestApp, connector: &str, secret: &str, body: &str) -> (u16, String) {
    let sign = hex(&Sha256::digest(format!("{body}/{secret}")));
    let request = app.post(&format!("/api/v1/webhooks/{connector}")).header("sign", sign).body(body.to_owned());
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// A stand-in for 17TRACK that says one thing of every number.
fn says_of_all(service: &StandIn, said: &'static str) {
    service.answers(move |(_, _, body)| {
        let numbers: Value = serde_json::from_str(body).unwrap();
        let all: Vec<Value> =
            numbers.as_array().unwrap().iter().map(|n| told(n["number"].as_str().unwrap(), said)).collect();
        (200, json!({ "code": 0, "data": { "accepted": all } }))
    });
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

async fn travelling(app: &TestApp, id: &str, number: &str) {
    send(app, order(id, 1, vec![shipment("s1", number, ParcelStatus::Registered)])).await;
}

async fn remove(app: &TestApp, connector: &Connected) {
    let (site, id) = (app.site.id.clone(), connector.id.clone());
    let gone = app
        .app
        .db
        .write::<_, aftercart::db::Error, _>(move |tx| Box::pin(async move { store::remove(tx, &site, &id).await }));
    assert!(gone.await.unwrap());
}

async fn followed(app: &TestApp, site: &SiteId) -> usize {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(rename = "tracking_key")]
        _key: String,
    }
    let rows =
        app.app.db.fetch_all::<Row>(sql!("SELECT tracking_key FROM carrier_watches WHERE site_id = $1"), args![site]);
    rows.await.unwrap().len()
}

on_both! {
    async fn a_push_shows_at_once_and_once(app) {
        let service = StandIn::start().await;
        let connector = app.connect(Kind::SeventeenTrack, &service).await;
        travelling(&app, "1", "SF1").await;
        let mut news = app.app.hub.subscribe();
        let body = pushed(told("SF 1", "OutForDelivery"));
        for _ in 0..2 {
            assert_eq!(push(&app, &connector.id, &connector.secret, &body).await, (200, String::new()));
        }
        assert_eq!(status(&app, "A-1").await, "out_for_delivery");
        assert!(news.try_recv().is_ok(), "whoever looks is told");
        assert!(news.try_recv().is_err(), "the same again is no news");
        let health = app.health(&app.site).await.remove(0);
        assert!(health.last_webhook_at.is_some() && health.last_change_at.is_some());
        assert_eq!(service.asked(), [], "what was pushed need not be asked for");
    }

    async fn a_push_that_does_not_hold_is_refused_in_one_way_and_changes_nothing(app) {
        let service = StandIn::start().await;
        let connector = app.connect(Kind::SeventeenTrack, &service).await;
        travelling(&app, "1", "SF1").await;
        let before = app.health(&app.site).await;
        let body = pushed(told("SF1", "Delivered"));
        let refused = push(&app, &connector.id, "another secret", &body).await;
        assert_eq!(refused, (401, String::new()));
        assert_eq!(push(&app, "nobody", &connector.secret, &body).await, refused);
        assert_eq!(push(&app, &connector.id, "", &body).await, refused);
        let bare = app.post(&format!("/api/v1/webhooks/{}", connector.id)).body(body.clone()).send().await.unwrap();
        assert_eq!((bare.status().as_u16(), bare.text().await.unwrap()), refused);
        // A shop system's signature with the very same secret counts for nothing here.
        assert_eq!(app.webhook(&connector.id, &connector.secret, "msg_1", &body).await, refused);
        // Signed, and nonsense.
        assert_eq!(push(&app, &connector.id, &connector.secret, "{}").await.0, 400);
        app.run_jobs().await;
        assert_eq!(status(&app, "A-1").await, "registered");
        let after = app.health(&app.site).await;
        assert_eq!((after[0].last_webhook_at, after[0].last_change_at), (before[0].last_webhook_at, None));
    }

    async fn one_site_s_service_cannot_touch_another_s_parcels(app) {
        let service = StandIn::start().await;
        says_of_all(&service, "Delivered");
        let other = app.another_site("pk_other", "https://other.example").await;
        let here = app.connect(Kind::SeventeenTrack, &StandIn::start().await).await;
        let there = app.connect_to(&other, Kind::SeventeenTrack, &service).await;
        travelling(&app, "1", "SF1").await;
        let theirs = order("9", 1, vec![shipment("s1", "SF1", ParcelStatus::Registered)]);
        upsert(&app.app.db, &*app.clock, &other.id, "CN", "vendure", vec![theirs]).await.unwrap();
        let body = pushed(told("SF1", "Delivered"));
        assert_eq!(push(&app, &here.id, &there.secret, &body).await.0, 401);
        assert_eq!(push(&app, &there.id, &there.secret, &body).await.0, 200);
        app.run_jobs().await;
        assert_eq!(status(&app, "A-1").await, "registered");
        assert_eq!(app.health(&app.site).await[0].last_webhook_at, None);
        assert!(app.health(&other).await[0].last_change_at.is_some());
    }

    async fn kuaidi100_is_told_where_to_push_and_answered_in_its_own_words(app) {
        let service = StandIn::start().await;
        service.answers(|_| (200, json!({ "result": false, "returnCode": "500", "message": "no result" })));
        let connector = app.connect(Kind::Kuaidi100, &service).await;
        travelling(&app, "1", "SF1").await;
        app.run_jobs().await;
        let asked = service.asked();
        let paths: Vec<&str> = asked.iter().map(|(_, path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/poll", "/poll/query.do"]);
        let callback = format!("webhooks%2F{}", connector.id);
        assert!(asked[0].2.contains(&callback), "{}", asked[0].2);
        assert!(!asked.iter().any(|(_, _, body)| body.contains("13800138000") || body.contains("emma")), "{asked:?}");

        let param = json!({ "status": "polling", "lastResult": { "nu": "SF1", "com": "shunfeng", "state": "3", "data": [
            { "time": "2026-11-19 18:00:00", "context": "已签收", "statusCode": "3", "status": "签收" }] } }).to_string();
        let sign = hex(&Md5::digest(format!("{param}{}", connector.secret))).to_uppercase();
        let form = format!("sign={sign}&param={}", encoded(&param));
        let path = format!("/api/v1/webhooks/{}", connector.id);
        let form_type = "application/x-www-form-urlencoded";
        let answer = app.post(&path).header("content-type", form_type).body(form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.text().await.unwrap(), r#"{"result":true,"returnCode":"200","message":"成功"}"#);
        assert_eq!(status(&app, "A-1").await, "delivered");
    }

    async fn a_job_asks_and_what_it_hears_shows(app) {
        let service = StandIn::start().await;
        says_of_all(&service, "InTransit");
        travelling(&app, "1", "SF1").await;
        app.connect(Kind::SeventeenTrack, &service).await;
        let mut news = app.app.hub.subscribe();
        app.run_jobs().await;
        assert_eq!(status(&app, "A-1").await, "in_transit");
        assert!(news.try_recv().is_ok());
        let health = app.health(&app.site).await.remove(0);
        assert_eq!((health.state, health.failures), ("ok", 0));
        assert!(health.last_change_at.is_some() && health.next_poll_at > aftercart::clock::Clock::now(&*app.clock).0);
        // A parcel that is new is found within five minutes, and one that is not due stays unasked.
        travelling(&app, "2", "SF2").await;
        service.forget();
        says_of_all(&service, "Delivered");
        app.clock.forward_ms(5 * MINUTE_MS);
        app.run_jobs().await;
        assert_eq!((status(&app, "A-1").await, status(&app, "A-2").await), ("in_transit".into(), "delivered".into()));
        assert!(service.asked().iter().all(|(_, _, body)| !body.contains("SF1")));
    }

    async fn a_service_that_fails_is_left_alone_and_comes_back_by_itself(app) {
        let service = StandIn::start().await;
        travelling(&app, "1", "SF1").await;
        app.connect(Kind::SeventeenTrack, &service).await;
        service.says(answers_only(500));
        app.run_jobs().await;
        let health = app.health(&app.site).await.remove(0);
        assert_eq!((health.state, health.failures), ("failing", 1));
        assert_eq!(health.last_error.as_deref(), Some("it answers with status 500"));
        assert_eq!(service.asked().len(), 1);
        app.clock.forward_ms(MINUTE_MS - 1);
        app.run_jobs().await;
        assert_eq!(service.asked().len(), 1);
        says_of_all(&service, "Delivered");
        app.clock.forward_ms(1);
        app.run_jobs().await;
        assert_eq!(app.health(&app.site).await[0].state, "ok");
        assert_eq!(status(&app, "A-1").await, "delivered");
    }

    async fn one_number_that_is_refused_does_not_keep_the_others_waiting(app) {
        let service = StandIn::start().await;
        service.answers(|(_, path, body)| {
            let data = json!([{ "time": "2026-11-19 18:00:00", "context": "已签收", "statusCode": "3", "status": "签收" }]);
            let fine = json!({ "nu": "SF2", "com": "shunfeng", "state": "3", "data": data });
            let refused = json!({ "result": false, "returnCode": "400", "message": "no such number" });
            (200, if path == "/poll" || body.contains("SF1") { refused } else { fine })
        });
        travelling(&app, "1", "SF1").await;
        travelling(&app, "2", "SF2").await;
        app.connect(Kind::Kuaidi100, &service).await;
        app.run_jobs().await;
        assert_eq!(app.health(&app.site).await[0].last_error.as_deref(), Some("the service refuses: 400"));
        app.clock.forward_ms(MINUTE_MS);
        app.run_jobs().await;
        assert_eq!(status(&app, "A-2").await, "delivered");
        // It is asked about again, only later.
        service.forget();
        app.clock.forward_ms(60 * MINUTE_MS);
        app.run_jobs().await;
        assert!(service.asked().iter().any(|(_, _, body)| body.contains("SF1")));
    }

    async fn looking_up_never_asks_a_tracking_service(app) {
        let service = StandIn::start().await;
        app.connect(Kind::SeventeenTrack, &service).await;
        says_of_all(&service, "Delivered");
        let begun = Instant::now();
        assert_eq!(app.lookup("A-9999", EMMA).await.0, 404);
        assert!(begun.elapsed() < Duration::from_millis(700), "nothing to wait for: {:?}", begun.elapsed());
        assert_eq!(service.asked(), []);
        assert_eq!(app.health(&app.site).await[0].state, "waiting");
    }

    async fn a_removed_service_is_never_asked_again_and_leaves_nothing(app) {
        let service = StandIn::start().await;
        says_of_all(&service, "InTransit");
        travelling(&app, "1", "SF1").await;
        let connector = app.connect(Kind::SeventeenTrack, &service).await;
        app.run_jobs().await;
        assert_eq!(followed(&app, &app.site.id).await, 1);
        remove(&app, &connector).await;
        service.forget();
        app.clock.forward_ms(24 * 60 * MINUTE_MS);
        app.run_jobs().await;
        assert_eq!(service.asked(), []);
        assert_eq!(followed(&app, &app.site.id).await, 0);
        assert_eq!(push(&app, &connector.id, &connector.secret, &pushed(told("SF1", "Delivered"))).await.0, 401);
        assert_eq!(status(&app, "A-1").await, "in_transit", "what it brought stays");
    }

    async fn the_carrier_s_promise_shows_where_the_shop_gives_none(app) {
        let service = StandIn::start().await;
        let connector = app.connect(Kind::SeventeenTrack, &service).await;
        travelling(&app, "1", "SF1").await;
        let mut told_by_shop = shipment("s1", "SF2", ParcelStatus::Registered);
        (told_by_shop.expected_earliest, told_by_shop.expected_latest) = (Some(hour(72)), Some(hour(80)));
        send(&app, order("2", 1, vec![told_by_shop])).await;
        let promise = |number: &str, day: &str| {
            let mut data = told(number, "InTransit");
            data["track_info"]["time_metrics"] = json!({ "estimated_delivery_date":
                { "from": format!("{day}T08:00:00+08:00"), "to": format!("{day}T18:00:00+08:00") } });
            pushed(data)
        };
        let expected = async |number: &str| app.lookup(number, EMMA).await.1["parcels"][0]["expected"].clone();
        assert_eq!(expected("A-1").await, Value::Null);
        for number in ["SF1", "SF2"] {
            assert_eq!(push(&app, &connector.id, &connector.secret, &promise(number, "2026-11-22")).await.0, 200);
        }
        let range = expected("A-1").await;
        // 2026-11-22, 00:00 and 10:00 UTC.
        assert_eq!((&range["earliest"], &range["latest"]), (&json!(hour(96).0), &json!(hour(106).0)), "{range}");
        assert_eq!(range["source"], "carrier");
        assert_eq!(expected("A-2").await["latest"], json!(hour(80).0));
        // Nothing happened but that it will be a day later.
        let mut news = app.app.hub.subscribe();
        assert_eq!(push(&app, &connector.id, &connector.secret, &promise("SF1", "2026-11-23")).await.0, 200);
        assert_eq!(expected("A-1").await["latest"], json!(hour(130).0));
        assert!(news.try_recv().is_ok());
    }

    async fn secrets_and_kinds_are_kept_as_given(app) {
        let service = StandIn::start().await;
        for kind in Kind::ALL {
            let connector = app.connect(kind, &service).await;
            let row = store::by_id(&app.app.db, &connector.id).await.unwrap().unwrap();
            assert_eq!(row.kind().unwrap(), kind.into());
            assert!(row.commerce().is_err());
            assert_eq!(row.credential(&app.app.secret).as_deref(), Some("open sesame"));
            let shown = format!("{row:?}");
            assert!(!shown.contains("sesame") && !shown.contains(&connector.secret));
        }
    }
}

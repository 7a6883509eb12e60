//! What is wrong with a verified shopper's orders is told to her, once, and to nobody else.

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const LI: &str = "li.na@example.cn";
const DAY: i64 = 86_400_000;

/// An order whose one parcel has this status since the 20th.
fn parcel(number: &str, status: &str) -> Value {
    let mut order = order(number);
    order["shipments"][0]["status"] = json!(status);
    order["shipments"][0]["events"][1]["status"] = json!(status);
    order
}

fn of_li(mut order: Value) -> Value {
    order["email"] = json!(LI);
    order["phone"] = Value::Null;
    order
}

impl TestApp {
    async fn notices(&self, session: &str) -> Value {
        let (status, mine) = read(self.get("/api/v1/me/notices?locale=en").bearer_auth(session)).await;
        assert_eq!(status, 200, "{mine}");
        mine
    }

    async fn mark(&self, session: &str, keys: &[&str], dismissed: bool) -> u16 {
        let body = json!({ "keys": keys, "dismissed": dismissed });
        read(self.post("/api/v1/me/notices/seen").bearer_auth(session).json(&body)).await.0
    }

    async fn marks(&self) -> i64 {
        #[derive(sqlx::FromRow)]
        struct Row {
            n: i64,
        }
        let sql = aftercart::sql!("SELECT COUNT(*) AS n FROM notices_seen WHERE site_id = $1");
        self.app.db.fetch_optional::<Row>(sql, aftercart::args![&self.site.id]).await.unwrap().unwrap().n
    }
}

/// `A-1001 late`, with a star while she has not seen it.
fn told(mine: &Value) -> Vec<String> {
    let one = |n: &Value| {
        let star = if n["seen"] == json!(false) { "*" } else { "" };
        format!("{} {}{star}", n["number"].as_str().unwrap(), n["trouble"].as_str().unwrap_or("pickup"))
    };
    mine["notices"].as_array().unwrap().iter().map(one).collect()
}

fn key(mine: &Value, at: usize) -> &str {
    mine["notices"][at]["key"].as_str().unwrap()
}

on_both! {
    async fn trouble_is_told_newest_first_and_one_thing_an_order(app) {
        let mut late = order("A-1001");
        late["shipments"][0]["expected"] = json!({ "earliest": "2026-11-19T09:00:00+08:00", "latest": "2026-11-19T21:00:00+08:00" });
        let mut two = parcel("A-1004", "ready_for_pickup");
        let mut held = two["shipments"][0].clone();
        held["id"] = json!("s2");
        held["tracking_number"] = json!("SF2");
        held["status"] = json!("exception");
        held["events"][1]["status"] = json!("exception");
        held["events"][1]["at"] = json!("2026-11-20T07:00:00+08:00");
        held["lines"][0]["quantity"] = json!(1);
        two["shipments"][0]["lines"][0]["quantity"] = json!(1);
        two["shipments"].as_array_mut().unwrap().push(held);
        app.import(&[
            late, parcel("A-1002", "returning"), parcel("A-1003", "ready_for_pickup"), two, order("A-1005"),
            parcel("A-1006", "delivered"),
        ]).await;
        let emma = app.sign_in(EMMA).await;
        let mine = app.notices(&emma).await;
        assert_eq!(told(&mine), ["A-1002 returning*", "A-1003 pickup*", "A-1004 held*", "A-1001 late*"]);
        assert_eq!((&mine["unseen"], &mine["headline"]), (&json!(4), &json!("Your parcel is on its way back to us: see what we can do")));
        let (_, chinese) = read(app.get("/api/v1/me/notices?locale=zh-CN").bearer_auth(&emma)).await;
        assert_eq!(chinese["notices"][3]["title"], "您的包裹晚了");
        // What the carrier calls delivered and she does not have is trouble too, until it turns up.
        let (_, found) = app.lookup("A-1006", EMMA).await;
        let dispute = |missing: bool| {
            let body = json!({ "parcel": found["parcels"][0]["id"], "missing": missing });
            read(app.post("/api/v1/orders/dispute").header("aftercart-watch", found["watch"].as_str().unwrap()).json(&body))
        };
        assert_eq!(dispute(true).await.0, 200);
        assert_eq!(told(&app.notices(&emma).await)[0], "A-1006 disputed*");
        dispute(false).await;
        assert_eq!(app.notices(&emma).await["unseen"], 4);
    }

    async fn what_she_has_seen_is_seen_on_every_device_and_new_trouble_is_new(app) {
        app.import(&[parcel("A-1001", "attempted")]).await;
        let (phone, desk) = (app.sign_in(EMMA).await, app.sign_in(EMMA).await);
        let mine = app.notices(&phone).await;
        assert_eq!(told(&mine), ["A-1001 missed*"]);
        assert_eq!(app.mark(&phone, &[key(&mine, 0)], false).await, 204);
        let there = app.notices(&desk).await;
        assert_eq!((told(&there), &there["unseen"], &there["headline"]), (vec!["A-1001 missed".into()], &json!(0), &Value::Null));
        // The same trouble a day later is the same; another is not.
        app.clock.forward_ms(60_000);
        assert_eq!(app.notices(&desk).await["notices"][0]["key"], mine["notices"][0]["key"]);
        let mut returning = parcel("A-1001", "returning");
        returning["updated_at"] = json!("2026-11-21T10:00:00+08:00");
        app.import(&[returning]).await;
        let mine = app.notices(&desk).await;
        assert_eq!(told(&mine), ["A-1001 returning*"]);
        assert_eq!(app.mark(&desk, &[key(&mine, 0)], true).await, 204);
        for session in [&phone, &desk] {
            assert_eq!(app.notices(session).await["notices"], json!([]));
        }
        // To look at it again somewhere else does not bring it back.
        assert_eq!(app.mark(&phone, &[key(&mine, 0)], false).await, 204);
        assert_eq!(app.notices(&phone).await["notices"], json!([]));
        app.clock.forward_ms(181 * DAY);
        aftercart::notices::mine::sweep(&app.app.db, aftercart::clock::Clock::now(&*app.clock)).await.unwrap();
        assert_eq!(app.marks().await, 0);
    }

    async fn nobody_hears_of_another_s_trouble(app) {
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import(&[parcel("A-1001", "attempted"), of_li(parcel("A-1002", "exception"))]).await;
        app.import_to(&other, &[parcel("B-1", "returned")]).await;
        let (emma, li) = (app.sign_in(EMMA).await, app.sign_in(LI).await);
        let (emmas, lis) = (app.notices(&emma).await, app.notices(&li).await);
        assert_eq!((told(&emmas), told(&lis)), (vec!["A-1001 missed*".into()], vec!["A-1002 held*".into()]));
        // Li knows Emma's key: it does nothing, and leaves nothing behind.
        assert_eq!(app.mark(&li, &[key(&emmas, 0), "no such key"], true).await, 204);
        assert_eq!((app.marks().await, app.notices(&emma).await), (0, emmas.clone()));
        // Without a session, with a broken one, or with one of another shop there is nothing.
        let body = json!({ "keys": [key(&emmas, 0)], "dismissed": true });
        let elsewhere = |method, path: &str| {
            Client::new().request(method, format!("{}{path}", app.url)).header("aftercart-site", "pk_other").bearer_auth(&emma)
        };
        for request in [
            app.get("/api/v1/me/notices"),
            app.get("/api/v1/me/notices").bearer_auth("nonsense"),
            elsewhere(reqwest::Method::GET, "/api/v1/me/notices"),
            app.post("/api/v1/me/notices/seen").json(&body),
            elsewhere(reqwest::Method::POST, "/api/v1/me/notices/seen").json(&body),
        ] {
            let (status, answer) = read(request).await;
            assert_eq!((status, &answer["code"]), (401, &json!("session_expired")));
        }
        assert_eq!(app.marks().await, 0);
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(app.mark(&emma, &many, false).await, 422);
    }
}

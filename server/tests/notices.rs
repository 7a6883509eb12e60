//! Tell me: news of an order by e-mail.

use crate::{
    on_both,
    support::{KEY, TestApp, order, read},
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

const EMAIL: &str = "emma.wilson@example.com";

async fn watch(app: &TestApp) -> String {
    let (status, found) = app.lookup("A-1001", EMAIL).await;
    assert_eq!(status, 200, "{found}");
    found["watch"].as_str().unwrap().to_owned()
}

fn ask(app: &TestApp, watch: &str, email: &str) -> RequestBuilder {
    let body = json!({"email": email, "locale": "zh-CN"});
    app.post("/api/v1/orders/subscribe").header("aftercart-watch", watch).json(&body)
}

/// What follows `#confirm.` or `#stop.` in the newest mail.
async fn token(app: &TestApp, what: &str) -> String {
    let mail = app.mails().await.remove(0);
    let (_, rest) = mail.plain.split_once(&format!("#{what}.")).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn redeem(app: &TestApp, what: &str, token: &str) -> u16 {
    read(app.post(&format!("/api/v1/notices/{what}")).json(&json!({ "token": token }))).await.0
}

fn moved(status: &str) -> Value {
    let mut order = order("A-1001");
    order["updated_at"] = json!("2026-11-21T18:30:00+08:00");
    order["shipments"][0]["status"] = json!(status);
    order["shipments"][0]["events"].as_array_mut().unwrap().push(
        json!({"at": format!("2026-11-21T18:{:02}:00+08:00", status.len()), "status": status, "place": "上海市"}),
    );
    order
}

async fn news(app: &TestApp) -> Vec<String> {
    app.clock.forward_ms(10_001);
    app.run_jobs().await;
    let mut mails = app.mails().await;
    mails.reverse();
    mails.into_iter().map(|mail| mail.subject).filter(|s| !s.starts_with("是否")).collect()
}

on_both! {
    async fn who_says_yes_hears_of_every_step_once_until_she_stops(app) {
        app.import(&[order("A-1001")]).await;
        let watch = watch(&app).await;
        let (status, answer) = read(ask(&app, &watch, "Li.Na@Example.cn ")).await;
        assert_eq!((status, &answer), (202, &json!({"active": false})));
        app.run_jobs().await;
        let mail = app.mails().await.remove(0);
        assert_eq!((mail.recipient.as_str(), mail.locale.as_str()), ("li.na@example.cn", "zh-CN"));
        assert!(mail.subject.contains("A-1001") && mail.subject.contains("测试小店"), "{}", mail.subject);
        // Not a word before she has said yes.
        app.import(&[moved("out_for_delivery")]).await;
        assert_eq!(news(&app).await.len(), 0);

        let yes = token(&app, "confirm").await;
        assert_eq!(redeem(&app, "confirm", &yes).await, 204);
        assert_eq!(redeem(&app, "confirm", &yes).await, 404, "a link works once");
        assert_eq!(news(&app).await.len(), 0, "what she could see already is no news");
        app.import(&[moved("delivered")]).await;
        assert_eq!(news(&app).await, ["您的包裹已送达 · A-1001"]);
        app.import(&[moved("delivered")]).await;
        assert_eq!(news(&app).await.len(), 1);

        let mail = app.mails().await.remove(0);
        assert!(mail.headers.contains("List-Unsubscribe=One-Click"), "{}", mail.headers);
        assert!(!mail.html.contains("<img"), "nothing is loaded");
        let stop = token(&app, "stop").await;
        assert_eq!(redeem(&app, "stop", &stop).await, 204);
        assert_eq!(redeem(&app, "stop", &stop).await, 204, "stopping twice is no mistake");
        app.import(&[moved("returning")]).await;
        assert_eq!(news(&app).await.len(), 1);
    }

    async fn the_mail_programs_own_button_stops_and_a_scanner_does_not(app) {
        app.import(&[order("A-1001")]).await;
        let watch = watch(&app).await;
        read(ask(&app, &watch, "li.na@example.cn")).await;
        let yes = token(&app, "confirm").await;
        redeem(&app, "confirm", &yes).await;
        app.import(&[moved("out_for_delivery")]).await;
        assert_eq!(news(&app).await.len(), 1);
        let headers: Vec<(String, String)> = serde_json::from_str(&app.mails().await[0].headers).unwrap();
        let url = headers[0].1.trim_matches(['<', '>']);
        let path = &url[url.find("/n/").unwrap()..];
        let client = reqwest::Client::new();
        let at = |path: &str| format!("{}{path}", app.url);
        assert_eq!(read(client.get(at(path))).await.0, 405);
        app.import(&[moved("delivered")]).await;
        assert_eq!(news(&app).await.len(), 2, "opening the link stops nothing");
        assert_eq!(read(client.post(at(path)).body("List-Unsubscribe=One-Click")).await.0, 204);
        app.import(&[moved("exception")]).await;
        assert_eq!(news(&app).await.len(), 2);
        assert_eq!(read(client.post(at(&path.replace(KEY, "pk_none")))).await.0, 404);
    }

    async fn links_end_and_are_good_for_their_own_site_alone(app) {
        app.import(&[order("A-1001")]).await;
        let watch = watch(&app).await;
        read(ask(&app, &watch, "li.na@example.cn")).await;
        let yes = token(&app, "confirm").await;
        app.another_site("pk_other", "https://other.example").await;
        let elsewhere = reqwest::Client::new().post(format!("{}/api/v1/notices/confirm", app.url));
        let elsewhere = elsewhere.header("aftercart-site", "pk_other").json(&json!({ "token": yes }));
        assert_eq!(read(elsewhere).await.0, 404);
        assert_eq!(redeem(&app, "stop", &yes).await, 404);
        assert_eq!(redeem(&app, "confirm", &format!("{yes}x")).await, 404);
        app.clock.forward_ms(3 * 86_400_000 + 1);
        assert_eq!(redeem(&app, "confirm", &yes).await, 404);
    }

    async fn nobodys_mailbox_is_filled_through_us(app) {
        let orders: Vec<Value> = (1..=7).map(|n| order(&format!("A-{n}"))).collect();
        app.import(&orders).await;
        let mut answers = Vec::new();
        for n in 1..=7 {
            let (_, found) = app.lookup(&format!("A-{n}"), EMAIL).await;
            let watch = found["watch"].as_str().unwrap().to_owned();
            for _ in 0..2 {
                answers.push(read(ask(&app, &watch, "victim@example.com")).await.0);
            }
        }
        assert!(answers[..8].iter().all(|status| *status == 202), "{answers:?}");
        assert!(answers[10..].iter().all(|status| *status == 429), "{answers:?}");
        app.run_jobs().await;
        assert_eq!(app.mails().await.len(), 5);
    }

    async fn only_who_knows_the_order_may_ask(app) {
        app.import(&[order("A-1001")]).await;
        let watch = watch(&app).await;
        assert_eq!(read(ask(&app, "nonsense", "li.na@example.cn")).await.0, 401);
        for bad in ["", "li.na", "13800138000"] {
            let (status, body) = read(ask(&app, &watch, bad)).await;
            assert_eq!((status, &body["field"]), (422, &json!("email")), "{bad}");
        }
        let (_, link) = read(app.post("/api/v1/orders/share").header("aftercart-watch", &watch)).await;
        let shared = link["url"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        let (status, seen) = read(app.post("/api/v1/orders/shared").json(&json!({ "token": shared }))).await;
        assert_eq!(status, 200, "{seen}");
        let bare = seen["watch"].as_str().unwrap();
        assert_eq!(read(ask(&app, bare, "li.na@example.cn")).await.0, 404);
        app.clock.forward_ms(31 * 60_000);
        assert_eq!(read(ask(&app, &watch, "li.na@example.cn")).await.0, 401);
        assert_eq!(app.mails().await.len(), 0);
    }
}

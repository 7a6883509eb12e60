//! A code that was not used in time: whoever has it hears so, and its shopper gets another while the policy allows it.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::{POLICY, arrived, key, wish},
    },
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const DAY: i64 = 86_400_000;

async fn expired(app: &TestApp) -> (String, String, Value) {
    app.set_policy(POLICY).await;
    app.import(&[arrived("A-1001", 2)]).await;
    let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
    let (status, made) = app.submit(&emma, &order, &wish(&key(), 2)).await;
    assert_eq!(status, 201, "{made}");
    app.clock.forward_ms(15 * DAY);
    app.run_jobs().await;
    (app.sign_in(EMMA).await, order, made)
}

async fn renew(app: &TestApp, session: &str, id: &Value) -> (u16, Value) {
    let path = format!("/api/v1/me/returns/{}/renew?locale=en", id.as_str().unwrap());
    read(app.post(&path).bearer_auth(session)).await
}

async fn slip(app: &TestApp, session: &str, id: &Value) -> reqwest::Response {
    let path = format!("/api/v1/me/returns/{}/slip.pdf?locale=en", id.as_str().unwrap());
    app.get(&path).bearer_auth(session).send().await.unwrap()
}

on_both! {
    async fn it_says_so_and_a_new_one_is_had_in_time(app) {
        let (emma, order, made) = expired(&app).await;
        let (id, code) = (&made["summary"]["id"], made["code"]["text"].as_str().unwrap());
        let token = code.split_once('#').unwrap().1;
        let (status, opened) = app.open_code("198.51.100.7", token).await;
        assert_eq!((status, &opened["state"], &opened["code"]), (200, &json!("expired"), &json!(null)));
        assert_eq!(opened["next"], json!(["This return code has expired: it could be used until 5 December 2026. While the item may still come back, whoever asked for the return can get a new one."]));
        // Whoever only has the code gets no new one.
        assert_eq!(opened["can_renew"], false);
        let refused = slip(&app, &emma, id).await;
        assert_eq!(refused.status(), 409);
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "label_expired");
        assert_eq!(app.my_return(&emma, id).await.1["can_renew"], true);
        let (status, again) = renew(&app, &emma, id).await;
        assert_eq!((status, &again["state"], &again["summary"]["number"]), (200, &json!("approved"), &made["summary"]["number"]), "{again}");
        assert_eq!(again["summary"]["headline"], "Accepted. Please send it by 20 December 2026");
        assert_eq!(slip(&app, &emma, id).await.status(), 200);
        assert_eq!(app.open_code("198.51.100.7", token).await.1["state"], "approved");
        // She hears of it, its pieces are spoken for, and it cannot be had twice.
        app.run_jobs().await;
        let mails = app.mails().await.into_iter().filter(|mail| mail.subject.contains("approved")).count();
        assert_eq!(mails, 2);
        assert_eq!(app.return_options(&emma, &order).await["lines"][0]["left"], 0);
        assert_eq!(renew(&app, &emma, id).await.1["code"], "not_possible_now");
    }

    async fn not_once_the_policys_time_is_over(app) {
        let (_, _, made) = expired(&app).await;
        app.clock.forward_ms(20 * DAY);
        let emma = app.sign_in(EMMA).await;
        let id = &made["summary"]["id"];
        assert_eq!(app.my_return(&emma, id).await.1["can_renew"], false);
        let (status, refused) = renew(&app, &emma, id).await;
        assert_eq!((status, &refused["code"]), (422, &json!("not_returnable")));
        assert_eq!(refused["message"], "This could be returned until 20 December 2026. It arrived on 20 November 2026.");
        assert_eq!(app.my_return(&emma, id).await.1["state"], "expired");
    }

    async fn not_for_goods_that_went_another_way_nor_for_strangers(app) {
        let (emma, order, made) = expired(&app).await;
        let id = &made["summary"]["id"];
        app.import(&[{ let mut other = arrived("A-1009", 1); other["email"] = json!("li@example.cn"); other["phone"] = json!("+8613900139000"); other }]).await;
        let li = app.sign_in("li@example.cn").await;
        assert_eq!(renew(&app, &li, id).await.0, 404);
        assert_eq!(app.submit(&emma, &order, &wish(&key(), 1)).await.0, 201);
        assert_eq!(renew(&app, &emma, id).await.1["code"], "not_possible_now");
        assert_eq!(app.my_return(&emma, id).await.1["can_renew"], false);
    }
}

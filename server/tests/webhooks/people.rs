//! Whoever looks after endpoints: sets them up, gives them new secrets, tries them out.

use super::listener::Listener;
use crate::{
    on_both,
    support::{
        returns::{MING, WEI},
        talk::message,
    },
};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    async fn while_a_secret_is_changed_both_hold(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        let rotate = format!("/{}/rotate", endpoint.id);
        let (status, made) = app.hooks(Method::POST, &rotate, Some(json!({}))).await;
        assert_eq!(status, 200, "{made}");
        let new = made["secret"].as_str().unwrap().to_owned();
        assert!(new.starts_with("whsec_") && new != endpoint.secret);
        let talk = app.begin().await;
        let heard = async |listener: &mut Listener, text: &str| {
            assert_eq!(app.tell(&talk, text, message(text)).await.0, 200);
            app.send_webhooks().await;
            let one = listener.all().remove(0);
            (one.is_signed_with(&new), one.is_signed_with(&endpoint.secret), one.signature.split(' ').count())
        };
        assert_eq!(heard(&mut listener, "1").await, (true, true, 2));
        app.clock.forward_ms(24 * 3_600_000 - 1);
        assert_eq!(heard(&mut listener, "2").await, (true, true, 2));
        app.clock.forward_ms(1);
        assert_eq!(heard(&mut listener, "3").await, (true, false, 1));
        // At once, where one has become known.
        let (_, made) = app.hooks(Method::POST, &rotate, Some(json!({ "overlap_hours": 0 }))).await;
        let newest = made["secret"].as_str().unwrap();
        assert_eq!(app.tell(&talk, "4", message("4")).await.0, 200);
        app.send_webhooks().await;
        let one = listener.all().remove(0);
        assert!(one.is_signed_with(newest) && !one.is_signed_with(&new));
        assert_eq!(app.hooks(Method::POST, &rotate, Some(json!({ "overlap_hours": 169 }))).await.0, 422);
        // Shown once.
        assert!(!app.hook(&endpoint).await.to_string().contains("whsec_"));
    }

    async fn an_endpoint_is_tried_out(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["rating.given"]).await;
        let ping = format!("/{}/ping", endpoint.id);
        let (status, sent) = app.hooks(Method::POST, &ping, None).await;
        assert_eq!(status, 202);
        app.send_webhooks().await;
        let [one] = &listener.all()[..] else { panic!() };
        assert!(one.is_signed_with(&endpoint.secret));
        assert_eq!((json!(one.id), one.kind()), (sent["id"].clone(), "ping".to_owned()));
        // Once, and it says nothing of what the endpoint is worth.
        listener.answers(500);
        app.clock.forward_ms(1);
        assert_eq!(app.hooks(Method::POST, &ping, None).await.0, 202);
        app.send_webhooks().await;
        app.clock.forward_ms(24 * 3_600_000);
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 1);
        assert_eq!(app.hook(&endpoint).await["failures"], 0);
        let [last, _] = &app.deliveries(&endpoint, "").await[..] else { panic!() };
        assert_eq!((&last["state"], &last["status"], &last["excerpt"]), (&json!("dead"), &json!(500), &json!("no, thank you")));
    }

    async fn set_up_by_a_lead_changed_and_taken_away(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let (wei, ming) = (app.seated(WEI).await, app.seated(MING).await);
        let new = json!({ "url": listener.url, "events": ["message.created", "order.changed"], "description": " Our ERP " });
        assert_eq!(ming.post("/../admin/webhooks", new.clone()).await.0, 403);
        let (status, made) = wei.post("/../admin/webhooks", new).await;
        assert_eq!(status, 201, "{made}");
        let id = made["webhook"]["id"].as_str().unwrap().to_owned();
        assert_eq!((&made["webhook"]["description"], &made["webhook"]["active"]), (&json!("Our ERP"), &json!(true)));
        for (field, value) in [
            ("url", json!("")),
            ("url", json!("no address")),
            ("url", json!("https://user:word@shop.example/")),
            ("events", json!([])),
            ("events", json!(["note.created"])),
            ("events", json!(["*", "order.changed"])),
            ("events", json!(["message.created order.changed"])),
            ("events", json!(["%"])),
            ("description", json!("x".repeat(201))),
        ] {
            let mut bad = json!({ "url": listener.url, "events": ["order.changed"], "active": true });
            bad[field] = value;
            let (status, answer) = wei.put(&format!("/../admin/webhooks/{id}"), bad.clone()).await;
            assert_eq!((status, &answer["field"]), (422, &json!(field)), "{bad}: {answer}");
        }
        let off = json!({ "url": listener.url, "events": ["message.created"], "active": false });
        let (_, changed) = wei.put(&format!("/../admin/webhooks/{id}"), off).await;
        assert_eq!((&changed["active"], &changed["off_reason"], &changed["events"]), (&json!(false), &json!("paused"), &json!(["message.created"])));
        let talk = app.begin().await;
        app.tell(&talk, "1", message("Hello")).await;
        app.send_webhooks().await;
        assert_eq!(listener.all(), []);
        let (_, list) = wei.get("/../admin/webhooks").await;
        assert_eq!(list["webhooks"].as_array().unwrap().len(), 1);
        assert_eq!(wei.delete(&format!("/../admin/webhooks/{id}")).await.0, 204);
        assert_eq!(wei.delete(&format!("/../admin/webhooks/{id}")).await.0, 404);
        let (_, acts) = wei.get("/../admin/acts").await;
        let acts: Vec<&Value> = acts["acts"].as_array().unwrap().iter().map(|act| &act["act"]).collect();
        for act in ["webhook_add", "webhook_change", "webhook_remove"] {
            assert!(acts.contains(&&json!(act)), "{acts:?}");
        }
        for n in 0..21 {
            let body = json!({ "url": listener.url, "events": ["*"] });
            assert_eq!(app.hooks(Method::POST, "", Some(body)).await.0, if n < 20 { 201 } else { 409 });
        }
    }

    async fn deliveries_are_read_page_by_page(app) {
        app.open_desk().await;
        let listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        let talk = app.begin().await;
        for n in 0..7_i64 {
            app.clock.forward_ms(n % 2);
            app.tell(&talk, &n.to_string(), message("Hello")).await;
        }
        app.send_webhooks().await;
        let (mut seen, mut query) = (Vec::new(), "?limit=3".to_owned());
        loop {
            let (status, page) = app.hooks(Method::GET, &format!("/{}/deliveries{query}", endpoint.id), None).await;
            assert_eq!(status, 200);
            seen.extend(page["deliveries"].as_array().unwrap().iter().map(|one| one["id"].to_string()));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?limit=3&before={next}");
        }
        assert_eq!(seen.len(), 7);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 7);
        for query in ["?state=open", "?before=nonsense", "?before=1_%27", "?page=1"] {
            assert_eq!(app.hooks(Method::GET, &format!("/{}/deliveries{query}", endpoint.id), None).await.0, 422, "{query}");
        }
    }
}

//! Only to the public network, and only to the very address that was set.

use super::listener::{Listener, Says};
use crate::{
    on_both,
    support::{TestApp, talk::message},
};
use aftercart::webhooks::{endpoint_store, event, secrets};
use aftercart_shared::ids::SiteId;
use reqwest::Method;
use serde_json::json;

/// As if it had been set under other settings.
async fn stands(app: &TestApp, url: &str) -> super::listener::Endpoint {
    let (site, id): (SiteId, String) = (app.site.id.clone(), app.app.random.id()[..16].to_owned());
    let secret = secrets::make(&*app.app.random);
    let new = endpoint_store::NewEndpoint {
        endpoint_id: id.clone(),
        url: url.to_owned(),
        events: event::kept(&["message.created".to_owned()]),
        description: String::new(),
        secret: secrets::seal(&app.app.secret, &*app.app.random, &id, &secret),
    };
    let now = app.now();
    let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
        Box::pin(async move { endpoint_store::insert(tx, &site, &new, now).await })
    });
    write.await.unwrap();
    super::listener::Endpoint { id, secret }
}

/// A server whose settings permit no private network: as one that is put up for real.
async fn nothing_leads_home(app: TestApp) {
    app.open_desk().await;
    let mut listener = Listener::start().await;
    let port = listener.url.rsplit(':').next().unwrap().to_owned();
    for url in [
        listener.url.clone(),
        format!("http://localhost:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://2130706433:{port}"),
        format!("https://0x7f000001:{port}"),
        format!("https://127.1:{port}"),
        format!("https://[::1]:{port}"),
        format!("https://[::ffff:127.0.0.1]:{port}"),
        "https://169.254.169.254/latest/meta-data/".into(),
        "https://10.0.0.1/".into(),
        "http://shop.example/".into(),
    ] {
        let body = json!({ "url": url, "events": ["*"] });
        let (status, answer) = app.hooks(Method::POST, "", Some(body)).await;
        assert_eq!((status, &answer["field"]), (422, &json!("url")), "{url}: {answer}");
    }
    // A name is looked at when it is resolved.
    let mut endpoints = Vec::new();
    for url in [
        format!("https://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://[::ffff:7f00:1]:{port}"),
        format!("https://2130706433:{port}"),
    ] {
        endpoints.push(stands(&app, &url).await);
    }
    let talk = app.begin().await;
    assert_eq!(app.tell(&talk, "1", message("Hello")).await.0, 200);
    app.send_webhooks().await;
    assert_eq!(listener.all(), []);
    for endpoint in &endpoints {
        let [one] = &app.deliveries(endpoint, "").await[..] else { panic!() };
        assert_eq!((&one["state"], &one["status"]), (&json!("waiting"), &json!(null)));
        let error = one["error"].as_str().unwrap();
        assert!(
            error == "the address leads into a private network" || error == "nothing may be sent to this address",
            "{error}"
        );
    }
}

#[tokio::test]
async fn nothing_leads_home_sqlite() {
    nothing_leads_home(TestApp::with(|config| config.webhooks.private.clear(), false).await).await;
}

#[tokio::test]
async fn nothing_leads_home_postgres() {
    nothing_leads_home(TestApp::with(|config| config.webhooks.private.clear(), true).await).await;
}

on_both! {
    async fn nothing_is_sent_after_it(app) {
        app.open_desk().await;
        let mut elsewhere = Listener::start().await;
        for status in [301, 302, 303, 307, 308] {
            let mut listener = Listener::start().await;
            let endpoint = app.tell_to(&listener, &["message.created"]).await;
            listener.says(Says::Status(status, vec![("location", elsewhere.url.clone())], String::new()));
            assert_eq!(app.tell(&app.begin().await, "1", message("Hello")).await.0, 200);
            app.send_webhooks().await;
            assert_eq!(listener.all().len(), 1);
            let one = app.deliveries(&endpoint, "").await.remove(0);
            assert_eq!((&one["state"], &one["status"]), (&json!("waiting"), &json!(status)));
            assert_eq!(app.hooks(Method::DELETE, &format!("/{}", endpoint.id), None).await.0, 204);
        }
        assert_eq!(elsewhere.all(), []);
    }

    /// Nothing is kept of an endless answer but its beginning.
    async fn a_long_answer_is_not_kept(app) {
        app.open_desk().await;
        let mut listener = Listener::start().await;
        let endpoint = app.tell_to(&listener, &["message.created"]).await;
        listener.says(Says::Status(500, vec![], "x".repeat(20_000_000)));
        assert_eq!(app.tell(&app.begin().await, "1", message("Hello")).await.0, 200);
        app.send_webhooks().await;
        assert_eq!(listener.all().len(), 1);
        let [one] = &app.deliveries(&endpoint, "").await[..] else { panic!() };
        assert_eq!(one["excerpt"].as_str().unwrap().len(), 300);
        // A good answer is good however long it is.
        listener.says(Says::Status(200, vec![], "x".repeat(20_000_000)));
        app.clock.forward_ms(10_000);
        app.send_webhooks().await;
        assert_eq!(app.deliveries(&endpoint, "").await[0]["state"], "done");
    }
}

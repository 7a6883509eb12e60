//! Labels of a service: bought once, told by mail, followed; the first scan may pay, and "delivered" never does.

use crate::{
    on_both,
    support::{
        TestApp,
        returns::{POLICY, arrived, key, wish},
        shop::StandIn,
    },
};
use aftercart::{
    connectors::{
        labels::{Kind, Settings},
        labels_store,
    },
    random::{Random, SystemRandom},
    secret::Secret,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const EMMA: &str = "emma.wilson@example.com";
const HOUR_MS: i64 = 3_600_000;
const SETTINGS: &str = "valid_days = 30\n[to]\nstreet1 = \"1 Quay Street\"\ncity = \"Shanghai\"\ncountry = \"CN\"\n[parcel]\nweight = 32.0\n";

/// One shipment, as EasyPost documents it.
#[derive(Default)]
struct Records {
    shipment: Option<Value>,
    made: usize,
    bought: usize,
    /// The label is not drawn yet.
    slow: bool,
    /// Does what is asked for and answers 502, this often.
    deaf: u32,
}

fn easypost(
    records: &Arc<Mutex<Records>>,
) -> impl Fn(&(String, String, String)) -> (u16, Value) + Send + Sync + 'static {
    let records = records.clone();
    move |(method, path, body)| {
        let mut records = records.lock().unwrap();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        if method == "GET" {
            let Some(mut shipment) = records.shipment.clone() else { return (404, json!({})) };
            if records.slow {
                shipment["postage_label"] = Value::Null;
            }
            return (200, shipment);
        }
        if path.ends_with("/buy") {
            records.bought += 1;
            let shipment = records.shipment.as_mut().unwrap();
            shipment["selected_rate"] = shipment["rates"][0].clone();
            shipment["tracking_code"] = json!("SF1234567890123");
            shipment["postage_label"] = json!({ "label_pdf_url": "https://labels.example/1.pdf" });
        } else {
            records.made += 1;
            records.shipment = Some(json!({
                "id": "shp_1", "reference": body["shipment"]["reference"], "status": "unknown",
                "rates": [{ "id": "rate_1", "carrier": "SFExpress", "service": "Standard", "rate": "12.00", "currency": "CNY" }],
                "asked": body["shipment"],
            }));
        }
        if records.deaf > 0 {
            records.deaf -= 1;
            return (502, json!({}));
        }
        let mut shipment = records.shipment.clone().unwrap();
        if records.slow {
            shipment["postage_label"] = Value::Null;
        }
        (200, shipment)
    }
}

async fn with_provider(app: &TestApp, shop: &StandIn) {
    let (site, url, now) = (app.site.id.clone(), shop.url.clone(), app.now());
    let (secret, settings) = (app.app.secret.clone(), Settings::parse(SETTINGS).unwrap());
    let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
        Box::pin(async move {
            let keys: (&Secret, &dyn Random) = (&secret, &SystemRandom);
            labels_store::set(tx, &site, (Kind::EasyPost, &url), "EZ_secret", &settings, keys, now).await
        })
    });
    write.await.unwrap();
}

/// Her session and her return by label, approved; `at`: what starts the refund.
async fn approved(app: &TestApp, at: &str) -> (String, Value) {
    let policy = POLICY.replacen("[tags]", &format!("refund_at = \"{at}\"\n\n[tags]"), 1);
    app.set_policy(&policy.replace("\"drop_off\", \"pickup\"", "\"label\", \"pickup\"")).await;
    app.open_desk().await;
    app.import(&[arrived("A-1001", 2)]).await;
    let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
    let mut body = wish(&key(), 1);
    body["method"] = json!("label");
    let (status, made) = app.submit(&emma, &order, &body).await;
    assert_eq!((status, &made["state"]), (201, &json!("approved")), "{made}");
    (emma, made["summary"]["id"].clone())
}

async fn desk(app: &TestApp, id: &Value) -> Value {
    app.desk(&format!("/returns/{}", id.as_str().unwrap())).await.1
}

async fn effect(app: &TestApp, id: &Value) -> Value {
    let (_, all) = app.desk(&format!("/returns/{}/effects", id.as_str().unwrap())).await;
    all["effects"].as_array().unwrap().iter().find(|effect| effect["kind"] == "label").unwrap().clone()
}

async fn news(app: &TestApp, records: &Arc<Mutex<Records>>, status: &str) {
    records.lock().unwrap().shipment.as_mut().unwrap()["status"] = json!(status);
    app.clock.forward_ms(3 * HOUR_MS + 1);
    app.run_jobs().await;
}

on_both! {
    async fn a_label_is_bought_once_though_answers_are_lost_and_late(app) {
        let (records, shop) = (Arc::new(Mutex::new(Records { slow: true, deaf: 2, ..Records::default() })), StandIn::start().await);
        shop.answers(easypost(&records));
        with_provider(&app, &shop).await;
        let (emma, id) = approved(&app, "receipt").await;
        for _ in 0..6 {
            app.run_jobs().await;
            app.clock.forward_ms(30_000);
        }
        // Bought, and still being drawn: she is told so.
        let waiting = effect(&app, &id).await;
        assert_eq!((&waiting["state"], &waiting["reference"]), (&json!("pending"), &json!("shp_1")), "{waiting}");
        let (_, seen) = app.my_return(&emma, &id).await;
        assert_eq!(seen["next"][0], "Your label is being made. We e-mail it to you as soon as it is there.");
        assert_eq!(desk(&app, &id).await["label"], Value::Null);
        records.lock().unwrap().slow = false;
        app.clock.forward_ms(6 * 60_000);
        app.run_jobs().await;
        let done = effect(&app, &id).await;
        assert_eq!((&done["state"], &done["done_by"]), (&json!("done"), &json!("provider:easypost")), "{done}");
        let shown = desk(&app, &id).await;
        let label = &shown["label"];
        assert_eq!((&label["tracking_number"], &label["url"]), (&json!("SF1234567890123"), &json!("https://labels.example/1.pdf")));
        assert!(label["expires_at"].as_i64().unwrap() > app.now().0 + 29 * 24 * HOUR_MS);
        let (_, seen) = app.my_return(&emma, &id).await;
        assert_eq!(seen["next"][0], "Your label is ready: SFExpress, number SF1234567890123.");
        assert!(seen["next"][1].as_str().unwrap().starts_with("The carrier takes it until 21 December 2026"), "{seen}");
        let mails = app.mails().await;
        let mail = mails.iter().find(|mail| mail.subject.starts_with("Your return label")).unwrap();
        assert!(mail.recipient == EMMA && mail.plain.contains("https://labels.example/1.pdf"), "{}", mail.plain);
        let written: String = app.tables().await.values().flatten().cloned().collect();
        assert!(!written.contains("EZ_secret"));
        let records = records.lock().unwrap();
        assert_eq!((records.made, records.bought), (1, 1));
        let asked = &records.shipment.as_ref().unwrap()["asked"];
        assert_eq!((&asked["from_address"]["street1"], &asked["to_address"]["city"]), (&json!("1 Quay Street"), &json!("Shanghai")));
    }

    async fn the_label_s_first_scan_pays_where_the_policy_says_so(app) {
        let (records, shop) = (Arc::new(Mutex::new(Records::default())), StandIn::start().await);
        shop.answers(easypost(&records));
        with_provider(&app, &shop).await;
        let (_, id) = approved(&app, "scan").await;
        app.run_jobs().await;
        news(&app, &records, "pre_transit").await;
        assert_eq!(desk(&app, &id).await["view"]["state"], "approved");
        news(&app, &records, "in_transit").await;
        assert_eq!(desk(&app, &id).await["view"]["state"], "refunding");
        news(&app, &records, "delivered").await;
        let refunds = app.effects(&id).await.into_iter().filter(|effect| effect.starts_with("refund")).count();
        assert_eq!((refunds, &desk(&app, &id).await["label"]["seen"]), (1, &json!("delivered")));
    }

    async fn delivered_without_a_scan_waits_for_somebody_to_look(app) {
        let (records, shop) = (Arc::new(Mutex::new(Records::default())), StandIn::start().await);
        shop.answers(easypost(&records));
        with_provider(&app, &shop).await;
        let (_, id) = approved(&app, "scan").await;
        app.run_jobs().await;
        news(&app, &records, "delivered").await;
        assert_eq!(desk(&app, &id).await["view"]["state"], "arrived");
        news(&app, &records, "in_transit").await;
        assert_eq!(desk(&app, &id).await["view"]["state"], "arrived");
        assert!(app.effects(&id).await.iter().all(|effect| !effect.starts_with("refund")));
    }

    async fn without_a_provider_the_slip_is_all_there_is(app) {
        let (emma, id) = approved(&app, "receipt").await;
        app.run_jobs().await;
        let label = effect(&app, &id).await;
        assert_eq!((&label["state"], &label["done_by"]), (&json!("done"), &json!("none")), "{label}");
        let (_, seen) = app.my_return(&emma, &id).await;
        assert!(!seen["next"].to_string().contains("label is"), "{seen}");
    }
}

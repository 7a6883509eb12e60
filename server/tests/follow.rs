//! Parcels are asked about as often as their status deserves, in as few requests as the service allows.

use crate::{
    on_both,
    support::TestApp,
    upsert_orders::{order, send, shipment, status},
};
use aftercart::{
    connectors::carriers::{Account, Ask, Kind},
    tracking::follow::{Carry, Following, Reply, Round},
};
use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Mutex;

/// Answers what 17TRACK would, and remembers what it was asked.
#[derive(Default)]
struct Service {
    asked: Mutex<Vec<(String, Value)>>,
    /// The next answers' statuses; 200 when there are none.
    statuses: Mutex<Vec<u16>>,
    said: Mutex<&'static str>,
}

impl Carry for Service {
    fn carry(&self, ask: Ask) -> BoxFuture<'_, Result<Reply, String>> {
        Box::pin(async move {
            let verb = ask.url.rsplit('/').next().unwrap().to_owned();
            let numbers: Value = serde_json::from_slice(&ask.body).unwrap();
            self.asked.lock().unwrap().push((verb, numbers.clone()));
            let status = self.statuses.lock().unwrap().pop().unwrap_or(200);
            if status == 0 {
                return Err("no answer".into());
            }
            let said = *self.said.lock().unwrap();
            let accepted: Vec<Value> = numbers
                .as_array()
                .unwrap()
                .iter()
                .map(|n| {
                    json!({ "number": n["number"], "track_info": { "latest_status": { "status": said },
                    "tracking": { "providers": [{ "events": [
                        { "time_utc": "2026-11-20T10:00:00Z", "sub_status": said, "description": "told" }] }] } } })
                })
                // What nobody asked about is not believed.
                .chain([json!({ "number": "STRANGER1", "track_info": { "tracking": { "providers": [{ "events": [
                    { "time_utc": "2026-11-20T10:00:00Z", "sub_status": "Delivered" }] }] } } })])
                .collect();
            let body = json!({ "code": 0, "data": { "accepted": accepted } }).to_string().into_bytes();
            Ok(Reply { status, retry_after_s: (status == 429).then_some(300), body })
        })
    }
}

impl Service {
    fn saying(said: &'static str) -> Service {
        Service { said: Mutex::new(said), ..Service::default() }
    }

    /// Verb and how many numbers.
    fn asked(&self) -> Vec<(String, usize)> {
        self.asked.lock().unwrap().drain(..).map(|(verb, n)| (verb, n.as_array().unwrap().len())).collect()
    }
}

async fn round(app: &TestApp, service: &Service, failures: i64) -> Round {
    let account = Account::new(Kind::SeventeenTrack, "https://17.example", "key", "", "Asia/Shanghai");
    let following = Following {
        db: &app.app.db,
        clock: &*app.clock,
        site: &app.site.id,
        connector_id: "c1",
        kind: Kind::SeventeenTrack,
        account: &account,
        carry: service,
        failures,
    };
    following.round().await.unwrap()
}

fn asked(list: &[(&str, usize)]) -> Vec<(String, usize)> {
    list.iter().map(|(verb, n)| ((*verb).to_owned(), *n)).collect()
}

const MINUTE: i64 = 60_000;

on_both! {
    async fn forty_numbers_a_call_and_only_what_travels(app) {
        for id in 0..95 {
            let at = if id < 5 { ParcelStatus::Delivered } else { ParcelStatus::InTransit };
            send(&app, order(&format!("{id}"), 1, vec![shipment("s1", &format!("SF{id}"), at)])).await;
        }
        send(&app, order("999", 1, vec![shipment("s1", "STRANGER1", ParcelStatus::Cancelled)])).await;
        let service = Service::saying("InTransit");
        let first = round(&app, &service, 0).await;
        assert_eq!((first.changed.len(), first.trouble), (90, None));
        assert_eq!(service.asked(), asked(&[
            ("register", 40), ("register", 40), ("register", 10), ("gettrackinfo", 40), ("gettrackinfo", 40), ("gettrackinfo", 10),
        ]));
        assert_eq!(status(&app, "A-999").await, "cancelled");
        // Nothing is due, nothing is asked.
        assert_eq!(round(&app, &service, 0).await.changed, []);
        assert_eq!(service.asked(), []);
        app.clock.forward_ms(181 * MINUTE);
        assert_eq!(round(&app, &service, 0).await.changed, [], "the same story again");
        assert_eq!(service.asked(), asked(&[("gettrackinfo", 40), ("gettrackinfo", 40), ("gettrackinfo", 10)]));
    }

    async fn the_nearer_the_oftener_until_it_is_there(app) {
        send(&app, order("1", 1, vec![shipment("s1", "SF1", ParcelStatus::Registered)])).await;
        let service = Service::saying("OutForDelivery");
        round(&app, &service, 0).await;
        // The end of the phone goes where it is needed, and nothing else of the shopper.
        let (verb, body) = service.asked.lock().unwrap().remove(0);
        assert_eq!((verb.as_str(), body), ("register", json!([{ "number": "SF1", "param": "8000" }])));
        service.asked();
        app.clock.forward_ms(19 * MINUTE);
        round(&app, &service, 0).await;
        assert_eq!(service.asked(), []);
        app.clock.forward_ms(2 * MINUTE);
        *service.said.lock().unwrap() = "Delivered";
        assert_eq!(round(&app, &service, 0).await.changed.len(), 1);
        assert_eq!(service.asked(), asked(&[("gettrackinfo", 1)]));
        assert_eq!(status(&app, "A-1").await, "delivered");
        app.clock.forward_ms(30 * Timestamp::DAY_MS);
        round(&app, &service, 0).await;
        assert_eq!(service.asked(), [], "what is there is never asked about again");
    }

    async fn a_busy_service_is_left_alone_and_nothing_is_lost(app) {
        send(&app, order("1", 1, vec![shipment("s1", "SF1", ParcelStatus::InTransit)])).await;
        let service = Service::saying("Delivered");
        for (failures, code, minutes) in [(0, 429, 5), (1, 500, 2), (2, 0, 4)] {
            service.statuses.lock().unwrap().push(code);
            let now = aftercart::clock::Clock::now(&*app.clock);
            let stopped = round(&app, &service, failures).await;
            assert!(stopped.trouble.is_some(), "{code}");
            assert_eq!(stopped.next, now.plus_ms(minutes * MINUTE), "{code}");
        }
        assert_eq!(status(&app, "A-1").await, "in_transit");
        assert_eq!(round(&app, &service, 3).await.changed.len(), 1);
        assert_eq!(status(&app, "A-1").await, "delivered");
    }
}

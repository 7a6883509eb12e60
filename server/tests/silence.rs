//! A shop system or a tracking service that fails: the panel answers from what it has, says how old that is, and
//! recovers by itself.

use crate::support::{
    TestApp, order,
    shop::{StandIn, never, status},
};
use aftercart::connectors::commerce::Kind;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const EMMA: &str = "emma.wilson@example.com";
const PERIOD_MS: i64 = 60_000;
/// Longer than any pause after one failure, a platform's own wish included.
const LATER_MS: i64 = 16 * 60_000;
/// What an answer from the database alone may take on a busy machine, far below the ten seconds of a slow platform.
const AT_ONCE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Down,
    Slow,
    Busy,
    Garbage,
}

impl Fault {
    const ALL: [Fault; 4] = [Fault::Down, Fault::Slow, Fault::Busy, Fault::Garbage];

    fn befalls(self, shop: &StandIn) {
        match self {
            Fault::Down => shop.says(status(503)),
            // Longer than anybody waits: the tests' patience is shorter than the program's ten seconds.
            Fault::Slow => shop.says(never()),
            Fault::Busy => shop.says(std::sync::Arc::new(|_| {
                Box::pin(async { (axum::http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "30")]).into_response() })
            })),
            Fault::Garbage => shop.answers(|_| (200, json!({ "orders": "no list", "\u{fffd}": [1, {}] }))),
        }
    }
}

async fn app(postgres: bool) -> TestApp {
    TestApp::with(|config| config.outgoing.patience_ms = 300, postgres).await
}

impl TestApp {
    /// Look-up and full view, both answered at once: since when what they show is old.
    async fn as_of(&self, session: &str) -> Value {
        let begun = Instant::now();
        let (status, known) = self.lookup("A-1001", EMMA).await;
        assert_eq!(status, 200, "{known}");
        let (_, mine) = crate::support::read(self.get("/api/v1/me/orders").bearer_auth(session)).await;
        let id = mine["orders"][0]["id"].as_str().unwrap();
        let (_, full) = crate::support::read(self.get(&format!("/api/v1/me/orders/{id}")).bearer_auth(session)).await;
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
        assert_eq!(known["parcels"][0]["tracking_number"], "SF1234567890123");
        assert_eq!(full["order"]["as_of"], known["as_of"]);
        known["as_of"].clone()
    }
}

async fn a_platform_fails_and_recovers(fault: Fault, postgres: bool) {
    use aftercart::clock::Clock;
    let app = app(postgres).await;
    let shop = StandIn::start().await;
    app.connect(Kind::Generic, &shop).await;
    shop.has(vec![order("A-1001")]);
    app.run_jobs().await;
    let heard = app.clock.now();
    let session = app.sign_in(EMMA).await;
    assert_eq!(app.as_of(&session).await, Value::Null, "{fault:?}");

    fault.befalls(&shop);
    app.clock.forward_ms(PERIOD_MS);
    // While the question is on its way she is answered all the same.
    let (_, during) = tokio::join!(app.run_jobs(), app.lookup("A-1001", EMMA));
    assert_eq!(during.0, 200, "{fault:?}");
    assert_eq!(app.health(&app.site).await[0].failures, 1, "{fault:?}");
    assert_eq!(app.as_of(&session).await, json!(heard.0), "{fault:?}");
    // It goes on failing: as old as before, and older for whoever reads it.
    app.clock.forward_ms(PERIOD_MS * 2);
    app.run_jobs().await;
    assert_eq!(app.as_of(&session).await, json!(heard.0), "{fault:?}");

    // The panel that has the order on screen hears of the end by itself.
    let (_, shown) = app.lookup("A-1001", EMMA).await;
    shop.has(vec![order("A-1001")]);
    app.clock.forward_ms(LATER_MS);
    app.run_jobs().await;
    assert_eq!(app.health(&app.site).await[0].state, "ok", "{fault:?}");
    let watch = app
        .get(&format!("/api/v1/orders/watch?after={}&wait=1", shown["revision"].as_str().unwrap()))
        .header("aftercart-watch", shown["watch"].as_str().unwrap());
    let (status, now) = crate::support::read(watch).await;
    assert_eq!((status, &now["as_of"]), (200, &Value::Null), "{fault:?}");
    assert_eq!(app.as_of(&session).await, Value::Null, "{fault:?}");
}

#[tokio::test]
async fn whatever_befalls_the_platform_sqlite() {
    for fault in Fault::ALL {
        a_platform_fails_and_recovers(fault, false).await;
    }
}

#[tokio::test]
async fn whatever_befalls_the_platform_postgres() {
    for fault in Fault::ALL {
        a_platform_fails_and_recovers(fault, true).await;
    }
}

/// No failure is written down, but nobody has asked for a while: the server was off, or its jobs hang.
async fn a_round_that_never_came(postgres: bool) {
    use aftercart::clock::Clock;
    let app = app(postgres).await;
    let shop = StandIn::start().await;
    app.connect(Kind::Generic, &shop).await;
    shop.has(vec![order("A-1001")]);
    app.run_jobs().await;
    let heard = app.clock.now();
    let as_of = async |app: &TestApp| app.lookup("A-1001", EMMA).await.1["as_of"].clone();
    app.clock.forward_ms(PERIOD_MS + 2 * 60_000);
    assert_eq!(as_of(&app).await, Value::Null);
    app.clock.forward_ms(1);
    assert_eq!(as_of(&app).await, json!(heard.0));
    // Another shop's trouble is not ours.
    let other = app.another_site("pk_other", "https://other.example").await;
    app.connect_to(&other, Kind::Generic, &shop).await;
    app.run_jobs().await;
    assert_eq!(as_of(&app).await, Value::Null);
}

#[tokio::test]
async fn nobody_asked_sqlite() {
    a_round_that_never_came(false).await;
}

#[tokio::test]
async fn nobody_asked_postgres() {
    a_round_that_never_came(true).await;
}

/// The shop answers and the carrier does not.
async fn a_carrier_fails_and_recovers(fault: Fault, postgres: bool) {
    use aftercart::clock::Clock;
    let app = app(postgres).await;
    app.import(&[order("A-1001")]).await;
    let service = StandIn::start().await;
    app.connect(aftercart::connectors::carriers::Kind::SeventeenTrack, &service).await;
    let well = |_: &_| (200, json!({ "code": 0, "data": { "accepted": [], "rejected": [] } }));
    service.answers(well);
    app.run_jobs().await;
    let heard = app.clock.now();
    let session = app.sign_in(EMMA).await;
    assert_eq!(app.as_of(&session).await, Value::Null, "{fault:?}");
    fault.befalls(&service);
    // The parcel travels: it is asked about again after three hours.
    app.clock.forward_ms(3 * 3_600_000);
    app.run_jobs().await;
    assert_eq!(app.health(&app.site).await[0].failures, 1, "{fault:?}");
    let session = app.sign_in(EMMA).await;
    assert_eq!(app.as_of(&session).await, json!(heard.0), "{fault:?}");
    service.answers(well);
    app.clock.forward_ms(2 * 3_600_000);
    app.run_jobs().await;
    let session = app.sign_in(EMMA).await;
    assert_eq!(app.as_of(&session).await, Value::Null, "{fault:?}");
}

#[tokio::test]
async fn whatever_befalls_the_carrier_sqlite() {
    for fault in Fault::ALL {
        a_carrier_fails_and_recovers(fault, false).await;
    }
}

#[tokio::test]
async fn whatever_befalls_the_carrier_postgres() {
    for fault in Fault::ALL {
        a_carrier_fails_and_recovers(fault, true).await;
    }
}

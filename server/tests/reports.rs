//! What carriers report: late, twice and out of order.

use crate::{
    on_both,
    support::TestApp,
    upsert_orders::{hour, order, send, shipment, status},
};
use aftercart::{
    args,
    connectors::carriers::{CarrierEvent, CarrierReport, Promise},
    db::Db,
    orders::reports::apply,
    sql,
};
use aftercart_shared::{
    time::Timestamp,
    tracking::{ParcelStatus, Scan, Stated, current_status},
};
use proptest::prelude::*;

fn event(at: i64, status: ParcelStatus) -> CarrierEvent {
    let text = Some(format!("{status:?}\r\n at\u{202E} {at}\0"));
    CarrierEvent { at: hour(at), utc_offset_min: None, status, raw_code: Some("x".into()), place: None, text }
}

fn report(number: &str, events: Vec<CarrierEvent>) -> CarrierReport {
    CarrierReport {
        source: "aftership",
        carrier: None,
        tracking_number: number.into(),
        events,
        expected: None,
        status: ParcelStatus::Unknown,
        raw_status: None,
    }
}

async fn tell(app: &TestApp, reports: Vec<CarrierReport>) -> usize {
    apply(&app.app.db, &*app.clock, &app.site.id, reports).await.unwrap().len()
}

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Row {
    line: String,
}

/// Parcels and events, as text.
async fn rows(db: &Db, site: &aftercart_shared::ids::SiteId) -> Vec<Row> {
    let parcels = sql!(
        "SELECT tracking_key || ' ' || COALESCE(carrier, '-') || ' ' || status || ' '
             || COALESCE(CAST(delivered_at AS TEXT), '-') || ' ' || COALESCE(CAST(last_event_at AS TEXT), '-') || ' '
             || COALESCE(CAST(promised_latest AS TEXT), '-') AS line
         FROM shipments WHERE site_id = $1 ORDER BY 1"
    );
    let events = sql!(
        "SELECT shipment_id || ' ' || event_id || ' ' || source || ' ' || status || ' ' || COALESCE(text, '-') AS line
         FROM tracking_events WHERE site_id = $1 ORDER BY 1"
    );
    let mut all: Vec<Row> = db.fetch_all(parcels, args![site]).await.unwrap();
    all.extend(db.fetch_all::<Row>(events, args![site]).await.unwrap());
    all
}

on_both! {
    async fn a_report_reaches_the_parcel_and_only_once(app) {
        send(&app, order("1", 1, vec![shipment("s1", "SF 1", ParcelStatus::Registered)])).await;
        let first = report("sf-1", vec![event(2, ParcelStatus::InTransit), event(5, ParcelStatus::Delivered)]);
        assert_eq!(tell(&app, vec![first.clone()]).await, 1);
        assert_eq!(status(&app, "A-1").await, "delivered");
        assert_eq!(tell(&app, vec![first.clone(), first.clone()]).await, 0);
        // Late: from before the delivery.
        assert_eq!(tell(&app, vec![report("SF1", vec![event(4, ParcelStatus::OutForDelivery)])]).await, 1);
        assert_eq!(status(&app, "A-1").await, "delivered");
        let (_, found) = app.lookup("A-1", "emma.wilson@example.com").await;
        assert_eq!(found["parcels"][0]["delivered_at"], hour(5).0);
        // What carriers type is stored readable.
        assert_eq!(found["parcels"][0]["events"][0]["text"], "Delivered at 5");
        assert_eq!(found["parcels"][0]["events"].as_array().map(Vec::len), Some(3));
        assert_eq!(tell(&app, vec![report("SF1", vec![event(9, ParcelStatus::Returning)])]).await, 1);
        assert_eq!(status(&app, "A-1").await, "returning");
    }

    async fn nobody_else_s_parcel_is_touched(app) {
        let other = app.another_site("pk_other", "https://other.example").await;
        send(&app, order("1", 1, vec![shipment("s1", "SF1", ParcelStatus::Registered)])).await;
        let before = rows(&app.app.db, &app.site.id).await;
        let told = vec![report("SF1", vec![event(2, ParcelStatus::Delivered)])];
        assert_eq!(apply(&app.app.db, &*app.clock, &other.id, told).await.unwrap(), []);
        for stranger in ["SF2", "", "--", "SF1'; DROP TABLE orders"] {
            assert_eq!(tell(&app, vec![report(stranger, vec![event(2, ParcelStatus::Delivered)])]).await, 0);
        }
        // The number was somebody else's a year ago, and will be again; and nothing happens in the future.
        let far = [event(-40 * 24, ParcelStatus::Delivered), event(400 * 24, ParcelStatus::Delivered), event(200, ParcelStatus::Delivered)];
        for event in far {
            assert_eq!(tell(&app, vec![report("SF1", vec![event])]).await, 0);
        }
        assert_eq!(rows(&app.app.db, &app.site.id).await, before);
    }

    async fn one_number_in_two_orders_tells_both(app) {
        for id in ["1", "2"] {
            send(&app, order(id, 1, vec![shipment("s1", "SF1", ParcelStatus::Registered)])).await;
        }
        assert_eq!(tell(&app, vec![report("SF1", vec![event(2, ParcelStatus::InTransit)])]).await, 2);
        assert_eq!((status(&app, "A-1").await, status(&app, "A-2").await), ("in_transit".into(), "in_transit".into()));
    }

    async fn the_newest_promise_counts_and_the_carrier_is_learnt(app) {
        let mut unnamed = shipment("s1", "4711", ParcelStatus::Registered);
        (unnamed.carrier, unnamed.carrier_name) = (None, None);
        send(&app, order("1", 1, vec![unnamed.clone()])).await;
        let promising = |at: i64, latest: i64| CarrierReport {
            expected: Some(Promise { earliest: hour(latest - 9), latest: hour(latest) }),
            carrier: Some("royal-mail".into()),
            ..report("4711", vec![event(at, ParcelStatus::InTransit)])
        };
        assert_eq!(tell(&app, vec![promising(9, 60)]).await, 1);
        assert_eq!(tell(&app, vec![promising(5, 40)]).await, 1, "an event is new, its promise is not");
        // Asked again, the shop still names no carrier.
        unnamed.raw_status = Some("label".into());
        send(&app, order("1", 2, vec![unnamed.clone()])).await;
        let parcel = &rows(&app.app.db, &app.site.id).await[0].line;
        assert_eq!(*parcel, format!("4711 royal_mail in_transit - {} {}", hour(9).0, hour(60).0));
        let (_, found) = app.lookup("A-1", "emma.wilson@example.com").await;
        assert_eq!(found["parcels"][0]["tracking_url"], "https://www.royalmail.com/track-your-item#/tracking-results/4711");
        // Now it does, and is believed.
        unnamed.carrier = Some("dpd".into());
        send(&app, order("1", 3, vec![unnamed])).await;
        tell(&app, vec![promising(9, 60)]).await;
        assert!(rows(&app.app.db, &app.site.id).await[0].line.starts_with("4711 dpd "));
    }

    async fn a_carrier_is_guessed_from_the_number(app) {
        let mut unnamed = shipment("s1", "1Z999AA10123456784", ParcelStatus::Registered);
        (unnamed.carrier, unnamed.carrier_name) = (None, None);
        send(&app, order("1", 1, vec![unnamed])).await;
        let (_, found) = app.lookup("A-1", "emma.wilson@example.com").await;
        assert_eq!(found["parcels"][0]["carrier"]["name"], "UPS");
        assert_eq!(found["parcels"][0]["tracking_url"], "https://www.ups.com/track?tracknum=1Z999AA10123456784");
    }

    /// Two feeds and the shop at once: nobody's scan is forgotten in the status.
    async fn neighbours_at_once_lose_nothing(app) {
        send(&app, order("1", 1, vec![shipment("s1", "SF1", ParcelStatus::Registered)])).await;
        let tell = |at: i64, status| apply(&app.app.db, &*app.clock, &app.site.id, vec![report("SF1", vec![event(at, status)])]);
        let (a, b, c, d) = tokio::join!(
            tell(2, ParcelStatus::InTransit),
            tell(9, ParcelStatus::Delivered),
            tell(3, ParcelStatus::OutForDelivery),
            send(&app, order("1", 4, vec![shipment("s1", "SF1", ParcelStatus::InTransit)])),
        );
        assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.changed);
        assert_eq!(status(&app, "A-1").await, "delivered");
        assert_eq!(rows(&app.app.db, &app.site.id).await.len(), 4);
    }
}

/// A history, and how it arrives: in which order, what twice, cut into which batches, and when the shop speaks again.
type Arrival = (Vec<(i64, usize)>, Vec<usize>, Vec<usize>, usize);

fn arrivals() -> impl Strategy<Value = Arrival> {
    proptest::collection::vec((0i64..60, 0usize..12), 1..9).prop_flat_map(|history| {
        let places: Vec<usize> = (0..history.len()).collect();
        let n = history.len();
        (Just(history), Just(places).prop_shuffle(), proptest::collection::vec(0..n, 0..4), 0..n + 1)
    })
}

async fn deliver(app: &TestApp, history: &[(i64, usize)], batches: &[Vec<usize>], shop_after: usize) -> Vec<Row> {
    let parcel = shipment("s1", "SF1", ParcelStatus::Registered);
    send(app, order("1", 1, vec![parcel.clone()])).await;
    for (n, batch) in batches.iter().enumerate() {
        if n == shop_after {
            let mut again = order("1", 2, vec![parcel.clone()]);
            again.recipient = Some("Emma".into());
            send(app, again).await;
        }
        let events = batch.iter().map(|i| event(history[*i].0, ParcelStatus::ALL[history[*i].1])).collect();
        tell(app, vec![report("SF1", events)]).await;
    }
    rows(&app.app.db, &app.site.id).await
}

async fn same_story(postgres: bool, arrival: Arrival) {
    let (history, order, again, cut) = arrival;
    let mut in_time: Vec<usize> = (0..history.len()).collect();
    in_time.sort_by_key(|i| history[*i].0);
    let ordered = deliver(&fresh(postgres).await, &history, &[in_time], usize::MAX).await;
    let (early, late) = order.split_at(cut);
    let batches = [early.to_vec(), again, late.to_vec(), early.to_vec()];
    let shuffled = deliver(&fresh(postgres).await, &history, &batches, cut % 4).await;
    assert_eq!(shuffled, ordered, "{history:?}");
    let scans = history.iter().map(|(at, s)| Scan { at: hour(*at), status: ParcelStatus::ALL[*s] });
    let stated = Stated { status: ParcelStatus::Registered, since: Some(Timestamp(hour(1).0)) };
    let status = current_status(stated, scans).status.name();
    assert!(ordered[0].line.starts_with(&format!("SF1 sf {status} ")), "{:?} is not {status}", ordered[0]);
}

async fn fresh(postgres: bool) -> TestApp {
    if postgres { TestApp::postgres().await } else { TestApp::sqlite().await }
}

fn run(arrival: Arrival, postgres: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(same_story(postgres, arrival));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 20, ..ProptestConfig::default() })]

    /// However a history arrives, what stands in the tables is what its ordered self would have left.
    #[test]
    fn every_arrival_of_one_history_ends_alike_on_sqlite(arrival in arrivals()) {
        run(arrival, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 5, ..ProptestConfig::default() })]

    #[test]
    fn every_arrival_of_one_history_ends_alike_on_postgres(arrival in arrivals()) {
        run(arrival, true);
    }
}

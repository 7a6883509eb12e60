//! Orders from live systems: the same again, late, changed, and beside what carriers say.

use crate::{on_both, support::TestApp};
use aftercart::{
    args,
    orders::import::{
        UpsertError, Upserted,
        model::{Charges, ImportedEvent, ImportedLine, ImportedOrder, ImportedShipment, LineKind, ShipmentLine},
        upsert,
    },
    sql,
};
use aftercart_shared::{
    money::Currency,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};

/// 2026-11-18T00:00:00Z.
pub const START: i64 = 1_794_960_000_000;

pub fn hour(n: i64) -> Timestamp {
    Timestamp(START + n * Timestamp::HOUR_MS)
}

pub fn event(at: i64, status: ParcelStatus) -> ImportedEvent {
    let text = Some(format!("{status:?} at {at}"));
    ImportedEvent { at: hour(at), utc_offset_min: Some(480), status, raw_code: None, place: None, text }
}

pub fn shipment(id: &str, number: &str, status: ParcelStatus) -> ImportedShipment {
    ImportedShipment {
        id: id.into(),
        carrier: Some("sf".into()),
        carrier_name: Some("SF".into()),
        tracking_number: Some(number.into()),
        tracking_url: None,
        status,
        raw_status: None,
        shipped_at: None,
        delivered_at: None,
        expected_earliest: None,
        expected_latest: None,
        lines: vec![ShipmentLine { line: "l1".into(), quantity: 1 }],
        events: Vec::new(),
    }
}

pub fn order(external_id: &str, updated_at: i64, shipments: Vec<ImportedShipment>) -> ImportedOrder {
    ImportedOrder {
        external_id: external_id.into(),
        number: format!("A-{external_id}"),
        placed_at: hour(0),
        currency: Currency::parse("CNY").unwrap(),
        locale: None,
        state: OrderState::Placed,
        cancelled_at: None,
        email: Some("Emma.Wilson@example.com".into()),
        phone: Some("138 0013 8000".into()),
        recipient: None,
        address: None,
        refunded: 0,
        updated_at: hour(updated_at),
        exchange_of: None,
        charges: Charges::default(),
        lines: vec![ImportedLine {
            id: "l1".into(),
            sku: None,
            title: "Lamp".into(),
            quantity: 9,
            refunded: 0,
            unit_price: None,
            kind: LineKind::Physical,
            available_at: None,
            discount: 0,
            tax: 0,
            serials: vec![],
        }],
        shipments,
    }
}

pub async fn send(app: &TestApp, order: ImportedOrder) -> Upserted {
    let sent = upsert(&app.app.db, &*app.clock, &app.site.id, "CN", "vendure", vec![order]).await.unwrap();
    sent.into_iter().next().unwrap()
}

pub async fn status(app: &TestApp, number: &str) -> String {
    let (code, found) = app.lookup(number, "emma.wilson@example.com").await;
    assert_eq!(code, 200, "{found}");
    found["parcels"][0]["status"].as_str().unwrap_or("none").to_owned()
}

#[derive(Debug, sqlx::FromRow)]
struct Texts {
    text: Option<String>,
}

async fn texts(app: &TestApp) -> Vec<String> {
    let rows: Vec<Texts> = app
        .app
        .db
        .fetch_all(sql!("SELECT text FROM tracking_events WHERE site_id = $1 ORDER BY at, text"), args![&app.site.id])
        .await
        .unwrap();
    rows.into_iter().filter_map(|row| row.text).collect()
}

/// As a carrier's feed would store it.
async fn reported(app: &TestApp, upserted: &Upserted, shipment: &str, at: i64, status: ParcelStatus) {
    let event = event(at, status);
    let args = args![
        &app.site.id,
        &upserted.order_id,
        shipment,
        format!("fed-{at}"),
        event.at,
        event.status.name(),
        &event.text
    ];
    app.app
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(
                    sql!(
                        "INSERT INTO tracking_events (site_id, order_id, shipment_id, event_id, at, status, text, source)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, 'aftership')"
                    ),
                    args,
                )
                .await
            })
        })
        .await
        .map_err(|e: aftercart::db::Error| e)
        .unwrap();
}

on_both! {
    async fn the_same_again_changes_nothing_and_a_later_word_does(app) {
        let first = send(&app, order("1", 1, vec![shipment("s1", "SF1", ParcelStatus::Registered)])).await;
        assert!(first.changed);
        // Asked again an hour later: the same order.
        let again = send(&app, order("1", 2, vec![shipment("s1", "SF1", ParcelStatus::Registered)])).await;
        assert_eq!(again, Upserted { changed: false, ..first.clone() });
        let moved = send(&app, order("1", 3, vec![shipment("s1", "SF1", ParcelStatus::InTransit)])).await;
        assert!(moved.changed && moved.order_id == first.order_id);
        assert_eq!(status(&app, "A-1").await, "in_transit");
        // The e-mail and the phone were told as the shop writes them.
        assert_eq!(app.lookup("A-1", "+8613800138000").await.0, 200);
    }

    async fn a_message_that_was_overtaken_is_ignored(app) {
        send(&app, order("1", 5, vec![shipment("s1", "SF1", ParcelStatus::Delivered)])).await;
        let late = send(&app, order("1", 4, vec![shipment("s1", "SF1", ParcelStatus::InTransit)])).await;
        assert!(!late.changed);
        assert_eq!(status(&app, "A-1").await, "delivered");
        // Unchanged but newer: what is older than this was overtaken too.
        send(&app, order("1", 8, vec![shipment("s1", "SF1", ParcelStatus::Delivered)])).await;
        assert!(!send(&app, order("1", 7, vec![])).await.changed);
        assert_eq!(status(&app, "A-1").await, "delivered");
    }

    async fn what_carriers_report_outlives_the_shop_s_next_word(app) {
        let sent = send(&app, order("1", 1, vec![shipment("s1", "SF 1", ParcelStatus::Registered), shipment("s2", "SF2", ParcelStatus::Registered)])).await;
        reported(&app, &sent, "s1", 20, ParcelStatus::Delivered).await;
        reported(&app, &sent, "s2", 21, ParcelStatus::InTransit).await;
        // The shop knows less, and calls the parcel differently.
        let mut own = shipment("x1", "SF1", ParcelStatus::InTransit);
        own.events = vec![event(3, ParcelStatus::InTransit)];
        send(&app, order("1", 22, vec![own, shipment("s2", "SF9", ParcelStatus::Registered)])).await;
        assert_eq!(status(&app, "A-1").await, "delivered");
        // Parcel s2 got another label: what was told of the old one is not its story.
        assert_eq!(texts(&app).await, ["InTransit at 3", "Delivered at 20"]);
        // The shop's own events are the shop's to take back; the carrier's are not.
        send(&app, order("1", 23, vec![shipment("s1", "SF1", ParcelStatus::InTransit)])).await;
        assert_eq!(texts(&app).await, ["Delivered at 20"]);
        let (_, found) = app.lookup("A-1", "emma.wilson@example.com").await;
        assert_eq!(found["parcels"][0]["delivered_at"], hour(20).0);
        assert_eq!(found["parcels"].as_array().map(Vec::len), Some(1));
    }

    async fn later_evidence_alone_moves_a_parcel_back(app) {
        let sent = send(&app, order("1", 1, vec![shipment("s1", "SF1", ParcelStatus::Delivered)])).await;
        reported(&app, &sent, "s1", 30, ParcelStatus::Returning).await;
        send(&app, order("1", 40, vec![ImportedShipment { raw_status: Some("DONE".into()), ..shipment("s1", "SF1", ParcelStatus::Delivered) }])).await;
        assert_eq!(status(&app, "A-1").await, "returning");
    }

    async fn a_bad_order_stops_the_batch_before_anything_is_stored(app) {
        let mut bad = order("2", 1, vec![]);
        bad.lines.clear();
        let refused = upsert(&app.app.db, &*app.clock, &app.site.id, "CN", "api", vec![order("1", 1, vec![]), bad]).await;
        let Err(UpsertError::Refused { index, external_id, reason }) = refused else { panic!("{refused:?}") };
        assert_eq!((index, external_id.as_str(), reason.as_str()), (1, "2", "the order has no lines"));
        let mut nobody = order("3", 1, vec![]);
        (nobody.email, nobody.phone) = (None, Some("call me".into()));
        assert!(upsert(&app.app.db, &*app.clock, &app.site.id, "CN", "api", vec![nobody]).await.is_err());
        assert_eq!(app.lookup("A-1", "emma.wilson@example.com").await.0, 404);
    }

    async fn two_sources_and_two_sites_keep_their_own(app) {
        let other = app.another_site("pk_other", "https://other.example").await;
        let first = send(&app, order("1", 1, vec![])).await;
        for (site, source) in [(&app.site.id, "api"), (&other.id, "vendure")] {
            let sent = upsert(&app.app.db, &*app.clock, site, "CN", source, vec![order("1", 1, vec![])]).await.unwrap();
            assert!(sent[0].changed && sent[0].order_id != first.order_id);
        }
    }
}

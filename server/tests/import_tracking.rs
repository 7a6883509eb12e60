//! Tracking from files.

use crate::{
    on_both,
    support::TestApp,
    upsert_orders::{order, send, shipment, status},
};
use aftercart::orders::tracking_file::{Summary, TrackingImportError, import_tracking};
use aftercart_shared::tracking::ParcelStatus;
use serde_json::{Value, json};
use std::path::Path;

async fn import(app: &TestApp, file: &Path) -> Result<Summary, TrackingImportError> {
    import_tracking(&app.app.db, &*app.clock, &app.site.id, &app.site.time_zone, file).await
}

fn rejected(file: &Path) -> Vec<Value> {
    let path = format!("{}.rejected.jsonl", file.display());
    std::fs::read_to_string(path).unwrap_or_default().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

on_both! {
    async fn rows_reach_their_parcels_and_bad_ones_are_reported(app) {
        for (id, number) in [("1", "SF1"), ("2", "92055901649173127510891")] {
            send(&app, order(id, 1, vec![shipment("s1", number, ParcelStatus::Registered)])).await;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("night.csv");
        let rows = "\u{FEFF}Tracking Number;status;at;text;place\r\n\
             sf 1;in_transit;2026-11-18T20:00:00+08:00;\"left; \"\"Hub\"\"\";上海市\r\n\
             SF1;delivered;2026-11-19 09:30:00;;\r\n\
             SF9;delivered;2026-11-19 09:30:00;;\r\n\
             SF1;arrived;2026-11-19 09:30:00;;\r\n\
             SF1;delivered;2026-11-19;;\r\n\
             SF1;delivered;2026-11-19 09:30:00;;;;;\r\n\
             ;delivered;2026-11-19 09:30:00;;\r\n\r\n";
        std::fs::write(&file, rows).unwrap();
        let summary = import(&app, &file).await.unwrap();
        assert_eq!((summary.rows, summary.orders_changed, summary.rejected), (7, 1, 5));
        let reasons: Vec<String> = rejected(&file).iter().map(|row| format!("{} {}", row["line"], row["reason"].as_str().unwrap())).collect();
        assert_eq!(reasons, [
            "4 no parcel has the tracking number \"SF9\"",
            "5 status \"arrived\" is not one of unknown, registered, in_transit, out_for_delivery, ready_for_pickup, attempted, delivered, exception, returning, returned, cancelled, expired",
            "6 at \"2026-11-19\" is not a date with time such as 2026-11-10T09:12:00+08:00",
            "7 8 values for 5 columns",
            "8 tracking_number is missing",
        ]);
        let (_, found) = app.lookup("A-1", "emma.wilson@example.com").await;
        let parcel = &found["parcels"][0];
        // 09:30 by the shop's clock.
        assert_eq!((&parcel["status"], &parcel["delivered_at"]), (&json!("delivered"), &json!(1_795_051_800_000i64)));
        assert_eq!((&parcel["events"][1]["text"], &parcel["events"][1]["place"]), (&json!("left; \"Hub\""), &json!("上海市")));
        // Again: nothing; mended: the report goes.
        std::fs::write(&file, rows.lines().take(3).collect::<Vec<_>>().join("\n")).unwrap();
        let again = import(&app, &file).await.unwrap();
        assert_eq!(again, Summary { rows: 2, ..Summary::default() });
        assert_eq!(rejected(&file), [] as [Value; 0]);

        // JSON lines; a number of more digits than a float holds.
        let file = folder.path().join("night.jsonl");
        std::fs::write(&file, "\n{\"tracking_number\":92055901649173127510891,\"at\":\"2026-11-19T01:00:00Z\",\"status\":\"exception\",\"carrier\":null,\"expected_latest\":\"2026-11-21T01:00:00Z\"}\n{\"tracking_number\":\"SF1\",\"statuss\":\"x\"}\nnonsense\n").unwrap();
        let summary = import(&app, &file).await.unwrap();
        assert_eq!((summary.rows, summary.orders_changed, summary.rejected), (3, 1, 2));
        assert_eq!(status(&app, "A-2").await, "exception");
        assert!(rejected(&file)[0]["reason"].as_str().unwrap().starts_with("the field \"statuss\" is not one of"));
    }

    async fn a_header_that_lies_stops_the_import(app) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.csv");
        for (text, reason) in [
            ("tracking_number,at,state\n", "the column \"state\" is not one of"),
            ("tracking_number,at\n", "the column \"status\" is missing"),
            ("", "is missing"),
        ] {
            std::fs::write(&file, text).unwrap();
            let error = import(&app, &file).await.unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("t.csv"), "{error}");
        }
        assert!(import(&app, &folder.path().join("none.csv")).await.unwrap_err().to_string().contains("none.csv"));
    }
}

//! Orders from files, against real databases.

use aftercart::{
    clock::SystemClock,
    db::Db,
    orders::import::{Counts, ImportError, Shift, Summary, import_orders, import_orders_from},
};
use aftercart_shared::ids::SiteId;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use crate::support::import::{dump, each_engine, site};

fn demo(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/demo/orders").join(file)
}

async fn import(db: &Db, file: &Path) -> Result<Summary, ImportError> {
    import_orders(db, &SystemClock, &site(), "CN", file, |_| {}).await
}

async fn import_text(db: &Db, text: &str) -> Summary {
    import_orders_from(db, &SystemClock, &site(), "CN", Cursor::new(text.to_owned()), Shift::default()).await.unwrap()
}

fn counts(imported: u64, unchanged: u64, rejected: u64) -> Counts {
    Counts { imported, unchanged, rejected }
}

/// The order `n`, as it looks after `edits` changes.
fn order(n: u64, edits: u64) -> Value {
    json!({
        "id": n, "number": format!("A-{}", 1000 + n), "placed_at": "2026-11-10T09:12:00+08:00", "currency": "CNY",
        "email": format!("shopper{n}@example.cn"), "recipient": format!("王{n}"),
        "lines": [{"id": "l1", "title": "茶杯", "quantity": 2 + edits, "unit_price": "129.00"}],
        "shipments": (0..=edits % 3).map(|s| json!({
            "id": format!("s{s}"), "carrier": "sf", "tracking_number": format!("SF{n}-{s}"),
            "lines": if s == 0 { json!([{"line": "l1", "quantity": 1}]) } else { json!([]) },
            "events": [{"at": "2026-11-12T08:00:00+08:00", "status": "in_transit", "place": "上海市", "text": format!("{edits}")},
                       {"at": "2026-11-12T08:00:00+08:00", "status": "in_transit", "place": "上海市", "text": format!("{edits}")}]
        })).collect::<Vec<_>>(),
    })
}

fn lines(orders: impl Iterator<Item = Value>) -> String {
    orders.map(|order| format!("{order}\n")).collect()
}

#[tokio::test]
async fn the_demo_shop_s_files_come_in_whole() {
    each_engine(async |db| {
        for (file, orders) in [("orders.jsonl", 66), ("shopify-orders.json", 17)] {
            let text = fs::read(demo(file)).unwrap();
            let read = import_orders_from(&db, &SystemClock, &site(), "CN", Cursor::new(text), Shift { days: 3 })
                .await
                .unwrap();
            assert_eq!(read.rejected, []);
            assert_eq!(read.counts, counts(orders, 0, 0), "{file}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_a_changed_order_is_replaced_whole() {
    each_engine(async |db| {
        let first = lines((0..7).map(|n| order(n, 2)));
        assert_eq!(import_text(&db, &first).await.counts, counts(7, 0, 0));
        let before = dump(&db).await;
        assert_eq!(import_text(&db, &first).await.counts, counts(0, 7, 0));
        assert_eq!(dump(&db).await, before);
        // What the carrier said twice stands there once.
        assert_eq!(before.iter().filter(|row| row.starts_with("event ")).count(), 21);

        let edited = lines([order(3, 0)].into_iter());
        assert_eq!(import_text(&db, &edited).await.counts, counts(1, 0, 0));
        let after = dump(&db).await;
        let parcels = |rows: &[String]| rows.iter().filter(|row| row.starts_with("shipment ")).count();
        assert_eq!((parcels(&before), parcels(&after)), (21, 19));
        import_text(&db, &first).await;
        assert_eq!(dump(&db).await, before);
    })
    .await;
}

#[tokio::test]
async fn bad_rows_are_reported_and_never_half_an_order_stored() {
    each_engine(async |db| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("orders.jsonl");
        let mut half = order(2, 0);
        half["shipments"][0]["lines"][0]["line"] = json!("nowhere");
        let text = format!("\u{FEFF}{}\r\n\r\n{}\r\nnot json\r\n{}", order(1, 0), half, order(3, 0));
        fs::write(&file, text).unwrap();
        let summary = import(&db, &file).await.unwrap();
        assert_eq!(summary.counts, counts(2, 0, 2));
        let report = summary.rejected_file.unwrap();
        assert_eq!(report, folder.path().join("orders.jsonl.rejected.jsonl"));
        let rows: Vec<Value> =
            fs::read_to_string(&report).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(
            rows,
            [
                json!({"line": 3, "index": 2, "order": "A-1002",
                       "reason": "shipment \"s0\" contains the unknown line \"nowhere\""}),
                json!({"line": 4, "index": 3, "reason": "expected ident (column 2)"}),
            ]
        );
        let stored = dump(&db).await;
        assert!(!stored.iter().any(|row| row.contains("A-1002") || row.contains("SF2-0")));
        // Mended, the report goes.
        fs::write(&file, lines((1..4).map(|n| order(n, 0)))).unwrap();
        assert_eq!(import(&db, &file).await.unwrap().counts, counts(1, 2, 0));
        assert!(!report.exists());
    })
    .await;
}

#[tokio::test]
async fn a_killed_import_goes_on_and_ends_like_a_clean_one() {
    let orders = |list: bool| {
        let rows = (0..2_300).map(|n| if n % 190 == 7 { json!({"id": n, "number": "none"}) } else { order(n, n % 4) });
        let text = lines(rows);
        if list { format!("[{}]", text.trim_end().replace('\n', "\n,")) } else { text }
    };
    each_engine(async |db| {
        for list in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("orders.json");
            fs::write(&file, orders(list)).unwrap();
            let report = folder.path().join("orders.json.rejected.jsonl");

            crate::support::import::clear(&db).await;
            let clean = import(&db, &file).await.unwrap();
            assert_eq!(clean.counts, counts(2_287, 0, 13));
            let (clean_rows, clean_report) = (dump(&db).await, fs::read_to_string(&report).unwrap());

            crate::support::import::clear(&db).await;
            let (db2, file2) = (db.clone(), file.clone());
            let killed = tokio::spawn(async move {
                import_orders(&db2, &SystemClock, &site(), "CN", &file2, |p| {
                    assert!(p.counts.total() < 1_000, "killed here, on purpose");
                })
                .await
            });
            assert!(killed.await.unwrap_err().is_panic());
            // It had already reported a row of the batch that it never finished.
            let mut torn = fs::read_to_string(&report).unwrap();
            torn.push_str("{\"line\":1151,\"index\":1151,\"reason\":\"again\"}\n{\"line\":11");
            fs::write(&report, torn).unwrap();

            let resumed = import(&db, &file).await.unwrap();
            assert_eq!((resumed.resumed_after, resumed.counts), (Some(1_000), clean.counts));
            assert_eq!(dump(&db).await, clean_rows);
            assert_eq!(fs::read_to_string(&report).unwrap(), clean_report);
            assert_eq!(import(&db, &file).await.unwrap().counts, counts(0, 2_287, 13));
            assert_eq!(fs::read_to_string(&report).unwrap(), clean_report);
        }
    })
    .await;
}

#[tokio::test]
async fn a_broken_file_is_imported_up_to_the_break() {
    each_engine(async |db| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("orders.json");
        let whole = format!("{{\"orders\":[\n{},\n{}", order(1, 0), order(2, 0));
        for (tail, message, line) in [
            (",\n{\"id\":3,\n \"number\" \"A-3\"}]}", "expected `:`", 5),
            (",\n{\"id\":3,\n \"num", "the file ends in the middle of the order that begins at line 4", 5),
            ("\n", "the file ends in the middle of the list of orders", 4),
            ("]}{", "expected {\"orders\":[…]}", 3),
        ] {
            crate::support::import::clear(&db).await;
            fs::write(&file, format!("{whole}{tail}")).unwrap();
            let error = import(&db, &file).await.unwrap_err();
            let ImportError::Broken { broken, summary, .. } = &error else { panic!("{error}") };
            assert!(broken.message.contains(message), "{error}");
            assert_eq!((broken.line, summary.counts), (line, counts(2, 0, 0)), "{error}");
            assert_eq!(dump(&db).await.iter().filter(|row| row.starts_with("order ")).count(), 2);
        }
        let missing = import(&db, &folder.path().join("none.json")).await.unwrap_err().to_string();
        assert!(missing.contains("none.json"), "{missing}");
        assert!(import(&db, folder.path()).await.unwrap_err().to_string().contains("folder"));
    })
    .await;
}

#[tokio::test]
async fn two_shops_with_the_same_ids_do_not_meet() {
    each_engine(async |db| {
        let other = SiteId::from("other");
        crate::support::import::add_site(&db, &other).await;
        let text = lines((0..3).map(|n| order(n, 0)));
        import_text(&db, &text).await;
        let ours = dump(&db).await;
        let summary =
            import_orders_from(&db, &SystemClock, &other, "CN", Cursor::new(text), Shift::default()).await.unwrap();
        assert_eq!(summary.counts, counts(3, 0, 0));
        assert_eq!(dump(&db).await.len(), 2 * ours.len());
    })
    .await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// However a file is split, repeated or mixed with its own past, the rows are those of its last state.
    #[test]
    fn any_split_gives_the_same_rows(
        history in proptest::collection::vec((0u64..5, 0u64..4), 1..14), cuts in proptest::collection::vec(0usize..14, 0..4),
    ) {
        let run = async |pieces: Vec<&[(u64, u64)]>| {
            let (_folder, db) = crate::support::import::sqlite().await;
            for piece in pieces {
                import_text(&db, &lines(piece.iter().map(|(n, edits)| order(*n, *edits)))).await;
            }
            dump(&db).await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|c| *c < history.len()).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut rest = &history[..];
        for cut in cuts {
            let (piece, after) = rest.split_at(cut - (history.len() - rest.len()));
            pieces.extend([piece, piece]);
            rest = after;
        }
        pieces.push(rest);
        let split = runtime.block_on(run(pieces));
        let whole = runtime.block_on(run(vec![&history]));
        prop_assert_eq!(split, whole);
    }
}

//! Where is my order?

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use serde_json::{Value, json};

on_both! {
    async fn number_and_contact_show_status_and_parcels_masked(app) {
        app.import(&[order("A-1001")]).await;
        let (status, mut found) = app.lookup("A-1001", "emma.wilson@example.com").await;
        assert_eq!(status, 200);
        // Hashes of what the importer read; stable, but not the story here.
        found["parcels"][0].as_object_mut().unwrap().remove("id");
        for changing in ["watch", "revision"] {
            assert!(found.as_object_mut().unwrap().remove(changing).unwrap().as_str().unwrap().len() >= 16);
        }
        insta::assert_json_snapshot!("known_order", found);
        let text = found.to_string();
        for secret in ["Quay", "129", "12900", "Harbour lamp", "Wilson", "13912345678", "emma", "13800138000"] {
            assert!(!text.contains(secret), "{secret} is told");
        }
    }

    async fn whatever_the_keyboard_did_the_order_is_found(app) {
        app.import(&[order("A-1001")]).await;
        for (number, contact) in [
            ("#a 1001", "Emma.Wilson@Example.com "),
            ("Ａ－１００１", "138 0013 8000"),
            ("A\u{200B}1001", "0086 138-0013-8000"),
            ("a–1001", "＋８６１３８００１３８０００"),
            ("\u{202D}A1001\u{202C}", "8613800138000"),
        ] {
            assert_eq!(app.lookup(number, contact).await.0, 200, "{number} {contact}");
        }
    }

    async fn every_failure_is_the_same_answer(app) {
        app.import(&[order("A-1001")]).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import_to(&other, &[order("B-2002")]).await;
        let mut answers = Vec::new();
        for (n, (number, contact)) in [
            ("A-9999", "emma.wilson@example.com"),
            ("A-1001", "somebody.else@example.com"),
            ("A-1001", "+8613800138001"),
            // Another retailer's order, with its rightful contact.
            ("B-2002", "emma.wilson@example.com"),
        ].into_iter().enumerate() {
            let (status, mut body) = app.lookup_from(&format!("198.51.100.{n}"), number, contact).await;
            let id = body["request_id"].take();
            assert_eq!(id.as_str().map(str::len), Some(32));
            answers.push((status, body));
        }
        assert_eq!(answers[0].0, 404);
        assert_eq!(answers[0].1["code"], "order_not_found");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }

    async fn two_orders_of_one_spelling_are_told_apart_by_their_contacts(app) {
        let mut second = order("A-10-01");
        second["email"] = json!("li.na@example.cn");
        second["phone"] = Value::Null;
        app.import(&[order("A-1001"), second]).await;
        assert_eq!(app.lookup("A1001", "li.na@example.cn").await.1["number"], "A-10-01");
        assert_eq!(app.lookup("A1001", "emma.wilson@example.com").await.1["number"], "A-1001");
    }

    async fn a_number_dialled_from_where_the_parcel_goes_is_known(app) {
        let mut british = order("A-1002");
        british["phone"] = json!("+442071838750");
        british["address"]["country"] = json!("GB");
        app.import(&[british]).await;
        assert_eq!(app.lookup("A-1002", "020 7183 8750").await.0, 200);
    }

    async fn split_cancelled_and_unscanned_orders_say_so(app) {
        let mut split = order("A-1");
        split["lines"][0]["quantity"] = json!(3);
        let mut cancelled = order("A-2");
        cancelled["state"] = json!("cancelled");
        cancelled["shipments"] = json!([]);
        let mut unscanned = order("A-3");
        unscanned["shipments"][0]["status"] = json!("registered");
        unscanned["shipments"][0]["events"] = json!([]);
        for (n, o) in [&mut split, &mut cancelled, &mut unscanned].into_iter().enumerate() {
            o["number"] = json!(format!("A-100{n}"));
        }
        app.import(&[split, cancelled, unscanned]).await;
        let email = "emma.wilson@example.com";
        let (_, split) = app.lookup("A-1000", email).await;
        assert_eq!((&split["status"], &split["items_unshipped"]), (&json!("partly_shipped"), &json!(1)));
        let (_, cancelled) = app.lookup("A-1001", email).await;
        assert_eq!((&cancelled["status"], &cancelled["parcels"]), (&json!("cancelled"), &json!([])));
        let (_, unscanned) = app.lookup("A-1002", email).await;
        assert_eq!((&unscanned["stage"], &unscanned["parcels"][0]["events"]), (&json!("packed"), &json!([])));
    }

    async fn bad_input_is_named_by_field_and_code(app) {
        for (number, contact, field, code) in [
            ("", "a@b.cn", "number", "required"),
            ("  \u{3000}", "a@b.cn", "number", "required"),
            ("📦📦", "a@b.cn", "number", "order_number_invalid"),
            ("A-1001\u{0000}", "a@b.cn", "number", "order_number_invalid"),
            ("A-1001", "", "contact", "required"),
            ("A-1001", "not a contact", "contact", "contact_invalid"),
        ] {
            let (status, body) = app.lookup(number, contact).await;
            assert_eq!((status, &body["field"], &body["code"]), (422, &json!(field), &json!(code)), "{number:?}");
        }
        let (status, body) = app.lookup(&"9".repeat(10_240), "a@b.cn").await;
        assert_eq!((status, &body["code"]), (422, &json!("too_long")));
    }

    async fn what_the_server_owns_cannot_be_sent(app) {
        for extra in ["status", "order_id", "site_id", "verified"] {
            let body = json!({ "number": "A-1001", "contact": "a@b.cn", extra: "x" });
            let (status, body) = read(app.post("/api/v1/orders/lookup").json(&body)).await;
            assert_eq!((status, &body["code"]), (422, &json!("invalid")), "{extra}");
        }
    }
}

/// Right or wrong, known or not: a failure takes until the deadline and no answer can be told by its time. Holds for
/// the spread too: the slowest kind is not the one with most work.
#[tokio::test]
async fn failures_take_the_same_time() {
    let app = TestApp::with(
        |c| {
            c.limits.lookup_deadline_ms = 120;
            c.limits.failures_per_source = 1_000;
            c.limits.failures_per_order = 1_000;
        },
        false,
    )
    .await;
    app.import(&[order("A-1001")]).await;
    let mut means = Vec::new();
    for number in ["A-1001", "A-9999"] {
        let mut took = Vec::new();
        for n in 0..12 {
            let started = std::time::Instant::now();
            let contact = format!("wrong{n}.{number}@example.com");
            let (status, _) = app.lookup_from(&format!("203.0.113.{n}"), number, &contact).await;
            assert_eq!(status, 404);
            took.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        means.push(took[6]);
    }
    assert!(means.iter().all(|ms| *ms >= 120.0), "{means:?}");
    assert!((means[0] - means[1]).abs() < 30.0, "medians differ: {means:?} ms");
}

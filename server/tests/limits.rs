//! Guessing does not pay, and shuts nobody out.

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;

on_both! {
    async fn a_thousand_wrong_lookups_from_one_address_are_limited(app) {
        app.import(&[order("A-1001")]).await;
        let mut answers = BTreeMap::new();
        for chunk in 0..20 {
            let burst = (0..50).map(|n| {
                let n = chunk * 50 + n;
                let app = &app;
                async move { app.lookup_from("203.0.113.5", &format!("A-{}", 5000 + n), &format!("w{n}@example.com")).await }
            });
            for (status, body) in join_all(burst).await {
                *answers.entry(status).or_insert(0) += 1;
                if status == 429 {
                    assert_eq!(body["code"], "rate_limited");
                    assert!(body["retry_after"].as_i64().unwrap() > 60);
                }
            }
        }
        assert_eq!(answers, BTreeMap::from([(404, 20), (429, 980)]));
        // Others are not concerned.
        assert_eq!(app.lookup_from("198.51.100.9", "A-1001", "emma.wilson@example.com").await.0, 200);
    }

    async fn a_thousand_guesses_from_a_hundred_addresses_are_limited(app) {
        app.import(&[order("A-1001")]).await;
        let mut through = 0;
        for round in 0..10 {
            let guesses = (0..100).map(|n| {
                let contact = format!("guess{round}.{n}@example.com");
                let app = &app;
                async move { app.lookup_from(&format!("203.0.113.{n}"), "A-1001", &contact).await.0 }
            });
            through += join_all(guesses).await.into_iter().filter(|status| *status == 404).count();
        }
        // The order's own five, and none for having many addresses.
        assert!((1..=5).contains(&through), "{through} guesses were looked at");
        // Under attack a code lets the rightful shopper in; when it is over, nothing stays shut.
        let (status, body) = app.lookup_from("198.51.100.9", "A-1001", "emma.wilson@example.com").await;
        assert_eq!((status, &body["code"]), (403, &json!("code_required")));
        let (status, _) = app.ask_code(json!({ "contact": "emma.wilson@example.com", "number": "A-1001" })).await;
        assert_eq!((status, app.mails().await.len()), (202, 1));
        app.clock.forward_ms(2 * 3_600_000);
        assert_eq!(app.lookup_from("198.51.100.9", "A-1001", "emma.wilson@example.com").await.0, 200);
    }

    async fn one_contact_cannot_be_tried_with_ever_more_numbers(app) {
        app.import(&[order("A-1001")]).await;
        let mut statuses = Vec::new();
        for n in 0..7 {
            let number = format!("A-{}", 5000 + n);
            statuses.push(app.lookup_from(&format!("203.0.113.{n}"), &number, "emma.wilson@example.com").await.0);
        }
        assert_eq!(statuses, [404, 404, 404, 404, 404, 403, 403]);
        assert_eq!(app.ask_code(json!({ "contact": "emma.wilson@example.com" })).await.0, 202);
    }

    async fn the_limit_counts_what_does_not_exist_just_the_same(app) {
        app.import(&[order("A-1001")]).await;
        let mut statuses = Vec::new();
        for number in ["A-1001", "A-7777"] {
            let mut story = Vec::new();
            for n in 0..8 {
                story.push(app.lookup_from("203.0.113.77", number, &format!("w{n}{number}@example.com")).await.0);
            }
            statuses.push(story);
        }
        assert_eq!(statuses[0], statuses[1]);
        assert_eq!(statuses[0], [404, 404, 404, 404, 404, 403, 403, 403]);
    }

    async fn an_invented_forwarding_header_changes_nothing(app) {
        app.import(&[order("A-1001")]).await;
        let mut last = 0;
        for n in 0..30 {
            // The proxy appends the address that it saw; what stands before is the client's invention.
            let forwarded = format!("10.1.2.{n}, 203.0.113.200");
            last = app.lookup_from(&forwarded, &format!("A-{}", 8000 + n), &format!("q{n}@example.com")).await.0;
        }
        assert_eq!(last, 429);
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits_and_others_do_not() {
    let app = TestApp::with(
        |c| {
            c.limits.requests_per_second = 1;
            c.limits.burst = 5;
        },
        false,
    )
    .await;
    let ask = |address: &'static str| read(app.get("/api/v1/articles").header("x-forwarded-for", address));
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(ask("203.0.113.1").await.0);
    }
    assert_eq!(statuses[..5], [200; 5]);
    let (status, body) = ask("203.0.113.1").await;
    assert_eq!((status, &body["code"], &body["retry_after"]), (429, &json!("rate_limited"), &json!(1)));
    assert_eq!(ask("203.0.113.2").await.0, 200);
}

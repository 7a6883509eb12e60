//! Guessing does not pay, and shuts nobody out.

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use futures_util::future::join_all;
use serde_json::json;

on_both! {
    async fn a_thousand_wrong_lookups_from_one_address_are_limited(app) {
        app.import(&[order("A-1001")]).await;
        let mut failed = 0;
        let mut limited = 0;
        for chunk in 0..20 {
            let burst = (0..50).map(|n| {
                let number = format!("A-{}", 5000 + chunk * 50 + n);
                let app = &app;
                async move { app.lookup_from("203.0.113.5", &number, "emma.wilson@example.com").await }
            });
            for (status, body) in join_all(burst).await {
                match status {
                    404 => failed += 1,
                    429 => {
                        limited += 1;
                        assert_eq!(body["code"], "rate_limited");
                        assert!(body["retry_after"].as_i64().unwrap() > 60);
                    }
                    other => panic!("{other}: {body}"),
                }
            }
        }
        // 20 for the address; guessing with one contact ends sooner (5 of the contact's, none left for this address).
        assert!((1..=20).contains(&failed), "{failed} got through");
        assert_eq!(failed + limited, 1000);
        // The rightful shopper, elsewhere, with the very contact that was tried.
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
        // One try for each address; the order's own five may fall to addresses that had theirs.
        assert!((100..=110).contains(&through), "{through} guesses were looked at");
        assert_eq!(app.lookup_from("198.51.100.9", "A-1001", "emma.wilson@example.com").await.0, 200);
        // Even after one slip of her own under attack she is asked to wait, told for how long, and not longer.
        assert_eq!(app.lookup_from("198.51.100.10", "A-1001", "ema.wilson@example.com").await.0, 404);
        let (status, body) = app.lookup_from("198.51.100.10", "A-1001", "emma.wilson@example.com").await;
        assert_eq!(status, 429);
        app.clock.forward_ms(body["retry_after"].as_i64().unwrap() * 1000 + 3_600_000);
        assert_eq!(app.lookup_from("198.51.100.10", "A-1001", "emma.wilson@example.com").await.0, 200);
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
        assert_eq!(statuses[0], [404, 404, 404, 404, 404, 429, 429, 429]);
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

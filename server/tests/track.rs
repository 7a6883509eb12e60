//! An order on screen: what is said beyond the carrier, hearing of changes, disputes, and the link for somebody else.

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use aftercart::orders::expectation::learn::learn;
use aftercart_shared::time::Timestamp;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

const EMAIL: &str = "emma.wilson@example.com";

async fn found(app: &TestApp, number: &str) -> Value {
    let (status, found) = app.lookup(number, EMAIL).await;
    assert_eq!(status, 200, "{found}");
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn watch(app: &TestApp, token: &str, after: &str, wait: u32) -> RequestBuilder {
    app.get(&format!("/api/v1/orders/watch?after={after}&wait={wait}")).header("aftercart-watch", token)
}

fn dispute(app: &TestApp, token: &str, parcel: &str, missing: bool) -> RequestBuilder {
    let body = json!({ "parcel": parcel, "missing": missing });
    app.post("/api/v1/orders/dispute").header("aftercart-watch", token).json(&body)
}

/// Named by another site's key.
fn as_site(request: RequestBuilder, key: &str) -> RequestBuilder {
    let (client, request) = request.build_split();
    let mut request = request.unwrap();
    request.headers_mut().insert("aftercart-site", key.parse().unwrap());
    RequestBuilder::from_parts(client, request)
}

fn delivered(number: &str) -> Value {
    let mut order = order(number);
    order["shipments"][0]["status"] = json!("delivered");
    let events = order["shipments"][0]["events"].as_array_mut().unwrap();
    events.push(json!({ "at": "2026-11-21T09:00:00+08:00", "status": "delivered", "text": "Signed" }));
    order
}

/// Handed over on Thursday at eight, delivered on Saturday.
fn past(n: usize) -> Value {
    let mut order = delivered(&format!("A-5{n:03}"));
    order["shipments"][0]["tracking_number"] = json!(format!("SF9{n:012}"));
    order["shipments"][0]["events"] = json!([
        { "at": "2026-11-18T18:00:00+08:00", "status": "registered" },
        { "at": "2026-11-19T08:00:00+08:00", "status": "in_transit" },
        { "at": "2026-11-20T20:00:00+08:00", "status": "in_transit" },
        { "at": "2026-11-21T08:00:00+08:00", "status": "out_for_delivery" },
        { "at": "2026-11-21T09:00:00+08:00", "status": "delivered" },
    ]);
    order
}

on_both! {
    async fn a_range_comes_from_the_shops_own_history_once_there_is_one(app) {
        app.import(&[order("A-1001")]).await;
        app.import(&(0..19).map(past).collect::<Vec<_>>()).await;
        let now = app.app.clock.now();
        learn(&app.app.db, now).await.unwrap();
        assert_eq!(found(&app, "A-1001").await["expected"], Value::Null, "nineteen parcels are too few");
        app.import(&[past(19)]).await;
        learn(&app.app.db, now).await.unwrap();
        // Counting again changes nothing.
        learn(&app.app.db, now).await.unwrap();
        let expected = &found(&app, "A-1001").await["expected"];
        assert_eq!(expected["source"], "history");
        // Handed over on Friday the 20th in Shanghai, two days as ever: Sunday the 22nd.
        assert_eq!(expected["earliest"], json!(1_795_276_800_000_i64));
        assert_eq!(expected["latest"], json!(1_795_276_800_000_i64 + Timestamp::DAY_MS - 1));
        // Another site has no part in it.
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import_to(&other, &[order("B-1001")]).await;
        let body = json!({ "number": "B-1001", "contact": EMAIL });
        let (status, theirs) = read(as_site(app.post("/api/v1/orders/lookup").json(&body), "pk_other")).await;
        assert_eq!((status, &theirs["expected"]), (200, &Value::Null));
    }

    async fn silence_and_lateness_are_told_with_their_beginning(app) {
        let mut late = order("A-1002");
        late["shipments"][0]["expected"] =
            json!({ "earliest": "2026-11-18T09:00:00+08:00", "latest": "2026-11-19T18:00:00+08:00" });
        app.import(&[order("A-1001"), late]).await;
        assert_eq!(found(&app, "A-1001").await["parcels"][0]["trouble"], Value::Null);
        let late = found(&app, "A-1002").await;
        assert_eq!(late["parcels"][0]["trouble"]["kind"], "late");
        assert_eq!(late["parcels"][0]["needs_attention"], true);
        app.clock.forward_ms(5 * Timestamp::DAY_MS);
        let stuck = found(&app, "A-1001").await;
        // Since its last scan, 2026-11-20T08:00+08:00.
        assert_eq!(stuck["parcels"][0]["trouble"], json!({ "kind": "stuck", "since": 1_795_132_800_000_i64 }));
    }

    async fn articles_that_do_not_travel_are_not_waited_for(app) {
        let mut mixed = order("A-1001");
        mixed["exchange_of"] = json!("A-0999");
        mixed["lines"].as_array_mut().unwrap().extend([
            json!({ "id": "l2", "title": "Pattern to download", "quantity": 1, "kind": "digital" }),
            json!({ "id": "l3", "title": "Winter lamp", "quantity": 3, "kind": "pre_order",
                    "available_at": "2026-12-03T00:00:00+08:00" }),
        ]);
        app.import(&[mixed]).await;
        let mixed = found(&app, "A-1001").await;
        assert_eq!((&mixed["items_digital"], &mixed["items_pre_ordered"]), (&json!(1), &json!(3)));
        assert_eq!((&mixed["items_unshipped"], &mixed["status"]), (&json!(0), &json!("partly_shipped")));
        assert_eq!(mixed["available_at"], json!(1_796_227_200_000_i64));
        assert_eq!(mixed["exchange_of"], "A-0999");
        assert!(!mixed.to_string().contains("Winter"), "articles are named to nobody unverified");
        // Once it could be sent, it is waited for like anything else.
        app.clock.forward_ms(20 * Timestamp::DAY_MS);
        let later = found(&app, "A-1001").await;
        assert_eq!((&later["items_unshipped"], &later["items_pre_ordered"]), (&json!(3), &json!(0)));
    }

    async fn whoever_watches_hears_of_changes_and_of_nothing_else(app) {
        app.import(&[order("A-1001")]).await;
        let first = found(&app, "A-1001").await;
        let (token, revision) = (text(&first["watch"]), text(&first["revision"]));
        assert_eq!(read(watch(&app, &token, &revision, 0)).await.0, 204);
        // Not told by anybody: the database is read all the same.
        let waiting = read(watch(&app, &token, &revision, 20));
        let (news, ()) = tokio::join!(waiting, async { app.import(&[delivered("A-1001")]).await; });
        assert_eq!((news.0, &news.1["status"]), (200, &json!("delivered")));
        assert_ne!(text(&news.1["revision"]), revision);
        assert_eq!(news.1["watch"], first["watch"], "watching prolongs nothing");
        assert_eq!(read(watch(&app, &token, &revision, 0)).await.0, 200, "who is behind is told at once");
    }

    async fn a_dispute_is_kept_shown_and_taken_back(app) {
        app.import(&[delivered("A-1001")]).await;
        let first = found(&app, "A-1001").await;
        let (token, parcel) = (text(&first["watch"]), text(&first["parcels"][0]["id"]));
        let waiting = read(watch(&app, &token, &text(&first["revision"]), 20));
        let (news, said) = tokio::join!(waiting, read(dispute(&app, &token, &parcel, true)));
        for answer in [&said, &news] {
            assert_eq!((answer.0, &answer.1["parcels"][0]["trouble"]["kind"]), (200, &json!("disputed")));
        }
        let again = read(dispute(&app, &token, &parcel, true)).await;
        assert_eq!(again.1["revision"], said.1["revision"], "saying it twice changes nothing");
        // The shop's system sends the order again: what the shopper said stays.
        let mut resent = delivered("A-1001");
        resent["recipient"] = json!("E. Wilson");
        app.import(&[resent]).await;
        assert_eq!(found(&app, "A-1001").await["parcels"][0]["trouble"]["kind"], "disputed");
        let (status, back) = read(dispute(&app, &token, &parcel, false)).await;
        assert_eq!((status, &back["parcels"][0]["trouble"]), (200, &Value::Null));
    }

    async fn only_the_orders_own_delivered_parcels_can_be_disputed(app) {
        let mut split = delivered("A-1001");
        split["lines"][0]["quantity"] = json!(3);
        split["shipments"].as_array_mut().unwrap().push(json!({ "id": "s2", "status": "in_transit",
            "lines": [{ "line": "l1", "quantity": 1 }] }));
        let mut other = delivered("A-2002");
        other["email"] = json!("li.na@example.cn");
        other["shipments"][0]["id"] = json!("theirs");
        app.import(&[split, other]).await;
        let token = text(&found(&app, "A-1001").await["watch"]);
        for parcel in ["s2", "theirs", "none"] {
            let (status, body) = read(dispute(&app, &token, parcel, true)).await;
            assert_eq!((status, &body["code"]), (404, &json!("not_found")), "{parcel}");
        }
        let theirs = app.lookup("A-2002", "li.na@example.cn").await.1;
        assert_eq!(theirs["parcels"][0]["trouble"], Value::Null, "no side effect");
        let (status, body) = read(dispute(&app, "", "s1", true)).await;
        assert_eq!((status, &body["code"]), (401, &json!("session_expired")));
        let extra = json!({ "parcel": "s1", "missing": true, "at": 1 });
        let request = app.post("/api/v1/orders/dispute").header("aftercart-watch", &token).json(&extra);
        assert_eq!(read(request).await.0, 422);
    }

    async fn a_token_holds_for_half_an_hour_and_for_its_own_site(app) {
        app.import(&[order("A-1001")]).await;
        let token = text(&found(&app, "A-1001").await["watch"]);
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import_to(&other, &[order("A-1001")]).await;
        let (status, _) = read(as_site(watch(&app, &token, "", 0), "pk_other")).await;
        assert_eq!(status, 401);
        for forged in ["", "a.b", &token[1..], &format!("{token}x")] {
            assert_eq!(read(watch(&app, forged, "", 0)).await.0, 401, "{forged}");
        }
        app.clock.forward_ms(30 * 60_000 - 1);
        assert_eq!(read(watch(&app, &token, "", 0)).await.0, 200);
        app.clock.forward_ms(1);
        let (status, body) = read(watch(&app, &token, "", 0)).await;
        assert_eq!((status, &body["code"]), (401, &json!("session_expired")));
    }

    async fn a_shared_link_shows_the_bare_status_and_opens_nothing_else(app) {
        app.import(&[delivered("A-1001")]).await;
        let first = found(&app, "A-1001").await;
        let (status, link) = read(app.post("/api/v1/orders/share").header("aftercart-watch", text(&first["watch"]))).await;
        assert_eq!(status, 200);
        let url = text(&link["url"]);
        let (page, token) = url.split_once('#').unwrap();
        assert!(page.ends_with("/s/pk_test/shared"), "{url}");
        let open = |token: &str| read(app.post("/api/v1/orders/shared").json(&json!({ "token": token })));
        let (status, shown) = open(token).await;
        assert_eq!((status, &shown["status"], &shown["shared"]), (200, &json!("delivered"), &json!(true)));
        assert_eq!(shown["parcels"][0]["tracking_number"], "…0123");
        let said = shown.to_string();
        for secret in ["Emma", "E***", "A-1001", "SF1234", "Call the courier", "\"Shanghai\"", "raw_code\":\"30"] {
            assert!(!said.contains(secret), "{secret} is told: {said}");
        }
        // Its watch token shows no more either, disputes nothing and shares nothing.
        let narrow = text(&shown["watch"]);
        let (_, seen) = read(watch(&app, &narrow, "", 0)).await;
        assert_eq!((&seen["shared"], &seen["recipient"]), (&json!(true), &Value::Null));
        assert_eq!(read(dispute(&app, &narrow, "s1", true)).await.0, 404);
        assert_eq!(read(app.post("/api/v1/orders/share").header("aftercart-watch", &narrow)).await.0, 404);
        // A link is no watch token, and a watch token no link.
        assert_eq!(read(watch(&app, token, "", 0)).await.0, 401);
        let mut answers = vec![open(&text(&first["watch"])).await, open("").await, open("a.b").await];
        app.clock.forward_ms(7 * Timestamp::DAY_MS);
        answers.push(open(token).await);
        for (status, body) in &mut answers {
            body["request_id"].take();
            assert_eq!((*status, &body["code"]), (404, &json!("link_invalid")));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "expired and forged sound alike: {answers:?}");
    }

    async fn who_waits_is_sent_home_when_the_server_stops_and_too_many_are_told_so(app) {
        app.import(&[order("A-1001")]).await;
        let first = found(&app, "A-1001").await;
        let (token, revision) = (text(&first["watch"]), text(&first["revision"]));
        let places: Vec<_> = std::iter::from_fn(|| app.app.waiters.enter(aftercart::http::Source([127, 0, 0, 1].into())).ok())
            .take(1_000)
            .collect();
        assert!((1..1_000).contains(&places.len()), "places are counted");
        let (status, body) = read(watch(&app, &token, &revision, 0)).await;
        assert_eq!((status, &body["code"]), (429, &json!("rate_limited")));
        drop(places);
        let waiting = read(watch(&app, &token, &revision, 20));
        let (answer, ()) = tokio::join!(waiting, async { app.app.hub.close() });
        assert_eq!(answer.0, 204);
    }
}

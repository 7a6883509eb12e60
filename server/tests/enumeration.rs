//! Knowing an order's number and where it goes is not enough to find anything out about it.

use crate::support::{KEY, TestApp, order};
use aftercart::router::router;
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use futures_util::{StreamExt, stream};
use std::{collections::BTreeMap, time::Instant};
use tower::ServiceExt;

/// Guesses under way at a time: enough to keep the database busy, few enough not to wait for its connections.
const AT_ONCE: usize = 16;

/// What somebody tries who knows the number and the shopper's area: postcodes, area codes with ends of numbers, the
/// commonest names at the commonest providers.
fn guess(n: usize) -> String {
    match n % 4 {
        0 => format!("{:06}", 200_000 + n / 4),
        1 => format!("021{:08}", n / 4),
        2 => format!("+8613{:09}", 800_000_000 + n),
        _ => format!("emma{}@example.com", n / 4),
    }
}

/// Through everything that a request passes, without a socket.
async fn ask(routes: Router, address: String, contact: String) -> u16 {
    let body = serde_json::json!({ "number": "A-1001", "contact": contact }).to_string();
    let request = Request::post("/api/v1/orders/lookup")
        .header(header::CONTENT_TYPE, "application/json")
        .header("aftercart-site", KEY)
        .header("x-forwarded-for", address)
        .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))))
        .body(Body::from(body))
        .unwrap();
    routes.oneshot(request).await.unwrap().status().as_u16()
}

/// From `addresses` addresses, `guesses` guesses; how each was answered.
async fn enumerate(app: &TestApp, guesses: usize, addresses: usize) -> BTreeMap<u16, usize> {
    app.import(&[order("A-1001")]).await;
    let routes = router(app.app.clone());
    let tried = (0..guesses).map(|n| {
        let from = n % addresses;
        let address = format!("10.{}.{}.{}", from / 65_536, from / 256 % 256, from % 256);
        ask(routes.clone(), address, guess(n))
    });
    let mut statuses = stream::iter(tried).buffer_unordered(AT_ONCE);
    let mut answers = BTreeMap::new();
    while let Some(status) = statuses.next().await {
        *answers.entry(status).or_insert(0) += 1;
    }
    answers
}

async fn finds_nothing(guesses: usize, addresses: usize, postgres: bool) {
    let app = TestApp::with(|_| {}, postgres).await;
    let begun = Instant::now();
    let answers = enumerate(&app, guesses, addresses).await;
    let engine = if postgres { "PostgreSQL" } else { "SQLite" };
    println!("{engine}: {guesses} guesses from {addresses} addresses in {:.1?}: {answers:?}", begun.elapsed());
    assert!(!answers.contains_key(&200), "{answers:?}");
    // No more than the order's five were looked at in the hour, however many addresses there are.
    assert!(answers.get(&404).copied().unwrap_or(0) <= 5, "{answers:?}");
    assert_eq!(answers.values().sum::<usize>(), guesses);
    assert_eq!(answers.keys().filter(|status| ![403, 404, 422, 429].contains(*status)).count(), 0, "{answers:?}");
    // The code stays open to the rightful shopper.
    let asked = app.ask_code(serde_json::json!({ "contact": "emma.wilson@example.com", "number": "A-1001" })).await;
    assert_eq!(asked.0, 202);
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn two_thousand_guesses_find_nothing() {
    finds_nothing(2_000, 500, false).await;
    finds_nothing(2_000, 2_000, true).await;
}

/// Minutes; driven by `e2e/load/enumeration.sh`. `GUESSES` tries fewer.
#[tokio::test]
#[ignore = "takes minutes"]
async fn a_hundred_thousand_guesses_find_nothing() {
    let guesses = std::env::var("GUESSES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    for postgres in [false, true] {
        finds_nothing(guesses, 1, postgres).await;
        finds_nothing(guesses, guesses, postgres).await;
    }
}

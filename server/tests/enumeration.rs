//! Knowing an order's number and where it goes is not enough to find anything out about it.

use crate::support::{TestApp, order};
use futures_util::future::join_all;
use std::collections::BTreeMap;

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

/// From `addresses` addresses, `guesses` guesses; how each was answered.
async fn enumerate(app: &TestApp, guesses: usize, addresses: usize) -> BTreeMap<u16, usize> {
    app.import(&[order("A-1001")]).await;
    let mut answers = BTreeMap::new();
    let all: Vec<usize> = (0..guesses).collect();
    for chunk in all.chunks(200) {
        let tried = chunk.iter().map(|n| {
            let address = format!("10.{}.{}.{}", n % addresses / 65_536, n % addresses / 256 % 256, n % 256);
            let contact = guess(*n);
            async move { app.lookup_from(&address, "A-1001", &contact).await.0 }
        });
        for status in join_all(tried).await {
            *answers.entry(status).or_insert(0) += 1;
        }
    }
    answers
}

async fn finds_nothing(guesses: usize, addresses: usize, postgres: bool) {
    let app = TestApp::with(|_| {}, postgres).await;
    let answers = enumerate(&app, guesses, addresses).await;
    println!("{guesses} guesses from {addresses} addresses: {answers:?}");
    assert!(!answers.contains_key(&200), "{answers:?}");
    // No more than the order's five were looked at in the hour, however many addresses there are.
    assert!(answers.get(&404).copied().unwrap_or(0) <= 5, "{answers:?}");
    assert_eq!(answers.values().sum::<usize>(), guesses);
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

/// Minutes; driven by `e2e/load/enumeration.sh`.
#[tokio::test]
#[ignore = "takes minutes"]
async fn a_hundred_thousand_guesses_find_nothing() {
    finds_nothing(100_000, 1, false).await;
    finds_nothing(100_000, 100_000, true).await;
}

//! However many ask at once: one return to a key, and never more pieces than were bought or than are really gone.

use crate::{
    on_both,
    support::{
        TestApp,
        returns::{POLICY, arrived, key, wish},
    },
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

const EMMA: &str = "emma.wilson@example.com";
/// Requests under way at a time: more than a database has connections, and not so many that one waits for long.
const AT_ONCE: usize = 32;

/// Emma with orders of two lamps each; their ids.
async fn emma(app: &TestApp, orders: usize) -> (String, Vec<String>) {
    app.set_policy(POLICY).await;
    let numbers: Vec<String> = (0..orders).map(|n| format!("A-{}", 1001 + n)).collect();
    app.import(&numbers.iter().map(|number| arrived(number, 2)).collect::<Vec<_>>()).await;
    let emma = app.sign_in(EMMA).await;
    let mut ids = Vec::new();
    for number in &numbers {
        ids.push(app.order_id(number).await);
    }
    (emma, ids)
}

async fn count(app: &TestApp) -> i64 {
    #[derive(sqlx::FromRow)]
    struct Row {
        n: i64,
    }
    let sql = aftercart::sql!("SELECT COUNT(*) AS n FROM returns WHERE site_id = $1");
    app.app.db.fetch_optional::<Row>(sql, aftercart::args![&app.site.id]).await.unwrap().unwrap().n
}

/// Each wish in five copies, all under way side by side: how often each status came. Over `http` as shoppers do, or
/// without a network in between.
async fn storm(app: TestApp, wishes: usize, orders: usize, http: bool) {
    let (emma, ids) = emma(&app, orders).await;
    let app = Arc::new(app);
    let begun = std::time::Instant::now();
    let wishes: Vec<(String, Value)> = (0..wishes).map(|n| (ids[n % ids.len()].clone(), wish(&key(), 1))).collect();
    let copies = wishes.iter().flat_map(|one| std::iter::repeat_n(one.clone(), 5));
    let answers: Vec<(String, u16, Value)> = stream::iter(copies)
        .map(|(order, body)| {
            let (app, emma) = (app.clone(), emma.clone());
            async move {
                let task = tokio::spawn(async move {
                    let path = format!("/api/v1/me/orders/{order}/returns");
                    let (status, answer) = match http {
                        true => app.submit(&emma, &order, &body).await,
                        false => app.call_post(&path, &emma, &body).await,
                    };
                    (body["key"].as_str().unwrap().to_owned(), status, answer)
                });
                task.await.unwrap()
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    println!("{} answers in {:.1?}", answers.len(), begun.elapsed());
    let mut by_key: BTreeMap<String, Vec<(u16, Value)>> = BTreeMap::new();
    for (key, status, answer) in answers {
        by_key.entry(key).or_default().push((status, answer));
    }
    let mut made = 0;
    for (key, copies) in &by_key {
        let created = copies.iter().filter(|(status, _)| *status == 201).count();
        let refused = copies.iter().filter(|(status, _)| *status == 422).count();
        assert!(created == 1 && refused == 0 || created == 0 && refused == 5, "{key}: {copies:?}");
        let ids: Vec<&Value> = copies.iter().filter(|(s, _)| *s < 300).map(|(_, a)| &a["summary"]["id"]).collect();
        assert!(ids.windows(2).all(|two| two[0] == two[1]), "{key}: {ids:?}");
        made += created;
    }
    // Two pieces to an order, one to a return.
    assert_eq!((made, count(&app).await), (orders * 2, (orders * 2) as i64));
}

on_both! {
    async fn five_copies_of_each_wish_are_one_return(app) {
        // Half as many pieces as wishes: the others hear that nothing is left.
        storm(app, 200, 50, true).await;
    }

    async fn different_keys_for_the_last_piece_are_one_return(app) {
        let (emma, ids) = emma(&app, 1).await;
        let (app, order) = (Arc::new(app), ids[0].clone());
        let asked = stream::iter(0..40).map(|n| {
            let (app, emma, order) = (app.clone(), emma.clone(), order.clone());
            // Some want one, some both.
            async move { (1 + n % 2, app.submit(&emma, &order, &wish(&key(), 1 + n % 2)).await.0) }
        });
        let answers: Vec<(i64, u16)> = asked.buffer_unordered(40).collect().await;
        let pieces: i64 = answers.iter().filter(|(_, status)| *status == 201).map(|(pieces, _)| pieces).sum();
        assert_eq!(pieces, 2, "{answers:?}");
        assert!(answers.iter().all(|(_, status)| matches!(status, 201 | 422)), "{answers:?}");
    }

    async fn one_key_for_two_orders_at_once_is_one_return(app) {
        let (emma, ids) = emma(&app, 2).await;
        let key = key();
        let (a, b) = (wish(&key, 1), wish(&key, 1));
        let (a, b) = tokio::join!(app.submit(&emma, &ids[0], &a), app.submit(&emma, &ids[1], &b));
        let mut statuses = [a.0, b.0];
        statuses.sort_unstable();
        assert_eq!((statuses, count(&app).await), ([201, 409], 1));
    }

    async fn a_refund_that_comes_back_from_the_shop_is_not_counted_twice(app) {
        let (emma, ids) = emma(&app, 1).await;
        let left = async |app: &TestApp| app.return_options(&emma, &ids[0]).await["lines"][0]["left"].clone();
        let imported = |refunded: i64, at: &str| {
            let mut order = arrived("A-1001", 2);
            order["lines"][0]["refunded"] = json!(refunded);
            order["updated_at"] = json!(at);
            order
        };
        let (_, made) = app.submit(&emma, &ids[0], &wish(&key(), 1)).await;
        assert_eq!(left(&app).await, 1);
        app.paid_out(&made["summary"]["id"]).await;
        assert_eq!(left(&app).await, 1);
        // The shop's system tells of it: the same piece.
        app.import(&[imported(1, "2026-11-22T08:00:00+08:00")]).await;
        assert_eq!(left(&app).await, 1);
        // It refunds the other one by itself: nothing is left.
        app.import(&[imported(2, "2026-11-22T09:00:00+08:00")]).await;
        assert_eq!(left(&app).await, 0);
        assert_eq!(app.submit(&emma, &ids[0], &wish(&key(), 1)).await.1["code"], "not_returnable");
    }

    async fn what_the_shop_refunded_before_is_gone(app) {
        let (emma, ids) = emma(&app, 1).await;
        let mut refunded = arrived("A-1001", 2);
        refunded["lines"][0]["refunded"] = json!(1);
        refunded["updated_at"] = json!("2026-11-21T09:00:00+08:00");
        app.import(&[refunded]).await;
        assert_eq!(app.submit(&emma, &ids[0], &wish(&key(), 2)).await.1["code"], "quantity_invalid");
        let (status, made) = app.submit(&emma, &ids[0], &wish(&key(), 1)).await;
        assert_eq!(status, 201);
        app.paid_out(&made["summary"]["id"]).await;
        assert_eq!(app.return_options(&emma, &ids[0]).await["lines"][0]["left"], 0);
    }
}

/// 10,000 wishes in five copies each: minutes, so by hand
/// (`cargo test --release --test server -- --ignored --nocapture ten_thousand`). `WISHES=1000` for a first look.
fn many() -> (usize, usize) {
    let wishes = std::env::var("WISHES").map_or(10_000, |n| n.parse().unwrap());
    (wishes, wishes / 5)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn ten_thousand_wishes_on_sqlite() {
    let (wishes, orders) = many();
    storm(TestApp::sqlite().await, wishes, orders, false).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn ten_thousand_wishes_on_postgres() {
    let (wishes, orders) = many();
    storm(TestApp::postgres().await, wishes, orders, false).await;
}

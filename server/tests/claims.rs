//! Who does a job when whoever did it has died, and that nobody does one that is still being done.

use crate::{
    on_both,
    support::{
        TestApp, order,
        shop::{StandIn, never},
    },
};
use aftercart::{
    args,
    connectors::commerce::Kind,
    jobs::{
        store,
        worker::{self, CLAIM_MS, RENEW_MS},
    },
    sql,
};
use futures_util::FutureExt;
use std::time::Duration;

#[derive(sqlx::FromRow)]
struct Taken {
    claim: String,
    claimed_until: i64,
    attempt: i64,
}

async fn taken(app: &TestApp) -> Vec<Taken> {
    let sql = sql!("SELECT claim, claimed_until, attempt FROM jobs WHERE state = 'waiting' AND claim IS NOT NULL");
    app.app.db.fetch_all(sql, args![]).await.unwrap()
}

/// Asks again until it is so.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..1_000 {
        looks.tick().await;
        if so().await {
            return;
        }
    }
    panic!("never: {what}");
}

/// A shop's system that never answers, asked by a job that is under way now.
async fn slow(app: &TestApp) -> StandIn {
    let shop = StandIn::start().await;
    shop.says(never());
    app.connect(Kind::Generic, &shop).await;
    app.import(&[order("A-1001")]).await;
    shop
}

/// While `work` goes on; what it comes to is not awaited.
async fn beside(work: impl Future<Output = ()>, story: impl Future<Output = ()>) {
    tokio::select! {
        () = work => panic!("the slow job has ended first"),
        () = story => {}
    }
}

async fn nothing_is_due(app: &TestApp) -> bool {
    !store::any_due(&app.app.db, app.now()).await.unwrap()
}

on_both! {
    async fn a_killed_servers_job_is_taken_over_when_its_claim_ends(app) {
        let shop = slow(&app).await;
        let asked = until("the shop is asked", async || !shop.asked().is_empty());
        // Dropped in the middle, as a killed server's is.
        beside(app.run_jobs(), asked).await;
        let begun = taken(&app).await;
        assert_eq!((begun.len(), begun[0].attempt), (1, 1));
        app.clock.forward_ms(CLAIM_MS - 1);
        assert!(nothing_is_due(&app).await, "its owner may live");
        app.clock.forward_ms(1);
        shop.has(vec![]);
        app.run_jobs().await;
        assert!(taken(&app).await.is_empty());
        assert_eq!(app.health(&app.site).await[0].failures, 0);
    }

    async fn a_slow_job_that_lives_is_never_begun_twice(app) {
        let shop = slow(&app).await;
        let story = async {
            until("the shop is asked", async || !shop.asked().is_empty()).await;
            // Twice as long as a claim lasts.
            for _ in 0..(2 * CLAIM_MS / RENEW_MS) {
                app.clock.forward_ms(RENEW_MS);
                let now = app.now();
                until("the claim is renewed", async || taken(&app).await[0].claimed_until == now.0 + CLAIM_MS).await;
                assert!(nothing_is_due(&app).await);
                let other = store::claim(&app.app.db, "other".into(), now, now.plus_ms(CLAIM_MS), 8).await.unwrap();
                assert_eq!(other.len(), 0);
            }
        };
        beside(app.run_jobs(), story).await;
        assert_eq!((taken(&app).await[0].attempt, shop.asked().len()), (1, 1));
    }

    async fn whoever_has_lost_a_job_lets_go_of_it(app) {
        let shop = slow(&app).await;
        let mut work = app.run_jobs().boxed_local();
        let other = async {
            until("the shop is asked", async || !shop.asked().is_empty()).await;
            assert_eq!(store::free_all(&app.app.db).await.unwrap(), 1);
            let now = app.now();
            assert_eq!(store::claim(&app.app.db, "other".into(), now, now.plus_ms(CLAIM_MS), 8).await.unwrap().len(), 1);
            app.clock.forward_ms(RENEW_MS);
        };
        tokio::select! {
            () = &mut work => panic!("the slow job has ended first"),
            () = other => {}
        }
        // The shop has still not answered.
        work.await;
        let now_others = taken(&app).await;
        assert_eq!((now_others[0].claim.as_str(), now_others[0].attempt), ("other", 2));
    }

    async fn a_server_that_comes_alone_takes_up_at_once_what_was_left(app) {
        let shop = slow(&app).await;
        let asked = until("the shop is asked", async || !shop.asked().is_empty());
        beside(app.run_jobs(), asked).await;
        assert!(nothing_is_due(&app).await);
        let place = worker::begin(&app.app).await.unwrap();
        // On PostgreSQL others may be at work, so that the claim has to end.
        assert_eq!(nothing_is_due(&app).await, place.is_none());
        let Some(_place) = place else { return };
        let now = app.now();
        let begun = store::claim(&app.app.db, "me".into(), now, now.plus_ms(CLAIM_MS), 8).await.unwrap();
        assert_eq!((begun.len(), begun[0].attempt), (1, 2));
        // A second server beside it takes nothing from it.
        assert!(worker::begin(&app.app).await.unwrap().is_some());
        assert!(nothing_is_due(&app).await);
    }
}

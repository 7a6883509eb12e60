//! What has to happen after a transaction, and the mails that wait for it.

use crate::{
    on_both,
    support::{
        TestApp, order,
        shop::{StandIn, never},
    },
};
use aftercart::{
    jobs::{self, NewJob, Outcome, store},
    notifications::{self, Block, Mail},
};
use aftercart_shared::{locale::Locale, time::Timestamp};
use serde_json::json;

fn mail(app: &TestApp, key: &str) -> Mail {
    let blocks = [Block::Title("Hello & welcome".into()), Block::Code("123456".into())];
    let (text, html) = notifications::page(&app.site, Locale::En, &blocks);
    Mail {
        site: app.site.id.clone(),
        key: key.into(),
        to: "emma.wilson@example.com".into(),
        locale: Locale::En,
        subject: "您的包裹".into(),
        text,
        html,
        headers: vec![],
        useful_until: None,
    }
}

async fn queue(app: &TestApp, mail: Mail) {
    let now = app.app.clock.now();
    app.app
        .db
        .write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { notifications::queue_mail(tx, mail, now).await })
        })
        .await
        .unwrap();
}

fn job(app: &TestApp, key: &str) -> NewJob {
    let now = app.app.clock.now();
    NewJob { site: app.site.id.clone(), kind: "unknown here", key: key.into(), payload: "null".into(), run_at: now }
}

async fn enqueue(app: &TestApp, job: NewJob) -> bool {
    let now = app.app.clock.now();
    app.app
        .db
        .write::<_, aftercart::db::Error, _>(move |tx| Box::pin(async move { jobs::enqueue(tx, job, now).await }))
        .await
        .unwrap()
}

on_both! {
    /// A platform that does not answer holds its own place and nobody else's.
    async fn a_slow_job_delays_no_other(app) {
        let shop = StandIn::start().await;
        shop.says(never());
        app.connect(aftercart::connectors::commerce::Kind::Generic, &shop).await;
        app.import(&[order("A-1001")]).await;
        let sent = async {
            // First the slow one is under way, then the mail becomes due beside it.
            while shop.asked().is_empty() {
                tokio::task::yield_now().await;
            }
            let (status, _) = app.ask_code(json!({ "contact": "emma.wilson@example.com" })).await;
            assert_eq!(status, 202);
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
            while app.mails().await[0].sent_at.is_none() {
                looks.tick().await;
            }
        };
        tokio::select! {
            () = app.run_jobs() => panic!("the slow job has ended first"),
            () = sent => {}
        }
        assert_eq!(app.health(&app.site).await[0].failures, 0);
    }

    async fn a_mail_asked_for_twice_is_one_mail(app) {
        queue(&app, mail(&app, "code 1")).await;
        queue(&app, mail(&app, "code 1")).await;
        app.run_jobs().await;
        queue(&app, mail(&app, "code 1")).await;
        queue(&app, mail(&app, "code 2")).await;
        app.run_jobs().await;
        let mails = app.mails().await;
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().all(|m| m.sent_at.is_some() && m.subject == "您的包裹"));
        assert!(mails[0].plain.contains("    123456\n"), "{}", mails[0].plain);
        assert!(mails[0].html.contains("Hello &amp; welcome"));
    }

    async fn a_mail_that_comes_too_late_is_not_sent(app) {
        let until = Some(app.app.clock.now().plus_ms(600_000));
        queue(&app, Mail { useful_until: until, ..mail(&app, "code") }).await;
        app.clock.forward_ms(600_001);
        app.run_jobs().await;
        assert_eq!(app.mails().await[0].sent_at, None);
    }

    async fn what_fails_comes_back_later_and_later(app) {
        assert!(enqueue(&app, job(&app, "a")).await);
        assert!(!enqueue(&app, job(&app, "a")).await);
        let mut waits = Vec::new();
        let db = &app.app.db;
        for _ in 0..4 {
            let begun = app.app.clock.now();
            app.run_jobs().await;
            assert!(!store::any_due(db, begun).await.unwrap());
            while !store::any_due(db, app.app.clock.now()).await.unwrap() {
                app.clock.forward_ms(100);
            }
            waits.push(app.app.clock.now().0 - begun.0);
        }
        assert!(waits[0] >= 2_000 && waits[0] <= 2_600, "{waits:?}");
        assert!(waits.windows(2).all(|pair| pair[1] > pair[0] * 3 / 2), "{waits:?}");
    }

    async fn a_claim_keeps_others_away_until_it_ends(app) {
        enqueue(&app, job(&app, "a")).await;
        let (db, now) = (&app.app.db, app.app.clock.now());
        let until = now.plus_ms(1_000);
        let mine = store::claim(db, "me".into(), now, until, 5).await.unwrap();
        assert_eq!(mine.len(), 1);
        assert_eq!(store::claim(db, "you".into(), now, until, 5).await.unwrap().len(), 0);
        let later = now.plus_ms(1_001);
        let yours = store::claim(db, "you".into(), later, later.plus_ms(1_000), 5).await.unwrap();
        assert_eq!(yours[0].attempt, 2);
        // Who lost the claim changes nothing any more.
        store::finish(db, &mine[0], "me".into(), Outcome::Done, later, later).await.unwrap();
        store::finish(db, &yours[0], "you".into(), Outcome::Again(Timestamp(later.0 + 5)), later, later).await.unwrap();
        assert!(!store::any_due(db, later).await.unwrap());
        assert!(store::any_due(db, later.plus_ms(5)).await.unwrap());
    }

    /// What it waited for came while it looked: it looks once more, and not only after its pause.
    async fn a_job_that_is_wanted_while_it_runs_runs_once_more(app) {
        let (db, now) = (&app.app.db, app.app.clock.now());
        for (outcome, wanted) in [
            (Outcome::Again(now.plus_ms(5_000)), true),
            (Outcome::Done, true),
            (Outcome::Again(now.plus_ms(5_000)), false),
            (Outcome::Done, false),
        ] {
            let one = job(&app, &format!("{outcome:?} {wanted}"));
            let (site, id) = (one.site.clone(), one.id());
            enqueue(&app, one).await;
            let claimed = store::claim(db, "me".into(), now, now.plus_ms(1_000), 5).await.unwrap().remove(0);
            if wanted {
                let run = db.write::<_, aftercart::db::Error, _>(move |tx| {
                    Box::pin(async move { store::run_now(tx, &site, &id, now).await })
                });
                assert!(run.await.unwrap());
                assert!(!store::any_due(db, now).await.unwrap(), "nobody else begins it meanwhile");
            }
            store::finish(db, &claimed, "me".into(), outcome, now, now).await.unwrap();
            assert_eq!(store::any_due(db, now).await.unwrap(), wanted);
            let again = store::claim(db, "me".into(), now, now.plus_ms(1_000), 5).await.unwrap();
            for job in again {
                store::finish(db, &job, "me".into(), Outcome::Done, now, now).await.unwrap();
            }
        }
    }

    async fn many_workers_do_each_job_once(app) {
        for n in 0..40 {
            enqueue(&app, job(&app, &n.to_string())).await;
        }
        let (now, until) = (app.app.clock.now(), app.app.clock.now().plus_ms(60_000));
        let claims = (0..8).map(|worker| {
            let db = app.app.db.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let some = store::claim(&db, format!("{worker}"), now, until, 3).await.unwrap();
                    if some.is_empty() && !store::any_due(&db, now).await.unwrap() {
                        break taken;
                    }
                    taken.extend(some.into_iter().map(|job| job.job_id));
                }
            })
        });
        let mut all = Vec::new();
        for claim in claims.collect::<Vec<_>>() {
            all.extend(claim.await.unwrap());
        }
        assert_eq!(all.len(), 40);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 40);
    }
}

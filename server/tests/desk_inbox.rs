//! The queue at a desk: its order, its views, pages that hold while it moves, what is new, and what is found in it.

use crate::{
    on_both,
    support::{
        TestApp,
        at_desk::AtDesk,
        read,
        returns::{MING, READER, SECRET_KEY, WEI},
        talk::{Talk, message},
    },
};
use aftercart::{
    agents::Role,
    db::{Db, STATEMENTS},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::Row;
use std::{collections::BTreeSet, time::Duration};
use tokio::time::timeout;

/// Less than what a request waits for that is told of nothing.
const AT_ONCE: Duration = Duration::from_secs(15);

fn ids(answer: &Value) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("{answer}"));
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn of(talks: &[&Talk]) -> Vec<String> {
    talks.iter().map(|talk| talk.id.clone()).collect()
}

impl AtDesk {
    async fn inbox(&self, query: &str) -> Value {
        self.sees(&format!("/inbox{query}")).await
    }

    async fn changes(&self, since: &Value, wait: u32) -> Value {
        self.sees(&format!("/inbox/changes?since={since}&wait={wait}")).await
    }
}

impl TestApp {
    /// Begins a conversation with these words.
    async fn asks(&self, text: &str) -> Talk {
        let talk = self.begin().await;
        assert_eq!(self.tell(&talk, "1", message(text)).await.0, 200);
        talk
    }

    async fn begin_about(&self, order: &str, session: Option<&str>) -> Talk {
        let request =
            self.post("/api/v1/conversations").json(&json!({ "locale": "en", "subject": { "order": order } }));
        let (_, opened) =
            read(session.into_iter().fold(request, |request, session| request.bearer_auth(session))).await;
        Talk::of(&opened)
    }
}

on_both! {
    async fn whoever_waits_longest_comes_first(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let mut talks = Vec::new();
        for n in 0..5 {
            app.clock.forward_ms(1_000);
            talks.push(if n == 4 { app.begin().await } else { app.asks(&format!("question {n}")).await });
        }
        // The first asks again: she waits since her first word.
        app.clock.forward_ms(1_000);
        app.tell(&talks[0], "2", message("hello?\nanybody there")).await;
        // The second is answered, the third taken, the fourth closed.
        assert_eq!(app.answer(&talks[1], "a", "Good morning").await.0, 200);
        app.clock.forward_ms(1_000);
        for (talk, act) in [(&talks[2], "assign"), (&talks[3], "close")] {
            assert_eq!(app.agent_does(talk, act, json!({ "agent": MING })).await.0, 200);
        }
        let all = ming.inbox("?view=all").await;
        // Of those who do not wait the newest: the one that was answered last, then the one in which nothing was said.
        assert_eq!(ids(&all), of(&[&talks[0], &talks[2], &talks[1], &talks[4]]));
        let first = &all["rows"][0];
        assert_eq!(first["last"], json!({ "at": first["updated_at"], "hers": true, "text": "hello? anybody there" }));
        assert_eq!(first["waiting_since"], first["created_at"]);
        assert_eq!(all["rows"][2]["last"]["hers"], false);
        assert_eq!((&all["rows"][2]["waiting_since"], &all["rows"][3]["last"]), (&Value::Null, &Value::Null));
        assert_eq!(ids(&ming.inbox("?view=mine").await), of(&[&talks[2]]));
        assert_eq!(ids(&ming.inbox("").await), of(&[&talks[2]]));
        assert_eq!(ids(&ming.inbox("?view=unassigned").await), of(&[&talks[0], &talks[1], &talks[4]]));
        let closed = ming.inbox("?view=closed").await;
        assert_eq!((ids(&closed), &closed["rows"][0]["waiting_since"]), (of(&[&talks[3]]), &Value::Null));
        assert_eq!(closed["counts"], json!({ "mine": 1, "unassigned": 3, "all": 4 }));
        let wei = app.seated(WEI).await;
        assert_eq!(wei.inbox("").await["counts"], json!({ "mine": 0, "unassigned": 3, "all": 4 }));
        // Answered and asked again, she waits from then on, behind the others.
        assert_eq!(app.answer(&talks[0], "a", "Here I am").await.0, 200);
        app.clock.forward_ms(1_000);
        app.tell(&talks[0], "3", message("thank you, and then")).await;
        assert_eq!(ids(&ming.inbox("?view=all").await), of(&[&talks[2], &talks[0], &talks[1], &talks[4]]));
    }

    /// Rows move, appear and close between the pages. What was not touched is told once; what was is told with the changes.
    async fn pages_hold_while_the_queue_moves(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let mut talks = Vec::new();
        for n in 0..250_i64 {
            // Some at one moment.
            app.clock.forward_ms(n % 3);
            let talk = app.begin().await;
            if n % 5 != 0 {
                app.tell(&talk, "1", message("?")).await;
            }
            talks.push(talk);
        }
        let (mut paged, mut since, mut query, mut moved) = (Vec::new(), Value::Null, "?view=all&limit=40".to_owned(), 0);
        let mut changed = BTreeSet::new();
        loop {
            let page = ming.inbox(&query).await;
            if since.is_null() {
                since = page["version"].clone();
            }
            assert_eq!(page["version"], since, "later pages are of the same version");
            paged.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?view=all&limit=40&cursor={next}");
            // From both ends and out of the middle, seen and unseen.
            for talk in [&talks[moved * 2 + 1], &talks[249 - moved], &talks[125 + moved]] {
                app.clock.forward_ms(1);
                match moved % 3 {
                    0 => assert_eq!(app.answer(talk, "a", "Yes").await.0, 200),
                    1 => assert_eq!(app.tell(talk, "again", message("??")).await.0, 200),
                    _ => assert_eq!(app.agent_does(talk, "assign", json!({ "agent": MING })).await.0, 200),
                }
                changed.insert(talk.id.clone());
            }
            changed.insert(app.begin().await.id);
            moved += 1;
        }
        assert!(moved > 4, "{moved}");
        let once: BTreeSet<String> = paged.iter().cloned().collect();
        assert_eq!(once.len(), paged.len(), "told twice");
        let told = ming.changes(&since, 0).await;
        assert_eq!(ids(&told).into_iter().collect::<BTreeSet<_>>(), changed);
        assert_eq!(told["reload"], false);
        let all: BTreeSet<String> = talks.iter().map(|talk| talk.id.clone()).chain(changed.iter().cloned()).collect();
        assert_eq!(once.union(&changed).cloned().collect::<BTreeSet<_>>(), all);
        assert_eq!(told["counts"]["all"], json!(all.len()));
        // The places of those that did not move are as they were.
        let order: Vec<String> = paged.into_iter().filter(|id| !changed.contains(id)).collect();
        let mut now = Vec::new();
        let mut query = "?view=all&limit=100".to_owned();
        loop {
            let page = ming.inbox(&query).await;
            now.extend(ids(&page).into_iter().filter(|id| !changed.contains(id)));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?view=all&limit=100&cursor={next}");
        }
        assert_eq!(now, order);
    }

    async fn whatever_a_queue_shows_wakes_whoever_looks_at_it(app) {
        app.open_desk().await;
        let (ming, wei) = (app.seated(MING).await, app.seated(WEI).await);
        let talk = app.begin().await;
        let (_, node) = app.another_node(true).await;
        let elsewhere = wei.via(&node);
        let mut since = ming.inbox("").await["version"].clone();
        for step in 0..7 {
            let looking = async { timeout(AT_ONCE, async { tokio::join!(ming.changes(&since, 20), elsewhere.changes(&since, 20)) }).await };
            let doing = async {
                // Let them look first; were they late, they would find it without waiting.
                tokio::task::yield_now().await;
                let by_ming = json!({ "agent": MING });
                match step {
                    0 => app.tell(&talk, "1", message("hi")).await.0,
                    1 => app.agent_does(&talk, "assign", by_ming).await.0,
                    2 => app.agent_does(&talk, "read", json!({ "agent": MING, "seq": 1 })).await.0 - 4,
                    3 => app.answer(&talk, "a", "Good morning").await.0,
                    4 => app.agent_does(&talk, "assign", json!({ "agent": WEI, "to": WEI })).await.0,
                    5 => ming.post(&format!("/conversations/{}/notes", talk.id), json!({ "client_id": "n", "text": "hm" })).await.0 - 1,
                    _ => app.agent_does(&talk, "close", by_ming).await.0,
                }
            };
            let (heard, status) = tokio::join!(looking, doing);
            assert_eq!(status, 200, "{step}");
            let (here, there) = heard.unwrap_or_else(|_| panic!("nobody woke at step {step}"));
            for told in [&here, &there] {
                assert_eq!((ids(told), &told["reload"]), (vec![talk.id.clone()], &json!(false)), "{step}");
            }
            assert_ne!(here["version"], since);
            since = here["version"].clone();
        }
        let end = ming.changes(&since, 0).await;
        assert_eq!((end["rows"].as_array().unwrap().len(), &end["version"]), (0, &since));
        assert_eq!(end["counts"], json!({ "mine": 0, "unassigned": 0, "all": 0 }));
    }

    async fn a_node_that_hears_nothing_finds_it_all_the_same(app) {
        app.open_desk().await;
        let (_, node) = app.another_node(false).await;
        let alone = app.seated(MING).await.via(&node);
        let since = alone.inbox("").await["version"].clone();
        let (told, talk) = tokio::join!(alone.changes(&since, 20), app.asks("hi"));
        // Begun and said are two changes; either may have been found first.
        assert_eq!(ids(&told), of(&[&talk]));
    }

    async fn whoever_has_missed_much_begins_anew(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let since = ming.inbox("").await["version"].clone();
        for _ in 0..100 {
            app.begin().await;
        }
        let told = ming.changes(&since, 0).await;
        assert_eq!((ids(&told).len(), &told["reload"]), (100, &json!(false)));
        app.begin().await;
        let told = ming.changes(&since, 0).await;
        assert_eq!((ids(&told).len(), &told["reload"], &told["counts"]["unassigned"]), (0, &json!(true), &json!(101)));
        // A version that has not been is of another database.
        let ahead = ming.changes(&json!(u64::MAX), 20).await;
        assert_eq!((&ahead["reload"], &ahead["version"]), (&json!(true), &told["version"]));
    }

    async fn whoever_logs_out_while_she_waits_is_told_nothing(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let since = ming.inbox("").await["version"].clone();
        let path = format!("/inbox/changes?since={since}&wait=20");
        let (told, _) = tokio::join!(timeout(AT_ONCE, ming.get(&path)), async {
            app.log_out_everywhere(MING).await;
            app.asks("canary").await
        });
        let (status, answer) = told.unwrap();
        assert_eq!((status, &answer["code"]), (401, &json!("session_expired")), "{answer}");
    }

    async fn words_are_found_where_they_were_said(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let (emma, _) = app.two_shoppers().await;
        let plain = app.asks("Is the BLUE lamp 50% off?").await;
        let wild = app.asks("under_score and ! and \\ and \"quoted\"").await;
        let chinese = app.asks("我的退款多久到账？ＡＢＣ").await;
        let numbered = app.begin_about("#A-1001", None).await;
        let verified = app.begin_as(&emma).await;
        // Somebody says of herself that she is Emma: that proves nothing, but it was said.
        let pretends = app.asks("I am emma.wilson@example.com").await;
        let found = async |query: &str| {
            let request = ming.request(reqwest::Method::GET, "/inbox").query(&[("view", "all"), ("query", query)]);
            let (status, answer) = read(request).await;
            assert_eq!((status, &answer["next"]), (200, &Value::Null), "{query}: {answer}");
            ids(&answer).into_iter().collect::<BTreeSet<_>>()
        };
        let only = |talks: &[&Talk]| of(talks).into_iter().collect::<BTreeSet<_>>();
        for (query, talks) in [
            ("blue LAMP", vec![&plain]),
            ("50%", vec![&plain]),
            ("%", vec![&plain]),
            ("_", vec![&wild]),
            ("r_s", vec![&wild]),
            ("rxs", vec![]),
            ("!", vec![&wild]),
            ("\\", vec![&wild]),
            ("\"quoted\"", vec![&wild]),
            ("退款", vec![&chinese]),
            ("abc", vec![&chinese]),
            ("ａｂｃ", vec![&chinese]),
            ("退货", vec![]),
            ("a1001", vec![&numbered]),
            ("A-1001", vec![&numbered]),
            ("Emma.Wilson@example.com", vec![&verified, &pretends]),
            // None of it was said: it is how things are written down.
            ("message", vec![]),
            ("kind", vec![]),
            ("order", vec![]),
            ("visitor", vec![]),
        ] {
            assert_eq!(found(query).await, only(&talks), "{query}");
        }
        // Blanks look for nothing, and find everything.
        assert_eq!(found(" \u{3000}").await.len(), 6);
        // Within a view; also what an agent said, and what is over.
        assert_eq!(app.answer(&plain, "a", "Certainly, until Sunday").await.0, 200);
        assert_eq!(app.agent_does(&plain, "close", json!({ "agent": MING })).await.0, 200);
        assert_eq!(found("sunday").await, only(&[]));
        let closed = ming.inbox("?view=closed&query=sunday").await;
        assert_eq!(ids(&closed), of(&[&plain]));
        let long = "x".repeat(201);
        let (status, answer) = ming.get(&format!("/inbox?query={long}")).await;
        assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!("too_long"), &json!("query")));
    }

    async fn what_is_found_comes_in_pages(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let mut expected = Vec::new();
        for n in 0..23 {
            app.clock.forward_ms(1);
            let talk = app.asks(if n % 2 == 0 { "needle" } else { "hay" }).await;
            if n % 2 == 0 {
                expected.push(talk.id);
            }
        }
        let (mut found, mut query) = (Vec::new(), "?view=all&query=needle&limit=4".to_owned());
        let mut pages = 0;
        loop {
            let page = ming.inbox(&query).await;
            found.extend(ids(&page));
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?view=all&query=needle&limit=4&cursor={next}");
        }
        assert_eq!((found, pages), (expected, 3));
    }

    async fn a_queue_is_of_one_shop_and_of_those_who_may_see_it(app) {
        app.open_desk().await;
        app.asks("canary-ours").await;
        let other = app.another_site("pk_other", "https://other.example").await;
        let hired = aftercart::agents::store::NewAgent {
            id: "0f3a5c7d9b1e4f60a1b2c3d4e5f60718".into(),
            email: MING.into(),
            name: "Ming there".into(),
            role: Role::Owner,
            password_hash: "none".into(),
        };
        let (site, now) = (other.id.clone(), app.now());
        let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { aftercart::agents::store::insert(tx, &site, &hired, now).await })
        });
        write.await.unwrap();
        let there = app.seated_of(&other, MING).await;
        for view in ["mine", "unassigned", "all", "closed"] {
            let inbox = there.inbox(&format!("?view={view}&query=canary")).await;
            assert_eq!((ids(&inbox).len(), &inbox["counts"]["all"]), (0, &json!(0)));
        }
        assert_eq!(there.changes(&json!(0), 0).await["rows"], json!([]));
        // Whoever only looks may look; whoever counts may not, and a key is nobody's desk.
        assert_eq!(ids(&app.seated(READER).await.inbox("?view=all").await).len(), 1);
        let analyst = app.seated(&app.hire(Role::Analyst, 1).await[0]).await;
        for path in ["/inbox", "/inbox/changes?since=0"] {
            let (status, answer) = analyst.get(path).await;
            assert_eq!((status, &answer["code"]), (403, &json!("agent_not_allowed")), "{path}");
            let url = format!("{}/api/v1/desk{path}", app.url);
            assert_eq!(read(reqwest::Client::new().get(&url).bearer_auth(SECRET_KEY)).await.0, 401);
            assert_eq!(read(reqwest::Client::new().get(&url)).await.0, 401);
        }
        let ming = app.seated(MING).await;
        let id = "0f3a5c7d9b1e4f60a1b2c3d4e5f60718";
        for query in ["?view=open", "?cursor=x", "?cursor=1_2_%00", &format!("?cursor=99999_1_{id}"), "?limit=-1", "?state=all"] {
            assert_eq!(ming.get(&format!("/inbox{query}")).await.0, 422, "{query}");
        }
        for query in ["", "?since=-1", "?since=x", "?since=1&after=2"] {
            assert_eq!(ming.get(&format!("/inbox/changes{query}")).await.0, 422, "{query}");
        }
    }

    async fn many_at_once_leave_a_version_for_each(app) {
        app.open_desk().await;
        let ming = app.seated(MING).await;
        let begun = join_all((0..8).map(|_| app.begin())).await;
        let since = ming.inbox("").await["version"].as_u64().unwrap();
        let said = join_all(begun.iter().flat_map(|talk| {
            let app = &app;
            (0..5).map(move |n| async move {
                let client_id = n.to_string();
                let (told, read) = (app.tell(talk, &client_id, message("x")), app.agent_does(talk, "read", json!({ "agent": MING, "seq": n })));
                let (told, read) = tokio::join!(told, read);
                (told.0, read.0)
            })
        }));
        assert!(said.await.iter().all(|statuses| *statuses == (200, 204)));
        let told = ming.changes(&json!(since), 0).await;
        assert_eq!(ids(&told).len(), 8);
        // Each of forty messages, and of the marks those that moved.
        let grown = told["version"].as_u64().unwrap() - since;
        assert!((40..=80).contains(&grown), "{grown}");
    }
}

/// Ten thousand who wait cost no more than ten: every view is read along an index that has its order.
#[tokio::test]
async fn no_view_is_scanned_or_sorted() {
    let app = TestApp::sqlite().await;
    let Db::Sqlite { readers, .. } = &app.app.db else { panic!("it is SQLite") };
    let of_queue = STATEMENTS.iter().filter(|one| one.place.contains("queue_store.rs"));
    let mut looked_at = 0;
    for statement in of_queue.filter(|one| one.text().trim_start().starts_with("SELECT")) {
        let places = statement
            .text()
            .split('$')
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok());
        let mut query = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.text())));
        for _ in 0..places.max().unwrap() {
            query = query.bind("");
        }
        let plan: Vec<String> = query.fetch_all(readers).await.unwrap().iter().map(|row| row.get("detail")).collect();
        for step in &plan {
            assert!(!step.starts_with("SCAN") && !step.contains("TEMP B-TREE"), "{}: {plan:#?}", statement.place);
        }
        if statement.text().contains("ORDER BY COALESCE") {
            assert!(plan.iter().any(|step| step.contains("<expr>>?")), "{}: {plan:#?}", statement.place);
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 4, "a view is missing");
}

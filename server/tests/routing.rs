//! Whoever waits is given to somebody who is there; and a person's choice goes before.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::{MING, SECRET_KEY, WEI},
        talk::{Talk, message},
    },
};
use aftercart::{
    agents::{self, Role},
    conversations::{routing, routing_store},
    sites::{Routing, store},
};
use aftercart_shared::{ids::AgentId, time::Timestamp};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000;

impl TestApp {
    async fn routes(&self, capacity: i64, sticky: bool) {
        let site = self.site.id.clone();
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(
                async move { store::set_routing(tx, &site, Some(Routing { capacity, sticky }), Timestamp(2)).await },
            )
        });
        assert!(write.await.unwrap());
        self.forget_settings();
    }

    async fn is_there(&self, email: &str, there: bool) {
        let id = agents::store::active(&self.app.db, &self.site.id, email).await.unwrap().unwrap().agent_id;
        routing::set_available(&self.app, &self.site.id, &AgentId(id), there).await.unwrap();
    }

    async fn speaks(&self, email: &'static str, locales: Option<&'static str>) {
        let site = self.site.id.clone();
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { routing_store::set_locales(tx, &site, email, locales).await })
        });
        assert!(write.await.unwrap());
    }

    async fn queues_up(&self) -> Talk {
        self.clock.forward_ms(1);
        let talk = self.begin().await;
        assert_eq!(self.tell(&talk, "1", message("hello")).await.0, 200);
        talk
    }

    async fn asks_in(&self, locale: &str) -> Talk {
        self.clock.forward_ms(1);
        let (status, opened) = read(self.post("/api/v1/conversations").json(&json!({ "locale": locale }))).await;
        assert_eq!(status, 200, "{opened}");
        let talk = Talk::of(&opened);
        assert_eq!(self.tell(&talk, "1", message("hello")).await.0, 200);
        talk
    }

    /// Whose it is.
    async fn holder(&self, talk: &Talk) -> Option<String> {
        let request = self.get(&format!("/api/v1/admin/conversations/{}", talk.id));
        let (status, one) = read(request.bearer_auth(SECRET_KEY)).await;
        assert_eq!(status, 200, "{one}");
        one["agent_email"].as_str().map(str::to_owned)
    }

    async fn assign_as(&self, talk: &Talk, agent: &str) -> u16 {
        // By the client that is there: to make four thousand takes minutes.
        let request = self.post(&format!("/api/v1/admin/conversations/{}/assign", talk.id));
        read(request.bearer_auth(SECRET_KEY).json(&json!({ "agent": agent }))).await.0
    }
}

/// By what was written down: everybody who was given or took it, in order.
fn assigned(log: &Value) -> Vec<String> {
    let events = log["events"].as_array().unwrap().iter();
    events.filter(|one| one["kind"] == "assigned").map(|one| one["agent"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn nobody_is_given_anything_where_the_shop_does_not_wish_it(app) {
        app.open_desk().await;
        app.is_there(MING, true).await;
        let talk = app.queues_up().await;
        assert_eq!(app.holder(&talk).await, None);
    }

    async fn whoever_is_there_gets_the_next_until_there_is_no_room(app) {
        app.open_desk().await;
        app.routes(2, false).await;
        let early = app.queues_up().await;
        assert_eq!(app.holder(&early).await, None);
        // Somebody comes: whoever waits is given at once.
        app.is_there(MING, true).await;
        assert_eq!(app.holder(&early).await.as_deref(), Some(MING));
        let log = app.log_of(&early).await;
        assert_eq!((assigned(&log), &log["events"][1]["from"]), (vec![MING.to_owned()], &json!({ "by": "system" })));
        app.is_there(WEI, true).await;
        // Whoever has less to do first.
        let talks = [app.queues_up().await, app.queues_up().await, app.queues_up().await, app.queues_up().await];
        let mut holders = Vec::new();
        for talk in &talks {
            holders.push(app.holder(talk).await);
        }
        assert_eq!(holders[0].as_deref(), Some(WEI));
        assert_eq!(holders.iter().flatten().filter(|holder| *holder == MING).count(), 1);
        assert_eq!(holders.iter().flatten().filter(|holder| *holder == WEI).count(), 2);
        assert_eq!(holders[3], None);
        // One that is over makes room; whoever has gone gets nothing.
        app.is_there(WEI, false).await;
        assert_eq!(app.agent_does(&early, "close", json!({ "agent": MING })).await.0, 200);
        assert_eq!(app.holder(&talks[3]).await.as_deref(), Some(MING));
        assert_eq!(app.agent_does(&talks[0], "close", json!({ "agent": WEI })).await.0, 200);
        let late = app.queues_up().await;
        assert_eq!(app.holder(&late).await, None);
        // What is handed away makes room, too.
        assert_eq!(app.agent_does(&talks[3], "assign", json!({ "agent": MING, "to": WEI })).await.0, 200);
        assert_eq!(app.holder(&late).await.as_deref(), Some(MING));
        // Nobody is given what nobody has said.
        let silent = app.begin().await;
        app.is_there(WEI, true).await;
        assert_eq!(app.holder(&silent).await, None);
    }

    async fn a_desk_without_a_sign_of_life_gets_nothing(app) {
        app.open_desk().await;
        app.routes(2, false).await;
        app.is_there(MING, true).await;
        app.clock.forward_ms(5 * MINUTE);
        let talk = app.queues_up().await;
        assert_eq!(app.holder(&talk).await, None);
        app.is_there(MING, true).await;
        assert_eq!(app.holder(&talk).await.as_deref(), Some(MING));
        app.clock.forward_ms(4 * MINUTE);
        let id = agents::store::active(&app.app.db, &app.site.id, MING).await.unwrap().unwrap().agent_id;
        routing::here(&app.app, &app.site.id, &AgentId(id)).await.unwrap();
        app.clock.forward_ms(4 * MINUTE);
        assert_eq!(app.holder(&app.queues_up().await).await.as_deref(), Some(MING));
    }

    async fn at_the_desk_she_says_that_she_is_there_and_reading_the_queue_is_a_sign_of_life(app) {
        app.open_desk().await;
        let ming = app.at_desk(MING).await;
        let put = async |there: bool| read(ming.ask(Method::PUT, "/desk/availability").json(&json!({ "available": there }))).await;
        let (status, told) = ming.get("/desk/availability").await;
        assert_eq!((status, told), (200, json!({ "routed": false, "available": false })));
        app.routes(4, false).await;
        assert_eq!(put(true).await, (200, json!({ "routed": true, "available": true })));
        assert_eq!(app.holder(&app.queues_up().await).await.as_deref(), Some(MING));
        // Her desk looks at the queue as long as it is open.
        app.clock.forward_ms(4 * MINUTE);
        assert_eq!(ming.get("/desk/inbox/changes?since=0").await.0, 200);
        app.clock.forward_ms(4 * MINUTE);
        assert_eq!(app.holder(&app.queues_up().await).await.as_deref(), Some(MING));
        // It was closed.
        app.clock.forward_ms(6 * MINUTE);
        let late = app.queues_up().await;
        assert_eq!(app.holder(&late).await, None);
        // A pause goes before every sign of life.
        assert_eq!(put(false).await.1["available"], false);
        assert_eq!(ming.get("/desk/inbox/changes?since=0").await.0, 200);
        assert_eq!(app.holder(&late).await, None);
        assert_eq!(put(true).await.0, 200);
        assert_eq!(app.holder(&late).await.as_deref(), Some(MING));
    }

    async fn she_is_given_to_somebody_who_reads_her_language(app) {
        app.open_desk().await;
        app.routes(4, false).await;
        app.speaks(MING, Some(r#"["en"]"#)).await;
        app.is_there(MING, true).await;
        let chinese = app.asks_in("zh-CN").await;
        let english = app.asks_in("en").await;
        assert_eq!((app.holder(&chinese).await, app.holder(&english).await.as_deref()), (None, Some(MING)));
        app.speaks(WEI, Some(r#"["zh-CN","zh-TW"]"#)).await;
        app.is_there(WEI, true).await;
        assert_eq!(app.holder(&chinese).await.as_deref(), Some(WEI));
        app.speaks(MING, None).await;
        app.is_there(WEI, false).await;
        assert_eq!(app.holder(&app.asks_in("zh-CN").await).await.as_deref(), Some(MING));
    }

    async fn whoever_helped_her_before_is_asked_first(app) {
        app.open_desk().await;
        app.routes(3, true).await;
        let talk = app.queues_up().await;
        assert_eq!(app.assign_as(&talk, WEI).await, 200);
        app.agent_does(&talk, "close", json!({ "agent": WEI })).await;
        app.is_there(MING, true).await;
        app.is_there(WEI, true).await;
        // Wei has more to do, and knows her.
        let other = app.queues_up().await;
        assert_eq!(app.assign_as(&other, WEI).await, 200);
        app.clock.forward_ms(1);
        let (_, opened) = app.open(Some(&talk.token), None).await;
        let again = Talk { id: opened["conversation"]["id"].as_str().unwrap().into(), ..talk.clone() };
        app.tell(&again, "2", message("me again")).await;
        assert_eq!(app.holder(&again).await.as_deref(), Some(WEI));
        // Without room it is somebody else.
        app.routes(2, true).await;
        app.agent_does(&again, "close", json!({ "agent": MING })).await;
        assert_eq!(app.assign_as(&app.queues_up().await, WEI).await, 200);
        app.clock.forward_ms(1);
        let (_, opened) = app.open(Some(&talk.token), None).await;
        let third = Talk { id: opened["conversation"]["id"].as_str().unwrap().into(), ..talk.clone() };
        app.tell(&third, "3", message("and again")).await;
        assert_eq!(app.holder(&third).await.as_deref(), Some(MING));
    }

    async fn a_person_s_choice_goes_before(app) {
        app.open_desk().await;
        app.routes(10, false).await;
        app.is_there(MING, true).await;
        // Given and not taken up: a colleague may take it.
        let given = app.queues_up().await;
        assert_eq!(app.holder(&given).await.as_deref(), Some(MING));
        assert_eq!(app.assign_as(&given, WEI).await, 200);
        assert_eq!(app.holder(&given).await.as_deref(), Some(WEI));
        // It is hers now, and no more to be taken.
        assert_eq!(app.assign_as(&given, MING).await, 409);
        // Taken up by a tap or by an answer it is Ming's.
        let [tapped, answered] = [app.queues_up().await, app.queues_up().await];
        assert_eq!(app.assign_as(&tapped, MING).await, 200);
        assert_eq!(app.answer(&answered, "a", "Hello").await.0, 200);
        for talk in [&tapped, &answered] {
            assert_eq!((app.assign_as(talk, WEI).await, app.holder(talk).await.as_deref()), (409, Some(MING)));
            assert_eq!(assigned(&app.log_of(talk).await), [MING]);
        }
        // Handed over by a lead it is whose she says, whoever else is there.
        assert_eq!(app.agent_does(&tapped, "assign", json!({ "agent": WEI, "to": WEI })).await.0, 200);
        assert_eq!(app.assign_as(&tapped, MING).await, 409);
        // And whatever routing does then, it stays.
        app.is_there(MING, true).await;
        routing::look(&app.app, &app.site.id).await;
        assert_eq!(app.holder(&tapped).await.as_deref(), Some(WEI));
    }

    /// Somebody's server died between the message and the look.
    async fn whoever_was_overlooked_is_found_by_the_watch(app) {
        app.open_desk().await;
        let talk = app.queues_up().await;
        app.is_there(MING, true).await;
        assert_eq!(app.holder(&talk).await, None);
        app.routes(2, false).await;
        routing::look_everywhere(&app.app).await.unwrap();
        assert_eq!(app.holder(&talk).await.as_deref(), Some(MING));
    }

    /// Twenty of the shop's people take two hundred conversations while two nodes give them away: each has one who took it, and
    /// everything that was given stands in the log.
    async fn of_twenty_who_take_what_routing_gives_each_conversation_has_one(app) {
        const TALKS: usize = 200;
        let people = app.hire(Role::Agent, 20).await;
        app.open_desk().await;
        let (node, _) = app.another_node(true).await;
        for one in &people {
            app.is_there(one, true).await;
        }
        // They come by tens: how many a database takes at once is another story.
        let mut talks = Vec::new();
        for _ in 0..TALKS / 10 {
            talks.extend(join_all((0..10).map(|_| app.queues_up())).await);
        }
        app.routes(4, true).await;
        routing::look(&app.app, &app.site.id).await;
        let routing_here = async { for _ in 0..30 { routing::look(&app.app, &app.site.id).await; } };
        let routing_there = async { for _ in 0..30 { routing::look(&node, &app.site.id).await; } };
        let taking = join_all(people.iter().enumerate().map(|(n, one)| {
            let (app, talks) = (&app, &talks);
            async move {
                let mut won = Vec::new();
                for step in 0..TALKS {
                    // Each begins elsewhere, so that all meet all.
                    let talk = &talks[(step + n * 10) % TALKS];
                    match app.assign_as(talk, one).await {
                        200 => won.push((talk.id.clone(), one.clone())),
                        status => assert_eq!(status, 409),
                    }
                }
                won
            }
        }));
        let (won, (), ()) = tokio::join!(taking, routing_here, routing_there);
        let mut winners: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (talk, one) in won.into_iter().flatten() {
            winners.entry(talk).or_default().push(one);
        }
        assert_eq!(winners.len(), TALKS);
        let mut given = 0;
        for talk in &talks {
            let log = app.log_of(talk).await;
            let seqs: Vec<u64> = log["events"].as_array().unwrap().iter().map(|one| one["seq"].as_u64().unwrap()).collect();
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
            let who = &winners[&talk.id];
            assert_eq!(who.len(), 1, "{who:?}");
            assert_eq!(app.holder(talk).await.as_ref(), Some(&who[0]));
            // Given to somebody perhaps, then taken; or given to whoever then took it up.
            let (assigned, name) = (assigned(&log), who[0].split('@').next().unwrap().to_owned());
            assert!(assigned.len() <= 2 && assigned.last() == Some(&name), "{assigned:?}");
            given += usize::from(log["events"][1]["from"]["by"] == "system");
        }
        assert!(given > 0, "routing gave nothing");
    }

    /// However many look at once, nobody gets more than there is room for.
    async fn nodes_that_give_at_once_count_one_after_the_other(app) {
        let people = app.hire(Role::Agent, 5).await;
        app.open_desk().await;
        let (node, _) = app.another_node(true).await;
        let talks = join_all((0..40).map(|_| app.queues_up())).await;
        for one in &people {
            app.is_there(one, true).await;
        }
        app.routes(3, false).await;
        join_all((0..20).map(|n| {
            let (here, site) = (if n % 2 == 0 { &app.app } else { &node }, &app.site.id);
            async move { routing::look(here, site).await }
        })).await;
        let mut held: BTreeMap<String, usize> = BTreeMap::new();
        for talk in &talks {
            if let Some(holder) = app.holder(talk).await {
                *held.entry(holder).or_default() += 1;
            }
        }
        assert_eq!(held.values().copied().collect::<Vec<_>>(), [3; 5]);
    }
}

//! What she is told while she waits: her place, live, the minutes that the shop itself takes, and when somebody is back.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::MING,
        socket::Socket,
        talk::{Talk, message},
    },
};
use aftercart::sites::{hours::Hours, store};
use aftercart_shared::{
    api::conversations::{Events, Minutes, QueueView},
    time::Timestamp,
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// Whatever is told live is told long before a long poll ends by itself.
const LIVE: Duration = Duration::from_secs(10);

const OFFICE: &str = r#"
[week]
monday = ["10:00-18:00"]
tuesday = ["10:00-18:00"]
wednesday = ["10:00-18:00"]
thursday = ["10:00-18:00"]
friday = ["10:00-18:00"]

[[day]]
from = "2026-11-30"
hours = []
"#;

fn waits(position: u32, minutes: Option<(u32, u32)>) -> QueueView {
    let minutes = minutes.map(|(from, to)| Minutes { from, to });
    QueueView { position, minutes, closed: false, opens_at: None }
}

/// By the shop's clock.
fn shanghai(civil: &str) -> Timestamp {
    let at: jiff::Zoned = format!("{civil}[Asia/Shanghai]").parse().unwrap();
    Timestamp(at.timestamp().as_millisecond())
}

impl TestApp {
    /// Somebody who has said something, a moment after whoever came before.
    async fn queues(&self) -> Talk {
        self.clock.forward_ms(1);
        let talk = self.begin().await;
        assert_eq!(self.tell(&talk, "1", message("hello")).await.0, 200);
        talk
    }

    async fn take(&self, talk: &Talk) {
        assert_eq!(self.agent_does(talk, "assign", json!({ "agent": MING })).await.0, 200);
    }

    /// As her panel reads it.
    async fn stands(&self, talk: &Talk) -> Option<QueueView> {
        let (status, heard) = self.heard(talk).await;
        assert_eq!(status, 200, "{heard}");
        serde_json::from_value::<Events>(heard).unwrap().queue
    }

    async fn if_she_came_now(&self) -> QueueView {
        let (status, told) = read(self.get("/api/v1/queue")).await;
        assert_eq!(status, 200, "{told}");
        serde_json::from_value(told).unwrap()
    }

    async fn chat_hours(&self, hours: Option<&str>) {
        let (site, hours) = (self.site.id.clone(), hours.map(|hours| Hours::parse(hours).unwrap()));
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_chat_hours(tx, &site, hours.as_ref(), Timestamp(2)).await })
        });
        assert!(write.await.unwrap());
        self.forget_settings();
    }

    fn forward_to(&self, civil: &str) {
        self.clock.forward_ms(shanghai(civil).0 - self.now().0);
    }
}

on_both! {
    async fn her_place_is_how_many_came_before_her(app) {
        app.open_desk().await;
        app.another_site("pk_other", "https://other.example").await;
        // Neither another shop's, nor whoever has not said a word, stands before anybody.
        let stranger = app.begin_at("pk_other").await;
        let url = format!("{}/api/v1/conversations/{}/events", app.url, stranger.id);
        let said = reqwest::Client::new().post(url).header("aftercart-site", "pk_other");
        let said = said.header("aftercart-visitor", &stranger.token).json(&json!({ "client_id": "1", "said": message("x") }));
        assert_eq!(read(said).await.0, 200);
        let silent = app.begin().await;
        let talks = [app.queues().await, app.queues().await, app.queues().await];
        for (n, talk) in talks.iter().enumerate() {
            assert_eq!(app.stands(talk).await, Some(waits(n as u32 + 1, None)));
        }
        assert_eq!(app.stands(&silent).await, Some(waits(1, None)));
        assert_eq!(app.if_she_came_now().await, waits(4, None));
        // Told with the beginning, too, and again to whoever finds hers open.
        let (_, opened) = app.open(Some(&talks[2].token), None).await;
        assert_eq!(opened["conversation"]["queue"], json!({ "position": 3, "closed": false }));
        // Whoever has somebody waits no more, and the shop is told nothing of places.
        app.take(&talks[0]).await;
        assert_eq!(app.stands(&talks[0]).await, None);
        assert_eq!(app.stands(&talks[2]).await, Some(waits(2, None)));
        assert_eq!(app.agent_does(&talks[1], "close", json!({ "agent": MING })).await.0, 200);
        assert_eq!(app.stands(&talks[2]).await, Some(waits(1, None)));
        assert_eq!(app.log_of(&talks[2]).await.get("queue"), None);
    }

    async fn the_queue_is_told_live_by_socket_and_by_request(app) {
        app.open_desk().await;
        let [first, second, third] = [app.queues().await, app.queues().await, app.queues().await];
        let mut socket = Socket::at(&app, &third, Some((1, 1))).await;
        assert_eq!(socket.queue().await, Some(waits(3, None)));
        let waiting = |place: &str| {
            let request = app.get_talk(&third, &format!("events?epoch=1&after=1&wait=25{place}"));
            async move { timeout(LIVE, read(request)).await.expect("nothing was told").1 }
        };
        let (told, ()) = tokio::join!(waiting("&place=3"), app.take(&first));
        assert_eq!((&told["queue"]["position"], &told["events"]), (&json!(2), &json!([])));
        assert_eq!(socket.queue().await, Some(waits(2, None)));
        // What has changed before she asks is told at once.
        assert_eq!(waiting("&place=3").await["queue"]["position"], json!(2));
        app.take(&second).await;
        assert_eq!(socket.queue().await, Some(waits(1, None)));
        app.take(&third).await;
        assert_eq!(socket.queue().await, None);
        assert_eq!(waiting("&place=1").await.get("queue"), None);
    }

    async fn minutes_are_what_the_shop_has_lately_taken(app) {
        app.open_desk().await;
        for (n, minutes) in [1, 2, 3, 4, 5, 6, 7, 8, 9, 30].into_iter().enumerate() {
            let talk = app.queues().await;
            assert_eq!(app.stands(&talk).await, Some(waits(1, None)), "{n} were enough");
            app.clock.forward_ms(minutes * MINUTE);
            app.take(&talk).await;
        }
        app.clock.forward_ms(MINUTE);
        assert_eq!(app.if_she_came_now().await, waits(1, Some((3, 9))));
        let [one, two] = [app.queues().await, app.queues().await];
        assert_eq!(app.stands(&one).await, Some(waits(1, Some((3, 9)))));
        assert_eq!(app.stands(&two).await, Some(waits(2, Some((6, 18)))));
        // It takes longer than it should: nothing is promised again, and her place is as true as before.
        app.clock.forward_ms(10 * MINUTE);
        assert_eq!(app.stands(&one).await, Some(waits(1, None)));
        assert_eq!(app.stands(&two).await, Some(waits(2, Some((6, 18)))));
        // A fortnight later nobody knows how it goes now.
        app.take(&one).await;
        app.clock.forward_ms(14 * DAY);
        assert_eq!(app.if_she_came_now().await, waits(2, None));
    }

    async fn when_nobody_answers_she_is_told_when_somebody_does(app) {
        app.open_desk().await;
        let talk = app.queues().await;
        assert_eq!(app.stands(&talk).await, Some(waits(1, None)));
        app.chat_hours(Some(OFFICE)).await;
        // A Saturday.
        let monday = QueueView { closed: true, opens_at: Some(shanghai("2026-11-23T10:00")), ..waits(1, None) };
        assert_eq!(app.stands(&talk).await, Some(monday));
        assert_eq!(app.if_she_came_now().await, QueueView { position: 2, ..monday });
        app.forward_to("2026-11-23T10:00");
        assert_eq!(app.stands(&talk).await, Some(waits(1, None)));
        app.forward_to("2026-11-27T18:00");
        // The Monday after is a holiday.
        let tuesday = QueueView { opens_at: Some(shanghai("2026-12-01T10:00")), ..monday };
        assert_eq!(app.stands(&talk).await, Some(tuesday));
        app.chat_hours(None).await;
        assert_eq!(app.stands(&talk).await, Some(waits(1, None)));
        // Nobody will: then no day is named.
        app.chat_hours(Some("[week]")).await;
        assert_eq!(app.stands(&talk).await, Some(QueueView { closed: true, ..waits(1, None) }));
    }

    /// Ten write on a Saturday and are answered on Monday at twenty past: that were twenty minutes for ten, and no weekend.
    async fn no_night_counts_as_waiting(app) {
        app.open_desk().await;
        app.chat_hours(Some(OFFICE)).await;
        let mut talks = Vec::new();
        for _ in 0..10 {
            talks.push(app.queues().await);
        }
        app.forward_to("2026-11-23T10:20");
        for talk in &talks {
            app.take(talk).await;
        }
        app.clock.forward_ms(MINUTE);
        assert_eq!(app.if_she_came_now().await, waits(1, Some((2, 10))));
    }

    async fn a_place_that_is_none_is_refused(app) {
        let talk = app.begin().await;
        for place in ["-1", "x", "4294967296"] {
            let (status, answer) = read(app.get_talk(&talk, &format!("events?place={place}"))).await;
            assert_eq!((status, &answer["code"]), (422, &json!("invalid")), "{answer}");
        }
        let told: Value = app.heard(&talk).await.1;
        assert_eq!(told["queue"]["position"], json!(1));
    }
}

/// A node that hears of nothing sees it in the database.
#[tokio::test]
async fn another_node_tells_it_by_the_bus_and_without_it() {
    for (postgres, joined) in [(false, true), (false, false), (true, true), (true, false)] {
        let poll = if joined { Duration::from_secs(3_600) } else { Duration::from_millis(20) };
        let app = TestApp::with(move |config| config.sockets.poll = poll, postgres).await;
        app.open_desk().await;
        let [first, second] = [app.queues().await, app.queues().await];
        let (_node, url) = app.another_node(joined).await;
        let mut socket = Socket::open(&url).await;
        socket.say(&second.hello(Some((1, 1)))).await;
        assert_eq!(socket.queue().await, Some(waits(2, None)));
        app.take(&first).await;
        assert_eq!(timeout(LIVE, socket.queue()).await.expect("nothing was told"), Some(waits(1, None)));
    }
}

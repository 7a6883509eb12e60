//! A conversation over one connection: everything once, in order, and after every kind of trouble from where it was.

use crate::{
    on_both,
    support::{
        KEY, ORIGIN, TestApp,
        digest::differing,
        read,
        returns::MING,
        socket::{Ended, Socket, says},
        talk::{Talk, message},
    },
};
use aftercart::{
    agents,
    config::Config,
    conversations::{access, append, visitor_store},
    realtime::Patience,
};
use aftercart_shared::{
    error::ErrorCode,
    events::{Down, Event, FRAME_MAX, ReadMarks, Said, Up, close},
};
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Message, http::StatusCode};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);

/// Tells a story on both databases with another patience than real sockets have.
async fn with<F: Future<Output = ()>>(change: fn(&mut Patience), story: impl Fn(TestApp) -> F) {
    for postgres in [false, true] {
        story(TestApp::with(|config: &mut Config| change(&mut config.sockets), postgres).await).await;
    }
}

fn said(text: &str) -> Said {
    Said::Message { text: text.into() }
}

fn seqs(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}

on_both! {
    async fn what_is_said_is_stored_in_order_once_and_followed_from_the_cursor(app) {
        let talk = app.begin().await;
        let mut socket = Socket::open(&app.url).await;
        socket.say(&talk.hello(None)).await;
        let welcome = socket.next().await;
        assert_eq!(welcome, Down::Welcome { epoch: 1, last_seq: 0, read: ReadMarks::default() });
        // Without waiting for any answer.
        for n in 1..=12 {
            socket.say(&says(&format!("c{n}"), &format!("message {n}"))).await;
        }
        let (acks, mut events) = socket.acks(12).await;
        let ids: Vec<String> = acks.iter().map(|(id, _)| id.clone()).collect();
        assert_eq!(ids, (1..=12).map(|n| format!("c{n}")).collect::<Vec<_>>());
        assert_eq!(acks.iter().map(|(_, ack)| ack.seq).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
        let left = socket.events(12 - events.len()).await;
        events.extend(left);
        assert_eq!(events, app.whole_log(&talk).await);
        drop(socket);

        let mut again = Socket::at(&app, &talk, Some((1, 10))).await;
        assert_eq!(seqs(&again.events(2).await), [11, 12]);
        // The same once more, and the same number for something else.
        again.say(&says("c3", "message 3")).await;
        again.say(&says("c4", "another")).await;
        assert_eq!(again.next().await, Down::Ack { client_id: "c3".into(), ack: acks[2].1 });
        let reused = Down::Refused { client_id: "c4".into(), code: ErrorCode::KeyReused, retry_after: None };
        assert_eq!(again.next().await, reused);
        again.say(&says("c13", "message 13")).await;
        assert_eq!(again.acks(1).await.0[0].1.seq, 13);
        assert_eq!(seqs(&app.whole_log(&talk).await), (1..=13).collect::<Vec<_>>());
    }

    async fn a_cursor_of_another_log_begins_from_the_start(app) {
        let talk = app.begin().await;
        for n in 1..=3 {
            app.tell(&talk, &format!("c{n}"), message("x")).await;
        }
        for cursor in [(2, 1), (1, 4), (0, 0), (u64::MAX, u64::MAX)] {
            let mut socket = Socket::at(&app, &talk, Some(cursor)).await;
            assert_eq!(socket.next().await, Down::Resync { epoch: 1, last_seq: 3 }, "{cursor:?}");
            assert_eq!(seqs(&socket.events(3).await), [1, 2, 3], "{cursor:?}");
        }
        let mut socket = Socket::at(&app, &talk, Some((1, 3))).await;
        socket.say(&Up::Ping {}).await;
        assert_eq!(socket.next().await, Down::Pong {}, "nothing was new");
    }

    async fn everybody_sees_the_same_by_whichever_way(app) {
        let talk = app.begin().await;
        let [mut one, mut two] = [Socket::at(&app, &talk, None).await, Socket::at(&app, &talk, None).await];
        let polled = async {
            let mut log = Vec::new();
            while log.len() < 60 {
                log.extend(app.poll(&talk, log.len() as u64, 20).await.events);
            }
            log
        };
        let posted = async {
            for n in 0..20 {
                assert_eq!(app.tell(&talk, &format!("p{n}"), message(&format!("posted {n}"))).await.0, 200);
            }
        };
        let spoken = async |socket: &mut Socket, who: &str| {
            for n in 0..20 {
                socket.say(&says(&format!("{who}{n}"), &format!("{who} {n}"))).await;
            }
            socket.events(60).await
        };
        let (one, two, polled, ()) = tokio::join!(spoken(&mut one, "one"), spoken(&mut two, "two"), polled, posted);
        let log = app.whole_log(&talk).await;
        assert_eq!(seqs(&log), (1..=60).collect::<Vec<_>>());
        assert_eq!(one, log);
        assert_eq!(two, log);
        assert_eq!(polled, log);
        // What one of them said comes in the order in which she said it.
        for who in ["one", "two", "p"] {
            let own = log.iter().filter_map(|event| event.client_id.as_deref()?.strip_prefix(who)?.parse::<u32>().ok());
            assert!(own.is_sorted(), "{who}");
        }
    }

    async fn the_shops_people_are_heard_read_and_seen_writing(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let mut socket = Socket::at(&app, &talk, None).await;
        socket.say(&says("c1", "Where is it?")).await;
        let (acks, events) = socket.acks(1).await;
        assert_eq!(acks[0].1.seq, 1);
        if events.is_empty() {
            assert_eq!(socket.event().await.seq, 1);
        }
        let account = agents::account(&app.app.db, &app.site.id, MING).await.unwrap().unwrap();
        let ming = access::agent(&app.app, &app.site.id, account, &talk.id.as_str().into()).await.unwrap();
        aftercart::conversations::typing(&app.app, &ming);
        assert_eq!(socket.next().await, Down::Typing {});
        aftercart::conversations::read::mark(&app.app, &ming, 1).await.unwrap();
        assert_eq!(socket.next().await, Down::Read { read: ReadMarks { visitor: 0, agent: 1 } });
        append::say(&app.app, &ming, "a1", said("On its way.")).await.unwrap();
        let answer = socket.event().await;
        assert_eq!((answer.seq, answer.client_id), (2, None), "her number is not ours to know");
        socket.say(&Up::Read { seq: 2 }).await;
        assert_eq!(socket.next().await, Down::Read { read: ReadMarks { visitor: 2, agent: 1 } });
        // One's own writing is no news.
        socket.say(&Up::Typing {}).await;
        socket.say(&Up::Ping {}).await;
        assert_eq!(socket.next().await, Down::Pong {});
    }

    async fn whoever_may_not_gets_nothing_and_changes_nothing(app) {
        let there = app.another_site("pk_other", "https://other.example").await;
        let (ours, theirs, stranger) = (app.begin().await, app.begin_at(there.key.as_str()).await, app.begin().await);
        app.tell(&ours, "c1", message("a secret")).await;
        let before = app.tables().await;
        let wrong = |key: &'static str, token: &str, id: &str| (key, Talk { token: token.into(), id: id.into() });
        let (id, token) = (ours.id.as_str(), ours.token.as_str());
        for (key, talk) in [
            wrong(KEY, "", id),
            wrong(KEY, "nonsense", id),
            wrong(KEY, &stranger.token, id),
            wrong(KEY, &theirs.token, id),
            wrong("pk_other", token, id),
            wrong("pk_other", &theirs.token, id),
            wrong("pk_nobody", token, id),
            wrong(KEY, token, theirs.id.as_str()),
            wrong(KEY, token, stranger.id.as_str()),
            wrong(KEY, token, "0f3a5c7d9b1e4f60a1b2c3d4e5f60718"),
            wrong(KEY, token, "' OR 1 = 1"),
            wrong(KEY, token, "\0"),
        ] {
            let mut socket = Socket::open_as(&app.url, None, None).await.unwrap();
            socket.say(&talk.hello_at(key, None)).await;
            // Whatever follows is not read by anybody.
            socket.throw(Message::Text(serde_json::to_string(&says("x", "let me in")).unwrap().into())).await;
            assert_eq!(socket.ended().await, (Ended::Code(close::DENIED), vec![]), "{key} {talk:?}");
        }
        // Without any hello.
        for frame in [says("x", "let me in"), Up::Ping {}, Up::Read { seq: 1 }, Up::Typing {}] {
            let mut socket = Socket::open(&app.url).await;
            socket.say(&frame).await;
            assert_eq!(socket.ended().await, (Ended::Code(close::DENIED), vec![]), "{frame:?}");
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn a_page_of_another_origin_gets_no_socket(app) {
        let there = app.another_site("pk_other", "https://other.example").await;
        app.forget_settings();
        let talk = app.begin().await;
        for origin in ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example"] {
            let refused = Socket::open_as(&app.url, Some(origin), None).await.err();
            assert_eq!(refused, Some(StatusCode::FORBIDDEN), "{origin}");
        }
        let own = app.url.clone();
        for origin in [None, Some(ORIGIN), Some(own.as_str())] {
            let mut socket = Socket::open_as(&app.url, origin, None).await.unwrap();
            socket.say(&talk.hello(None)).await;
            assert!(matches!(socket.next().await, Down::Welcome { .. }), "{origin:?}");
        }
        // Listed, but by another shop.
        let mut socket = Socket::open_as(&app.url, Some(there.origins[0].as_str()), None).await.unwrap();
        socket.say(&talk.hello(None)).await;
        assert_eq!(socket.ended().await, (Ended::Code(close::DENIED), vec![]));
        let (status, body) = read(app.get("/api/v1/socket")).await;
        assert_eq!((status, &body["code"]), (426, &json!("bad_request")), "no socket was asked for: {body}");
    }

    async fn a_frame_that_is_none_of_ours_ends_it(app) {
        let talk = app.begin().await;
        let before = app.tables().await;
        let text = |text: &str| Message::Text(text.to_owned().into());
        let largest = "x".repeat(FRAME_MAX + 1);
        for greeted in [true, false] {
            for frame in [
                Message::Binary(b"{\"op\":\"ping\"}".to_vec().into()),
                text(""),
                text("hello"),
                text("[]"),
                text("{}"),
                text(r#"{"op":"erase"}"#),
                text(r#"{"op":"ping","really":true}"#),
                text(r#"{"op":"send","client_id":"1","said":{"kind":"assigned","agent":"me"}}"#),
                text(r#"{"op":"send","client_id":"1","from":{"by":"agent"},"said":{"kind":"message","text":"x"}}"#),
                text(r#"{"op":"send","client_id":1,"said":{"kind":"message","text":"x"}}"#),
                text(r#"{"op":"read","seq":-1}"#),
                text(&largest),
            ] {
                let mut socket = match greeted {
                    true => Socket::at(&app, &talk, None).await,
                    false => Socket::open(&app.url).await,
                };
                let told = format!("{frame:?}").chars().take(90).collect::<String>();
                socket.throw(frame).await;
                assert_eq!(socket.ended().await, (Ended::Code(close::MALFORMED), vec![]), "{greeted} {told}");
            }
        }
        let mut twice = Socket::at(&app, &talk, None).await;
        twice.say(&talk.hello(None)).await;
        assert_eq!(twice.ended().await, (Ended::Code(close::MALFORMED), vec![]));
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn what_cannot_be_said_is_refused_and_the_socket_stays(app) {
        let talk = app.begin().await;
        let mut socket = Socket::at(&app, &talk, None).await;
        for (client_id, text, code) in [
            ("c1", "  \n", ErrorCode::Required),
            ("c2", "a\0b", ErrorCode::Invalid),
            ("", "x", ErrorCode::Required),
            ("é", "x", ErrorCode::Invalid),
        ] {
            socket.say(&says(client_id, text)).await;
            let refused = Down::Refused { client_id: client_id.into(), code, retry_after: None };
            assert_eq!(socket.next().await, refused);
        }
        let long = "字".repeat(4_001);
        socket.say(&says("c3", &long)).await;
        let refused = Down::Refused { client_id: "c3".into(), code: ErrorCode::TooLong, retry_after: None };
        assert_eq!(socket.next().await, refused);
        socket.say(&says("c4", &long[3..])).await;
        assert_eq!(socket.acks(1).await.0[0].1.seq, 1);
    }

    async fn when_the_server_stops_sockets_are_told_to_come_back(app) {
        let talk = app.begin().await;
        let mut silent = Socket::open(&app.url).await;
        let mut sockets = join_all((0..5).map(|_| Socket::at(&app, &talk, None))).await;
        assert_eq!(app.app.hub.sockets(), 6);
        app.app.hub.close();
        for socket in sockets.iter_mut().chain([&mut silent]) {
            assert_eq!(socket.ended().await, (Ended::Code(close::RESTART), vec![]));
        }
        drop((sockets, silent));
        app.app.hub.emptied().await;
        // Who comes now is sent on, too.
        let mut late = Socket::open(&app.url).await;
        assert_eq!(late.ended().await.0, Ended::Code(close::RESTART));
    }

    async fn one_who_has_gone_leaves_nothing_behind(app) {
        let talk = app.begin().await;
        let sockets = join_all((0..4).map(|_| Socket::at(&app, &talk, None))).await;
        assert_eq!(app.app.hub.sockets(), 4);
        drop(sockets);
        app.app.hub.emptied().await;
    }

    async fn the_sockets_of_one_address_are_counted(app) {
        let places: Vec<_> =
            std::iter::from_fn(|| app.app.sockets.enter(aftercart::http::Source([127, 0, 0, 1].into())).ok()).take(1_000).collect();
        assert_eq!(places.len(), 200);
        assert_eq!(Socket::open_as(&app.url, None, None).await.err(), Some(StatusCode::TOO_MANY_REQUESTS));
        drop(places);
        assert!(Socket::open_as(&app.url, None, None).await.is_ok());
    }
}

#[tokio::test]
async fn who_does_not_say_who_she_is_is_sent_away() {
    with(
        |patience| patience.hello = 500 * MS,
        |app| async move {
            let mut silent = Socket::open(&app.url).await;
            assert_eq!(silent.ended().await, (Ended::Code(close::DENIED), vec![]));
            // A sign of life is no hello.
            let mut pinging = Socket::open(&app.url).await;
            pinging.throw(Message::Ping(vec![1].into())).await;
            assert_eq!(pinging.ended().await, (Ended::Code(close::DENIED), vec![]));
        },
    )
    .await;
}

#[tokio::test]
async fn who_signs_out_is_out() {
    with(
        |patience| (patience.poll, patience.round) = (HOUR, HOUR),
        |app| async move {
            app.import(&[crate::support::order("A-1001")]).await;
            let session = app.sign_in("emma.wilson@example.com").await;
            let talk = app.begin_as(&session).await;
            let mut socket = Socket::at(&app, &talk, None).await;
            let mut other = Socket::at(&app, &app.begin().await, None).await;
            let url = format!("{}/api/v1/session", app.url);
            let leave = reqwest::Client::new().delete(url).header("aftercart-site", KEY).bearer_auth(&session);
            assert_eq!(read(leave).await.0, 204);
            let (ended, _) = socket.ended().await;
            assert_eq!(ended, Ended::Code(close::DENIED));
            other.say(&says("c1", "still here")).await;
            assert_eq!(other.acks(1).await.0[0].1.seq, 1, "nobody else is concerned");
        },
    )
    .await;
}

/// Without any hint, however long the next look at her may take: what she says is looked at by itself. And silent, she is
/// found at the next round.
#[tokio::test]
async fn a_token_that_has_ended_takes_nothing_in_and_ends_the_socket() {
    async fn ended_without_a_word(app: &TestApp) -> (Talk, Socket) {
        let talk = app.begin().await;
        let socket = Socket::at(app, &talk, None).await;
        let who = access::visitor(&app.app, &app.site.id, &talk.token, &talk.id.as_str().into()).await.unwrap();
        let (site, visitor) = (app.site.id.clone(), who.who().id().clone());
        let end = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { visitor_store::end(tx, &site, &visitor).await })
        });
        end.await.unwrap();
        (talk, socket)
    }
    with(
        |patience| (patience.poll, patience.round) = (HOUR, HOUR),
        |app| async move {
            let (_, mut socket) = ended_without_a_word(&app).await;
            let before = app.tables().await;
            socket.say(&says("c1", "the next at this screen")).await;
            assert_eq!(socket.ended().await, (Ended::Code(close::DENIED), vec![]));
            assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        },
    )
    .await;
    with(
        |patience| (patience.poll, patience.round) = (HOUR, 500 * MS),
        |app| async move {
            let (_, mut socket) = ended_without_a_word(&app).await;
            assert_eq!(socket.ended().await.0, Ended::Code(close::DENIED));
        },
    )
    .await;
}

/// Half of a telephone call: the network says nothing of its end.
#[tokio::test]
async fn a_line_on_which_nobody_answers_is_given_up() {
    with(
        |patience| {
            (patience.round, patience.ping_after, patience.silence) = (10 * MS, 50 * MS, 300 * MS);
        },
        |app| async move {
            let talk = app.begin().await;
            // It answers our pings only while it is read.
            let _dead = Socket::at(&app, &talk, None).await;
            let mut alive = Socket::at(&app, &talk, None).await;
            tokio::select! {
                (ended, _) = alive.ended() => panic!("it was there all the time: {ended:?}"),
                () = async { while app.app.hub.sockets() > 1 { tokio::task::yield_now().await } } => {}
            }
            app.tell(&talk, "c1", message("hello")).await;
            assert_eq!(alive.event().await.seq, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn a_flood_is_told_to_wait_and_nothing_of_it_overtakes() {
    with(
        |patience| (patience.sends, patience.send_every) = (5, Duration::from_secs(600)),
        |app| async move {
            let talk = app.begin().await;
            let mut socket = Socket::at(&app, &talk, None).await;
            for n in 1..=9 {
                socket.say(&says(&format!("c{n}"), "x")).await;
            }
            let (mut taken, mut refused) = (Vec::new(), Vec::new());
            while taken.len() + refused.len() < 9 {
                match socket.next().await {
                    Down::Ack { client_id, .. } => taken.push(client_id),
                    Down::Refused { client_id, code: ErrorCode::RateLimited, retry_after: Some(1..) } => {
                        refused.push(client_id)
                    }
                    Down::Event { .. } => {}
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(taken, ["c1", "c2", "c3", "c4", "c5"]);
            assert_eq!(refused, ["c6", "c7", "c8", "c9"]);
            assert_eq!(app.whole_log(&talk).await.len(), 5);
        },
    )
    .await;
}

/// The limit of a visitor counts whichever way she comes, and what came behind is not taken before.
#[tokio::test]
async fn a_limit_further_in_holds_back_what_comes_behind() {
    for postgres in [false, true] {
        let app = TestApp::with(|config| config.limits.messages_per_visitor = 4, postgres).await;
        let talk = app.begin().await;
        let mut socket = Socket::at(&app, &talk, None).await;
        for n in 1..=30 {
            socket.say(&says(&format!("c{n:02}"), "x")).await;
        }
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        while taken.len() + refused.len() < 30 {
            match socket.next().await {
                Down::Ack { client_id, .. } => taken.push(client_id),
                Down::Refused { client_id, code: ErrorCode::RateLimited, retry_after: Some(_) } => {
                    refused.push(client_id)
                }
                Down::Event { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(taken, ["c01", "c02", "c03", "c04"]);
        assert!(refused.is_sorted() && refused.len() == 26, "{refused:?}");
    }
}

#[tokio::test]
async fn one_who_does_not_read_is_closed_and_misses_nothing() {
    with(
        |patience| {
            (patience.queue, patience.goodbye) = (64 * 1024, Duration::from_secs(30));
            // Where several came at once they wait for room: whether any has come is looked at every round.
            patience.round = Duration::from_millis(200);
        },
        |app| async move {
            let talk = app.begin().await;
            let mut slow = Socket::open_as(&app.url, None, Some(4_096)).await.unwrap();
            slow.say(&talk.hello(None)).await;
            assert!(matches!(slow.next().await, Down::Welcome { .. }));
            let mut quick = Socket::at(&app, &talk, None).await;
            let who = access::visitor(&app.app, &app.site.id, &talk.token, &talk.id.as_str().into()).await.unwrap();
            let text = "慢".repeat(4_000);
            let mut count = 0;
            // Until what the two systems keep for it is full, and our queue, too.
            while app.app.hub.followers(&app.site.id, &talk.id.as_str().into()) == 2 {
                count += 1;
                assert!(count < 4_000, "it was never too slow");
                append::say(&app.app, &who, &format!("c{count}"), said(&text)).await.unwrap();
                assert_eq!(quick.event().await.seq, count, "others are not concerned");
            }
            let (ended, before) = slow.ended().await;
            assert_eq!(ended, Ended::Code(close::SLOW));
            let got: Vec<u64> = before
                .into_iter()
                .map(|frame| match frame {
                    Down::Event { event } => event.seq,
                    other => panic!("{other:?}"),
                })
                .collect();
            let last = got.len() as u64;
            assert_eq!(got, (1..=last).collect::<Vec<_>>());
            assert!(last < count, "nothing was held back");
            // However much that is: up to what stood there when she came, the log waits for her.
            let mut again = Socket::at(&app, &talk, Some((1, last))).await;
            let left = again.events((count - last) as usize).await;
            assert_eq!(seqs(&left), (last + 1..=count).collect::<Vec<_>>());
        },
    )
    .await;
}

/// Ten times what the queue holds, before anything is read.
#[tokio::test]
async fn a_long_story_waits_for_a_slow_network() {
    with(
        |patience| patience.queue = 32 * 1024,
        |app| async move {
            let talk = app.begin().await;
            let who = access::visitor(&app.app, &app.site.id, &talk.token, &talk.id.as_str().into()).await.unwrap();
            let text = "长".repeat(4_000);
            for n in 0..450 {
                append::say(&app.app, &who, &format!("c{n}"), said(&text)).await.unwrap();
            }
            let mut slow = Socket::open_as(&app.url, None, Some(4_096)).await.unwrap();
            slow.say(&talk.hello(None)).await;
            assert!(matches!(slow.next().await, Down::Welcome { last_seq: 450, .. }));
            assert_eq!(seqs(&slow.events(450).await), (1..=450).collect::<Vec<_>>());
        },
    )
    .await;
}

/// Two nodes on one database: by the bus at once, without it within the poll.
#[tokio::test]
async fn another_node_hears_by_the_bus_and_without_it() {
    for joined in [true, false] {
        let change = move |config: &mut Config| {
            (config.sockets.poll, config.sockets.round) = (if joined { HOUR } else { 30 * MS }, HOUR);
        };
        for postgres in [false, true] {
            let app = TestApp::with(change, postgres).await;
            let (_node, url) = app.another_node(joined).await;
            let talk = app.begin().await;
            let mut here = Socket::at(&app, &talk, None).await;
            let mut there = Socket::open(&url).await;
            there.say(&talk.hello(None)).await;
            assert!(matches!(there.next().await, Down::Welcome { .. }));
            here.say(&says("c1", "from here")).await;
            assert_eq!(there.event().await.seq, 1);
            there.say(&says("c2", "from there")).await;
            assert_eq!(seqs(&here.events(2).await), [1, 2]);
        }
    }
}

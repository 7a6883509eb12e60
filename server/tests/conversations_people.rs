//! Whose conversation it is: what was begun anonymously, what is a verified shopper's, and what signing out ends.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::MING,
        talk::{Talk, message, texts},
    },
};
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

fn id(opened: &Value) -> &str {
    opened["conversation"]["id"].as_str().unwrap_or_else(|| panic!("{opened}"))
}

impl TestApp {
    /// Signs out, with what the browser has.
    async fn leave(&self, session: &str, token: Option<&str>) -> u16 {
        let request = Client::new().delete(format!("{}/api/v1/session", self.url)).header("aftercart-site", "pk_test");
        let request = token.into_iter().fold(request, |request, token| request.header("aftercart-visitor", token));
        read(request.bearer_auth(session)).await.0
    }

    /// A session that others at the same device must not find.
    async fn sign_in_shared(&self) -> String {
        let (_, sent) = self.ask_code(json!({ "contact": EMMA })).await;
        let body = json!({ "code": self.mailed_code().await, "shared_device": true });
        let path = format!("/api/v1/codes/{}/redeem", sent["id"].as_str().unwrap());
        read(self.post(&path).json(&body)).await.1["token"].as_str().unwrap().to_owned()
    }

    /// On every route of hers the token is worth nothing.
    async fn assert_ended(&self, talk: &Talk) {
        for request in [
            self.get_talk(talk, "events"),
            self.get_talk(talk, "events?after=0&epoch=1&wait=20"),
            self.post_talk(talk, "events").json(&json!({ "client_id": "late", "said": message("late") })),
            self.post_talk(talk, "read").json(&json!({ "seq": 1 })),
            self.post_talk(talk, "typing"),
            self.get_talk(talk, "attachments/0f3a5c7d9b1e4f60a1b2c3d4e5f60718"),
            self.post("/api/v1/conversations")
                .header("aftercart-visitor", &talk.token)
                .json(&json!({ "locale": "en" })),
        ] {
            let (status, answer) = read(request).await;
            assert_eq!((status, &answer["code"]), (401, &json!("session_expired")), "{answer}");
        }
    }
}

on_both! {
    async fn a_browser_has_one_open_conversation_however_often_it_asks(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        for (status, opened) in join_all((0..20).map(|_| app.open(Some(&talk.token), None))).await {
            assert_eq!((status, id(&opened), &opened["visitor"]), (200, talk.id.as_str(), &Value::Null));
        }
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": MING })).await.0, 200);
        let opened = join_all((0..20).map(|_| app.open(Some(&talk.token), None))).await;
        let next = id(&opened[0].1).to_owned();
        assert!(next != talk.id && opened.iter().all(|(_, opened)| id(opened) == next), "{opened:?}");
        assert_eq!(app.tables().await["conversations"].len(), 2);
        // What is over is hers to read.
        assert_eq!(texts(&app.heard(&talk).await.1), ["closed"]);
    }

    async fn a_shopper_finds_her_conversation_on_any_device(app) {
        app.open_desk().await;
        let (emma, li) = app.two_shoppers().await;
        // Twenty of her tabs at once: one conversation, and a token for each.
        let opened = join_all((0..20).map(|_| app.open(None, Some(&emma)))).await;
        let talks: Vec<Talk> = opened.iter().map(|(_, opened)| Talk::of(opened)).collect();
        assert!(talks.iter().all(|talk| talk.id == talks[0].id));
        app.tell(&talks[0], "1", message("canary-emma")).await;
        let phone = app.begin_as(&app.sign_in(EMMA).await).await;
        assert_eq!((&phone.id, texts(&app.heard(&phone).await.1)), (&talks[0].id, vec!["canary-emma".to_owned()]));
        // What one device has sent, and another sends again, is one message.
        assert_eq!(app.tell(&phone, "1", message("canary-emma")).await.1["seq"], 1);
        let of_li = app.begin_as(&li).await;
        assert_ne!(of_li.id, phone.id);
        assert_eq!(read(app.get_talk(&Talk { id: phone.id.clone(), ..of_li.clone() }, "events")).await.0, 404);
        // The shop is told who she is, and how that is known.
        let (_, one) = app.desk(&format!("/conversations/{}", phone.id)).await;
        let visitor = &one["visitor"];
        assert_eq!((&visitor["certainty"], &visitor["proof"], &visitor["email"]), (&json!("verified"), &json!("email"), &json!(EMMA)));
        // Closed on one device, it is closed on all, and the next is again the one of all.
        app.agent_does(&phone, "close", json!({ "agent": MING })).await;
        let next = id(&app.open(Some(&phone.token), None).await.1).to_owned();
        assert_eq!(id(&app.open(Some(&talks[3].token), None).await.1), next);
        assert_eq!(texts(&app.heard(&phone).await.1), ["canary-emma", "closed"]);
    }

    async fn what_was_begun_anonymously_comes_along(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let before = app.begin().await;
        let (_, ack) = app.tell(&before, "first", message("canary-before")).await;
        let (status, opened) = app.open(Some(&before.token), Some(&emma)).await;
        let talk = Talk::of(&opened);
        assert_eq!((status, &talk.id, texts(&app.heard(&talk).await.1)), (200, &before.id, vec!["canary-before".to_owned()]));
        assert_ne!(talk.token, before.token);
        app.assert_ended(&before).await;
        // Its answer was lost, and it is sent again as whom she is now: once in the log.
        assert_eq!(app.tell(&talk, "first", message("canary-before")).await, (200, ack));
        assert_eq!(app.log_of(&talk).await["last_seq"], 1);
        let (_, one) = app.desk(&format!("/conversations/{}", talk.id)).await;
        assert_eq!((&one["visitor"]["certainty"], &one["visitor"]["email"]), (&json!("verified"), &json!(EMMA)));
        // Her other devices have it too.
        assert_eq!(app.begin_as(&app.sign_in(EMMA).await).await.id, talk.id);
        // The same again changes nothing: the token goes on.
        let (_, again) = app.open(Some(&talk.token), Some(&emma)).await;
        assert_eq!((id(&again), &again["visitor"]), (talk.id.as_str(), &Value::Null));
    }

    /// She signs in while other requests of the same browser are under way: nothing is made twice, and nothing is lost.
    async fn signing_in_amid_other_requests_leaves_one_conversation(app) {
        let (emma, _) = app.two_shoppers().await;
        let before = app.begin().await;
        let tries = join_all((0..24).map(|n| {
            let (app, before, emma) = (&app, &before, &emma);
            async move {
                match n % 3 {
                    0 => app.open(Some(&before.token), Some(emma)).await,
                    1 => app.open(Some(&before.token), None).await,
                    _ => app.tell(before, &n.to_string(), message("x")).await,
                }
            }
        }));
        let mut stored = 0;
        for (n, (status, answer)) in tries.await.into_iter().enumerate() {
            match (n % 3, status) {
                (0, 200) => assert_eq!(id(&answer), before.id),
                (1, 200) => assert_eq!((id(&answer), &answer["visitor"]), (before.id.as_str(), &Value::Null)),
                (2, 200) => stored += 1,
                (1 | 2, 401) => {}
                _ => panic!("{n}: {status} {answer}"),
            }
        }
        let talk = app.begin_as(&emma).await;
        assert_eq!((&talk.id, app.heard(&talk).await.1["last_seq"].clone()), (&before.id, json!(stored)));
        assert_eq!(app.tables().await["conversations"].len(), 1);
        app.assert_ended(&before).await;
    }

    async fn two_open_ones_stay_two(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let own = app.begin_as(&emma).await;
        app.tell(&own, "1", message("canary-own")).await;
        let anonymous = app.begin().await;
        app.tell(&anonymous, "1", message("canary-anonymous")).await;
        let (_, opened) = app.open(Some(&anonymous.token), Some(&emma)).await;
        let talk = Talk::of(&opened);
        assert_eq!((&talk.id, texts(&app.heard(&talk).await.1)), (&own.id, vec!["canary-own".to_owned()]));
        app.assert_ended(&anonymous).await;
        assert_eq!(read(app.get_talk(&Talk { id: anonymous.id.clone(), ..talk.clone() }, "events")).await.0, 404);
        // Nobody waits for an answer there: the shop sees it closed, with what was said.
        let left = app.log_of(&anonymous).await;
        assert_eq!((texts(&left), &left["events"][1]["from"]), (vec!["canary-anonymous".to_owned(), "closed".to_owned()], &json!({ "by": "system" })));
        // The first device's token goes on.
        assert_eq!(texts(&app.heard(&own).await.1), ["canary-own"]);
    }

    async fn nothing_of_a_shopper_becomes_another_s(app) {
        let (emma, li) = app.two_shoppers().await;
        let emmas = app.begin_as(&emma).await;
        app.tell(&emmas, "1", message("canary-emma")).await;
        // Li signs in at a browser in which Emma has talked.
        let (status, opened) = app.open(Some(&emmas.token), Some(&li)).await;
        let lis = Talk::of(&opened);
        assert_eq!((status, &opened["conversation"]["last_seq"]), (200, &json!(0)));
        assert_ne!(lis.id, emmas.id);
        assert!(!app.heard(&lis).await.1.to_string().contains("canary-emma"));
        assert_eq!(read(app.get_talk(&Talk { id: emmas.id.clone(), ..lis.clone() }, "events")).await.0, 404);
        app.assert_ended(&emmas).await;
        // Hers is where it was.
        let again = app.begin_as(&emma).await;
        assert_eq!((&again.id, texts(&app.heard(&again).await.1)), (&emmas.id, vec!["canary-emma".to_owned()]));
    }

    async fn signing_out_ends_what_was_opened_by_it(app) {
        app.open_desk().await;
        let (emma, li) = app.two_shoppers().await;
        let (talk, of_li) = (app.begin_as(&emma).await, app.begin_as(&li).await);
        app.tell(&talk, "1", message("canary")).await;
        // She is waiting when she signs out; the answer that comes then is not for that browser any more.
        let waiting = read(app.get_talk(&talk, "events?after=1&epoch=1&wait=20"));
        let leaving = async {
            assert_eq!(app.leave(&emma, Some(&talk.token)).await, 204);
            assert_eq!(app.answer(&talk, "a", "canary-secret").await.0, 200);
        };
        let ((status, heard), ()) = tokio::join!(waiting, leaving);
        assert_eq!((status, heard.to_string().contains("canary-secret")), (401, false), "{heard}");
        app.assert_ended(&talk).await;
        // Signed in again she has it, with what was said meanwhile.
        let emma = app.sign_in(EMMA).await;
        let again = app.begin_as(&emma).await;
        assert_eq!((&again.id, texts(&app.heard(&again).await.1)), (&talk.id, vec!["canary".to_owned(), "canary-secret".to_owned()]));
        // Also without naming the token; another shopper's is left alone.
        assert_eq!(app.leave(&emma, Some(&of_li.token)).await, 204);
        app.assert_ended(&again).await;
        assert_eq!(app.heard(&of_li).await.0, 200);
        // An anonymous browser's own ends with whoever signs out in it.
        let (anonymous, li) = (app.begin().await, app.sign_in("li.na@example.cn").await);
        assert_eq!(app.leave(&li, Some(&anonymous.token)).await, 204);
        app.assert_ended(&anonymous).await;
        // Hers, begun under an earlier session of hers, on the same browser.
        let li = app.sign_in("li.na@example.cn").await;
        assert_eq!(app.leave(&li, Some(&of_li.token)).await, 204);
        app.assert_ended(&of_li).await;
    }

    async fn on_a_shared_device_the_token_ends_with_the_session(app) {
        let _ = app.two_shoppers().await;
        let shared = app.sign_in_shared().await;
        let (_, opened) = app.open(None, Some(&shared)).await;
        let talk = Talk::of(&opened);
        assert_eq!(opened["visitor"]["expires_at"], json!(app.now().0 + 30 * MINUTE));
        // To talk is to be there; to look on is not.
        for n in 0..3 {
            app.clock.forward_ms(4 * MINUTE);
            assert_eq!(app.tell(&talk, &n.to_string(), message("x")).await.0, 200);
        }
        app.clock.forward_ms(3 * MINUTE);
        assert_eq!(app.heard(&talk).await.0, 200);
        app.clock.forward_ms(2 * MINUTE);
        app.assert_ended(&talk).await;
        // However much she talks, after half an hour it is over.
        let shared = app.sign_in_shared().await;
        let talk = app.begin_as(&shared).await;
        for n in 0..7 {
            app.clock.forward_ms(4 * MINUTE);
            assert_eq!(app.tell(&talk, &format!("again {n}"), message("x")).await.0, 200);
        }
        app.clock.forward_ms(2 * MINUTE);
        app.assert_ended(&talk).await;
    }

    async fn a_token_lives_a_month_after_its_last_use(app) {
        let (emma, _) = app.two_shoppers().await;
        let (anonymous, verified) = (app.begin().await, app.begin_as(&emma).await);
        for _ in 0..3 {
            app.clock.forward_ms(29 * DAY);
            assert_eq!((app.heard(&anonymous).await.0, app.heard(&verified).await.0), (200, 200));
        }
        // Her session is long over; what she was in this browser she is.
        assert_eq!(id(&app.open(Some(&verified.token), None).await.1), verified.id);
        app.clock.forward_ms(30 * DAY);
        app.assert_ended(&anonymous).await;
        app.assert_ended(&verified).await;
        // With a session a dead token does no harm.
        let emma = app.sign_in(EMMA).await;
        let (status, opened) = app.open(Some(&verified.token), Some(&emma)).await;
        assert_eq!((status, id(&opened)), (200, verified.id.as_str()));
        assert!(opened["visitor"]["token"].is_string());
        // A session that has ended is told, whatever else she has.
        let fresh = app.begin().await;
        let (status, answer) = app.open(Some(&fresh.token), Some("nonsense")).await;
        assert_eq!((status, &answer["code"]), (401, &json!("session_expired")));
    }

    async fn no_token_stands_in_the_database(app) {
        let (emma, _) = app.two_shoppers().await;
        for talk in [app.begin().await, app.begin_as(&emma).await] {
            let found = app.tables().await.values().flatten().any(|row| row.contains(&talk.token));
            assert!(!found);
        }
    }
}

//! "Leave, and we'll e-mail you": who is told what by mail, and when not.

use crate::{
    on_both,
    support::{
        KEY, TestApp, read,
        returns::MING,
        talk::{Talk, message},
    },
};
use aftercart::{jobs::worker, notifications::store::StoredMail};
use reqwest::{Client, Method};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const MINUTE: i64 = 60_000;

impl TestApp {
    async fn answer_mail(&self, method: Method, talk: &Talk, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}{}", self.url, talk.path("answer-mail"));
        let request = Client::new().request(method, url).header("aftercart-site", KEY);
        let request = request.header("aftercart-visitor", &talk.token);
        read(body.into_iter().fold(request, |request, body| request.json(&body))).await
    }

    /// Where it is to be mailed; `None`: to the address that she has proved.
    async fn leave_address(&self, talk: &Talk, email: Option<&str>) -> (u16, Value) {
        self.answer_mail(Method::PUT, talk, Some(json!({ "email": email, "locale": "en" }))).await
    }

    /// Oldest first.
    async fn told(&self) -> Vec<StoredMail> {
        self.run_jobs().await;
        let mut mails = self.mails().await;
        mails.retain(|mail| mail.subject == "An answer from Test & Shop");
        mails.sort_by_key(|mail| mail.created_at);
        mails
    }

    async fn follow_link(&self, what: &str, token: &str) -> u16 {
        read(self.post(&format!("/api/v1/answer-mails/{what}")).json(&json!({ "token": token }))).await.0
    }
}

/// What stands in the link of this name.
fn token(mail: &StoredMail, name: &str) -> String {
    let rest = mail.plain.split(&format!("#{name}.")).nth(1).unwrap_or_else(|| panic!("{}", mail.plain));
    rest.split_whitespace().next().unwrap().to_owned()
}

on_both! {
    async fn whoever_proved_her_address_is_mailed_what_was_said_once(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        app.tell(&talk, "1", message("Where is it?")).await;
        assert_eq!(app.answer_mail(Method::GET, &talk, None).await, (200, json!({ "own": "e***@example.com" })));
        let kept = json!({ "to": "e***@example.com", "own": "e***@example.com" });
        assert_eq!(app.leave_address(&talk, None).await, (200, kept.clone()));
        assert_eq!(app.answer_mail(Method::GET, &talk, None).await, (200, kept));
        app.clock.forward_ms(10 * MINUTE);
        app.answer(&talk, "a", "canary-one\ncanary-line").await;
        app.clock.forward_ms(MINUTE);
        app.answer(&talk, "b", "canary-two <b>").await;
        app.clock.forward_ms(2 * MINUTE - 1);
        assert_eq!(app.told().await.len(), 0);
        app.clock.forward_ms(1);
        let told = app.told().await;
        assert_eq!((told.len(), told[0].recipient.as_str()), (1, EMMA));
        for words in ["canary-one", "canary-line", "canary-two <b>", &format!("{MING}: canary-one"), "https://shop.example/"] {
            assert!(told[0].plain.contains(words), "{words}: {}", told[0].plain);
        }
        assert!(told[0].html.contains("canary-two &lt;b&gt;") && !told[0].plain.contains("Tell me of further"));
        app.clock.forward_ms(60 * MINUTE);
        assert_eq!(app.told().await.len(), 1);
        // The next is told by itself.
        app.answer(&talk, "c", "canary-three").await;
        app.clock.forward_ms(2 * MINUTE);
        let told = app.told().await;
        assert_eq!(told.len(), 2);
        assert!(told[1].plain.contains("canary-three") && !told[1].plain.contains("canary-two"));
        // Taken back, nothing is mailed any more.
        assert_eq!(app.answer_mail(Method::DELETE, &talk, None).await.0, 204);
        app.answer(&talk, "d", "canary-four").await;
        app.clock.forward_ms(10 * MINUTE);
        assert_eq!(app.told().await.len(), 2);
    }

    async fn whoever_is_here_or_has_read_it_is_mailed_nothing(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        app.tell(&talk, "1", message("Where is it?")).await;
        app.leave_address(&talk, None).await;
        app.clock.forward_ms(10 * MINUTE);
        app.answer(&talk, "a", "canary-one").await;
        let heard = app.heard(&talk).await.1;
        let last = heard["last_seq"].as_u64().unwrap();
        assert_eq!(read(app.post_talk(&talk, "read").json(&json!({ "seq": last }))).await.0, 204);
        app.clock.forward_ms(10 * MINUTE);
        assert_eq!(app.told().await.len(), 0);
        // She waits for news and reads nothing: she is mailed two minutes after she has gone.
        app.answer(&talk, "b", "canary-two").await;
        app.clock.forward_ms(MINUTE);
        assert_eq!(read(app.get_talk(&talk, "events?epoch=1&after=1&wait=5")).await.0, 200);
        app.clock.forward_ms(MINUTE + 1);
        assert_eq!(app.told().await.len(), 0);
        // A tab behind others, which asks now and then, is nobody.
        app.clock.forward_ms(MINUTE - 2);
        assert_eq!(app.heard(&talk).await.0, 200);
        assert_eq!(app.told().await.len(), 0);
        app.clock.forward_ms(1);
        let told = app.told().await;
        assert_eq!(told.len(), 1);
        assert!(!told[0].plain.contains("canary-one"));
    }

    async fn a_typed_address_is_told_that_there_is_an_answer_and_not_which(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        app.tell(&talk, "1", message("canary-hers")).await;
        let (status, answer) = app.leave_address(&talk, None).await;
        assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!("required"), &json!("email")));
        for wrong in ["nobody", "+8613800138000", "a@b"] {
            assert_eq!(app.leave_address(&talk, Some(wrong)).await.1["code"], json!("contact_invalid"), "{wrong}");
        }
        assert_eq!(app.leave_address(&talk, Some(" Li@Example.CN ")).await, (200, json!({ "to": "l***@example.cn" })));
        app.clock.forward_ms(10 * MINUTE);
        app.answer(&talk, "a", "canary-one").await;
        app.clock.forward_ms(2 * MINUTE);
        let told = app.told().await;
        assert_eq!((told.len(), told[0].recipient.as_str()), (1, "li@example.cn"));
        assert!(!format!("{}{}", told[0].plain, told[0].html).contains("canary"), "{}", told[0].plain);
        // Nobody has said yes there: that was all.
        app.answer(&talk, "b", "canary-two").await;
        app.clock.forward_ms(10 * MINUTE);
        assert_eq!(app.told().await.len(), 1);
        let (yes, stop) = (token(&told[0], "answers"), token(&told[0], "quiet"));
        for wrong in [stop.as_str(), "", &yes[..yes.len() - 1], &yes.replacen('.', ".A", 1)] {
            assert_eq!(app.follow_link("confirm", wrong).await, 404, "{wrong}");
        }
        assert_eq!((app.follow_link("confirm", &yes).await, app.follow_link("confirm", &yes).await), (204, 204));
        app.answer(&talk, "c", "canary-three").await;
        app.clock.forward_ms(2 * MINUTE);
        let told = app.told().await;
        assert_eq!(told.len(), 2);
        assert!(!told[1].plain.contains("canary") && !told[1].plain.contains("#answers."), "{}", told[1].plain);
        // Another address is another mailbox: nobody there has said yes, and the first one's links are over.
        app.leave_address(&talk, Some("lu@example.cn")).await;
        assert_eq!((app.follow_link("confirm", &yes).await, app.follow_link("stop", &stop).await), (404, 404));
        app.leave_address(&talk, Some("li@example.cn")).await;
        assert_eq!(app.follow_link("stop", &stop).await, 204);
        app.answer(&talk, "d", "canary-four").await;
        app.clock.forward_ms(10 * MINUTE);
        assert_eq!(app.told().await.len(), 2);
    }

    async fn her_own_address_typed_is_hers(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        app.tell(&talk, "1", message("?")).await;
        app.leave_address(&talk, Some("Emma.Wilson@example.com")).await;
        app.clock.forward_ms(10 * MINUTE);
        app.answer(&talk, "a", "canary").await;
        app.clock.forward_ms(2 * MINUTE);
        assert!(app.told().await[0].plain.contains("canary"));
    }

    /// Nobody fills a stranger's mailbox, whichever conversation he leaves the address in.
    async fn a_mailbox_gets_few_mails_that_nobody_there_asked_for(app) {
        app.open_desk().await;
        for _ in 0..5 {
            let talk = app.begin().await;
            app.tell(&talk, "1", message("?")).await;
            app.leave_address(&talk, Some("li@example.cn")).await;
            app.clock.forward_ms(2 * MINUTE);
            app.answer(&talk, "a", "!").await;
        }
        app.clock.forward_ms(2 * MINUTE);
        assert_eq!(app.told().await.len(), 3);
        let talk = app.begin().await;
        for n in 0..10 {
            assert_eq!(app.leave_address(&talk, Some(&format!("x{n}@example.cn"))).await.0, 200);
        }
        assert_eq!(app.leave_address(&talk, Some("x@example.cn")).await.1["code"], json!("rate_limited"));
    }

    async fn whoever_writes_on_and_on_is_not_waited_for(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        app.tell(&talk, "1", message("?")).await;
        app.leave_address(&talk, None).await;
        app.clock.forward_ms(10 * MINUTE);
        for n in 0..12 {
            app.answer(&talk, &n.to_string(), &format!("canary-{n}.")).await;
            let told = app.told().await.len();
            assert_eq!(told, usize::from(n >= 10), "after {n} minutes");
            app.clock.forward_ms(MINUTE);
        }
        app.clock.forward_ms(MINUTE);
        let told = app.told().await;
        assert_eq!(told.len(), 2);
        assert!(told[0].plain.contains("canary-0.") && told[0].plain.contains("canary-10."));
        assert!(told[1].plain.contains("canary-11.") && !told[1].plain.contains("canary-10."));
    }

    async fn two_nodes_mail_it_once(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let (node, _) = app.another_node(false).await;
        for n in 0..8 {
            let talk = if n % 2 == 0 { app.begin_as(&emma).await } else { app.begin().await };
            app.tell(&talk, &format!("{n}"), message("?")).await;
            app.leave_address(&talk, Some(EMMA)).await;
            app.clock.forward_ms(2 * MINUTE);
            for said in 0..5 {
                app.answer(&talk, &format!("{n} {said}"), "!").await;
            }
            if n % 2 == 0 {
                app.agent_does(&talk, "close", json!({ "agent": MING })).await;
            }
        }
        app.clock.forward_ms(2 * MINUTE);
        let (one, two) = tokio::join!(worker::run_due(&app.app), worker::run_due(&node));
        one.unwrap();
        two.unwrap();
        // Of the four that nobody proved, three.
        assert_eq!(app.told().await.len(), 4 + 3);
    }
}

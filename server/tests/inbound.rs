//! Replies to mailed answers, as a mail service hands them over: whose words go where, and whose go nowhere.

use crate::support::{
    KEY, TestApp,
    digest::differing,
    mails::{gb18030, plain, with_header, with_parts},
    pictures::jpeg,
    read,
    returns::MING,
    talk::{Talk, message, texts},
};
use aftercart::{
    config::{Config, ReplyAddress},
    inbound::letter,
    notifications::store::StoredMail,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const MINUTE: i64 = 60_000;
const SECRET: &str = "what the mail service sends us";

/// One story, told on both databases, by a server that takes mail.
macro_rules! by_mail {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident) $story:block)*) => { $(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($app: TestApp) $story

            #[tokio::test]
            async fn sqlite() {
                story(TestApp::with(takes_mail, false).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                story(TestApp::with(takes_mail, true).await).await;
            }
        }
    )* };
}

fn takes_mail(config: &mut Config) {
    config.mail.from = "service@shop.example".into();
    config.mail.inbound = ReplyAddress::try_from("reply+{token}@shop.example".to_owned()).unwrap();
    config.mail.inbound_secret = SECRET.into();
}

pub fn header(mail: &StoredMail, name: &str) -> Option<String> {
    let headers: Vec<(String, String)> = serde_json::from_str(&mail.headers).unwrap();
    headers.into_iter().find(|(one, _)| one == name).map(|(_, value)| value)
}

impl TestApp {
    async fn hand_over(&self, raw: &[u8]) -> u16 {
        let sent = self.post("/api/v1/inbound/mail").bearer_auth(SECRET).header("content-type", "message/rfc822");
        sent.body(raw.to_vec()).send().await.unwrap().status().as_u16()
    }

    /// The newest mail that tells of an answer to this address.
    async fn told_to(&self, email: &str) -> StoredMail {
        self.run_jobs().await;
        let mut mails = self.mails().await;
        mails.retain(|mail| mail.recipient == email && mail.subject == "An answer from Test & Shop");
        mails.sort_by_key(|mail| mail.created_at);
        mails.pop().unwrap_or_else(|| panic!("{email} was told nothing"))
    }

    pub async fn wants_mail(&self, talk: &Talk, email: Option<&str>) {
        let url = format!("{}{}", self.url, talk.path("answer-mail"));
        let request = Client::new().put(url).header("aftercart-site", KEY).header("aftercart-visitor", &talk.token);
        let answer = read(request.json(&json!({ "email": email, "locale": "en" }))).await;
        assert_eq!(answer.0, 200, "{}", answer.1);
    }

    /// A conversation whose visitor has left this address and was told of an answer: where she replies to.
    async fn left(&self, talk: &Talk, email: &str) -> String {
        self.tell(talk, "q", message("Where is it?")).await;
        self.wants_mail(talk, Some(email)).await;
        self.answered(talk, "a", email).await
    }

    async fn answered(&self, talk: &Talk, client_id: &str, email: &str) -> String {
        self.clock.forward_ms(10 * MINUTE);
        self.answer(talk, client_id, &format!("canary-{client_id}")).await;
        self.clock.forward_ms(2 * MINUTE);
        header(&self.told_to(email).await, "Reply-To").unwrap()
    }

    /// What messages say, and how they came.
    async fn said(&self, talk: &Talk) -> Vec<(String, Option<String>)> {
        let log = self.log_of(talk).await;
        let of = |event: &Value| {
            (
                event["text"].as_str().or(event["kind"].as_str()).unwrap().to_owned(),
                event["came"].as_str().map(str::to_owned),
            )
        };
        log["events"].as_array().unwrap().iter().map(of).collect()
    }
}

fn by(words: &str, came: &str) -> (String, Option<String>) {
    (words.into(), Some(came.into()))
}

by_mail! {
    async fn a_reply_goes_on_in_her_conversation_once(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        let to = app.left(&talk, EMMA).await;
        assert!(to.starts_with("reply+") && to.ends_with("@shop.example") && to.find('@').unwrap() <= 64, "{to}");
        let reply = plain(EMMA, &to, "1@example.com", "Thank you!\n\nOn Sat, 21 Nov 2026 at 16:10, Shop <a@b.c> wrote:\n> canary");
        let before = app.said(&talk).await.len();
        // Its copies at once, and later.
        let copies: Vec<_> = (0..8).map(|_| app.hand_over(&reply)).collect();
        assert!(futures_util::future::join_all(copies).await.iter().all(|status| *status == 202));
        assert_eq!(app.hand_over(&reply).await, 202);
        let said = app.said(&talk).await;
        assert_eq!(said.len(), before + 1);
        assert_eq!(said.last(), Some(&by("Thank you!", "mail")));
        // She sees it in the panel as hers, and whoever answers has her waiting.
        let heard = app.heard(&talk).await.1;
        let last = heard["events"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["from"], &last["text"]), (&json!({ "by": "visitor" }), &json!("Thank you!")));
        // The next answer is mailed, in the same thread.
        app.answered(&talk, "b", EMMA).await;
        let told = app.told_to(EMMA).await;
        assert_eq!(header(&told, "In-Reply-To").unwrap(), "<1@example.com>");
        let references = header(&told, "References").unwrap();
        assert!(references.ends_with("@shop.example> <1@example.com>"), "{references}");
        assert_eq!(header(&told, "Auto-Submitted").unwrap(), "auto-generated");
        assert!(told.plain.contains("reply to this mail"));
        // Case is nothing that mail servers keep.
        assert_eq!(app.hand_over(&plain(&EMMA.to_uppercase(), &to.to_uppercase(), "2@example.com", "Again")).await, 202);
        assert_eq!(app.said(&talk).await.last(), Some(&by("Again", "mail")));
    }

    async fn an_address_that_we_have_not_made_leads_nowhere_and_says_nothing(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        let to = app.left(&talk, EMMA).await;
        let other = app.begin().await;
        let to_other = app.left(&other, "li@example.cn").await;
        let token = |address: &str| address["reply+".len()..address.find('@').unwrap()].to_owned();
        let (ours, others) = (token(&to), token(&to_other));
        let told = app.told_to(EMMA).await;
        let flipped: String = ours.chars().rev().collect();
        let before = app.tables().await;
        // The conversation of one with the proof of the other; a proof that was changed; nothing of ours at all.
        for forged in [
            format!("{}{}", &ours[..31], &others[31..]),
            format!("{}{}", &others[..31], &ours[31..]),
            format!("{}a", &ours[..ours.len() - 1]),
            flipped,
            ours[1..].to_owned(),
            String::new(),
            "a".repeat(50),
        ] {
            if forged == ours { continue }
            assert_eq!(app.hand_over(&plain(EMMA, &format!("reply+{forged}@shop.example"), "f@x", "forged")).await, 202);
        }
        // From her, with the subject and the references of her thread, to an address that names nothing.
        let thread = format!("In-Reply-To: <{}@shop.example>", told.mail_id);
        for to in ["service@shop.example", "reply@shop.example", &format!("reply+{ours}@other.example")] {
            assert_eq!(app.hand_over(&with_header(&plain(EMMA, to, "g@x", "forged"), &thread)).await, 202);
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn another_shops_address_leads_to_that_shop_alone(app) {
        app.open_desk().await;
        let there = app.another_site("pk_other", "https://other.example").await;
        let talk = app.begin().await;
        let to = app.left(&talk, "li@example.cn").await;
        let token = &to["reply+".len()..to.find('@').unwrap()];
        // As it would be of the other shop, with the same conversation and the same address: the first characters name the shop.
        assert_ne!(there.id, app.site.id);
        for n in 0..4 {
            let mut forged = token.to_owned().into_bytes();
            forged[n] = if forged[n] == b'q' { b'r' } else { b'q' };
            let forged = format!("reply+{}@shop.example", String::from_utf8(forged).unwrap());
            let before = app.tables().await;
            assert_eq!(app.hand_over(&plain("li@example.cn", &forged, "x@x", "forged")).await, 202);
            assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        }
    }

    async fn whoever_writes_from_elsewhere_is_heard_and_marked(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        let to = app.left(&talk, EMMA).await;
        app.hand_over(&plain("emma@work.example", &to, "1@work", "from work")).await;
        assert_eq!(app.said(&talk).await.last(), Some(&by("from work", "mail_unproved")));
        // An address that was only typed proves nothing, whoever writes from it.
        let talk = app.begin().await;
        let to = app.left(&talk, "li@example.cn").await;
        app.hand_over(&plain("Li@Example.cn", &to, "1@li", "it is me")).await;
        assert_eq!(app.said(&talk).await.last(), Some(&by("it is me", "mail_unproved")));
        let (_, opened) = app.open(Some(&talk.token), None).await;
        assert_eq!(opened["conversation"]["id"], json!(talk.id));
        // But whoever has that mailbox wants to hear of it: it is told of the next answer, too, and still not what it says.
        app.answered(&talk, "b", "li@example.cn").await;
        let told = app.told_to("li@example.cn").await;
        assert!(!told.plain.contains("canary") && header(&told, "In-Reply-To").as_deref() == Some("<1@li>"), "{}", told.plain);
    }

    async fn an_address_that_was_taken_back_or_replaced_is_over(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let to = app.left(&talk, "li@example.cn").await;
        app.wants_mail(&talk, Some("lu@example.cn")).await;
        let before = app.said(&talk).await;
        app.hand_over(&plain("li@example.cn", &to, "1@li", "over")).await;
        assert_eq!(app.said(&talk).await, before);
        app.wants_mail(&talk, Some("li@example.cn")).await;
        let url = format!("{}{}", app.url, talk.path("answer-mail"));
        let stopped = Client::new().request(Method::DELETE, url).header("aftercart-site", KEY);
        assert_eq!(read(stopped.header("aftercart-visitor", &talk.token)).await.0, 204);
        app.hand_over(&plain("li@example.cn", &to, "2@li", "over")).await;
        assert_eq!(app.said(&talk).await, before);
    }

    async fn a_reply_to_what_is_closed_begins_anew_as_the_panel_does(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        let to = app.left(&talk, EMMA).await;
        app.agent_does(&talk, "close", json!({ "agent": MING })).await;
        let closed = app.said(&talk).await;
        let mail = plain(EMMA, &to, "1@example.com", "One more thing");
        for _ in 0..3 {
            assert_eq!(app.hand_over(&mail).await, 202);
        }
        assert_eq!(app.said(&talk).await, closed);
        let (_, opened) = app.open(Some(&talk.token), Some(&emma)).await;
        assert_eq!(opened["conversation"]["state"], json!("queued"), "{opened}");
        let next = Talk { token: talk.token.clone(), id: opened["conversation"]["id"].as_str().unwrap().into() };
        assert_ne!(next.id, talk.id);
        assert_eq!(app.said(&next).await, [by("One more thing", "mail")]);
        // It is answered by mail, and a copy of the first that comes after the second was closed, too, changes nothing.
        let to_next = app.answered(&next, "n", EMMA).await;
        assert_ne!(to_next, to);
        app.agent_does(&next, "close", json!({ "agent": MING })).await;
        let closed = app.said(&next).await;
        app.hand_over(&mail).await;
        assert_eq!(app.said(&next).await, closed);
        let (_, opened) = app.open(Some(&talk.token), Some(&emma)).await;
        assert_eq!(opened["conversation"]["last_seq"], json!(0), "{opened}");
    }

    async fn what_nobody_wrote_is_not_said(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        let to = app.left(&talk, EMMA).await;
        let told = app.told_to(EMMA).await;
        let before = app.tables().await;
        let mail = plain(EMMA, &to, "auto@example.com", "I am away");
        for head in ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "Return-Path: <>", "X-Autorespond: x"] {
            assert_eq!(app.hand_over(&with_header(&mail, head)).await, 202, "{head}");
        }
        // What we have sent ourselves, come back.
        assert_eq!(app.hand_over(&plain(EMMA, &to, &format!("{}@shop.example", told.mail_id), "ours")).await, 202);
        // Nothing but what was quoted.
        assert_eq!(app.hand_over(&plain(EMMA, &to, "e@example.com", "> all\n> of it")).await, 202);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        // A machine that hides it is heard for a while only.
        for n in 0..40 {
            app.clock.forward_ms(1_000);
            app.hand_over(&plain(EMMA, &to, &format!("{n}@machine"), &format!("ticket {n}"))).await;
        }
        let heard = app.said(&talk).await.iter().filter(|(words, _)| words.starts_with("ticket")).count();
        assert_eq!(heard, 30);
    }

    async fn a_photo_comes_along_for_whoever_is_proved(app) {
        app.open_desk().await;
        let (emma, _) = app.two_shoppers().await;
        let talk = app.begin_as(&emma).await;
        let to = app.left(&talk, EMMA).await;
        let parts = [("image/jpeg", jpeg(300, 200)), ("application/pdf", b"%PDF".to_vec()), ("image/png", b"no picture".to_vec())];
        let mail = with_parts(EMMA, &to, "p@example.com", "Look", &parts);
        for _ in 0..3 {
            assert_eq!(app.hand_over(&mail).await, 202);
        }
        let said = app.said(&talk).await;
        assert_eq!(said[said.len() - 2..], [by("Look\n\n[2 attachments were left out]", "mail"), ("attachment".into(), None)]);
        let log = app.log_of(&talk).await;
        let picture = log["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&picture["width"], &picture["height"]), (&json!(300), &json!(200)));
        let shown = app.get_talk(&talk, &format!("attachments/{}", picture["attachment_id"].as_str().unwrap())).send().await;
        let shown = shown.unwrap();
        assert_eq!((shown.status(), &shown.headers()["content-type"]), (StatusCode::OK, "image/jpeg".parse().as_ref().unwrap()));
        // Nobody else's picture is kept, and nobody is left to wonder.
        let mail = with_parts("emma@work.example", &to, "q@example.com", "", &parts[..1]);
        app.hand_over(&mail).await;
        assert_eq!(app.said(&talk).await.last(), Some(&by("[1 attachment was left out]", "mail_unproved")));
    }

    async fn words_come_in_whichever_way_they_are_written(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let to = app.left(&talk, "li@example.cn").await;
        app.hand_over(&gb18030("li@example.cn", &to, "1@gb")).await;
        assert_eq!(app.said(&talk).await.last().unwrap().0, "您好，包裹收到了。谢谢！");
        let html = format!(
            "From: li@example.cn\r\nTo: {to}\r\nMessage-ID: <h@x>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
             <div>好的</div><div>A &amp; B</div><div class=\"gmail_quote\">canary</div>"
        );
        app.hand_over(html.as_bytes()).await;
        assert_eq!(app.said(&talk).await.last().unwrap().0, "好的\nA & B");
        // Without an id of its own a mail is told by all of it.
        let bare = format!("From: li@example.cn\r\nTo: {to}\r\n\r\nbare");
        app.hand_over(bare.as_bytes()).await;
        app.hand_over(bare.as_bytes()).await;
        let said = app.said(&talk).await;
        assert_eq!(said.iter().filter(|(words, _)| words == "bare").count(), 1);
        // More than a message holds becomes more of them, and an end.
        let line = "字".repeat(99);
        let long: String = (0..300).map(|_| format!("{line}\n")).collect();
        app.hand_over(&plain("li@example.cn", &to, "long@x", &long)).await;
        let now = app.said(&talk).await;
        let added: Vec<_> = now[said.len()..].iter().map(|(words, _)| words.chars().count()).collect();
        assert_eq!(added.len(), 6, "{added:?}");
        assert!(added.iter().all(|chars| *chars <= 4_000) && now.last().unwrap().0.contains("left out"), "{added:?}");
        // What would break a page or a database.
        app.hand_over(&plain("li@example.cn", &to, "odd@x", "a\0b\u{7}<script>1</script>\u{202e}")).await;
        assert_eq!(app.said(&talk).await.last().unwrap().0, "ab<script>1</script>\u{202e}");
    }

    async fn only_the_mail_service_hands_over(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let to = app.left(&talk, "li@example.cn").await;
        let mail = plain("li@example.cn", &to, "1@x", "hello");
        let before = app.tables().await;
        let post = || app.post("/api/v1/inbound/mail").header("content-type", "message/rfc822").body(mail.clone());
        let refused = [post(), post().bearer_auth("wrong"), post().basic_auth("mail", Some("wrong")), post().header("authorization", SECRET)];
        for request in refused {
            let (status, answer) = read(request).await;
            assert_eq!((status, &answer["code"]), (401, &json!("key_invalid")));
        }
        let form = app.post("/api/v1/inbound/mail").bearer_auth(SECRET).header("content-type", "multipart/form-data; boundary=x");
        assert_eq!(read(form.body("--x--")).await.1["code"], json!("unsupported_media_type"));
        let giant = app.post("/api/v1/inbound/mail").bearer_auth(SECRET).header("content-type", "message/rfc822");
        assert_eq!(read(giant.body(vec![b'a'; 25 * 1024 * 1024 + 1])).await.1["code"], json!("too_large"));
        for junk in [&b""[..], b"\0", b"hello", &[0xff; 1000], b"To: \r\n\r\n"] {
            assert_eq!(app.hand_over(junk).await, 202);
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        assert_eq!(read(post().basic_auth("anybody", Some(SECRET))).await.0, 202);
        assert_eq!(app.said(&talk).await.last().unwrap().0, "hello");
    }
}

/// A shop that takes no mail tells nobody to reply, and has no such address.
#[tokio::test]
async fn without_an_address_mails_stay_as_they_were() {
    let app = TestApp::sqlite().await;
    app.open_desk().await;
    let (emma, _) = app.two_shoppers().await;
    let talk = app.begin_as(&emma).await;
    app.tell(&talk, "q", message("?")).await;
    app.wants_mail(&talk, None).await;
    app.clock.forward_ms(10 * MINUTE);
    app.answer(&talk, "a", "canary").await;
    app.clock.forward_ms(2 * MINUTE);
    let told = app.told_to(EMMA).await;
    assert_eq!((told.headers.as_str(), told.plain.contains("reply to this mail")), ("[]", false));
    let (status, _) = read(app.post("/api/v1/inbound/mail").bearer_auth("").body("")).await;
    assert_eq!(status, 404);
    assert_eq!(texts(&app.heard(&talk).await.1).len(), 2);
}

/// Whatever comes is read or refused, and breaks nothing.
#[test]
fn broken_mails_break_nothing() {
    let to = "reply+abc@shop.example";
    let html = b"From: a@b.c\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=big5\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=A4=A4=A4=E5</p><blockquote type=3D\"cite\">&amp;&#x4e2d;&bogus;</blockquote>\r\n--b--\r\n";
    let jis = b"From: a@b.c\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s$K$A$O\x1b(B\r\n";
    let seeds = [
        plain(EMMA, to, "1@x", "hello\n\nOn 1 Nov 2026 <a@b> wrote:\n> x\n-- \nEmma"),
        gb18030(EMMA, to, "2@x"),
        with_parts(
            EMMA,
            to,
            "3@x",
            "photo",
            &[("image/jpeg", jpeg(8, 8)), ("message/rfc822", b"From: x\r\n\r\ny".to_vec())],
        ),
        html.to_vec(),
        jis.to_vec(),
    ];
    let words = |raw: &[u8]| match letter::read(raw) {
        letter::Came::Letter(letter) => letter.text,
        other => panic!("{other:?}"),
    };
    assert_eq!([words(&seeds[3]), words(&seeds[4])], ["中文", "こんにちは"]);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let odd: [&[u8]; 8] = [
        b"\r\n\r\n",
        b"--b",
        b"=?gb18030?B?",
        b"boundary=",
        b"\xff\xfe\0",
        b"<!--",
        b"&#",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
    ];
    for round in 0..6_000 {
        let mut mail = seeds[round % seeds.len()].clone();
        for _ in 0..=draw(6) {
            let at = draw(mail.len());
            match draw(5) {
                0 if !mail.is_empty() => mail[at] = draw(256) as u8,
                1 => mail.truncate(at),
                2 => drop(mail.splice(at..at, odd[draw(odd.len())].iter().copied())),
                3 => {
                    let end = (at + draw(80)).min(mail.len());
                    drop(mail.drain(at..end));
                }
                _ => {
                    let end = (at + draw(200)).min(mail.len());
                    let piece = mail[at..end].to_vec();
                    mail.extend(piece);
                }
            }
        }
        let _ = letter::read(&mail);
    }
}

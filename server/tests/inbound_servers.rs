//! A conversation that goes on by mail both ways, through a real SMTP and a real IMAP server.

use crate::support::{
    TestApp,
    mail_server::{MailServer, PASSWORD},
    mails::{gb18030, plain, with_header, with_parts},
    pictures::jpeg,
    talk::{Talk, message},
};
use aftercart::{
    config::{Config, ImapTls, ReplyAddress},
    inbound::imap::{self, Look},
};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor, address::Envelope};
use mail_parser::{HeaderValue, Message, MessageParser};
use serde_json::Value;
use tokio::sync::watch;

const EMMA: &str = "emma.wilson@example.com";
const MINUTE: i64 = 60_000;

fn through(server: &MailServer, domain: &str) -> impl FnOnce(&mut Config) {
    let (smtp, port, domain) = (server.smtp, server.imap, domain.to_owned());
    move |config| {
        config.mail.server = format!("smtp://127.0.0.1:{smtp}");
        config.mail.from = format!("service@{domain}");
        config.mail.inbound = ReplyAddress::try_from(format!("reply+{{token}}@{domain}")).unwrap();
        config.mail.imap.host = "127.0.0.1".into();
        config.mail.imap.port = port;
        config.mail.imap.tls = ImapTls::None;
        config.mail.imap.user = domain;
        config.mail.imap.password = PASSWORD.into();
        config.mail.imap.every_s = 1;
    }
}

/// Her mail program sends it.
async fn send(server: &MailServer, from: &str, to: &str, mail: &[u8]) {
    let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(server.smtp).build();
    let envelope = Envelope::new(Some(from.parse().unwrap()), vec![to.parse().unwrap()]).unwrap();
    smtp.send_raw(&envelope, mail).await.unwrap();
}

async fn look(app: &TestApp) -> Look {
    imap::once(&app.app, &watch::channel(false).1).await.unwrap()
}

fn seen(seen: usize) -> Look {
    Look { seen, ..Look::default() }
}

fn header(mail: &Message<'_>, name: &str) -> String {
    mail.header_raw(name).unwrap_or_else(|| panic!("no {name}: {mail:?}")).trim().to_owned()
}

/// What a shopper has got from a shop of this domain, in the order in which it was sent.
fn got(server: &MailServer, domain: &str) -> Vec<Message<'static>> {
    let read = |raw: Vec<u8>| MessageParser::default().parse(&raw).unwrap().into_owned();
    let mut mails: Vec<_> = server.mails("example.com").into_iter().map(read).collect();
    mails.retain(|mail| mail.header_raw("Reply-To").is_some_and(|to| to.trim().ends_with(domain)));
    mails.sort_by_key(|mail| match mail.header("References") {
        Some(HeaderValue::Text(_)) => 1,
        Some(HeaderValue::TextList(list)) => list.len(),
        _ => 0,
    });
    mails
}

async fn answered(app: &TestApp, server: &MailServer, domain: &str, talk: &Talk, n: usize) -> Message<'static> {
    app.clock.forward_ms(10 * MINUTE);
    app.answer(talk, &format!("a{n}"), &format!("canary-{n}")).await;
    app.clock.forward_ms(2 * MINUTE);
    app.run_jobs().await;
    for _ in 0..1_500 {
        let canary = format!("canary-{n}");
        let found =
            got(server, domain).into_iter().find(|mail| mail.body_text(0).is_some_and(|text| text.contains(&canary)));
        if let Some(mail) = found {
            return mail;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no mail about answer {n}");
}

async fn said(app: &TestApp, talk: &Talk) -> Vec<(String, Value)> {
    let log = app.log_of(talk).await;
    let text = |event: &Value| event["text"].as_str().or(event["kind"].as_str()).unwrap().to_owned();
    log["events"].as_array().unwrap().iter().map(|event| (text(event), event["came"].clone())).collect()
}

async fn story(postgres: bool) {
    let server = MailServer::running().await;
    let domain = server.domain();
    let app = TestApp::with(through(&server, &domain), postgres).await;
    app.open_desk().await;
    let (emma, _) = app.two_shoppers().await;
    let talk = app.begin_as(&emma).await;
    app.tell(&talk, "q", message("Where is it?")).await;
    app.wants_mail(&talk, None).await;
    assert_eq!(look(&app).await, seen(0));

    // There, back, and there again, in one thread.
    let mut expected = said(&app, &talk).await;
    let mut thread: Vec<String> = Vec::new();
    let mut there = 0;
    for n in 1..=3 {
        let mail = answered(&app, &server, &domain, &talk, n).await;
        let to = header(&mail, "Reply-To");
        assert_eq!(header(&mail, "To"), EMMA);
        if let Some(last) = thread.last() {
            assert_eq!(header(&mail, "In-Reply-To"), *last);
        }
        let ours = header(&mail, "Message-ID");
        let quoted: String = mail.body_text(0).unwrap().lines().map(|line| format!("> {line}\n")).collect();
        let id = format!("reply-{n}@{domain}.example.com");
        let words =
            format!("Reply {n}, thank you.\n\nOn Sat, 21 Nov 2026 at 16:10, Test & Shop <{to}> wrote:\n{quoted}");
        let reply = with_header(&plain(EMMA, &to, &id, &words), &format!("In-Reply-To: {ours}"));
        // Her provider sends it twice.
        send(&server, EMMA, &to, &reply).await;
        send(&server, EMMA, &to, &reply).await;
        there += 2;
        server.arrived(&domain, there).await;
        assert_eq!(look(&app).await, seen(2));
        assert_eq!(look(&app).await, seen(0));
        thread.extend([ours, format!("<{id}>")]);
        expected = said(&app, &talk).await;
        assert_eq!(expected.last().unwrap(), &(format!("Reply {n}, thank you."), Value::from("mail")));
        let copies = expected.iter().filter(|(text, _)| text.starts_with(&format!("Reply {n}")));
        assert_eq!(copies.count(), 1, "{expected:?}");
    }

    // A photo, old letters, and what a machine says; with another node that looks into the same mailbox at the same time.
    let to = header(&got(&server, &domain)[0], "Reply-To");
    send(&server, EMMA, &to, &gb18030(EMMA, &to, &format!("gb@{domain}"))).await;
    let photo = with_parts(EMMA, &to, &format!("photo@{domain}"), "A photo", &[("image/jpeg", jpeg(400, 300))]);
    send(&server, EMMA, &to, &photo).await;
    let away = with_header(&plain(EMMA, &to, &format!("away@{domain}"), "I am away"), "Auto-Submitted: auto-replied");
    send(&server, EMMA, &to, &away).await;
    // What comes to this domain and to none of our addresses: read, and nobody's.
    send(
        &server,
        "x@example.com",
        &format!("sales@{domain}"),
        &plain("x@example.com", &format!("sales@{domain}"), "s@x", "Buy"),
    )
    .await;
    server.arrived(&domain, there + 4).await;
    let (node, _) = app.another_node(false).await;
    let (_tell, told) = watch::channel(false);
    let (one, two) = tokio::join!(imap::once(&app.app, &told), imap::once(&node, &told));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.seen + two.seen >= 4 && one.left + two.left == 0, "{one:?} {two:?}");
    let mut now: Vec<String> =
        said(&app, &talk).await.split_off(expected.len()).into_iter().map(|(text, _)| text).collect();
    now.sort();
    assert_eq!(now, ["A photo", "attachment", "您好，包裹收到了。谢谢！"]);

    // The poller itself: finds a mail by itself, and ends when it is told to.
    let (stop, stopping) = watch::channel(false);
    let poller = tokio::spawn(imap::look(app.app.clone(), stopping));
    send(&server, EMMA, &to, &plain(EMMA, &to, &format!("last@{domain}"), "The last")).await;
    let mut tries = 0;
    while said(&app, &talk).await.last().unwrap().0 != "The last" {
        tries += 1;
        assert!(tries < 1_500, "it was not fetched");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stop.send(true).unwrap();
    poller.await.unwrap();
}

#[tokio::test]
async fn a_conversation_goes_on_by_mail_both_ways_sqlite() {
    story(false).await;
}

#[tokio::test]
async fn a_conversation_goes_on_by_mail_both_ways_postgres() {
    story(true).await;
}

/// Its faults are told and not swallowed: nothing is lost by any of them.
#[tokio::test]
async fn a_mailbox_that_does_not_open_is_a_fault() {
    let server = MailServer::running().await;
    let domain = server.domain();
    let wrong = |change: fn(&mut Config)| {
        let settings = through(&server, &domain);
        move |config: &mut Config| {
            settings(config);
            change(config);
        }
    };
    let (_tell, told) = watch::channel(false);
    for (change, says) in [
        ((|config| config.mail.imap.password = "wrong".into()) as fn(&mut Config), "log-in"),
        (|config| config.mail.imap.folder = "Nowhere".into(), "folder"),
        (|config| config.mail.imap.port = 1, "connect"),
        // No TLS there: nothing is said in plain text instead.
        (|config| config.mail.imap.tls = ImapTls::Implicit, "TLS"),
        (|config| config.mail.imap.tls = ImapTls::Starttls, "STARTTLS"),
    ] {
        let app = TestApp::with(wrong(change), false).await;
        let fault = imap::once(&app.app, &told).await.unwrap_err();
        assert!(fault.starts_with(says), "{fault}");
    }
}

//! Mails that nobody wrote: answers of machines, reports, and our own. Whoever took them for words would answer a machine, and
//! the machine would answer again.

use mail_parser::{Message, MimeHeaders};

/// Beginnings of subjects of absence notes, in lower case, for programs that write none of the headers. What she replies to
/// has a subject of ours, so that a reply begins otherwise.
const SUBJECTS: &[&str] = &[
    "auto:",
    "autoreply:",
    "auto-reply:",
    "automatic reply",
    "auto response",
    "out of office",
    "automatische antwort",
    "réponse automatique",
    "自动回复",
    "自動回覆",
    "自動回復",
    "自动答复",
    "自動答覆",
    "外出自动回复",
    "undeliverable",
    "undelivered mail",
    "delivery status notification",
    "mail delivery failed",
    "退信",
    "系统退信",
];

/// Why it is none of hers; `None`: somebody has written it.
pub fn why(message: &Message<'_>) -> Option<&'static str> {
    let value = |name: &str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let said = |name: &str| value(name).filter(|value| !value.is_empty());
    if said("Auto-Submitted").is_some_and(|value| !value.starts_with("no")) {
        return Some("auto-submitted");
    }
    if said("Precedence").is_some_and(|value| matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply")) {
        return Some("precedence");
    }
    // Not `X-Auto-Response-Suppress`: it asks others not to answer by a machine, and people's mails have it, too.
    let marks =
        ["X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Auto-Respond", "X-Autoreply-From", "X-AutoReply-From"];
    if marks.iter().any(|name| said(name).is_some_and(|value| value != "no")) {
        return Some("x-auto");
    }
    if value("Return-Path").is_some_and(|value| value == "<>") {
        return Some("no return path");
    }
    let report = |kind: &mail_parser::ContentType<'_>| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
    };
    if message.content_type().is_some_and(report) {
        return Some("a report");
    }
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default();
    let local = from.split('@').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(local.as_str(), "mailer-daemon" | "postmaster" | "no-reply" | "noreply" | "donotreply") {
        return Some("from a machine");
    }
    let subject = message.subject().unwrap_or_default().trim().to_lowercase();
    SUBJECTS.iter().any(|begins| subject.starts_with(begins)).then_some("its subject")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;

    fn of(headers: &str) -> Option<&'static str> {
        let raw = format!("From: Li <li@example.cn>\r\nTo: a@b.example\r\n{headers}\r\n\r\nhello");
        why(&MessageParser::default().parse(raw.as_bytes()).unwrap())
    }

    #[test]
    fn what_machines_write_is_told_from_what_people_write() {
        for machine in [
            "Auto-Submitted: auto-replied",
            "auto-submitted: Auto-Generated (vacation)",
            "Precedence: bulk",
            "Precedence: auto_reply",
            "X-Autoreply: yes",
            "X-Autorespond: Re: An answer",
            "Return-Path: <>",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            "Subject: Automatic reply: An answer from Test & Shop",
            "Subject: =?UTF-8?B?6Ieq5Yqo5Zue5aSNOuWlveeahA==?=",
        ] {
            assert!(of(machine).is_some(), "{machine}");
        }
        for person in [
            "Subject: Re: An answer from Test & Shop",
            "Auto-Submitted: no",
            "Precedence: normal",
            "Return-Path: <li@example.cn>",
            "X-Auto-Response-Suppress: All",
            "Subject: 回复：测试小店的答复",
        ] {
            assert_eq!(of(person), None, "{person}");
        }
        for from in ["MAILER-DAEMON@mx.example", "postmaster@example.cn"] {
            let raw = format!("From: <{from}>\r\n\r\nhello");
            assert!(why(&MessageParser::default().parse(raw.as_bytes()).unwrap()).is_some(), "{from}");
        }
    }
}

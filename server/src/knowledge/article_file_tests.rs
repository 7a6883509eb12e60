#![allow(clippy::unwrap_used)]
use super::*;

const GOOD: &str = "---
id: refund-time
locale: en
title: How long refunds take
category: returns
tags: [refund, money]
phrasings:
  - when do I get my money back
  - \"refund: where is it?\"
---
Up to **five** days.

---

A rule is no end.
";

fn reason(text: &str) -> String {
    markdown(text).unwrap_err()
}

#[test]
fn markdown_with_front_matter_is_read() {
    for text in [GOOD.to_owned(), GOOD.replace('\n', "\r\n"), format!("\u{FEFF}{GOOD}")] {
        let (article, ignored) = markdown(&text).unwrap();
        assert_eq!(article.id, "refund-time");
        assert_eq!((article.locale, article.category.as_deref()), (Locale::En, Some("returns")));
        assert_eq!(article.tags, ["refund", "money"]);
        assert_eq!(article.phrasings, ["when do I get my money back", "refund: where is it?"]);
        assert_eq!(article.body, "Up to **five** days.\n\n---\n\nA rule is no end.");
        assert!(ignored.is_empty());
    }
}

#[test]
fn json_lines_may_say_lang_and_more() {
    let line = r#"{"id":17,"lang":"zh","title":"退款","body":"三天","tags":"退款，钱","action":"faq","author":"x"}"#;
    let (article, ignored) = json(line.as_bytes()).unwrap();
    assert_eq!((article.id.as_str(), article.locale), ("17", Locale::ZhCn));
    assert_eq!(article.tags, ["退款", "钱"]);
    assert_eq!(article.action.as_deref(), Some("faq"));
    assert_eq!(ignored, ["author"]);
}

#[test]
fn bad_articles_are_told_why() {
    for (text, expected) in [
        (GOOD.replace("locale: en", "locale: fr"), "locale \"fr\" is not one of en, zh-CN, zh-TW"),
        (GOOD.replace("locale: en\n", ""), "locale is missing"),
        (GOOD.replace("refund-time", "../etc"), "cannot stand in a web address"),
        (GOOD.replace("refund-time", "search"), "cannot stand in a web address"),
        (GOOD.replace("refund-time", "refund time?"), "cannot stand in a web address"),
        (GOOD.replace("How long", &"x".repeat(200)), "title has 213 characters"),
        (GOOD.replace("Up to", &"x".repeat(101 * 1024)), "body has 101 kB"),
        (GOOD.replace("Up to", "\0"), "body contains a control"),
        (GOOD.replace("How long", "\u{202E}"), "title contains a control"),
        (GOOD.replace("tags: [refund", "tags: [[refund]"), "front matter"),
        ("# Title\n\nText".to_owned(), "does not begin with front matter"),
        ("---\nid: x\n".to_owned(), "does not begin with front matter"),
        ("---\nid: x\nlocale: en\ntitle: T\n---\n  \n".to_owned(), "body is missing"),
    ] {
        let said = reason(&text);
        assert!(said.contains(expected), "{said:?} should say {expected:?}");
        assert!(!said.contains('\n'), "{said:?} is more than a line");
    }
    assert!(json(b"{\"id\":\"a\"").is_err());
    assert!(json(b"[]").is_err());
}

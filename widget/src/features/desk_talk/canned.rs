//! Texts that are written often: found by what is typed after `/`, with the names in them filled in.

use super::state::Talk;
use crate::{
    desk::Desk,
    desk::client::{Failure, Request},
};
use aftercart_shared::{
    api::desk::{CannedReplies, CannedReply, DeskConversation},
    locale::Locale,
};
use leptos::{prelude::*, task::spawn_local};

const SHOWN_MAX: usize = 8;

#[derive(Clone, Copy)]
pub struct Canned {
    pub replies: RwSignal<Vec<CannedReply>>,
}

impl Canned {
    pub fn new() -> Canned {
        Canned { replies: RwSignal::new(Vec::new()) }
    }

    pub fn read(self, desk: Desk) {
        spawn_local(async move {
            let answer: Result<CannedReplies, Failure> = desk.ask(Request::get("/desk/canned-replies")).await;
            match answer {
                Ok(answer) => self.replies.set(answer.replies),
                Err(failure) => desk.complain_of(&failure),
            }
        });
    }
}

impl Default for Canned {
    fn default() -> Self {
        Canned::new()
    }
}

/// What stands after the `/`, as long as nothing else stands there.
pub fn wanted(text: &str) -> Option<&str> {
    let word = text.strip_prefix('/')?;
    let known = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    word.chars().all(known).then_some(word)
}

/// Those whose shortcut begins so come before those that contain it, in shortcut or text.
pub fn found<'r>(replies: &'r [CannedReply], word: &str) -> Vec<&'r CannedReply> {
    let word = word.to_lowercase();
    let begins = |reply: &&CannedReply| reply.shortcut.to_lowercase().starts_with(&word);
    let contains = |reply: &&CannedReply| {
        reply.shortcut.to_lowercase().contains(&word)
            || reply.texts.iter().any(|text| text.text.to_lowercase().contains(&word))
    };
    let first = replies.iter().filter(begins);
    let then = replies.iter().filter(|reply| !begins(reply) && contains(reply));
    first.chain(then).take(SHOWN_MAX).collect()
}

/// In her language; else in one that she is likely to read.
pub fn text_for<'r>(reply: &'r CannedReply, locale: &str) -> &'r str {
    let wanted = Locale::parse(locale);
    let offered: Vec<Locale> = reply.texts.iter().map(|text| text.locale).collect();
    let best = Locale::negotiate(&wanted.into_iter().collect::<Vec<_>>(), &offered);
    reply.texts.iter().find(|text| Some(text.locale) == best).map_or("", |text| text.text.as_str())
}

/// Puts in what is known. What is not known is left out, with the blank or comma that would dangle.
pub fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, after)| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, after))
        });
        match known {
            Some(("", after)) => {
                while filled.ends_with(' ') {
                    filled.pop();
                }
                rest = after;
            }
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            // Braces of somebody's own.
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

pub fn written(talk: Talk, reply: &CannedReply) -> String {
    let open: Option<DeskConversation> = talk.desk.open.get_untracked();
    let Some(open) = open else { return String::new() };
    let agent = talk.desk.name();
    let values = [
        ("name", open.visitor.name.as_deref().unwrap_or_default()),
        ("agent", agent.as_str()),
        ("order", open.subject.order.as_deref().unwrap_or_default()),
    ];
    filled(text_for(reply, &open.locale), &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::api::desk::CannedIn;

    fn reply(shortcut: &str, texts: &[(Locale, &str)]) -> CannedReply {
        let texts = texts.iter().map(|(locale, text)| CannedIn { locale: *locale, text: (*text).into() }).collect();
        CannedReply { shortcut: shortcut.into(), texts }
    }

    #[test]
    fn a_slash_alone_asks_for_all_and_a_sentence_for_none() {
        assert_eq!(wanted("/"), Some(""));
        assert_eq!(wanted("/re-fund_1"), Some("re-fund_1"));
        assert_eq!(wanted("/退款"), Some("退款"));
        for text in ["", "a/b", "/refund now", "/a/b", " /a"] {
            assert_eq!(wanted(text), None, "{text}");
        }
    }

    #[test]
    fn what_begins_so_comes_first() {
        let replies =
            [reply("late", &[(Locale::En, "Your refund is late")]), reply("refund", &[(Locale::En, "It is paid")])];
        let names = |word: &str| found(&replies, word).iter().map(|one| one.shortcut.clone()).collect::<Vec<_>>();
        assert_eq!(names("re"), ["refund", "late"]);
        assert_eq!(names("PAID"), ["refund"]);
        assert!(names("xyz").is_empty());
    }

    #[test]
    fn it_is_in_the_shoppers_language_where_there_is_one() {
        let both = reply("hi", &[(Locale::En, "Hello"), (Locale::ZhCn, "您好")]);
        assert_eq!(text_for(&both, "zh-CN"), "您好");
        assert_eq!(text_for(&both, "zh-TW"), "您好");
        assert_eq!(text_for(&both, "fr"), "Hello");
        assert_eq!(text_for(&reply("hi", &[]), "en"), "");
    }

    #[test]
    fn what_is_not_known_leaves_no_hole() {
        let values = [("name", ""), ("agent", "Ann"), ("order", "A-1")];
        assert_eq!(filled("Hi {name}, it is {agent}. {order}{?}", &values), "Hi, it is Ann. A-1{?}");
        assert_eq!(filled("{name}您好", &values), "您好");
        assert_eq!(filled("{", &values), "{");
        assert_eq!(filled("{name}", &[("name", "{agent}"), ("agent", "x")]), "{agent}");
    }
}

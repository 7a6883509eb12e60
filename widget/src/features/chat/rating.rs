//! The end of a conversation: how it was, by one tap, and the way to a new one.

use super::{
    held::{number, yes},
    log::Log,
    scroll,
    state::Chat,
};
use crate::ui::{
    button::{Kind, button, pressed},
    dom::{Dom, el, focus, redrawn},
    icon::icon,
};
use aftercart_shared::events::{Said, TEXT_MAX};
use leptos::prelude::*;
use std::time::Duration;
use web_sys::Event;

/// After this without a word it goes out as it is: one tap is enough.
const HELD: Duration = Duration::from_secs(20);

pub fn ended(chat: Chat) -> Dom {
    let t = chat.session.t();
    let comment = RwSignal::new(String::new());
    let nth = StoredValue::new(0_u32);
    // Left without another word: what she tapped counts.
    on_cleanup(move || chat.release_rating(None));
    let hold = move || {
        nth.update_value(|nth| *nth += 1);
        let now = nth.get_value();
        set_timeout(
            move || {
                if nth.try_get_value() == Some(now) {
                    chat.release_rating(comment.try_get_untracked());
                }
            },
            HELD,
        );
    };
    let score = number(move || chat.score().map_or(0, u32::from));
    let held = yes(move || chat.outbox.with(|outbox| outbox.held().is_some()));
    let rated = redrawn(move || {
        let t = chat.session.t();
        if score.get() == 0 || held.get() > 0 {
            stars(chat, score, Callback::new(move |()| hold()))
        } else {
            let thanks = el("p", "ac-chat-thanks").id("ac-chat-thanks").attr("tabindex", "-1");
            thanks.child(t.chat_rate_thanks()).into()
        }
    });
    let why = redrawn(move || {
        if held.get() == 0 {
            return Dom::default();
        }
        let t = chat.session.t();
        let field = el("textarea", "ac-chat-field ac-chat-why")
            .id("ac-chat-why")
            .attr("rows", "2")
            .attr("maxlength", &TEXT_MAX.to_string())
            .value_follows(move || comment.get())
            .on("input", move |event: Event| {
                comment.set(event_target_value(&event));
                hold();
            });
        let send = pressed(Kind::Main, "", t.chat_rate_send(), move || {
            chat.release_rating(Some(comment.get_untracked()));
            request_animation_frame(|| focus("ac-chat-thanks"));
        });
        scroll::to_end();
        [el("label", "").attr("for", "ac-chat-why").child(t.chat_rate_why()).into(), field.into(), send.into()].into()
    });
    let goes_on = chat.log.with_untracked(Log::goes_on);
    let words = if goes_on { t.chat_go_on() } else { t.chat_again() };
    let again = button(Kind::Quiet, "talk", words, move || {
        chat.release_rating(None);
        if goes_on {
            chat.going_on.set(true);
        } else {
            chat.leave(true);
        }
        request_animation_frame(super::composer::focus);
    });
    el("section", "ac-chat-ended")
        .attr("aria-label", t.chat_ended())
        .child(el("div", "ac-chat-rate").child(rated).child(why))
        .child(again)
        .into()
}

fn stars(chat: Chat, score: Memo<u32>, hold: Callback<()>) -> Dom {
    let t = chat.session.t();
    let words = [t.chat_rate_1(), t.chat_rate_2(), t.chat_rate_3(), t.chat_rate_4(), t.chat_rate_5()];
    let chosen = score.get_untracked() as u8;
    let star = |(i, words): (usize, &str)| -> Dom {
        let n = i as u8 + 1;
        el("button", if n <= chosen { "ac-star ac-star-on" } else { "ac-star" })
            .id(&format!("ac-star-{n}"))
            .attr("type", "button")
            .attr("aria-label", &t.chat_rate_label(&n.to_string(), words))
            .attr("aria-pressed", if n == chosen { "true" } else { "false" })
            .attr("title", words)
            .on_click(move || {
                chat.hold_rating(n);
                hold.run(());
            })
            .child(icon("star"))
            .into()
    };
    [
        el("p", "ac-chat-rate-title").id("ac-chat-rate").child(t.chat_rate_title()).into(),
        el("div", "ac-stars")
            .attr("role", "group")
            .attr("aria-labelledby", "ac-chat-rate")
            .child(words.iter().enumerate().map(|(i, words)| star((i, words))).collect::<Vec<Dom>>())
            .into(),
    ]
    .into()
}

impl Chat {
    /// What she has tapped, or the log says.
    fn score(self) -> Option<u8> {
        let waiting = self.outbox.with(|outbox| {
            outbox.letters.iter().find_map(|letter| match &letter.said {
                Said::Rated { score, .. } => Some(*score),
                _ => None,
            })
        });
        waiting.or(self.log.with(Log::score))
    }

    fn hold_rating(self, score: u8) {
        let held = self.outbox.update(|outbox| outbox.hold(crate::js::uuid(), score, super::state::now()));
        if let Some(held) = held {
            super::kept::keep_letter(self.session.api, &held);
        }
    }

    fn release_rating(self, comment: Option<String>) {
        let comment = comment.map(|comment| comment.trim().to_owned()).filter(|comment| !comment.is_empty());
        if let Some(letter) = self.outbox.update(|outbox| outbox.release(comment)) {
            super::kept::keep_letter(self.session.api, &letter);
            super::deliver::now(self);
        }
    }
}

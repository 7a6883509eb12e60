//! The conversation on screen: what was said, what is going on, and where she writes.

use super::{
    answer::ways,
    bubble::{self, face},
    composer::{self, about_words, composer},
    held::{number, yes},
    log::{Log, is_said_by_shop},
    paper::Paper,
    rating::ended,
    rows::{self, From, Kind},
    scroll,
    state::Chat,
    wait::wait,
};
use crate::{
    js,
    ui::{
        dom::{Dom, afterwards, el, following, redrawn},
        icon::small_icon,
        notice::failed,
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    api::conversations::{ConversationState, Subject},
    error::ErrorCode,
};
use leptos::{ev, prelude::*};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsValue, closure::Closure};

pub fn view(chat: Chat, about: Subject) -> Dom {
    arrive(chat, about);
    let t = chat.session.t();
    let log = el("div", "ac-chat-log")
        .id("ac-chat-log")
        .attr("role", "log")
        .attr("aria-label", t.chat_log())
        .attr("aria-relevant", "additions")
        .into_element();
    let below = RwSignal::new(false);
    write(chat, Paper::new(log.clone()), below);
    follow_scroll(chat, below);
    follow_keyboard();
    let closed = yes(move || chat.log.with(Log::is_closed) && !chat.going_on.get());
    let foot = redrawn(move || if closed.get() > 0 { untrack(|| ended(chat)) } else { untrack(|| composer(chat)) });
    el("div", "ac-chat")
        .child(top(chat))
        .child(waiting(chat))
        .child(Dom::from(log))
        .child(ways(chat))
        .child(typing(chat))
        .child(wait(chat))
        .child(el("div", "ac-chat-foot").id("ac-chat-foot").child(more(chat, below)).child(trouble(chat)).child(foot))
        .into()
}

/// She is here now, perhaps from something that it is about.
fn arrive(chat: Chat, about: Subject) {
    chat.drawn.set(true);
    chat.at_end.set(true);
    on_cleanup(move || chat.drawn.set(false));
    let Some(words) = about_words(chat.session, &about) else { return };
    if !chat.talks() || chat.log.with_untracked(Log::is_closed) {
        chat.about.set(about);
    } else if chat.text.with_untracked(|text| text.trim().is_empty()) {
        // The one that is open is about something else, perhaps: she says it herself.
        chat.text.set(chat.session.t().chat_about_begin(&words));
    }
}

/// Rows into the log, and the page to its end if she is there.
fn write(chat: Chat, paper: Paper, below: RwSignal<bool>) {
    let paper = RefCell::new(paper);
    let count = Cell::new(0_usize);
    following(move || {
        let rows =
            chat.log.with(|log| chat.outbox.with(|outbox| rows::rows(log, outbox, chat.going.get(), bubble::day_of)));
        let (before, now) = (count.get(), rows.len());
        count.set(now);
        let follows = scroll::follows();
        let hers = rows.last().is_some_and(|row| matches!(&row.kind, Kind::Bubble(one) if one.from == From::Her));
        paper.borrow_mut().write(chat, rows);
        if now == 0 {
            return;
        }
        if follows || before == 0 || (now > before && hers) {
            scroll::to_end();
        } else if now > before {
            below.set(true);
        }
    });
}

fn follow_scroll(chat: Chat, below: RwSignal<bool>) {
    let look = move || {
        let at_end = scroll::is_at_end();
        if chat.at_end.get_untracked() != at_end {
            chat.at_end.set(at_end);
        }
        if at_end && below.get_untracked() {
            below.set(false);
        }
    };
    let scrolled = window_event_listener(ev::scroll, move |_| look());
    let resized = window_event_listener(ev::resize, move |_| {
        if chat.at_end.get_untracked() {
            scroll::to_end();
        }
    });
    on_cleanup(move || {
        scrolled.remove();
        resized.remove();
    });
}

/// Where a phone's keyboard lies over the page instead of making it smaller, what she writes stands above it.
fn follow_keyboard() {
    let window: JsValue = window().into();
    let view = js::get(&window, "visualViewport");
    if !view.is_object() {
        return;
    }
    let lift = Closure::<dyn Fn()>::new(|| {
        let page: JsValue = document().into();
        if let Ok(foot) = js::call(&page, "getElementById", &["ac-chat-foot".into()]) {
            let covered = format!("{}px", scroll::covered() as u32);
            let _ = js::call(&js::get(&foot, "style"), "setProperty", &["--ac-covered".into(), covered.into()]);
        }
    })
    .into_js_value();
    for event in ["resize", "scroll"] {
        let _ = js::call(&view, "addEventListener", &[event.into(), lift.clone()]);
    }
    let kept = StoredValue::new_local((view, lift));
    on_cleanup(move || {
        let Some((view, lift)) = kept.try_get_value() else { return };
        for event in ["resize", "scroll"] {
            let _ = js::call(&view, "removeEventListener", &[event.into(), lift.clone()]);
        }
    });
}

/// Before anything is said: what to expect.
fn top(chat: Chat) -> Dom {
    let empty = yes(move || {
        let nothing = chat.log.with(|log| log.events.is_empty()) && chat.outbox.with(|out| out.letters.is_empty());
        nothing && !chat.first.is_busy() && chat.first.failure.with(Option::is_none)
    });
    redrawn(move || {
        if empty.get() == 0 {
            return Dom::default();
        }
        let t = chat.session.t();
        let lost = chat.lost.get().then(|| el("p", "ac-chat-note").child(t.chat_lost()));
        let hello = el("div", "ac-msg ac-msg-first")
            .child(
                el("p", "ac-msg-head")
                    .child(face(&chat.session.boot.shop_name))
                    .child(el("span", "ac-msg-name").child(chat.session.boot.shop_name.as_str())),
            )
            .child(
                el("div", "ac-msg-words ac-chat-hello")
                    .child(el("p", "ac-chat-hello-title").child(t.chat_hello()))
                    .child(el("p", "").child(t.chat_expect())),
            );
        [lost.into(), el("div", "ac-chat-begin").child(hello).into()].into()
    })
}

/// The log is on its way.
fn waiting(chat: Chat) -> Dom {
    let nothing =
        yes(move || chat.log.with(|log| log.events.is_empty()) && chat.outbox.with(|outbox| outbox.letters.is_empty()));
    redrawn(move || match nothing.get() {
        1 => skeleton(chat.session, chat.first.pace, &["half", "row", "half"]),
        _ => Dom::default(),
    })
}

/// Who has it now, and whether they write.
fn typing(chat: Chat) -> Dom {
    const TYPING: u32 = 2;
    let state = number(move || {
        let log = chat.log.with(|log| {
            let asked = log.events.iter().any(|event| !is_said_by_shop(event));
            (log.is_closed(), asked && log.state == ConversationState::Queued)
        });
        // Out of reach nobody knows.
        match (chat.typing.get() && chat.silent.get().is_none(), log) {
            (true, (false, _)) => TYPING,
            (_, (_, waits)) => u32::from(waits),
        }
    });
    redrawn(move || {
        let t = chat.session.t();
        match state.get() {
            TYPING => {
                let words = match chat.log.with_untracked(|log| log.agent().map(str::to_owned)) {
                    Some(name) => t.chat_typing(&name),
                    None => t.chat_typing_shop(&chat.session.boot.shop_name),
                };
                let dots = el("span", "ac-chat-dots").attr("aria-hidden", "true");
                let dots = dots.child([el("i", "").into(), el("i", "").into(), el("i", "").into()]);
                el("p", "ac-chat-typing").child(dots).child(el("span", "").child(words)).into()
            }
            0 => Dom::default(),
            _ => el("p", "ac-chat-note").child(t.chat_queued()).into(),
        }
    })
}

/// There is more further down.
fn more(chat: Chat, below: RwSignal<bool>) -> Dom {
    redrawn(move || {
        let t = chat.session.t();
        below
            .get()
            .then(|| {
                el("button", "ac-chat-more")
                    .attr("type", "button")
                    .on_click(|| {
                        scroll::to_end();
                        composer::focus();
                    })
                    .child(small_icon("down"))
                    .child(t.chat_more())
            })
            .into()
    })
}

/// Why nothing comes through just now. What she writes is safe all the same.
fn trouble(chat: Chat) -> Dom {
    let cut = RwSignal::new(!window().navigator().on_line());
    let on = window_event_listener(ev::online, move |_| cut.set(false));
    let off = window_event_listener(ev::offline, move |_| cut.set(true));
    on_cleanup(move || {
        on.remove();
        off.remove();
    });
    const OFFLINE: u32 = 2;
    let why = number(move || {
        let failed = chat.silent.get().or(chat.going.get().failure).is_some_and(|code| code != ErrorCode::Offline);
        if cut.get() { OFFLINE } else { u32::from(failed) }
    });
    let said = redrawn(move || {
        let t = chat.session.t();
        let line = |icon: &str, words: &str| {
            el("p", "ac-chat-trouble").child(small_icon(icon)).child(el("span", "").child(words))
        };
        match why.get() {
            0 => Dom::default(),
            OFFLINE => line("offline", t.chat_offline()).into(),
            _ => line("alert", t.chat_out_of_reach()).into(),
        }
    });
    // The first look has a notice of its own, with a way on.
    afterwards(move || {
        if chat.first.failure.with(Option::is_some) && chat.at_end.get_untracked() {
            scroll::to_end();
        }
    });
    [failed(chat.session, chat.first), el("div", "").attr("role", "status").child(said).into()].into()
}

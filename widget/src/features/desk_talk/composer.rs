//! Where she writes: to the shopper, or a note to colleagues. Enter sends, and never while an input method is at work.

use super::{canned, state::Talk};
use crate::{
    desk::{kit, words},
    ui::{
        dom::{Dom, El, afterwards, el, focus as focus_on, redrawn},
        icon::{icon, small_icon},
    },
};
use aftercart_shared::{
    api::{
        conversations::ConversationState,
        desk::{CannedReply, DeskConversation, Permission},
    },
    events::TEXT_MAX,
};
use leptos::prelude::*;
use web_sys::{Event, KeyboardEvent};

const FIELD: &str = "ad-text";
const PICKS: &str = "ad-canned";
/// From here on she is told how much room is left.
const NEARLY: usize = TEXT_MAX - 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Reply,
    Note,
}

pub fn focus() {
    focus_on(FIELD);
}

fn length(text: &str) -> usize {
    text.trim().chars().count()
}

fn send(talk: Talk) {
    let text = talk.text.get_untracked();
    let text = text.trim();
    if text.is_empty() || length(text) > TEXT_MAX {
        return focus();
    }
    let note = talk.mode.get_untracked() == Mode::Note;
    let text = text.to_owned();
    talk.text.set(String::new());
    talk.keep_draft();
    talk.say(text, note);
    focus();
}

pub fn composer(talk: Talk) -> Dom {
    let desk = talk.desk;
    let is_closed = |open: &DeskConversation| open.view.state == ConversationState::Closed;
    let closed = Memo::new(move |_| talk.who.with(|open| open.as_ref().is_none_or(is_closed)));
    redrawn(move || {
        if !desk.may(Permission::Answer) {
            let words = desk.t().desk_reading_only();
            return el("p", "ad-composer-off").child(small_icon("lock")).child(words).into();
        }
        // What was closed can still be noted upon.
        if closed.get() {
            talk.mode.set(Mode::Note);
        }
        form(talk, closed.get())
    })
}

fn form(talk: Talk, closed: bool) -> Dom {
    let desk = talk.desk;
    let t = desk.t();
    let picked = RwSignal::new(0_usize);
    let canned = talk.canned;
    let found = move || -> Vec<CannedReply> {
        let word = talk.text.with(|text| canned::wanted(text).map(str::to_owned));
        let Some(word) = word.filter(|_| talk.mode.get() == Mode::Reply) else { return Vec::new() };
        canned.replies.with(|replies| canned::found(replies, &word).into_iter().cloned().collect())
    };
    let found = Memo::new(move |_| found());
    let put_in = move |reply: &CannedReply| {
        talk.text.set(canned::written(talk, reply));
        picked.set(0);
        focus();
    };
    let over = move || talk.text.with(|text| length(text) > TEXT_MAX);
    let on_key = move |event: KeyboardEvent| {
        if kit::composing(&event) {
            return;
        }
        let replies = found.get_untracked();
        let last = replies.len().saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" if !replies.is_empty() => {
                event.prevent_default();
                picked.update(|nth| *nth = if *nth >= last { 0 } else { *nth + 1 });
            }
            "ArrowUp" if !replies.is_empty() => {
                event.prevent_default();
                picked.update(|nth| *nth = if *nth == 0 { last } else { *nth - 1 });
            }
            "Enter" | "Tab" if !replies.is_empty() && !event.shift_key() => {
                event.prevent_default();
                if let Some(reply) = replies.get(picked.get_untracked().min(last)) {
                    put_in(reply);
                }
            }
            "Escape" if !replies.is_empty() => {
                event.prevent_default();
                talk.text.set(String::new());
            }
            "Escape" => focus_on("ad-talk-title"),
            "Enter" if !event.shift_key() => {
                event.prevent_default();
                send(talk);
            }
            _ => {}
        }
    };
    let label = move || match talk.mode.get() {
        Mode::Reply => t.desk_reply_label(),
        Mode::Note => t.desk_note_label(),
    };
    let nobodys = move || desk.open.with(|open| open.as_ref().is_some_and(|open| open.agent_email.is_none()));
    let placeholder = move || {
        let name =
            desk.open.with(|open| open.as_ref().map(|open| words::name(desk, &open.visitor))).unwrap_or_default();
        match talk.mode.get() {
            Mode::Note => t.desk_note_placeholder().to_owned(),
            Mode::Reply if nobodys() => t.desk_reply_takes(&name),
            Mode::Reply => t.desk_reply_placeholder(&name),
        }
    };
    let field = el("textarea", "ad-field")
        .id(FIELD)
        .attr("rows", "2")
        .attr("aria-autocomplete", "list")
        .attr("aria-haspopup", "listbox")
        .attr("aria-controls", PICKS)
        .attr_follows("aria-activedescendant", move || {
            (!found.with(Vec::is_empty)).then(|| format!("{PICKS}-{}", picked.get()))
        })
        .attr_follows("aria-label", move || Some(label().into()))
        .attr_follows("placeholder", move || Some(placeholder()))
        .attr_follows("aria-invalid", move || over().then(|| "true".into()))
        .attr_follows("aria-describedby", move || over().then(|| "ad-over".into()))
        .value_follows(move || talk.text.get())
        .on("keydown", on_key)
        .on("input", move |event: Event| {
            picked.set(0);
            talk.text.set(event_target_value(&event));
            talk.keep_draft();
            talk.is_writing();
        });
    afterwards(move || {
        talk.text.track();
        grow();
    });
    let modes = el("div", "ad-modes")
        .attr("role", "group")
        .attr("aria-label", t.desk_write_as())
        .child((!closed).then(|| mode(talk, Mode::Reply, "reply", t.desk_reply(), "r")))
        .child(mode(talk, Mode::Note, "lock", t.desk_note(), "n"));
    let button = el("button", "ad-button ad-send")
        .attr("type", "submit")
        .attr_follows("aria-disabled", move || {
            let idle = talk.text.with(|text| text.trim().is_empty()) || over();
            idle.then(|| "true".into())
        })
        // The field keeps the focus, and a phone its keyboard.
        .on("mousedown", |event: Event| event.prevent_default())
        .child(icon("send"))
        .child(el("span", "ad-send-word").child(redrawn(move || match talk.mode.get() {
            Mode::Reply => t.chat_send().into(),
            Mode::Note => t.desk_note_save().into(),
        })));
    let hint = redrawn(move || match talk.mode.get() {
        Mode::Reply => el("p", "ad-composer-hint").child(t.desk_reply_hint()).into(),
        Mode::Note => el("p", "ad-composer-hint").child(t.desk_note_hint()).into(),
    });
    let form = el("form", "ad-composer")
        .attr_follows("data-mode", move || Some(if talk.mode.get() == Mode::Note { "note" } else { "reply" }.into()))
        .child(picks(found, picked, talk))
        .child(el("div", "ad-composer-top").child(modes).child(count(talk)))
        .child(field)
        .child(el("div", "ad-composer-foot").child(hint).child(button))
        .on("submit", move |event: Event| {
            event.prevent_default();
            send(talk);
        });
    form.into()
}

fn mode(talk: Talk, mode: Mode, icon: &str, text: &str, key: &str) -> El {
    el("button", "ad-mode")
        .attr("type", "button")
        .attr("aria-keyshortcuts", key)
        .attr_follows("aria-pressed", move || Some((talk.mode.get() == mode).to_string()))
        .child(small_icon(icon))
        .child(el("span", "").child(text))
        .on_click(move || {
            talk.mode.set(mode);
            focus();
        })
}

fn picks(found: Memo<Vec<CannedReply>>, picked: RwSignal<usize>, talk: Talk) -> Dom {
    let desk = talk.desk;
    let options = redrawn(move || {
        let nth_picked = picked.get();
        let locale = desk.open.with_untracked(|open| open.as_ref().map(|open| open.locale.clone())).unwrap_or_default();
        let one = |(nth, reply): (usize, &CannedReply)| -> Dom {
            let shown = canned::text_for(reply, &locale).to_owned();
            let reply = reply.clone();
            let text = shown.lines().next().unwrap_or_default().to_owned();
            el("li", "ad-canned-one")
                .id(&format!("{PICKS}-{nth}"))
                .attr("role", "option")
                .attr("aria-selected", if nth == nth_picked { "true" } else { "false" })
                .child(el("span", "ad-canned-name").child(format!("/{}", reply.shortcut)))
                .child(el("span", "ad-canned-text").attr("dir", "auto").child(text))
                .on("mousedown", |event: Event| event.prevent_default())
                .on_click(move || {
                    talk.text.set(canned::written(talk, &reply));
                    focus();
                })
                .into()
        };
        found.with(|replies| replies.iter().enumerate().map(one).collect::<Vec<Dom>>()).into()
    });
    el("ul", "ad-canned")
        .id(PICKS)
        .attr("role", "listbox")
        .attr("aria-label", desk.t().desk_canned())
        .hidden_while(move || found.with(Vec::is_empty))
        .child(options)
        .into()
}

fn count(talk: Talk) -> Dom {
    let length = Memo::new(move |_| talk.text.with(|text| length(text)));
    let t = talk.desk.t();
    redrawn(move || match length.get() {
        0..NEARLY => Dom::default(),
        length @ ..=TEXT_MAX => {
            let words = t.chat_count(&length.to_string(), &TEXT_MAX.to_string());
            el("p", "ad-composer-hint").child(words).into()
        }
        length => {
            let words = t.chat_too_long(&(length - TEXT_MAX).to_string());
            el("p", "ad-over").id("ad-over").attr("role", "status").child(words).into()
        }
    })
}

/// As high as what is written, up to where the styles stop it.
fn grow() {
    let Some(field) = kit::element(FIELD) else { return };
    kit::style(&field, "blockSize", "auto");
    let height = kit::figure(&field, "scrollHeight") + 2.0;
    kit::style(&field, "blockSize", &format!("{height}px"));
}

//! Where she writes. It grows with what is written, sends on Enter and never while an input method is at work.

use super::{held::number, photo, scroll, state::Chat};
use crate::{
    js,
    session::Session,
    ui::{
        dom::{Dom, afterwards, el, focus as focus_on, redrawn},
        icon::icon,
    },
};
use aftercart_shared::{
    api::conversations::Subject,
    events::{Said, TEXT_MAX},
};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsValue;
use web_sys::{Event, KeyboardEvent};

const FIELD: &str = "ac-chat-text";
/// From here on she is told how much room is left.
const NEARLY: usize = TEXT_MAX - 200;

pub fn focus() {
    focus_on(FIELD);
}

fn length(text: &str) -> usize {
    text.trim().chars().count()
}

fn send(chat: Chat) {
    let text = chat.text.get_untracked();
    let text = text.trim();
    if length(text) > TEXT_MAX {
        chat.session.announce(&too_long(chat.session, length(text)));
    } else if !text.is_empty() {
        let said = Said::Message { text: text.to_owned() };
        chat.text.set(String::new());
        chat.say(said);
        scroll::to_end();
    }
    focus();
}

fn too_long(session: Session, length: usize) -> String {
    session.t().chat_too_long(&(length - TEXT_MAX).to_string())
}

pub fn composer(chat: Chat) -> Dom {
    let t = chat.session.t();
    let over = move || chat.text.with(|text| length(text) > TEXT_MAX);
    let on_key = move |event: KeyboardEvent| {
        // 229 is how Safari says that the input method has just taken this Enter for itself.
        let composing = event.is_composing() || js::number(&event, "keyCode") == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send(chat);
        }
    };
    let field = el("textarea", "ac-chat-field")
        .id(FIELD)
        .attr("rows", "1")
        .attr("aria-label", t.chat_label())
        .attr("placeholder", t.chat_placeholder())
        .attr("enterkeyhint", "send")
        .attr("autocomplete", "off")
        .attr_follows("aria-invalid", move || over().then(|| "true".into()))
        .attr_follows("aria-describedby", move || over().then(|| "ac-chat-count".into()))
        .value_follows(move || chat.text.get())
        .on("keydown", on_key)
        .on("paste", move |event: Event| photo::paste(chat, &event))
        .on("input", move |event: Event| {
            chat.text.set(event_target_value(&event));
            chat.is_writing();
        });
    afterwards(move || {
        chat.text.track();
        grow();
    });
    let crossed = Cell::new(false);
    afterwards(move || {
        let over = over();
        if over && !crossed.get() {
            chat.session.announce(&too_long(chat.session, chat.text.with_untracked(|text| length(text))));
        }
        crossed.set(over);
    });
    let button = el("button", "ac-icon-button ac-chat-send")
        .attr("type", "submit")
        .attr("aria-label", t.chat_send())
        .attr_follows("aria-disabled", move || {
            let idle = chat.text.with(|text| text.trim().is_empty()) || over();
            idle.then(|| "true".into())
        })
        // The field keeps the focus, and a phone its keyboard.
        .on("mousedown", |event: Event| event.prevent_default())
        .child(icon("send"));
    let form = el("form", "ac-chat-form").child(photo::button(chat)).child(field).child(button).on(
        "submit",
        move |event: Event| {
            event.prevent_default();
            send(chat);
        },
    );
    [about(chat), photo::progress(chat), count(chat), form.into()].into()
}

fn count(chat: Chat) -> Dom {
    let length = number(move || chat.text.with(|text| length(text)) as u32);
    redrawn(move || match length.get() as usize {
        0..NEARLY => Dom::default(),
        length @ ..=TEXT_MAX => {
            let words = chat.session.t().chat_count(&length.to_string(), &TEXT_MAX.to_string());
            el("p", "ac-chat-count").id("ac-chat-count").child(words).into()
        }
        length => {
            let words = too_long(chat.session, length);
            el("p", "ac-chat-count ac-chat-over").id("ac-chat-count").child(words).into()
        }
    })
}

/// What she was looking at, in words.
pub fn about_words(session: Session, about: &Subject) -> Option<String> {
    let t = session.t();
    match about {
        Subject { return_number: Some(number), .. } => Some(t.chat_about_return(number)),
        Subject { order: Some(number), .. } => Some(t.chat_about_order(number)),
        Subject { article: Some(_), .. } => Some(t.chat_about_article().into()),
        _ => None,
    }
}

/// Goes along with the first message, unless she takes it out.
fn about(chat: Chat) -> Dom {
    redrawn(move || {
        let t = chat.session.t();
        if chat.who.with(|who| !who.conversation.is_empty()) {
            return Dom::default();
        }
        let words = chat.about.with(|about| about_words(chat.session, about));
        let chip = |words: String| {
            let remove = el("button", "ac-icon-button")
                .attr("type", "button")
                .attr("aria-label", t.chat_about_remove())
                .on_click(move || {
                    chat.about.set(Subject::default());
                    focus();
                })
                .child(icon("close"));
            el("p", "ac-chat-about").child(el("span", "").child(words)).child(remove)
        };
        words.map(chip).into()
    })
}

/// As high as what is written, up to where the styles stop it.
fn grow() {
    let page: JsValue = document().into();
    let Ok(field) = js::call(&page, "getElementById", &[FIELD.into()]) else { return };
    if !field.is_object() {
        return;
    }
    let at_end = scroll::is_at_end();
    let style = js::get(&field, "style");
    js::set(&style, "blockSize", &"auto".into());
    // Two pixels of border.
    let height = js::number(&field, "scrollHeight") + 2;
    js::set(&style, "blockSize", &format!("{height}px").into());
    if at_end {
        scroll::to_end();
    }
}

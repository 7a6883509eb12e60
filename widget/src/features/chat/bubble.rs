//! One row of the conversation, drawn.

use super::{
    answer,
    rows::{Bubble, From, Kind, Row, State},
    state::{Chat, now},
};
use crate::{
    i18n::{self, Style},
    js,
    session::Session,
    ui::{
        button::{self, button},
        dom::{Dom, El, el},
        icon::small_icon,
        links,
    },
};
use aftercart_shared::{error::ErrorCode, events::What, time::Timestamp};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

const DAY_MS: i64 = 86_400_000;

/// By her own clock, as her other messengers do it.
pub fn day_of(at: Timestamp) -> String {
    i18n::day_key("", at)
}

pub fn drawn(chat: Chat, row: &Row) -> Element {
    let t = chat.session.t();
    match &row.kind {
        Kind::Day => el("p", "ac-chat-day").child(el("span", "").child(day(chat.session, row.at))),
        Kind::Answer(cards) => answer::cards(chat, row.at, cards),
        Kind::Handed => el("p", "ac-chat-note").child(t.chat_handed()),
        Kind::Joined(name) => el("p", "ac-chat-note").child(t.chat_joined(name)),
        Kind::Ended => el("p", "ac-chat-note").child(t.chat_ended()),
        Kind::Bubble(bubble) => message(chat, &row.key, row.at, bubble),
    }
    .into_element()
}

fn day(session: Session, at: Timestamp) -> String {
    let (key, t) = (day_of(at), session.t());
    if key == day_of(Timestamp(now())) {
        t.chat_today().into()
    } else if key == day_of(Timestamp(now() - DAY_MS)) {
        t.chat_yesterday().into()
    } else {
        i18n::date(session.locale.get_untracked(), "", Style::Day, at)
    }
}

fn message(chat: Chat, key: &str, at: Timestamp, bubble: &Bubble) -> El {
    let session = chat.session;
    let t = session.t();
    let (class, name) = match &bubble.from {
        From::Her => ("ac-msg ac-msg-hers", t.chat_you().to_owned()),
        From::Agent(name) => ("ac-msg", name.clone()),
        From::Shop => ("ac-msg", session.boot.shop_name.clone()),
    };
    let locale = session.locale.get_untracked();
    let clock = i18n::date(locale, "", Style::Clock, at);
    let head = (bubble.first && bubble.from != From::Her).then(|| {
        el("p", "ac-msg-head")
            .attr("aria-hidden", "true")
            .child(face(&name))
            .child(el("span", "ac-msg-name").child(name.as_str()))
            .child(el("span", "").child(clock.as_str()))
    });
    // Who and when is said with each; eyes see it by the group, and on a touch.
    let said = el("span", "ac-vh").child(format!("{name}, {clock}: "));
    let words = el("div", "ac-msg-words").attr("title", &i18n::date(locale, "", Style::Moment, at)).child(said);
    let words = match &bubble.what {
        What::Message { text, .. } => words.child(
            el("span", "ac-msg-text").attr("dir", "auto").child(links::linked(text, session.t().common_new_tab())),
        ),
        What::Attachment { attachment_id, width, height } => words.child(picture(chat, attachment_id, *width, *height)),
        _ => words,
    };
    let words = words.on("click", |event: MouseEvent| {
        // A link is followed, a marked word stays marked.
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let link = target.as_ref().is_some_and(|target| target.closest("a").is_ok_and(|link| link.is_some()));
        if let Some(message) = target.filter(|_| !link).and_then(|target| target.closest(".ac-msg").ok().flatten()) {
            let _ = js::call(&js::get(&message, "classList"), "toggle", &["ac-msg-timed".into()]);
        }
    });
    el("div", if bubble.first { class } else { "" })
        .attr("class", &format!("{class}{}", if bubble.first { " ac-msg-first" } else { "" }))
        .child(head)
        .child(words)
        .child(el("p", "ac-msg-time").attr("aria-hidden", "true").child(clock))
        .child(state(chat, key, bubble.state))
}

/// Its place is kept while it loads.
fn picture(chat: Chat, id: &str, width: u32, height: u32) -> El {
    let image = el("img", "ac-msg-picture").attr("alt", chat.session.t().chat_picture());
    let image = match (width, height) {
        (0, _) | (_, 0) => image.attr("width", "160").attr("height", "120"),
        (width, height) => image.attr("width", &width.to_string()).attr("height", &height.to_string()),
    };
    let element = image.into_element();
    let (who, id, shown) = (chat.who.get_untracked(), id.to_owned(), element.clone());
    spawn_local(async move {
        // What the log does not have yet is her own.
        let address = match width {
            0 => chat.session.api.file(format!("/me/attachments/{id}")).await,
            _ => super::transport::picture(chat.session, who, &id).await,
        };
        if let Ok(address) = address {
            let _ = shown.set_attribute("src", &address);
        }
    });
    El::of(element)
}

/// The first letter of a name, until names have faces.
pub fn face(name: &str) -> El {
    el("span", "ac-msg-face").attr("aria-hidden", "true").child(name.chars().take(1).collect::<String>())
}

/// How far hers has come; changed in its place, and not read out with the log.
pub fn state(chat: Chat, key: &str, state: Option<State>) -> El {
    let t = chat.session.t();
    let place = el("div", "ac-msg-state").attr("aria-live", "off");
    let line = |icon: &str, text: &str| Dom::from([small_icon(icon).into(), el("span", "").child(text).into()]);
    let Some(state) = state else { return place.attr("hidden", "") };
    match state {
        State::Sending => place.child(t.chat_sending()),
        State::Slow => place.child(t.chat_sending_slow()),
        State::Sent => place.child(line("check", t.chat_sent())),
        State::Read => place.child(line("check", t.chat_read())).attr("class", "ac-msg-state ac-msg-read"),
        State::Waiting(code) => {
            let why = match code {
                ErrorCode::Offline => t.chat_waiting_offline(),
                ErrorCode::RateLimited => t.chat_waiting_limited(),
                _ => t.chat_waiting(),
            };
            // The browser tells when the network is back.
            let again = (code != ErrorCode::Offline)
                .then(|| button(button::Kind::Plain, "", t.common_retry(), move || super::deliver::now(chat)));
            place.child(line("clock", why)).child(again)
        }
        State::Refused(code) => {
            let why = format!("{} {}", t.chat_not_sent(), t.error(code));
            let (edit, discard) = (key.to_owned(), key.to_owned());
            place
                .attr("class", "ac-msg-state ac-msg-refused")
                .child(line("alert", &why))
                .child(button(button::Kind::Plain, "", t.chat_edit(), move || {
                    chat.take_back(&edit, true);
                    super::composer::focus();
                }))
                .child(button(button::Kind::Plain, "", t.chat_discard(), move || chat.take_back(&discard, false)))
        }
    }
}

/// The same but for how far it has come?
pub fn differs_in_state_only(old: &Row, new: &Row) -> Option<Option<State>> {
    match (&old.kind, &new.kind) {
        (Kind::Bubble(was), Kind::Bubble(is))
            if was.from == is.from && was.first == is.first && was.what == is.what =>
        {
            Some(is.state)
        }
        _ => None,
    }
}

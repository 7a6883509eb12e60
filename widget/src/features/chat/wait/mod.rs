//! Before somebody has taken it on: when that will be. Whoever is answered at once never needs it, so that it is a part of the
//! bundle of its own.

// The mark expands to imports and exports that the build's splitter joins; there is none besides.
#![allow(unsafe_code)]

mod mail;
mod words;

use super::{held::yes, log::is_said_by_shop, state::Chat};
use crate::{
    api::loading::Loading,
    session::Session,
    ui::{
        dom::{Dom, afterwards, el, redrawn},
        icon::small_icon,
        part::{Drawn, Dress, arriving, at_once},
    },
};
use aftercart_shared::api::conversations::{ConversationState, QueueView};
use leptos::prelude::*;
use std::time::Duration;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Who has not written yet is told anew how it stands.
const AGAIN: Duration = Duration::from_secs(60);

#[wasm_split(waiting, fallible, preload(load_waiting))]
fn draw_waiting(chat: Chat) -> Result<Drawn, SplitLoaderError> {
    Ok(Drawn { dom: told(chat), dress: &WAITING })
}

static WAITING: Dress = Dress { sheets: &[include_str!("wait.part.css")], icons: &[] };

/// Nothing, as soon as somebody has it.
pub fn wait(chat: Chat) -> Dom {
    let waits = yes(move || {
        chat.log.with(|log| log.state == ConversationState::Queued && !log.events.iter().any(is_said_by_shop))
    });
    redrawn(move || match waits.get() {
        1 => untrack(|| {
            arriving(chat.session, None, move || at_once(draw_waiting(chat)).map(Drawn::dressed), load_waiting)
        }),
        _ => Dom::default(),
    })
}

fn told(chat: Chat) -> Dom {
    let session = chat.session;
    let asked = Loading::<QueueView>::new();
    let talks = yes(move || chat.who.with(|who| !who.conversation.is_empty()));
    afterwards(move || {
        if talks.get() == 0 {
            ask(session, asked);
        }
    });
    let again = set_interval_with_handle(
        move || {
            if talks.get_untracked() == 0 && chat.visible.get_untracked() && session.shown.get_untracked() {
                ask(session, asked);
            }
        },
        AGAIN,
    );
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
    });
    let lines = redrawn(move || {
        let (hers, queue) = match talks.get() {
            // What she has just sent may not be acknowledged yet: until then what was asked before holds.
            1 => (true, chat.log.with(|log| log.queue)),
            _ => (false, asked.data.get()),
        };
        let Some(queue) = queue else { return Dom::default() };
        let lines = words::lines(session, &queue, hers);
        if lines.is_empty() {
            return Dom::default();
        }
        let lines: Vec<Dom> = lines.into_iter().map(|line| el("span", "").child(line).into()).collect();
        el("p", "ac-wait-lines").child(small_icon("clock")).child(el("span", "ac-wait-words").child(lines)).into()
    });
    let lines = el("div", "").attr("role", "status").child(lines);
    let mail = redrawn(move || match talks.get() {
        1 => untrack(|| mail::offer(chat)),
        _ => Dom::default(),
    });
    el("div", "ac-wait").child(lines).child(mail).into()
}

/// Lost on the way it is no loss: she writes without.
fn ask(session: Session, asked: Loading<QueueView>) {
    asked.ask(move || session.api.get("/queue".into()));
}

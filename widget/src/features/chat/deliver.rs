//! Sends what she has said: one after the other, each until it stands in the log or is given back to her, for ever.

use super::{
    hear,
    kept::Who,
    log::Log,
    outbox::{Letter, Then, then},
    rows::Going,
    state::{Chat, now as this_moment},
    transport,
};
use crate::{api::client::Failure, backoff, js};
use aftercart_shared::events::Ack;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::JsValue;

/// From here on it looks as if nothing happened.
const SLOW: Duration = Duration::from_secs(4);
/// Until letters of other tabs are looked at again.
const OTHERS_MS: u32 = 3_000;
/// Conversations that are closed under our hands, in a row.
const MOVES_MAX: u32 = 3;

#[derive(Clone, Copy, Debug, Default)]
pub struct Sending {
    busy: bool,
    attempt: u32,
    moves: u32,
    /// Of the next try: only the newest appointment is kept.
    appointment: u32,
    nth: u32,
}

/// She wants it now, or the network is back.
pub fn now(chat: Chat) {
    chat.sending.keep(|sending| sending.appointment += 1);
    deliver(chat);
}

pub fn deliver(chat: Chat) {
    if chat.sending.with_untracked(|sending| sending.busy) {
        return;
    }
    let Some(letter) = chat.outbox.with_untracked(|outbox| outbox.next(this_moment()).cloned()) else {
        if chat.outbox.with_untracked(|outbox| outbox.is_waiting()) {
            later(chat, OTHERS_MS);
        }
        return;
    };
    chat.sending.keep(|sending| {
        sending.busy = true;
        sending.nth += 1;
    });
    let nth = chat.sending.with_untracked(|sending| sending.nth);
    let still = move || chat.sending.with_untracked(|sending| sending.busy && sending.nth == nth);
    set_timeout(
        move || {
            if still() {
                chat.going.update(|going| going.slow = true);
            }
        },
        SLOW,
    );
    spawn_local(async move {
        let answer = send(chat, &letter).await;
        chat.sending.keep(|sending| sending.busy = false);
        let there =
            chat.outbox.with_untracked(|outbox| outbox.letters.iter().any(|one| one.client_id == letter.client_id));
        match answer {
            // She has signed out, or another tab was quicker.
            _ if !there => {
                chat.going.set(Going::default());
                deliver(chat);
            }
            Ok(ack) => {
                chat.sending.keep(|sending| {
                    sending.attempt = 0;
                    sending.moves = 0;
                });
                chat.going.set(Going::default());
                chat.arrived(&letter, ack);
                // What she says after an answer that was enough goes on where it ended.
                if chat.log.with_untracked(Log::is_closed) && letter.is_words() {
                    hear::begin(chat);
                }
                deliver(chat);
            }
            Err(failure) => refused(chat, &letter, failure),
        }
    });
}

async fn send(chat: Chat, letter: &Letter) -> Result<Ack, Failure> {
    if !chat.talks() {
        let about = chat.about.get_untracked();
        let before = chat.who.get_untracked();
        let opened = transport::open(chat.session, before.clone(), &about).await?;
        let token = opened.visitor.map_or(before.token, |visitor| visitor.token);
        chat.is_who(Who { token, conversation: opened.conversation.id.0 });
        chat.about.set(Default::default());
        hear::begin(chat);
    }
    transport::send(chat.session, chat.who.get_untracked(), &letter.client_id, &letter.said).await
}

fn refused(chat: Chat, letter: &Letter, failure: Failure) {
    let moves = chat.sending.with_untracked(|sending| sending.moves);
    let moved = || {
        chat.sending.keep(|sending| sending.moves += 1);
        deliver(chat);
    };
    match then(failure.code) {
        Then::Elsewhere if moves < MOVES_MAX => {
            chat.leave(true);
            moved();
        }
        Then::AsStranger if moves < MOVES_MAX => {
            chat.leave(false);
            moved();
        }
        Then::GiveBack => {
            chat.going.set(Going::default());
            chat.outbox.update(|outbox| outbox.refuse(&letter.client_id, failure.code));
            if letter.is_words() {
                chat.session.announce(chat.session.t().chat_not_sent());
            } else {
                chat.take_back(&letter.client_id, false);
            }
            deliver(chat);
        }
        _ => {
            let attempt = chat.sending.with_untracked(|sending| sending.attempt);
            chat.sending.keep(|sending| {
                sending.attempt += 1;
                sending.moves = 0;
            });
            chat.going.set(Going { slow: false, failure: Some(failure.code) });
            let asked = failure.retry_after.map_or(0, |seconds| seconds.saturating_mul(1_000));
            later(chat, asked.max(backoff::pause(attempt, drawn())));
        }
    }
}

fn later(chat: Chat, pause_ms: u32) {
    chat.sending.keep(|sending| sending.appointment += 1);
    let appointment = chat.sending.with_untracked(|sending| sending.appointment);
    set_timeout(
        move || {
            if chat.sending.with_untracked(|sending| sending.appointment == appointment) {
                deliver(chat);
            }
        },
        Duration::from_millis(u64::from(pause_ms)),
    );
}

/// Between 0 and 1.
pub fn drawn() -> f64 {
    let page: JsValue = window().into();
    js::call(&js::get(&page, "Math"), "random", &[]).ok().and_then(|drawn| drawn.as_f64()).unwrap_or(0.5)
}

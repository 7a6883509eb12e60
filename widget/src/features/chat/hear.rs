//! Listens to what the other side says, for as long as there is a conversation: at once while she looks, at ease while
//! the tab is behind others.

use super::{deliver::drawn, kept::Who, log::Log, state::Chat, transport};
use crate::{
    api::{client::Failure, read_conversations::Page},
    backoff,
};
use aftercart_shared::error::ErrorCode;
use js_sys::Promise;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

/// After an answer without news: nothing that goes wrong may make a hot loop of this.
const BREATH_MS: u32 = 400;
/// Too many wait behind her address, a school's or an office's: for a while she asks instead, so many times.
const CROWDED_MS: u32 = 3_000;
const CROWDED_FOR: u32 = 20;
/// Behind other tabs. A request that waits would hold one of the few connections that a browser has for us.
const BEHIND_MS: u32 = 20_000;

/// Reads the log from where it is known, as an answer that the view waits for; then listens.
pub fn begin(chat: Chat) {
    chat.first.ask(move || catch_up(chat));
}

async fn catch_up(chat: Chat) -> Result<(), Failure> {
    let conversation = chat.who.get_untracked().conversation;
    loop {
        let answer = look(chat, false).await;
        if chat.who.with_untracked(|who| who.conversation != conversation) {
            return Ok(());
        }
        match answer {
            Ok(page) => {
                let before = chat.log.with_untracked(|log| log.through);
                // Where there is more and nothing comes, it is on its way: to be listened for.
                if !chat.take(page) || chat.log.with_untracked(|log| log.through) == before {
                    break;
                }
            }
            Err(failure) => {
                if !goes_on(chat, &failure).await {
                    return if chat.talks() { Err(failure) } else { Ok(()) };
                }
            }
        }
    }
    listen(chat);
    Ok(())
}

/// From now on; whatever listened before ends.
pub fn listen(chat: Chat) {
    chat.stop_listening();
    let turn = chat.turn.get_untracked();
    spawn_local(async move {
        let mut attempt = 0;
        let mut crowded = 0_u32;
        while chat.talks() && !chat.log.with_untracked(Log::is_closed) {
            let before = chat.log.with_untracked(|log| (log.through, log.queue));
            let visible = chat.visible.get_untracked();
            let waits = visible && crowded == 0;
            crowded = crowded.saturating_sub(1);
            let answer = look(chat, waits).await;
            if chat.turn.get_untracked() != turn {
                return;
            }
            let rest = match answer {
                Ok(page) => {
                    attempt = 0;
                    let more = chat.take(page);
                    let news = chat.log.with_untracked(|log| (log.through, log.queue)) != before;
                    match () {
                        () if news => 0,
                        () if more => BREATH_MS,
                        () if waits => BREATH_MS,
                        () if visible => CROWDED_MS,
                        () => BEHIND_MS,
                    }
                }
                Err(failure) if waits && failure.code == ErrorCode::RateLimited => {
                    crowded = CROWDED_FOR;
                    BREATH_MS
                }
                Err(failure) => match goes_on(chat, &failure).await {
                    true => BREATH_MS,
                    false if !chat.talks() => return,
                    false => {
                        // One that is lost is nothing to speak of.
                        if attempt > 0 || failure.code == ErrorCode::Offline {
                            chat.silent.set(Some(failure.code));
                        }
                        attempt += 1;
                        let asked = failure.retry_after.map_or(0, |seconds| seconds.saturating_mul(1_000));
                        asked.max(backoff::pause(attempt, drawn()))
                    }
                },
            };
            if rest > 0 {
                pause(rest).await;
            }
            if chat.turn.get_untracked() != turn {
                return;
            }
        }
    });
}

async fn look(chat: Chat, wait: bool) -> Result<Page, Failure> {
    let wait = wait.then(AbortController::new).and_then(Result::ok);
    chat.waiting.set_value(wait.clone());
    let who = chat.who.get_untracked();
    chat.log.with_untracked(|log| transport::events(chat.session, who, log, wait)).await
}

/// Is there something to do about it at once?
async fn goes_on(chat: Chat, failure: &Failure) -> bool {
    match failure.code {
        ErrorCode::Resync => {
            chat.log.set(Log::default());
            true
        }
        ErrorCode::SessionExpired | ErrorCode::ConversationNotFound | ErrorCode::NotFound => {
            if failure.code == ErrorCode::SessionExpired && found_again(chat).await {
                return true;
            }
            chat.leave(failure.code != ErrorCode::SessionExpired);
            chat.lost.set(true);
            false
        }
        _ => false,
    }
}

/// She has proved who she is: from now on it is hers on any device, and the shop knows with whom it speaks.
pub async fn proved(chat: Chat) {
    let who = chat.who.get_untracked();
    let Ok(opened) = transport::open(chat.session, who.clone(), &Default::default()).await else { return };
    let Some(visitor) = opened.visitor else { return };
    chat.is_who(Who { token: visitor.token, conversation: opened.conversation.id.0 });
    if !chat.who.with_untracked(|now| now.conversation == who.conversation) {
        chat.nothing_said();
        begin(chat);
    }
}

/// A verified shopper with a new session: her open conversation is there under another token.
async fn found_again(chat: Chat) -> bool {
    let open = chat.log.with_untracked(|log| log.epoch.is_some() && !log.is_closed());
    if !open || !untrack(|| chat.session.api.signed_in()) {
        return false;
    }
    let Ok(opened) = transport::open(chat.session, Who::default(), &Default::default()).await else { return false };
    let Some(visitor) = opened.visitor else { return false };
    let same = chat.who.with_untracked(|who| who.conversation == opened.conversation.id.0);
    if same {
        chat.is_who(Who { token: visitor.token, conversation: opened.conversation.id.0 });
    }
    same
}

pub async fn pause(ms: u32) {
    let wait = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32);
    });
    let _ = JsFuture::from(wait).await;
}

//! What outlives the view of a conversation: the log, what is on its way, and who she is in it.

use super::{
    deliver, hear,
    held::Held,
    kept::{self, Who},
    log::{Log, is_news},
    outbox::{Letter, Outbox, what},
    photo::Upload,
    rows::Going,
    transport,
};
use crate::{
    api::{loading::Loading, read_conversations::Page},
    host, i18n, js,
    session::Session,
    ui::dom::afterwards,
};
use aftercart_shared::{
    api::conversations::Subject,
    error::ErrorCode,
    events::{Ack, Event, Said, Sender},
};
use leptos::{ev, prelude::*, task::spawn_local};
use std::cell::Cell;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

/// The other side hears that she is writing at most this often.
const TYPING_MS: i64 = 3_000;

#[derive(Clone, Copy)]
pub struct Chat {
    pub session: Session,
    pub log: Held<Log>,
    pub outbox: Held<Outbox>,
    pub going: Held<Going>,
    /// What she is writing.
    pub text: Held<String>,
    /// What it is about; said when a conversation begins.
    pub about: Held<Subject>,
    pub who: Held<Who>,
    /// Why no news comes.
    pub silent: Held<Option<ErrorCode>>,
    /// The other side is writing.
    pub typing: RwSignal<bool>,
    /// Reading the log for the first time.
    pub first: Loading<()>,
    /// A picture on its way to us.
    pub upload: Held<Option<Upload>>,
    /// The conversation that stood here is not hers any more.
    pub lost: RwSignal<bool>,
    /// It has ended with an answer, and she writes on all the same.
    pub going_on: RwSignal<bool>,
    /// The view is drawn.
    pub drawn: RwSignal<bool>,
    /// She sees its end.
    pub at_end: RwSignal<bool>,
    /// The tab is in front.
    pub visible: RwSignal<bool>,
    /// The last event that was on this screen.
    seen: Held<u64>,
    /// Up to where the server knows that.
    told: Held<u64>,
    typed_at: Held<i64>,
    pub(super) sending: Held<deliver::Sending>,
    /// Of listening: only the newest goes on.
    pub(super) turn: Held<u32>,
    /// Ends the request that waits for news.
    pub(super) waiting: StoredValue<Option<AbortController>, LocalStorage>,
}

pub fn now() -> i64 {
    js_sys::Date::now() as i64
}

impl Chat {
    pub fn new(session: Session) -> Chat {
        let api = session.api;
        let chat = Chat {
            session,
            log: Held::default(),
            outbox: Held::default(),
            going: Held::default(),
            text: Held::new(kept::draft(api)),
            about: Held::default(),
            who: Held::new(kept::who(api).unwrap_or_default()),
            silent: Held::new(None),
            typing: RwSignal::new(false),
            first: Loading::new(),
            upload: Held::new(None),
            lost: RwSignal::new(false),
            going_on: RwSignal::new(false),
            drawn: RwSignal::new(false),
            at_end: RwSignal::new(true),
            visible: RwSignal::new(is_visible()),
            seen: Held::new(0),
            told: Held::default(),
            typed_at: Held::default(),
            sending: Held::default(),
            turn: Held::default(),
            waiting: StoredValue::new_local(None),
        };
        chat.outbox.update(|outbox| outbox.adopt(kept::letters(api, true)));
        if chat.talks() {
            hear::begin(chat);
        }
        deliver::deliver(chat);
        chat.follow_page();
        chat.follow_her();
        chat
    }

    /// Is there a conversation?
    pub fn talks(self) -> bool {
        self.who.with_untracked(|who| !who.conversation.is_empty())
    }

    pub fn say(self, said: Said) {
        let letter = self.outbox.update(|outbox| outbox.add(js::uuid(), said, now()));
        kept::keep_letter(self.session.api, &letter);
        self.lost.set(false);
        deliver::now(self);
    }

    /// What she got back is hers: out of the outbox, and into the field where nothing else stands.
    pub fn take_back(self, client_id: &str, edit: bool) {
        let letter = self.outbox.update(|outbox| outbox.remove(client_id));
        kept::drop_letter(self.session.api, client_id);
        if let (true, Some(Letter { said: Said::Message { text }, .. })) = (edit, letter) {
            let already = self.text.get_untracked();
            self.text.set(if already.trim().is_empty() { text } else { format!("{already}\n{text}") });
        }
    }

    pub fn is_writing(self) {
        let who = self.who.get_untracked();
        let closed = self.log.with_untracked(Log::is_closed);
        if closed || who.conversation.is_empty() || now() - self.typed_at.get_untracked() < TYPING_MS {
            return;
        }
        self.typed_at.set(now());
        spawn_local(transport::is_typing(self.session, who));
    }

    /// One look at the log. `true`: there is more to read at once.
    pub(super) fn take(self, page: Page) -> bool {
        let typing = page.events.typing;
        let last = self.log.with_untracked(Log::last_seq);
        let known = self.log.with_untracked(|log| log.epoch.is_some());
        let more = self.log.update(|log| log.take(page));
        if self.going_on.get_untracked() && !self.log.with_untracked(Log::is_closed) {
            self.going_on.set(false);
        }
        self.settle();
        if self.outbox.with_untracked(|outbox| outbox.letters.iter().any(|letter| letter.gone)) {
            self.outbox.update(Outbox::drop_gone);
        }
        if self.typing.get_untracked() != typing {
            self.typing.set(typing);
        }
        if self.silent.get_untracked().is_some() {
            self.silent.set(None);
        }
        // Where the conversation is on screen its own log is read out.
        let news = self.log.with_untracked(|log| log.events.iter().any(|one| one.seq > last && is_news(one)));
        if known && news && !self.drawn.get_untracked() {
            self.session.announce(&self.unread_words(1));
        }
        more
    }

    /// What was sent stands in the log.
    pub(super) fn arrived(self, letter: &Letter, ack: Ack) {
        let client_id = Some(letter.client_id.clone());
        let event = Event { seq: ack.seq, at: ack.at, from: Sender::Visitor, client_id, what: what(&letter.said) };
        self.log.update(|log| log.put(event));
        self.settle();
    }

    fn settle(self) {
        let settled = self.log.with_untracked(|log| self.outbox.update(|outbox| outbox.settle(log)));
        for client_id in settled {
            kept::drop_letter(self.session.api, &client_id);
        }
        let idle = !self.outbox.with_untracked(Outbox::is_waiting);
        if idle && self.going.get_untracked() != Going::default() {
            self.going.set(Going::default());
        }
    }

    pub(super) fn is_who(self, who: Who) {
        kept::keep_who(self.session.api, &who);
        self.who.set(who);
    }

    /// Out of this conversation, with what is not sent yet. `known`: she stays who she is.
    pub fn leave(self, known: bool) {
        let token = if known { self.who.get_untracked().token } else { String::new() };
        self.is_who(Who { token, conversation: String::new() });
        self.nothing_said();
        for client_id in self.outbox.update(Outbox::drop_ratings) {
            kept::drop_letter(self.session.api, &client_id);
        }
    }

    pub(super) fn stop_listening(self) {
        self.turn.keep(|turn| *turn += 1);
        if let Some(Some(waiting)) = self.waiting.try_update_value(Option::take) {
            waiting.abort();
        }
    }

    /// An empty page; whatever is still on its way here is of another conversation.
    pub(super) fn nothing_said(self) {
        self.stop_listening();
        self.first.clear();
        self.going_on.set(false);
        self.log.set(Log::default());
        self.typing.set(false);
        self.silent.set(None);
        self.seen.set(0);
        self.told.set(0);
    }

    /// Signed out: whoever comes next finds nothing.
    fn forget(self) {
        self.who.set(Who::default());
        self.nothing_said();
        self.outbox.set(Outbox::default());
        self.upload.set(None);
        self.text.set(String::new());
        self.about.set(Subject::default());
        self.session.api.forget_talk();
    }

    pub(super) fn unread_words(self, count: u32) -> String {
        let t = self.session.t();
        i18n::plural(count, |n| t.chat_unread_one(n), |n| t.chat_unread_other(n))
    }

    /// Another tab has written into what this browser keeps.
    fn reread(self) {
        let api = self.session.api;
        let before = self.who.get_untracked();
        let gone = before != Who::default() && kept::who(api).is_none();
        let who = kept::who(api).unwrap_or_default();
        if gone {
            self.forget();
        } else if who != before {
            self.who.set(who.clone());
            if who.conversation != before.conversation {
                self.nothing_said();
                if self.talks() {
                    hear::begin(self);
                }
            }
        }
        let kept = kept::letters(api, false);
        self.outbox.update(|outbox| {
            outbox.missing(&kept);
            outbox.adopt(kept);
        });
        self.settle();
        deliver::deliver(self);
    }

    /// The network, the tab, the other tabs.
    fn follow_page(self) {
        let again = move || {
            deliver::now(self);
            if self.first.failure.with_untracked(Option::is_some) {
                self.first.retry();
            } else if self.talks() && self.log.with_untracked(|log| log.epoch.is_some()) {
                hear::listen(self);
            }
        };
        let online = window_event_listener(ev::online, move |_| again());
        let offline = window_event_listener(ev::offline, move |_| {
            if self.talks() {
                self.silent.set(Some(ErrorCode::Offline));
            }
        });
        let seen = document_listener("visibilitychange", move |_| {
            self.visible.set(is_visible());
            if is_visible() {
                again();
            }
        });
        let stored = window_event_listener_untyped("storage", move |event| {
            if kept::is_ours(&event) {
                self.reread();
            }
        });
        on_cleanup(move || {
            online.remove();
            offline.remove();
            stored.remove();
            seen();
        });
    }

    /// What she sees, writes and leaves.
    fn follow_her(self) {
        let session = self.session;
        afterwards(move || {
            let sees = self.drawn.get() && self.at_end.get() && self.visible.get() && session.shown.get();
            let last = self.log.with(Log::last_seq);
            if sees && last > self.seen.get_untracked() {
                self.seen.set(last);
                self.tell_read(last);
            }
        });
        afterwards(move || {
            let unread = self.log.with(|log| log.unread(self.seen.get()));
            if session.unread.get_untracked() != unread {
                session.unread.set(unread);
            }
        });
        let asked = Cell::new(false);
        afterwards(move || {
            let (unread, talks) = (session.unread.get(), self.who.with(|who| !who.conversation.is_empty()));
            if talks && !asked.get() {
                asked.set(true);
                host::badge_wanted();
            }
            // Said again when the panel is closed: who shows it may have come meanwhile.
            session.shown.track();
            if asked.get() {
                let words = self.unread_words(unread);
                host::event("unread", &[("count", &unread.to_string()), ("text", &words)]);
            }
        });
        afterwards(move || {
            let text = self.text.get();
            let has_spoken = self.who.with_untracked(|who| *who != Who::default())
                || self.outbox.with_untracked(|outbox| !outbox.letters.is_empty());
            if has_spoken {
                kept::keep_draft(session.api, &text);
            }
        });
        let was_known = Cell::new(untrack(|| session.api.signed_in()));
        afterwards(move || {
            let known = session.api.signed_in();
            let (left, came) = (was_known.get() && !known, !was_known.get() && known);
            was_known.set(known);
            if came && self.talks() && !self.log.with_untracked(Log::is_closed) {
                spawn_local(hear::proved(self));
            }
            // By herself: then nothing of it is kept any more. By time alone she goes on.
            if left && self.who.with_untracked(|who| *who != Who::default()) && kept::who(session.api).is_none() {
                self.forget();
            }
        });
    }

    fn tell_read(self, seq: u64) {
        let who = self.who.get_untracked();
        let news = self.log.with_untracked(|log| log.unread(self.told.get_untracked()) > 0);
        if !news || who.conversation.is_empty() {
            return;
        }
        let before = self.told.get_untracked();
        self.told.set(seq);
        spawn_local(async move {
            if transport::has_read(self.session, who, seq).await.is_err() {
                self.told.set(before);
            }
        });
    }
}

fn is_visible() -> bool {
    let page: JsValue = document().into();
    js::get(&page, "visibilityState").as_string().as_deref() != Some("hidden")
}

/// Returns what takes it away again.
fn document_listener(event: &'static str, hear: impl Fn(JsValue) + 'static) -> impl Fn() + Send + Sync + 'static {
    use wasm_bindgen::closure::Closure;
    let hear = Closure::<dyn Fn(JsValue)>::new(hear).into_js_value();
    let page: JsValue = document().into();
    let _ = js::call(&page, "addEventListener", &[event.into(), hear.clone()]);
    let hear = StoredValue::new_local(hear);
    move || {
        if let Some(hear) = hear.try_get_value() {
            let page: JsValue = document().into();
            let _ = js::call(&page, "removeEventListener", &[event.into(), hear]);
        }
    }
}

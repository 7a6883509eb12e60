//! The conversation that is open: read from where it stands, then followed for as long as it is on screen.

use super::{
    canned::Canned,
    composer::Mode,
    letters::{self, Letter, State},
};
use crate::{
    desk::{
        Desk, backoff,
        client::{Failure, POLL_S, Request, now},
        kept, words,
    },
    js,
};
use aftercart_shared::{
    api::{
        conversations::{ConversationState, Events},
        desk::{Colleague, Colleagues, DeskConversation, InboxRow, NewNote, Note, Notes, Permission},
    },
    events::{Ack, Event, ReadMarks, Said, Sender, What},
};
use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use web_sys::AbortController;

/// Whatever answers sooner needs no skeleton: it would only flash.
const QUIET: Duration = Duration::from_millis(300);
/// So many answers without news, and nothing is going on; until then a wait is this short.
const CALM: u32 = 4;
const SOON_S: u32 = 3;
/// She hears that somebody writes this often, while it lasts.
const TYPING_MS: i64 = 3_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    Loading(bool),
    Done,
    Failed(Failure),
}

#[derive(Serialize)]
struct Sending<'a> {
    client_id: &'a str,
    said: Said,
}

#[derive(Serialize)]
struct Seen {
    seq: u64,
}

/// Nothing more is said.
#[derive(Serialize)]
pub struct Nothing {}

#[derive(Clone, Copy)]
pub struct Talk {
    pub desk: Desk,
    pub id: RwSignal<Option<String>>,
    pub pace: RwSignal<Pace>,
    pub events: RwSignal<Vec<Event>>,
    pub notes: RwSignal<Vec<Note>>,
    pub read: RwSignal<ReadMarks>,
    pub typing: RwSignal<bool>,
    /// Nothing is heard of it just now.
    pub lost: RwSignal<bool>,
    pub letters: RwSignal<Vec<Letter>>,
    pub text: RwSignal<String>,
    pub mode: RwSignal<Mode>,
    pub colleagues: RwSignal<Vec<Colleague>>,
    pub canned: Canned,
    /// Whose it is and how it stands: the same while nothing but words are added.
    pub who: Memo<Option<DeskConversation>>,
    epoch: StoredValue<u64>,
    turn: StoredValue<u32>,
    abort: StoredValue<Option<AbortController>, LocalStorage>,
    sending: StoredValue<bool>,
    marked: StoredValue<u64>,
    typed: StoredValue<i64>,
}

impl Talk {
    pub fn new(desk: Desk) -> Talk {
        Talk {
            desk,
            id: RwSignal::new(None),
            pace: RwSignal::new(Pace::Loading(false)),
            events: RwSignal::new(Vec::new()),
            notes: RwSignal::new(Vec::new()),
            read: RwSignal::new(ReadMarks::default()),
            typing: RwSignal::new(false),
            lost: RwSignal::new(false),
            letters: RwSignal::new(letters::read()),
            text: RwSignal::new(String::new()),
            mode: RwSignal::new(Mode::Reply),
            colleagues: RwSignal::new(Vec::new()),
            canned: Canned::new(),
            who: Memo::new(move |_| desk.open.get().map(standing)),
            epoch: StoredValue::new(0),
            turn: StoredValue::new(0),
            abort: StoredValue::new_local(None),
            sending: StoredValue::new(false),
            marked: StoredValue::new(0),
            typed: StoredValue::new(0),
        }
    }

    pub fn is(self, id: &str) -> bool {
        self.id.with_untracked(|open| open.as_deref() == Some(id))
    }

    /// Puts this conversation on screen; `None`: none.
    pub fn show(self, id: Option<String>) {
        if self.id.get_untracked() == id {
            return;
        }
        self.begin(id);
    }

    pub fn open_again(self) {
        self.begin(self.id.get_untracked());
    }

    /// Whoever logs in next finds nothing of it.
    pub fn forget(self) {
        // What she was writing is kept already, or not to be.
        self.id.set(None);
        self.text.set(String::new());
        self.begin(None);
        self.letters.set(Vec::new());
        self.colleagues.set(Vec::new());
    }

    /// What was on its way when the page went goes on.
    pub fn resume(self) {
        self.letters.set(letters::read());
        self.deliver();
    }

    fn begin(self, id: Option<String>) {
        self.keep_draft();
        if let Some(abort) = self.abort.try_update_value(Option::take).flatten() {
            abort.abort();
        }
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        self.desk.open.set(None);
        self.events.set(Vec::new());
        self.notes.set(Vec::new());
        self.read.set(ReadMarks::default());
        self.typing.set(false);
        self.lost.set(false);
        self.marked.set_value(0);
        self.mode.set(Mode::Reply);
        let draft = id.as_ref().and_then(|id| kept::in_tab(&format!("draft {id}")));
        self.text.set(draft.unwrap_or_default());
        self.pace.set(Pace::Loading(false));
        self.id.set(id.clone());
        let Some(id) = id else { return };
        let show = move || {
            if self.is_turn(turn) && self.pace.get_untracked() == Pace::Loading(false) {
                self.pace.set(Pace::Loading(true));
            }
        };
        set_timeout(show, QUIET);
        spawn_local(async move {
            match self.read_whole(&id, turn).await {
                Ok(()) if self.is_turn(turn) => {
                    self.pace.set(Pace::Done);
                    self.follow(id, turn).await;
                }
                Err(failure) if self.is_turn(turn) => self.pace.set(Pace::Failed(failure)),
                _ => {}
            }
        });
    }

    fn is_turn(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn) && self.desk.is_in()
    }

    async fn read_whole(self, id: &str, turn: u32) -> Result<(), Failure> {
        let head: DeskConversation = self.desk.ask(Request::get(format!("/admin/conversations/{id}"))).await?;
        let mut events: Vec<Event> = Vec::new();
        let mut epoch = None;
        loop {
            let after = events.last().map_or(0, |event| event.seq);
            let page: Events = self.desk.ask(Request::get(events_path(id, after, epoch, 0))).await?;
            epoch = Some(page.epoch);
            let last = page.last_seq;
            let nothing = page.events.is_empty();
            events.extend(page.events);
            if self.is_turn(turn) {
                self.read.set(page.read);
                self.typing.set(page.typing);
            }
            if nothing || events.last().is_none_or(|event| event.seq >= last) {
                break;
            }
        }
        let notes: Result<Notes, Failure> =
            self.desk.ask(Request::get(format!("/desk/conversations/{id}/notes"))).await;
        if !self.is_turn(turn) {
            return Ok(());
        }
        self.epoch.set_value(epoch.unwrap_or_default());
        self.events.set(events);
        match notes {
            Ok(notes) => self.notes.set(notes.notes),
            Err(failure) => self.desk.complain_of(&failure),
        }
        self.desk.open.set(Some(head));
        Ok(())
    }

    /// Waits for what is said next, for as long as this conversation is on screen.
    async fn follow(self, id: String, turn: u32) {
        let mut attempt = 0;
        // The server tells what changes while we wait. What changes between two waits, and is no new event, it takes for known:
        // while something is going on we ask again soon.
        let mut calm = CALM;
        while self.is_turn(turn) {
            let Ok(abort) = AbortController::new() else { return };
            self.abort.set_value(Some(abort.clone()));
            let after = self.events.with_untracked(|events| through(events));
            let wait = if calm < CALM { SOON_S } else { POLL_S };
            let path = events_path(&id, after, Some(self.epoch.get_value()), wait);
            let answer: Result<Events, Failure> = self.desk.ask(Request::get(path).poll(abort)).await;
            if !self.is_turn(turn) {
                return;
            }
            match answer {
                Ok(page) => {
                    attempt = 0;
                    self.lost.set(false);
                    calm = if self.hear(&id, page) { 0 } else { calm.saturating_add(1) };
                }
                Err(failure) if failure.code == "resync" => return self.open_again(),
                Err(failure) if !failure.passes() => return self.pace.set(Pace::Failed(failure)),
                Err(_) => {
                    self.lost.set(attempt > 0);
                    backoff::rest(attempt).await;
                    attempt += 1;
                }
            }
        }
    }

    /// Was there any news?
    fn hear(self, id: &str, page: Events) -> bool {
        let mut news = !page.events.is_empty();
        if self.typing.get_untracked() != page.typing {
            news = true;
            self.typing.set(page.typing);
        }
        if self.read.get_untracked() != page.read {
            news = true;
            self.read.set(page.read);
        }
        let state = self.desk.open.with_untracked(|open| open.as_ref().map(|open| open.view.state));
        if !page.events.is_empty() {
            self.settle(&page.events);
            self.events.update(|events| page.events.into_iter().for_each(|event| put(events, event)));
        }
        if state != Some(page.state) {
            self.read_head(id);
        }
        news
    }

    /// What the log has is delivered.
    fn settle(self, fresh: &[Event]) {
        let known: Vec<&str> = fresh.iter().filter_map(|event| event.client_id.as_deref()).collect();
        if self.letters.with_untracked(|letters| letters.iter().any(|one| known.contains(&one.client_id.as_str()))) {
            self.letters.update(|letters| letters.retain(|one| !known.contains(&one.client_id.as_str())));
            self.keep_letters();
        }
    }

    pub fn read_head(self, id: &str) {
        let id = id.to_owned();
        spawn_local(async move {
            let head: Result<DeskConversation, Failure> =
                self.desk.ask(Request::get(format!("/admin/conversations/{id}"))).await;
            if let Ok(head) = head.map_err(drop) {
                self.set_head(head);
            }
        });
    }

    pub fn set_head(self, head: DeskConversation) {
        if self.is(head.view.id.as_str()) {
            self.desk.open.set(Some(head));
        }
    }

    /// News of the queue: of this conversation perhaps a note of a colleague's, or another who has it.
    pub fn changed(self, rows: &[Arc<InboxRow>]) {
        let Some(row) = rows.iter().find(|row| self.is(row.conversation.view.id.as_str())) else { return };
        if self.pace.get_untracked() != Pace::Done {
            return;
        }
        let same = self.desk.open.with_untracked(|open| open.as_ref() == Some(&row.conversation));
        if !same {
            self.desk.open.set(Some(row.conversation.clone()));
        }
        self.read_notes();
    }

    pub fn read_notes(self) {
        let Some(id) = self.id.get_untracked() else { return };
        spawn_local(async move {
            let notes: Result<Notes, Failure> =
                self.desk.ask(Request::get(format!("/desk/conversations/{id}/notes"))).await;
            let fresh = |notes: &Notes| self.is(&id) && self.notes.with_untracked(|known| *known != notes.notes);
            if let Some(notes) = notes.ok().filter(fresh) {
                self.notes.set(notes.notes);
            }
        });
    }

    pub fn read_colleagues(self) {
        spawn_local(async move {
            let answer: Result<Colleagues, Failure> = self.desk.ask(Request::get("/desk/colleagues")).await;
            if let Ok(answer) = answer {
                self.colleagues.set(answer.colleagues);
            }
        });
    }

    /// Says it, or notes it.
    pub fn say(self, text: String, note: bool) {
        let Some(conversation) = self.id.get_untracked() else { return };
        let nobodys = self.desk.open.with_untracked(|open| {
            open.as_ref().is_some_and(|open| {
                open.agent_email.is_none()
                    && matches!(open.view.state, ConversationState::Answered | ConversationState::Queued)
            })
        });
        let after_seq = self.events.with_untracked(|events| events.last().map_or(0, |event| event.seq));
        let letter = Letter {
            client_id: js::uuid(),
            conversation: conversation.clone(),
            note,
            text,
            at: now(),
            after_seq,
            state: State::Sending,
        };
        self.letters.update(|letters| letters.push(letter));
        self.keep_letters();
        // Whoever answers first has it, so that no colleague answers beside her.
        if nobodys && !note {
            super::head::take_quietly(self, conversation);
        }
        self.deliver();
    }

    /// One after the other, until all of them have arrived or were given back. There is one of it.
    pub fn deliver(self) {
        if self.sending.get_value() {
            return;
        }
        self.sending.set_value(true);
        spawn_local(async move {
            let mut attempt = 0;
            while self.desk.door.try_get_untracked() == Some(crate::desk::Door::In) {
                let Some(letter) = self.letters.with_untracked(|letters| letters::next(letters).cloned()) else {
                    break;
                };
                match self.send(&letter).await {
                    Ok(()) => attempt = 0,
                    Err(failure) if failure.passes() => {
                        self.restate(&letter.client_id, State::Waiting(failure.is_offline()));
                        backoff::rest(attempt).await;
                        attempt += 1;
                    }
                    // She is to log in again; it waits for her.
                    Err(failure) if failure.status == 401 => break,
                    Err(failure) => {
                        let why = words::failure(self.desk, &failure);
                        if !self.is(&letter.conversation) {
                            self.desk.complain(&self.desk.t().desk_not_sent_elsewhere(&why));
                        }
                        self.restate(&letter.client_id, State::Refused(why));
                    }
                }
            }
            self.sending.try_set_value(false);
        });
    }

    async fn send(self, letter: &Letter) -> Result<(), Failure> {
        let Letter { client_id, conversation, text, .. } = letter;
        if letter.note {
            let note = NewNote { client_id: client_id.clone(), text: text.clone() };
            let path = format!("/desk/conversations/{conversation}/notes");
            let note: Note = self.desk.ask(Request::post(path, &note)).await?;
            if self.is(conversation) {
                self.notes.update(|notes| {
                    if notes.iter().all(|known| known.id != note.id) {
                        notes.push(note);
                    }
                });
            }
        } else {
            let body = Sending { client_id, said: Said::Message { text: text.clone() } };
            let path = format!("/admin/conversations/{conversation}/events");
            let ack: Ack = self.desk.ask(Request::post(path, &body)).await?;
            if self.is(conversation) {
                self.put_own(letter, ack);
            }
        }
        self.letters.update(|letters| {
            letters::remove(letters, client_id);
        });
        self.keep_letters();
        Ok(())
    }

    /// It stands in the log; the log's own word of it may come a moment later.
    fn put_own(self, letter: &Letter, ack: Ack) {
        let event = Event {
            seq: ack.seq,
            at: ack.at,
            from: Sender::Agent { name: self.desk.name() },
            client_id: Some(letter.client_id.clone()),
            what: What::Message { text: letter.text.clone(), came: None },
        };
        self.events.update(|events| put(events, event));
    }

    fn restate(self, client_id: &str, state: State) {
        self.letters.update(|letters| letters::restate(letters, client_id, state));
    }

    /// It was not sent: back into the field, or away.
    pub fn take_back(self, client_id: &str, edit: bool) {
        let taken = self.letters.try_update(|letters| letters::remove(letters, client_id)).flatten();
        self.keep_letters();
        if let Some(letter) = taken.filter(|_| edit) {
            self.mode.set(if letter.note { Mode::Note } else { Mode::Reply });
            self.text.update(|text| {
                let gap = if text.trim().is_empty() { "" } else { "\n" };
                *text = format!("{}{gap}{text}", letter.text);
            });
        }
    }

    pub fn try_now(self, client_id: &str) {
        self.restate(client_id, State::Sending);
        self.deliver();
    }

    fn keep_letters(self) {
        self.letters.with_untracked(|letters| letters::keep(letters));
    }

    pub fn keep_draft(self) {
        if let Some(id) = self.id.get_untracked() {
            let text = self.text.get_untracked();
            kept::keep_in_tab(&format!("draft {id}"), Some(text.trim_end()));
        }
    }

    /// She hears of it now and then; of a note she hears nothing.
    pub fn is_writing(self) {
        if self.mode.get_untracked() == Mode::Note || !self.desk.may(Permission::Answer) {
            return;
        }
        let at = now();
        if at - self.typed.get_value() < TYPING_MS {
            return;
        }
        self.typed.set_value(at);
        if let Some(id) = self.id.get_untracked() {
            let request = Request::post(format!("/admin/conversations/{id}/typing"), &Nothing {});
            spawn_local(async move {
                // It is worth no complaint.
                let _ = self.desk.do_it(request).await;
            });
        }
    }

    /// What was on the screen of whoever has it was read; a colleague who looks over her shoulder has not answered for it.
    pub fn has_seen(self) {
        let me = self.desk.email();
        let mine = self.desk.open.with_untracked(|open| {
            open.as_ref().is_some_and(|open| {
                open.agent_email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&me))
                    && open.view.state != ConversationState::Closed
            })
        });
        let last = self.events.with_untracked(|events| events.last().map_or(0, |event| event.seq));
        let known = self.marked.get_value().max(self.read.with_untracked(|read| read.agent));
        let visible = js::get(&document(), "visibilityState").as_string().as_deref() == Some("visible");
        let Some(id) = self.id.get_untracked().filter(|_| mine && visible && last > known) else { return };
        self.marked.set_value(last);
        let request = Request::post(format!("/admin/conversations/{id}/read"), &Seen { seq: last });
        spawn_local(async move {
            if self.desk.do_it(request).await.is_err() && self.is(&id) {
                self.marked.set_value(0);
            }
        });
    }
}

fn standing(mut open: DeskConversation) -> DeskConversation {
    open.view.last_seq = 0;
    open.view.read = ReadMarks::default();
    open.updated_at = open.view.created_at;
    open
}

/// In its place; what is there already stays.
fn put(events: &mut Vec<Event>, event: Event) {
    let at = events.partition_point(|known| known.seq < event.seq);
    if events.get(at).is_none_or(|known| known.seq != event.seq) {
        events.insert(at, event);
    }
}

/// The last event before a gap: from there the log is read on.
fn through(events: &[Event]) -> u64 {
    let mut seq = events.first().map_or(0, |event| event.seq - 1);
    for event in events {
        if event.seq != seq + 1 {
            break;
        }
        seq = event.seq;
    }
    seq
}

fn events_path(id: &str, after: u64, epoch: Option<u64>, wait: u32) -> String {
    let mut path = format!("/admin/conversations/{id}/events?wait={wait}");
    if let Some(epoch) = epoch {
        path.push_str(&format!("&after={after}&epoch={epoch}"));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::time::Timestamp;

    #[test]
    fn our_own_word_may_stand_before_the_one_that_came_first() {
        let event = |seq| Event {
            seq,
            at: Timestamp(0),
            from: Sender::Visitor,
            client_id: None,
            what: What::Message { text: seq.to_string(), came: None },
        };
        let mut events = Vec::new();
        for seq in [1, 3, 3] {
            put(&mut events, event(seq));
        }
        assert_eq!((events.len(), through(&events)), (2, 1));
        put(&mut events, event(2));
        assert_eq!((events.len(), through(&events)), (3, 3));
        assert_eq!(through(&[]), 0);
    }
}

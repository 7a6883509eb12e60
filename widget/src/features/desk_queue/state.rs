//! What of the queue is here, and how it stays true: a page at a time, and then whatever changes.

use super::order;
use crate::desk::{
    Desk, backoff,
    client::{Failure, POLL_S, Request},
    nav, words,
};
use aftercart_shared::api::desk::{Inbox, InboxChanges, InboxCounts, InboxRow, InboxView};
use leptos::{prelude::*, task::spawn_local};
use std::{sync::Arc, time::Duration};
use web_sys::AbortController;

const PAGE: u32 = 60;
/// Whatever answers sooner needs no skeleton: it would only flash.
const QUIET: Duration = Duration::from_millis(300);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    /// `true`: for so long that something is to be shown.
    Loading(bool),
    Done,
    Failed(Failure),
}

#[derive(Clone, Copy)]
pub struct Queue {
    pub desk: Desk,
    /// As typed, and as looked for.
    pub query: RwSignal<String>,
    pub looked_for: RwSignal<String>,
    pub rows: RwSignal<Vec<Arc<InboxRow>>>,
    pub counts: RwSignal<InboxCounts>,
    pub pace: RwSignal<Pace>,
    /// Another page is on its way.
    pub more: RwSignal<bool>,
    /// Changes were heard of: for whoever has one of these conversations open.
    pub changed: RwSignal<Vec<Arc<InboxRow>>>,
    next: StoredValue<Option<String>>,
    version: StoredValue<u64>,
    /// Which part and which words `rows` are of.
    of: StoredValue<Option<(InboxView, String)>>,
    turn: StoredValue<u32>,
    following: StoredValue<bool>,
    abort: StoredValue<Option<AbortController>, LocalStorage>,
}

impl Queue {
    pub fn new(desk: Desk) -> Queue {
        Queue {
            desk,
            query: RwSignal::new(String::new()),
            looked_for: RwSignal::new(String::new()),
            rows: RwSignal::new(Vec::new()),
            counts: RwSignal::new(InboxCounts::default()),
            pace: RwSignal::new(Pace::Loading(false)),
            more: RwSignal::new(false),
            changed: RwSignal::new(Vec::new()),
            next: StoredValue::new(None),
            version: StoredValue::new(0),
            of: StoredValue::new(None),
            turn: StoredValue::new(0),
            following: StoredValue::new(false),
            abort: StoredValue::new_local(None),
        }
    }

    /// Shows that part of the queue, reading it if it is another one than before.
    pub fn turn_to(self, view: InboxView) {
        let wanted = Some((view, self.looked_for.get_untracked()));
        if self.of.with_value(|of| *of != wanted) {
            self.of.set_value(wanted);
            self.rows.set(Vec::new());
            self.read(false);
        }
    }

    /// Whoever logs in next finds nothing of what was here.
    pub fn forget(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.of.set_value(None);
        self.rows.set(Vec::new());
        self.counts.set(InboxCounts::default());
        self.query.set(String::new());
        self.looked_for.set(String::new());
        self.pace.set(Pace::Loading(false));
        if let Some(abort) = self.abort.try_update_value(Option::take).flatten() {
            abort.abort();
        }
    }

    /// From the top; what is here stays until it is replaced.
    pub fn reload(self) {
        self.read(false);
    }

    fn path(self, cursor: Option<&str>) -> String {
        let (view, query) = self.of.get_value().unwrap_or_default();
        let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
        let mut path = format!("/desk/inbox?view={}&limit={PAGE}", nav::name_of(view));
        if !query.is_empty() {
            path.push_str("&query=");
            path.push_str(&encoded(&query));
        }
        if let Some(cursor) = cursor {
            path.push_str("&cursor=");
            path.push_str(&encoded(cursor));
        }
        path
    }

    fn read(self, again: bool) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let is_latest = move || self.turn.try_get_value() == Some(turn) && self.desk.is_in();
        self.pace.set(Pace::Loading(again));
        self.more.set(false);
        let show = move || {
            if is_latest() && self.pace.get_untracked() == Pace::Loading(false) {
                self.pace.set(Pace::Loading(true));
            }
        };
        set_timeout(show, QUIET);
        let path = self.path(None);
        spawn_local(async move {
            let answer: Result<Inbox, Failure> = self.desk.ask(Request::get(path)).await;
            if !is_latest() {
                return;
            }
            match answer {
                Ok(inbox) => {
                    self.counts.set(inbox.counts);
                    self.next.set_value(inbox.next);
                    self.version.set_value(inbox.version);
                    self.rows.set(inbox.rows.into_iter().map(Arc::new).collect());
                    self.pace.set(Pace::Done);
                    self.follow();
                    self.look_further();
                }
                Err(failure) => {
                    if self.rows.with_untracked(|rows| !rows.is_empty()) {
                        self.desk.complain(&words::failure(self.desk, &failure));
                    }
                    self.pace.set(Pace::Failed(failure));
                }
            }
        });
    }

    pub fn has_more(self) -> bool {
        self.next.with_value(Option::is_some)
    }

    /// Of what is searched for a page may be empty and yet not the last.
    fn look_further(self) {
        if self.rows.with_untracked(Vec::is_empty) {
            self.read_on();
        }
    }

    /// The next page, once.
    pub fn read_on(self) {
        let Some(cursor) = self.next.get_value() else { return };
        if self.more.get_untracked() || self.pace.get_untracked() != Pace::Done {
            return;
        }
        self.more.set(true);
        let (turn, path) = (self.turn.get_value(), self.path(Some(&cursor)));
        spawn_local(async move {
            let answer: Result<Inbox, Failure> = self.desk.ask(Request::get(path)).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.more.set(false);
            match answer {
                Ok(inbox) => {
                    self.next.set_value(inbox.next);
                    self.rows.update(|rows| order::append(rows, inbox.rows));
                    self.look_further();
                }
                Err(failure) => self.desk.complain_of(&failure),
            }
        });
    }

    /// Waits for whatever changes, for as long as she is logged in. There is one of it.
    fn follow(self) {
        if self.following.get_value() {
            return;
        }
        self.following.set_value(true);
        spawn_local(async move {
            let mut attempt = 0;
            while self.desk.door.try_get_untracked() == Some(crate::desk::Door::In) {
                let since = self.version.get_value();
                let Ok(abort) = AbortController::new() else { break };
                self.abort.set_value(Some(abort.clone()));
                let path = format!("/desk/inbox/changes?since={since}&wait={POLL_S}");
                let answer: Result<InboxChanges, Failure> = self.desk.ask(Request::get(path).poll(abort)).await;
                match answer {
                    Ok(changes) => {
                        attempt = 0;
                        self.take(changes);
                    }
                    Err(failure) if !failure.passes() && failure.status != 0 => {
                        // It will not be understood the next time either: from the start.
                        backoff::rest(attempt).await;
                        attempt += 1;
                        if self.desk.is_in() {
                            self.read(true);
                        }
                    }
                    Err(_) => {
                        backoff::rest(attempt).await;
                        attempt += 1;
                    }
                }
            }
            self.following.try_set_value(false);
        });
    }

    fn take(self, changes: InboxChanges) {
        if !self.desk.is_in() {
            return;
        }
        if changes.reload {
            return self.read(true);
        }
        // The queue has been read anew while we waited: that is the newer word.
        if changes.version < self.version.get_value() {
            return;
        }
        self.version.set_value(changes.version);
        self.counts.set(changes.counts);
        if changes.rows.is_empty() {
            return;
        }
        self.changed.set(changes.rows.iter().cloned().map(Arc::new).collect());
        let Some((view, query)) = self.of.get_value() else { return };
        let (me, more, insert) = (self.desk.email(), self.has_more(), query.is_empty());
        self.rows.update(|rows| order::merge(rows, changes.rows, view, &me, more, insert));
    }
}

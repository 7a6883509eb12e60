//! What every view of the desk knows: who works here, in which language, where she is, what time it is, and how to say
//! something.

pub mod backoff;
pub mod client;
pub mod kept;
pub mod kit;
pub mod nav;
pub mod paper;
pub mod words;

use crate::i18n::Messages;
use aftercart_shared::{
    api::desk::{DeskConversation, Me, Permission},
    locale::Locale,
};
use client::{Failure, Request, Sent};
use leptos::prelude::*;
use nav::Nav;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Waiting times move this often.
const TICK: Duration = Duration::from_secs(5);
/// How long a word at the edge of the screen stays.
const TOAST: Duration = Duration::from_secs(7);
const LOCALE: &str = "locale";
const SHORTCUTS: &str = "shortcuts";
/// The shell draws the workbench, and not the door, for whoever was inside.
const INSIDE: &str = "inside";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// We have not heard yet.
    Unknown,
    /// Not even whether she is logged in could be found out.
    Stuck(Failure),
    /// `true`: she was inside, and is not any more.
    Out(bool),
    In,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    pub trouble: bool,
    nth: u32,
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub locale: RwSignal<Locale>,
    pub door: RwSignal<Door>,
    pub me: RwSignal<Option<Me>>,
    pub nav: Nav,
    /// Whose conversation is on screen, as far as it has been loaded.
    pub open: RwSignal<Option<DeskConversation>>,
    /// Milliseconds, by the server's clock.
    pub now: RwSignal<i64>,
    pub online: RwSignal<bool>,
    /// Letters act by themselves.
    pub shortcuts: RwSignal<bool>,
    pub toast: RwSignal<Option<Toast>>,
    announcement: RwSignal<String>,
}

impl Desk {
    pub fn new() -> Desk {
        let own = || window().navigator().language().as_deref().and_then(Locale::parse);
        let kept = kept::lasting(LOCALE).as_deref().and_then(Locale::parse);
        let desk = Desk {
            locale: RwSignal::new(kept.or_else(own).unwrap_or(Locale::En)),
            door: RwSignal::new(Door::Unknown),
            me: RwSignal::new(None),
            nav: Nav::new(),
            open: RwSignal::new(None),
            now: RwSignal::new(client::now()),
            online: RwSignal::new(window().navigator().on_line()),
            shortcuts: RwSignal::new(kept::lasting(SHORTCUTS).as_deref() != Some("off")),
            toast: RwSignal::new(None),
            announcement: RwSignal::new(String::new()),
        };
        set_interval(move || desk.now.set(client::now()), TICK);
        for (event, online) in [("online", true), ("offline", false)] {
            kit::on_window(event, move |_| desk.online.set(online));
        }
        desk
    }

    /// The texts in her language. Views are drawn anew when it changes.
    pub fn t(self) -> Messages {
        Messages::new(self.locale.get_untracked())
    }

    pub fn choose(self, locale: Locale) {
        kept::keep(LOCALE, Some(locale.tag()));
        self.locale.set(locale);
    }

    pub fn set_shortcuts(self, on: bool) {
        kept::keep(SHORTCUTS, (!on).then_some("off"));
        self.shortcuts.set(on);
    }

    pub fn may(self, permission: Permission) -> bool {
        self.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.may.contains(&permission)))
    }

    pub fn email(self) -> String {
        self.me.with_untracked(|me| me.as_ref().map(|me| me.email.clone())).unwrap_or_default()
    }

    pub fn name(self) -> String {
        self.me.with_untracked(|me| me.as_ref().map(|me| me.name.clone())).unwrap_or_default()
    }

    /// IANA; the shop's days are meant.
    pub fn zone(self) -> String {
        self.me.with_untracked(|me| me.as_ref().map(|me| me.shop.time_zone.clone())).unwrap_or_default()
    }

    pub fn is_in(self) -> bool {
        self.door.with_untracked(|door| *door == Door::In)
    }

    pub fn came_in(self, me: Me) {
        kept::keep(INSIDE, Some("1"));
        // What somebody else has begun in this tab is not hers.
        let who = format!("{} {}", me.shop.site, me.id);
        if kept::in_tab("who").is_some_and(|before| before != who) {
            kept::forget_tab();
        }
        kept::keep_in_tab("who", Some(&who));
        self.me.set(Some(me));
        self.door.set(Door::In);
    }

    /// She has asked to be let out: nothing of hers stays in this tab.
    pub fn leaves(self) {
        self.went_out(false);
        kept::forget_tab();
    }

    /// She is logged in no more; `ended`: she was, a moment ago. What she was writing stays for when she is back.
    pub fn went_out(self, ended: bool) {
        kept::keep(INSIDE, None);
        self.open.set(None);
        self.me.set(None);
        if !matches!(self.door.get_untracked(), Door::Out(_)) {
            self.door.set(Door::Out(ended));
        }
    }

    /// Read politely by screen readers, and seen by nobody.
    pub fn announce(self, text: &str) {
        self.announcement.set(text.to_owned());
    }

    pub fn announcement(self) -> String {
        self.announcement.get()
    }

    pub fn tell(self, text: &str) {
        self.raise(text, false);
    }

    pub fn complain(self, text: &str) {
        self.raise(text, true);
    }

    pub fn complain_of(self, failure: &Failure) {
        self.complain(&words::failure(self, failure));
    }

    fn raise(self, text: &str, trouble: bool) {
        let nth = self.toast.with_untracked(|toast| toast.as_ref().map_or(0, |toast| toast.nth)) + 1;
        self.toast.set(Some(Toast { text: text.into(), trouble, nth }));
        let gone = move || {
            if self.toast.with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.nth == nth)) {
                self.toast.set(None);
            }
        };
        set_timeout(gone, TOAST);
    }

    /// Asks as whoever is logged in; that she is not any more is seen here, whoever asked.
    pub async fn ask<T: DeserializeOwned>(self, request: Request) -> Result<T, Failure> {
        client::read(&self.watched(request.sent()).await?)
    }

    /// For what is answered with nothing.
    pub async fn do_it(self, request: Request) -> Result<(), Failure> {
        self.watched(request.sent()).await.map(drop)
    }

    async fn watched(self, sent: Sent) -> Result<String, Failure> {
        let answer = sent.await;
        if answer.as_ref().is_err_and(|failure| failure.status == 401) && self.is_in() {
            self.went_out(true);
        }
        answer
    }
}

impl Default for Desk {
    fn default() -> Self {
        Desk::new()
    }
}

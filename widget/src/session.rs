//! What every view knows: the site, the language, where it is, and how to say something to a screen reader.

use crate::{api::client::Client, i18n::Messages, nav::Nav};
use aftercart_shared::{api::sites::BootConfig, locale::Locale};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Session {
    pub boot: &'static BootConfig,
    pub api: Client,
    pub nav: Nav,
    pub locale: RwSignal<Locale>,
    /// The page shows the panel: what stands in it is seen.
    pub shown: RwSignal<bool>,
    /// What we have said to her and she has not seen yet.
    pub unread: RwSignal<u32>,
    /// Read out politely by screen readers, and seen by nobody.
    announcement: RwSignal<String>,
}

impl Session {
    pub fn new(boot: &'static BootConfig, nav: Nav) -> Session {
        Session {
            boot,
            api: Client::new(&boot.site),
            nav,
            locale: nav.locale,
            shown: RwSignal::new(true),
            unread: RwSignal::new(0),
            announcement: RwSignal::new(String::new()),
        }
    }

    /// The texts in the shopper's language. Views are drawn anew when it changes, so nothing needs to watch it.
    pub fn t(self) -> Messages {
        Messages::new(self.locale.get_untracked())
    }

    pub fn announce(self, text: &str) {
        self.announcement.set(text.to_owned());
    }

    pub fn announcement(self) -> String {
        self.announcement.get()
    }
}

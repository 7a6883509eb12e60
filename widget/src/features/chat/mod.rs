//! Talking to a person: a log that loses and doubles nothing, whatever the network, the tab or the device does. It comes
//! as a part of the bundle, downloaded when she wants to talk or has talked before. Nothing is made on the server or kept
//! on the device before she has said something.

mod answer;
mod bubble;
mod composer;
mod deliver;
mod hear;
mod held;
mod kept;
mod log;
mod outbox;
mod paper;
mod photo;
mod rating;
mod rows;
mod scroll;
mod state;
mod transport;
mod view;
mod wait;

use crate::{
    session::Session,
    ui::part::{Drawn, Dress, Later},
};
use aftercart_shared::api::conversations::Subject;
use state::Chat;

pub use kept::has_begun;

/// What outlives the view. Made at the first need.
#[derive(Clone, Copy)]
pub struct Draft {
    chat: Later<Chat>,
}

impl Draft {
    pub fn new() -> Draft {
        Draft { chat: Later::new() }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

pub fn talk(session: Session, draft: Draft, about: Subject) -> Drawn {
    let chat = draft.chat.get(|| Chat::new(session));
    Drawn { dom: view::view(chat, about), dress: &CHAT }
}

/// Hears of answers and sends what is left, whatever view is on screen.
pub fn behind(session: Session, draft: Draft) {
    draft.chat.get(|| Chat::new(session));
}

static CHAT: Dress = Dress {
    sheets: &[include_str!("chat.part.css"), include_str!("message.part.css")],
    icons: &[
        ("send", "M5 12h13M12.5 5.500 19 12l-6.5 6.500"),
        ("star", "m12 4 2.500 5.200 5.700.8-4.100 4 1 5.700-5.100-2.700-5.100 2.700 1-5.700-4.100-4 5.700-.8z"),
        (
            "picture",
            "M5.5 4.500h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.500zM4 16l4.5-4.500 4 4 2.5-2.500 5 5M15.5 8.500v.01",
        ),
    ],
};

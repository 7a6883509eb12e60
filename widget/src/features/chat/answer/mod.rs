//! What the assistant has found at once, and the two ways on from there. Whoever is never answered so never needs it: a part of the
//! bundle of its own.

// The mark expands to imports and exports that the build's splitter joins; there is none besides.
#![allow(unsafe_code)]

use super::{composer, hear::pause, held::yes, state::Chat};
use crate::{
    i18n::{self, Style},
    nav::View,
    ui::{
        button::{Kind, pressed},
        dom::{Dom, El, el, redrawn},
        part::{Drawn, Dress, arriving, at_once},
        row::{row, rows},
    },
};
use aftercart_shared::{
    api::conversations::ConversationState,
    events::{Card, Said},
    time::Timestamp,
};
use leptos::{prelude::*, task::spawn_local};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Until the part is asked for again that did not come.
const AGAIN_MS: u32 = 3_000;

enum Piece {
    Cards(Timestamp, Vec<Card>),
    /// What is done when she was helped, and when she wants a person. Handed over rather than called: whatever of the
    /// conversation the part itself called would have to be fetched apart by everybody who talks.
    Ways(fn(Chat), fn(Chat)),
}

#[wasm_split(answering, fallible, preload(load_answering))]
fn draw_answering(chat: Chat, piece: Piece) -> Result<Drawn, SplitLoaderError> {
    let dom = match piece {
        Piece::Cards(at, cards) => found(chat, at, &cards),
        Piece::Ways(helped, person) => on_from_there(chat, helped, person),
    };
    Ok(Drawn { dom, dress: &ANSWERING })
}

static ANSWERING: Dress = Dress { sheets: &[include_str!("answer.part.css")], icons: &[] };

/// A row of the log. It stands there at once, and is filled when the part has come.
pub fn cards(chat: Chat, at: Timestamp, cards: &[Card]) -> El {
    let place = el("div", "ac-msg ac-msg-first").into_element();
    let (cards, filled) = (cards.to_vec(), place.clone());
    spawn_local(async move {
        // Another log may have taken this one's place meanwhile: then nobody sees it.
        loop {
            match draw_answering(chat, Piece::Cards(at, cards.clone())).await {
                Ok(drawn) => return drawn.dressed().append_to(&filled),
                Err(_) => pause(AGAIN_MS).await,
            }
        }
    });
    El::of(place)
}

/// Nothing, as soon as a person was asked.
pub fn ways(chat: Chat) -> Dom {
    // What she has tapped is on its way: it is not to be tapped twice.
    let tapped = move || chat.outbox.with(|outbox| outbox.letters.iter().any(|letter| !letter.is_words()));
    let answered = yes(move || chat.log.with(|log| log.state == ConversationState::Answered) && !tapped());
    redrawn(move || match answered.get() {
        1 => untrack(|| {
            arriving(
                chat.session,
                None,
                move || at_once(draw_answering(chat, Piece::Ways(was_helped, wants_a_person))).map(Drawn::dressed),
                load_answering,
            )
        }),
        _ => Dom::default(),
    })
}

fn found(chat: Chat, at: Timestamp, cards: &[Card]) -> Dom {
    let session = chat.session;
    let t = session.t();
    let clock = i18n::date(session.locale.get_untracked(), "", Style::Clock, at);
    let orders = cards.iter().any(|card| matches!(card, Card::Order { .. }));
    let head = el("p", "ac-msg-head")
        .attr("aria-hidden", "true")
        .child(super::bubble::face(&session.boot.shop_name))
        .child(el("span", "ac-msg-name").child(t.chat_auto()))
        .child(el("span", "").child(clock.as_str()));
    let said = el("span", "ac-vh").child(format!("{}, {clock}: ", t.chat_auto()));
    let words = if orders { t.chat_auto_order() } else { t.chat_auto_found() };
    let card = |card: &Card| match card {
        Card::Order { id, number, status } => row(
            session,
            "parcel",
            t.track_order_line(number),
            t.order_status(*status).into(),
            View::Mine { id: id.0.clone() },
        ),
        Card::Article { slug, title, snippet } => {
            let title = el("span", "").attr("dir", "auto").child(title.as_str());
            let snippet = el("span", "ac-found-words").attr("dir", "auto").child(snippet.as_str());
            row(session, "book", title, snippet.into(), View::Article { slug: slug.clone() })
        }
    };
    let words = el("div", "ac-msg-words ac-found")
        .child(said)
        .child(el("p", "ac-found-title").child(words))
        .child(rows(cards.iter().map(card).collect()));
    [head.into(), words.into()].into()
}

fn was_helped(chat: Chat) {
    chat.say(Said::Helped {});
}

fn wants_a_person(chat: Chat) {
    chat.say(Said::HandoffRequested {});
    composer::focus();
}

fn on_from_there(chat: Chat, helped: fn(Chat), person: fn(Chat)) -> Dom {
    let t = chat.session.t();
    let helped = pressed(Kind::Quiet, "check", t.chat_helped(), move || helped(chat));
    let person = pressed(Kind::Quiet, "talk", t.chat_person(), move || person(chat));
    el("div", "ac-ways").child(helped.id("ac-helped")).child(person.id("ac-person")).into()
}

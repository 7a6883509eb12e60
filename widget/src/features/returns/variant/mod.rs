//! Which size or colour instead. Most returns exchange nothing: what shows the choice is a part of the bundle of its own,
//! downloaded with the first exchange.

// The mark expands to imports and exports that the build's splitter joins; there is none besides.
#![allow(unsafe_code)]

mod picker;

use super::{
    state::State,
    steps::faulty,
    wish::{Chosen, Wish},
};
use crate::{
    api::loading::Loading,
    session::Session,
    ui::{
        dom::{Dom, focus, redrawn},
        part::{Drawn, Dress, arriving, at_once},
    },
};
use aftercart_shared::{
    api::returns::{ReturnableLine, Variants},
    returns::Resolution,
};
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// What there is, by question: asked for once, and anew when something of it was gone.
#[derive(Clone, Copy)]
pub struct Offered {
    known: StoredValue<Vec<(String, Loading<Variants>)>>,
    owner: StoredValue<Option<Owner>>,
}

impl Offered {
    /// Whatever is made later belongs to who calls this.
    pub fn new() -> Offered {
        Offered { known: StoredValue::new(Vec::new()), owner: StoredValue::new(Owner::current()) }
    }

    pub fn forget(self) {
        self.known.update_value(Vec::clear);
    }
}

fn is_exchange(wish: &Wish) -> bool {
    wish.resolution == Some(Resolution::ExchangeVariant)
}

/// She wants an exchange and has not said for what.
pub fn is_missing(wish: &Wish) -> bool {
    is_exchange(wish) && wish.lines.iter().any(|chosen| chosen.variant.is_empty())
}

/// Says what is missing, where it is; `false` when nothing is.
pub fn ask_missing(session: Session, state: State) -> bool {
    let missing = state.wish.with_untracked(|wish| match is_missing(wish) {
        true => wish.lines.iter().position(|chosen| chosen.variant.is_empty()),
        false => None,
    });
    let Some(place) = missing else { return false };
    let line = state.wish.with_untracked(|wish| wish.lines.get(place).map(|chosen| chosen.line.clone()));
    faulty(state, line.as_deref(), session.t().exchange_missing());
    focus(&format!("ac-variant-{place}-0"));
    true
}

#[wasm_split(variants, fallible, preload(load_picker))]
fn draw_picker(session: Session, state: State, place: usize, title: String) -> Result<Drawn, SplitLoaderError> {
    Ok(Drawn { dom: picker::picker(session, state, place, &title), dress: &VARIANTS })
}

static VARIANTS: Dress = Dress { sheets: &[include_str!("variant.part.css")], icons: &[] };

/// One picker for each of her lines, while she wants an exchange.
pub fn pickers(session: Session, state: State, lines: &[ReturnableLine]) -> Dom {
    let wanted = Memo::new(move |_| state.wish.with(is_exchange));
    let lines = lines.to_vec();
    redrawn(move || {
        if !wanted.get() {
            return Dom::default();
        }
        let wish = state.wish.get_untracked();
        let one = |(place, chosen): (usize, &Chosen)| -> Option<Dom> {
            let title = lines.iter().find(|line| line.line == chosen.line)?.title.clone();
            let draw = move || at_once(draw_picker(session, state, place, title.clone())).map(Drawn::dressed);
            Some(untrack(|| arriving(session, None, draw, load_picker)))
        };
        wish.lines.iter().enumerate().filter_map(one).collect::<Vec<Dom>>().into()
    })
}

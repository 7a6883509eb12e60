//! Photos of what comes back. Most returns need none: what takes and sends them is a part of the bundle of its own,
//! downloaded when the first is asked for.

// The mark expands to imports and exports that the build's splitter joins; there is none besides.
#![allow(unsafe_code)]

mod store;
mod zone;

use crate::{
    session::Session,
    ui::{
        dom::Dom,
        part::{Drawn, Dress, Later, arriving, at_once},
    },
};
use leptos::prelude::*;
use std::rc::Rc;
use store::Store;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// What outlives the views.
#[derive(Clone, Copy)]
pub struct Photos {
    store: Later<Store>,
    /// They belong to what is over: dropped when the next ones are shown.
    over: StoredValue<bool>,
    /// The line of each one that is on its way.
    sending: StoredValue<Vec<String>>,
}

impl Photos {
    pub fn new() -> Photos {
        Photos { store: Later::new(), over: StoredValue::new(false), sending: StoredValue::default() }
    }

    pub fn forget(self) {
        self.over.set_value(true);
        self.sending.set_value(Vec::new());
    }

    pub fn is_sending(self, line: &str) -> bool {
        self.sending.with_value(|lines| lines.iter().any(|sending| sending == line))
    }
}

/// The photos of one line, and where their ids are kept.
#[derive(Clone)]
pub struct Album {
    pub photos: Photos,
    pub line: String,
    /// Which of the lines on screen.
    pub i: usize,
    pub hint: &'static str,
    pub kept: Rc<dyn Fn() -> Vec<String>>,
    pub change: Rc<Change>,
}

/// Changes the ids that are kept.
pub type Change = dyn Fn(&dyn Fn(&mut Vec<String>));

#[wasm_split(photos, fallible, preload(load_photos))]
fn draw_photos(session: Session, album: Album) -> Result<Drawn, SplitLoaderError> {
    Ok(Drawn { dom: zone::zone(session, album), dress: &PHOTOS })
}

static PHOTOS: Dress = Dress {
    sheets: &[include_str!("photo.part.css")],
    icons: &[
        (
            "camera",
            "M4 8.5A1.5 1.5 0 0 1 5.5 7h2.500l1.5-2.500h5L16 7h2.500A1.5 1.5 0 0 1 20 8.500v9a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 17.500zM12 9.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
        ),
        (
            "picture",
            "M5.5 4.500h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.500zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 8.500v.01",
        ),
    ],
};

/// Where they are taken, sent and seen.
pub fn zone(session: Session, album: Album) -> Dom {
    let draw = move || at_once(draw_photos(session, album.clone())).map(Drawn::dressed);
    arriving(session, None, draw, load_photos)
}

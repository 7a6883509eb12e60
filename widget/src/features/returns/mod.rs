//! Sending something back, from the first line to the money: every step a view, and nothing lost between them.

mod choose;
mod gift;
mod how;
mod photo;
mod pick;
mod renew;
mod review;
mod send;
mod state;
mod status;
mod steps;
mod sum;
mod variant;
mod what;
mod why;
mod wish;
mod withdraw;

use crate::{
    js,
    nav::Going,
    session::Session,
    ui::{
        choice,
        dom::{Dom, svg},
        qr, stepper,
    },
};
use leptos::prelude::*;
use state::State;
use wasm_bindgen::{JsCast, JsValue};

/// What outlives the views. Made at the first need, because most shoppers never have it.
#[derive(Clone, Copy)]
pub struct Draft {
    state: StoredValue<Option<State>>,
    owner: StoredValue<Option<Owner>>,
}

impl Draft {
    /// Whatever is made later belongs to who calls this.
    pub fn new() -> Draft {
        Draft { state: StoredValue::new(None), owner: StoredValue::new(Owner::current()) }
    }

    fn state(self, session: Session) -> State {
        if let Some(state) = self.state.get_value() {
            return state;
        }
        dress();
        let make = || State::new(session);
        let state = match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        };
        self.state.set_value(Some(state));
        state
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

pub fn returns(session: Session, draft: Draft, going: Going) -> Dom {
    let state = draft.state(session);
    match going {
        Going::Choose => choose::choose(session, state),
        Going::Order { id, step } => steps::step(session, state, id, step),
        Going::Status { id } => status::status(session, state, id),
        Going::Code { token } => status::opened(session, state, token),
        Going::Gift => gift::gift(session, state),
        Going::Withdraw { confirm } => withdraw::withdraw(session, state, confirm),
    }
}

/// Drawn with the same pen as the shell's, and needed by nobody else.
const ICONS: [(&str, &str); 3] = [
    (
        "camera",
        "M4 8.5A1.5 1.5 0 0 1 5.5 7h2.500l1.5-2.500h5L16 7h2.500A1.5 1.5 0 0 1 20 8.500v9a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 17.500zM12 9.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
    ),
    (
        "picture",
        "M5.5 4.500h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.500zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 8.500v.01",
    ),
    (
        "print",
        "M7 9V4.500h10V9M7 16H5.500A1.5 1.5 0 0 1 4 14.500v-4A1.5 1.5 0 0 1 5.5 9h13a1.5 1.5 0 0 1 1.5 1.500v4a1.5 1.5 0 0 1-1.5 1.500H17M7 13.500h10v6H7z",
    ),
];

/// The styles of this part travel with it: the shell, which everybody downloads, has none of them.
fn dress() {
    let sheets =
        [include_str!("part.css"), include_str!("variant.css"), choice::STYLES, stepper::STYLES, qr::STYLES].concat();
    let page: JsValue = document().into();
    if let Ok(sprite) = js::call(&page, "querySelector", &[".ac-sprite".into()]) {
        for (name, d) in ICONS {
            let symbol = svg("symbol", "").id(&format!("ac-i-{name}")).attr("viewBox", "0 0 24 24");
            Dom::from(symbol.child(svg("path", "").attr("d", d))).append_to(sprite.unchecked_ref());
        }
    }
    let Ok(sheet) = js::make("CSSStyleSheet", &[]) else { return };
    let _ = js::call(&sheet, "replaceSync", &[sheets.into()]);
    let worn = js::get(&page, "adoptedStyleSheets");
    if let Ok(both) = js::call(&worn, "concat", &[sheet]) {
        js::set(&page, "adoptedStyleSheets", &both);
    }
}

//! The conversation on screen: what was said, what colleagues noted, and what is about to be said.

mod canned;
mod composer;
mod head;
mod letters;
mod log;
mod rows;
mod state;

pub use canned::Canned;
pub use composer::{Mode, focus as focus_composer};
pub use head::{close, colleagues, hand_to, take};
pub use state::Talk;

use crate::{
    desk::{kit, words},
    ui::dom::{Dom, el, redrawn},
};
use leptos::prelude::*;
use state::Pace;

pub fn talk(talk: Talk) -> Dom {
    let desk = talk.desk;
    redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        if talk.id.get().is_none() {
            let hint = el("p", "ad-hint")
                .child(el("kbd", "").child("j"))
                .child(" ")
                .child(el("kbd", "").child("k"))
                .child(format!(" {} ", t.desk_hint_move()))
                .child(el("kbd", "").child("?"))
                .child(format!(" {}", t.desk_hint_keys()));
            return kit::empty("talk", t.desk_pick(), t.desk_pick_text(), hint).into();
        }
        let body = redrawn(move || match talk.pace.get() {
            Pace::Loading(false) => Dom::default(),
            Pace::Loading(true) => kit::bones(desk, &["title", "bubble", "bubble-ours", "bubble", "bubble-ours"]),
            Pace::Failed(failure) => {
                kit::failed(desk, &words::failure(desk, &failure), move || talk.open_again()).into()
            }
            Pace::Done => {
                [head::head(talk), head::banner(talk), log::log(talk), composer::composer(talk), head::handing(talk)]
                    .into()
            }
        });
        el("div", "ad-talk").child(body).into()
    })
}

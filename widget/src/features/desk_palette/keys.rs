//! Which key does what; whoever speaks to her machine, or holds it badly, switches the letters off.

use crate::{
    desk::{Desk, kit},
    ui::dom::{Dom, el, redrawn},
};
use leptos::prelude::*;
use web_sys::Event;

const DIALOG: &str = "ad-keys";

pub fn open() {
    kit::open_dialog(DIALOG);
}

pub fn dialog(desk: Desk) -> Dom {
    redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        let keys = [
            ("j k", t.desk_key_move()),
            ("Enter", t.desk_key_open()),
            ("/", t.desk_key_search()),
            ("t", t.desk_take()),
            ("r", t.desk_reply()),
            ("n", t.desk_note()),
            ("e", t.desk_close()),
            ("u", t.desk_key_back()),
            ("⌘K Ctrl+K", t.desk_palette()),
            ("?", t.desk_keys()),
        ];
        let line = |(keys, what): &(&str, &str)| -> Dom {
            let key = |key: &str| -> Dom { el("kbd", "").child(key).into() };
            el("div", "ad-key")
                .child(el("dt", "").child(keys.split(' ').map(key).collect::<Vec<Dom>>()))
                .child(el("dd", "").child(*what))
                .into()
        };
        let list = el("dl", "ad-key-list").child(keys.iter().map(line).collect::<Vec<Dom>>());
        let switch = el("input", "")
            .id("ad-shortcuts")
            .attr("type", "checkbox")
            .maybe("checked", desk.shortcuts.get_untracked().then_some(""))
            .on("change", move |event: Event| desk.set_shortcuts(event_target_checked(&event)));
        let switch = el("label", "ad-switch").child(switch).child(el("span", "").child(t.desk_key_switch()));
        kit::dialog(DIALOG, t.desk_keys(), t.common_close(), Dom::from([list.into(), switch.into()])).into()
    })
}

//! The keyboard. Letters act by themselves as long as nothing is being written, and can be switched off.

use super::Works;
use crate::{
    desk::{kit, nav, words},
    features::{
        desk_door,
        desk_palette::{self, Deed},
        desk_queue, desk_talk,
    },
    js,
};
use aftercart_shared::{
    api::{
        conversations::ConversationState,
        desk::{InboxView, Permission},
    },
    locale::Locale,
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, KeyboardEvent};

pub fn listen(works: Works) {
    let hear = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| heard(works, &event));
    let _ = document().add_event_listener_with_callback("keydown", hear.into_js_value().unchecked_ref());
    // An open menu closes when something beside it is pressed.
    kit::on_window("pointerdown", |event| {
        let Some(menu) = kit::element("ad-menu") else { return };
        let target = event.target().map(wasm_bindgen::JsValue::from).unwrap_or(wasm_bindgen::JsValue::NULL);
        if !js::call(&menu, "contains", &[target]).is_ok_and(|inside| inside.is_truthy()) {
            let _ = menu.remove_attribute("open");
        }
    });
}

fn is_writing(event: &KeyboardEvent) -> bool {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn heard(works: Works, event: &KeyboardEvent) {
    let Works { desk, queue, talk, .. } = works;
    if !desk.is_in() || event.default_prevented() || kit::composing(event) {
        return;
    }
    let key = event.key();
    if (event.meta_key() || event.ctrl_key()) && !event.alt_key() && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        return open_palette(works);
    }
    let plain = !event.meta_key() && !event.ctrl_key() && !event.alt_key();
    if !plain || is_writing(event) || kit::a_dialog_is_open() {
        return;
    }
    if key == "Escape" {
        if desk.nav.place.with_untracked(|place| place.customer) {
            desk.nav.back();
        }
        return;
    }
    if !desk.shortcuts.get_untracked() {
        return;
    }
    let known = match key.as_str() {
        "j" => {
            desk_queue::step(queue, 1);
            true
        }
        "k" => {
            desk_queue::step(queue, -1);
            true
        }
        "/" => {
            desk_queue::focus_search();
            true
        }
        "?" => {
            desk_palette::open_keys();
            true
        }
        "u" => {
            desk.nav.replace(nav::Place { conversation: None, customer: false, ..desk.nav.place.get_untracked() });
            true
        }
        "t" => acting(works, desk_talk::take),
        "e" => acting(works, desk_talk::close),
        "r" => acting(works, |talk| write(talk, desk_talk::Mode::Reply)),
        "n" => acting(works, |talk| write(talk, desk_talk::Mode::Note)),
        _ => false,
    };
    if known {
        event.prevent_default();
        let _ = talk;
    }
}

fn write(talk: desk_talk::Talk, mode: desk_talk::Mode) {
    talk.mode.set(mode);
    desk_talk::focus_composer();
}

/// On the conversation that is open, by whoever may.
fn acting(works: Works, act: impl Fn(desk_talk::Talk)) -> bool {
    let open = works.desk.open.with_untracked(Option::is_some);
    let may = works.desk.may(Permission::Answer);
    if open && may {
        act(works.talk);
    }
    open && may
}

/// What can be done just now.
fn deeds(works: Works) -> Vec<Deed> {
    let Works { desk, queue, talk, .. } = works;
    let t = desk.t();
    let deed = |icon: &'static str, name: String, more: &str, key: &'static str, run: Box<dyn Fn() + Send + Sync>| {
        Deed { icon, name, more: more.to_owned(), key, run: Callback::new(move |()| run()) }
    };
    let mut all = Vec::new();
    if let Some(open) = desk.open.get_untracked().filter(|_| desk.may(Permission::Answer)) {
        if open.view.state != ConversationState::Closed {
            if open.agent_email.is_none() {
                all.push(deed("hand", t.desk_take().into(), "", "t", Box::new(move || desk_talk::take(talk))));
            }
            all.push(deed(
                "reply",
                t.desk_reply().into(),
                "",
                "r",
                Box::new(move || write(talk, desk_talk::Mode::Reply)),
            ));
            let mine = open.agent_email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&desk.email()));
            if mine || desk.may(Permission::HandOver) {
                for (email, name) in desk_talk::colleagues(talk) {
                    if open.agent_email.as_ref() != Some(&email) {
                        let name = t.desk_hand_over_named(&name);
                        all.push(deed(
                            "handover",
                            name,
                            "",
                            "",
                            Box::new(move || desk_talk::hand_to(talk, email.clone())),
                        ));
                    }
                }
            }
            all.push(deed("check", t.desk_close().into(), "", "e", Box::new(move || desk_talk::close(talk))));
        }
        all.push(deed("lock", t.desk_note().into(), "", "n", Box::new(move || write(talk, desk_talk::Mode::Note))));
    }
    for (view, _) in nav::VIEWS {
        let icon = if view == InboxView::Closed { "check" } else { "talk" };
        let name = desk_queue::word(desk, view).to_owned();
        all.push(deed(icon, name, t.desk_queue(), "", Box::new(move || desk.nav.show(view))));
    }
    all.push(deed("search", t.desk_search().into(), "", "/", Box::new(desk_queue::focus_search)));
    let rows = queue.rows.get_untracked();
    for row in rows.iter().take(200) {
        let id = row.conversation.view.id.as_str().to_owned();
        let name = words::name(desk, &row.conversation.visitor);
        let more = words::about(desk, &row.conversation.subject).unwrap_or_default();
        all.push(deed("person", name, &more, "", Box::new(move || desk.nav.open(&id))));
    }
    for locale in [Locale::En, Locale::ZhCn] {
        if desk.locale.get_untracked() != locale {
            all.push(deed(
                "globe",
                locale.own_name().into(),
                t.common_language(),
                "",
                Box::new(move || desk.choose(locale)),
            ));
        }
    }
    let sessions = works.sessions;
    all.push(deed("device", t.desk_sessions().into(), "", "", Box::new(move || desk_door::open(sessions))));
    all.push(deed("keyboard", t.desk_keys().into(), "", "?", Box::new(desk_palette::open_keys)));
    all.push(deed("leave", t.desk_log_out().into(), "", "", Box::new(move || desk_door::log_out(desk))));
    all
}

pub fn open_palette(works: Works) {
    if !kit::a_dialog_is_open() {
        works.palette.open(deeds(works));
    }
}

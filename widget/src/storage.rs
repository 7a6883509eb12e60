//! What outlives a reload of this tab: the session's token, and only after the shopper has proved who she is herself.
//! What outlives the tab: a return that she has begun, until it is sent or she signs out; and once she has said something
//! to us, who she is in that conversation and what has not arrived yet. Where others use the device, not even that.
//! Browsers that keep nothing for us are obeyed without a word.

use crate::js;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Sites share our origin, not their sessions.
fn key(site: &str) -> String {
    format!("aftercart {site}")
}

pub fn read(site: &str) -> Option<String> {
    storage()?.get_item(&key(site)).ok().flatten()
}

/// `None` forgets.
pub fn write(site: &str, token: Option<&str>) {
    let Some(storage) = storage() else { return };
    let _ = match token {
        Some(token) => storage.set_item(&key(site), token),
        None => storage.remove_item(&key(site)),
    };
}

fn lasting() -> Option<Storage> {
    let storage = js::get(&window(), "localStorage");
    storage.is_object().then(|| storage.unchecked_into())
}

/// What she has begun, as it was kept.
pub fn begun(site: &str) -> Option<String> {
    lasting()?.get_item(&key(site)).ok().flatten()
}

/// `None` forgets.
pub fn keep_begun(site: &str, text: Option<&str>) {
    let Some(storage) = lasting() else { return };
    let _ = match text {
        Some(text) => storage.set_item(&key(site), text),
        None => storage.remove_item(&key(site)),
    };
}

/// Under one name a piece, so that tabs never write over one another.
fn talk_key(site: &str, name: &str) -> String {
    format!("{} talk {name}", key(site))
}

/// What is kept of her conversation under this name.
pub fn talk(site: &str, name: &str) -> Option<String> {
    let key = talk_key(site, name);
    [storage(), lasting()].into_iter().flatten().find_map(|storage| storage.get_item(&key).ok().flatten())
}

/// `None` forgets. `false`: this browser does not keep it.
pub fn keep_talk(site: &str, name: &str, text: Option<&str>, tab_only: bool) -> bool {
    let key = talk_key(site, name);
    let (tab, lasting) = (storage(), lasting());
    // Who she is stands in this tab alone: after a reload nobody says so again.
    let in_tab = tab.as_ref().and_then(|tab| tab.get_item(&talk_key(site, "visitor")).ok().flatten()).is_some();
    let tab_only = tab_only || in_tab;
    let (one, other) = if tab_only { (tab, lasting) } else { (lasting, tab) };
    if let Some(other) = other {
        let _ = other.remove_item(&key);
    }
    match (one, text) {
        (Some(one), Some(text)) => one.set_item(&key, text).is_ok(),
        (Some(one), None) => one.remove_item(&key).is_ok(),
        (None, _) => false,
    }
}

/// What there is whose name begins so, without that beginning.
pub fn talk_names(site: &str, prefix: &str) -> Vec<String> {
    let start = talk_key(site, prefix);
    let mut names = Vec::new();
    for storage in [storage(), lasting()].into_iter().flatten() {
        let storage: JsValue = storage.into();
        for i in 0..js::number(&storage, "length") {
            let key = js::call(&storage, "key", &[JsValue::from_f64(i as f64)]).ok().and_then(|key| key.as_string());
            if let Some(name) = key.as_deref().and_then(|key| key.strip_prefix(&start)) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

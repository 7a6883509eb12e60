//! What outlives a reload of this tab: the session's token, and only after the shopper has proved who she is herself.
//! What outlives the tab: a return that she has begun, until it is sent or she signs out.
//! Browsers that keep nothing for us are obeyed without a word.

use crate::js;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
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

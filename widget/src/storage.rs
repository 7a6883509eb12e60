//! What outlives a reload of this tab: only the session's token, and only after the shopper has proved who she is herself.
//! Browsers that keep nothing for us are obeyed without a word.

use leptos::prelude::window;
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

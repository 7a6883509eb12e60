//! What this browser keeps for whoever works here: her language, and in this tab what she has begun to write. A browser that
//! keeps nothing is obeyed without a word.

use crate::js;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

const PREFIX: &str = "aftercart desk ";

fn storage(name: &str) -> Option<Storage> {
    let storage = js::get(&window(), name);
    storage.is_object().then(|| storage.unchecked_into())
}

fn read(place: &str, name: &str) -> Option<String> {
    storage(place)?.get_item(&format!("{PREFIX}{name}")).ok().flatten()
}

fn write(place: &str, name: &str, text: Option<&str>) {
    let Some(storage) = storage(place) else { return };
    let key = format!("{PREFIX}{name}");
    let _ = match text.filter(|text| !text.is_empty()) {
        Some(text) => storage.set_item(&key, text),
        None => storage.remove_item(&key),
    };
}

/// Of this browser, for good.
pub fn lasting(name: &str) -> Option<String> {
    read("localStorage", name)
}

/// `None` forgets.
pub fn keep(name: &str, text: Option<&str>) {
    write("localStorage", name, text);
}

/// Of this tab.
pub fn in_tab(name: &str) -> Option<String> {
    read("sessionStorage", name)
}

pub fn keep_in_tab(name: &str, text: Option<&str>) {
    write("sessionStorage", name, text);
}

/// Nothing of hers stays in this tab: whoever logs in next may be somebody else.
pub fn forget_tab() {
    let Some(storage) = storage("sessionStorage") else { return };
    let names: JsValue = storage.clone().into();
    let mut keys = Vec::new();
    for i in 0..js::number(&names, "length") {
        let key = js::call(&names, "key", &[JsValue::from_f64(i as f64)]).ok().and_then(|key| key.as_string());
        keys.extend(key.filter(|key| key.starts_with(PREFIX)));
    }
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

//! Functions of the browser, called by name. Each one that is declared weighs in the glue that every shopper downloads;
//! what only a part of the bundle needs comes this way and weighs nothing there.

use js_sys::{Array, Function, JSON, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// A property, or `undefined` where there is none or it may not be read.
pub fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

pub fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(of, &name.into(), value);
}

/// A method. Where there is none, that is an error like any other.
pub fn call(of: &JsValue, name: &str, with: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(of, name).unchecked_into();
    method.apply(of, &array(with))
}

/// `new Name(…)`
pub fn make(name: &str, with: &[JsValue]) -> Result<JsValue, JsValue> {
    let page: JsValue = window().into();
    call(&get(&page, "Reflect"), "construct", &[get(&page, name), array(with).into()])
}

/// As JavaScript writes it.
pub fn text(value: &JsValue) -> String {
    let page: JsValue = window().into();
    call(&page, "String", std::slice::from_ref(value)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// One after the other. What the library has for it weighs a kilobyte.
pub fn joined(pieces: &[String], between: &str) -> String {
    let mut all = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        if i > 0 {
            all.push_str(between);
        }
        all.push_str(piece);
    }
    all
}

/// A number that is whole and not negative.
pub fn number(of: &JsValue, name: &str) -> u64 {
    let text = text(&get(of, name));
    text.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(0)
}

/// For showing a picture that is here already. Lives until [`forget`] or the end of the page.
pub fn address_of(blob: &JsValue) -> String {
    let page: JsValue = window().into();
    let address = call(&get(&page, "URL"), "createObjectURL", std::slice::from_ref(blob));
    address.ok().and_then(|address| address.as_string()).unwrap_or_default()
}

pub fn forget(address: &str) {
    let page: JsValue = window().into();
    let _ = call(&get(&page, "URL"), "revokeObjectURL", &[address.into()]);
}

fn array(items: &[JsValue]) -> Array {
    let array = JSON::parse("[]").unwrap_or(JsValue::UNDEFINED);
    for (i, item) in items.iter().enumerate() {
        set(&array, &i.to_string(), item);
    }
    array.unchecked_into()
}

/// A UUID of version 4: also where the page has no secure context, and with it no `randomUUID`.
pub fn uuid() -> String {
    let page: JsValue = window().into();
    let crypto = get(&page, "crypto");
    if let Some(uuid) = call(&crypto, "randomUUID", &[]).ok().and_then(|uuid| uuid.as_string()) {
        return uuid;
    }
    let bytes = make("Uint8Array", &[JsValue::from_f64(16.0)]).unwrap_or(JsValue::UNDEFINED);
    let _ = call(&crypto, "getRandomValues", std::slice::from_ref(&bytes));
    let mut uuid = String::new();
    for i in 0..16_usize {
        let byte = number(&bytes, &i.to_string()) as u8;
        let byte = match i {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => byte,
        };
        if matches!(i, 4 | 6 | 8 | 10) {
            uuid.push('-');
        }
        uuid.push_str(&format!("{byte:02x}"));
    }
    uuid
}

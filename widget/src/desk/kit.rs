//! The pieces that the desk's views are made of.

use super::Desk;
use crate::{
    js,
    ui::{
        dom::{Dom, El, el},
        icon::{icon, small_icon},
    },
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, KeyboardEvent};

/// `look` is a class: `""` the one thing to do here, `"ad-quiet"` everything else, `"ad-plain"` a word that acts.
pub fn button(look: &str, name: &str, text: &str, press: impl Fn() + 'static) -> El {
    let class = if look.is_empty() { "ad-button".into() } else { format!("ad-button {look}") };
    el("button", &class)
        .attr("type", "button")
        .child((!name.is_empty()).then(|| small_icon(name)))
        .child(el("span", "").child(text))
        .on_click(press)
}

/// Only an icon to see, so its name is said.
pub fn icon_button(name: &str, label: &str, press: impl Fn() + 'static) -> El {
    el("button", "ad-icon-button")
        .attr("type", "button")
        .attr("aria-label", label)
        .attr("title", label)
        .child(icon(name))
        .on_click(press)
}

/// The first letter of whoever it is. The same person has the same shade.
pub fn face(name: &str, proved: bool) -> El {
    let letter: String = name.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect();
    let shade = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 6;
    let face = el("span", &format!("ad-face ad-face-{shade}")).attr("aria-hidden", "true");
    face.child(if letter.is_empty() { "?".into() } else { letter })
        .child(proved.then(|| el("span", "ad-face-tick").child(small_icon("check"))))
}

/// Grey where words will be.
pub fn bones(desk: Desk, shapes: &[&str]) -> Dom {
    let bone =
        |shape: &&str| -> Dom { el("div", &format!("ac-bone ad-bone-{shape}")).attr("aria-hidden", "true").into() };
    let status = el("p", "ac-vh").attr("role", "status").child(desk.t().common_loading());
    el("div", "ad-bones").child(status).child(shapes.iter().map(bone).collect::<Vec<Dom>>()).into()
}

/// A place with nothing in it.
pub fn empty(name: &str, title: &str, text: &str, more: impl Into<Dom>) -> El {
    el("div", "ad-empty")
        .child(icon(name))
        .child(el("p", "ad-empty-title").child(title))
        .child((!text.is_empty()).then(|| el("p", "").child(text)))
        .child(more)
}

/// It did not work, and the way on.
pub fn failed(desk: Desk, text: &str, retry: impl Fn() + 'static) -> El {
    el("div", "ad-failed")
        .attr("role", "alert")
        .child(small_icon("alert"))
        .child(el("p", "").child(text))
        .child(button("ad-quiet", "refresh", desk.t().common_retry(), retry))
}

pub fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

pub fn on_window(event: &str, hear: impl Fn(Event) + 'static) {
    let hear = Closure::<dyn Fn(Event)>::new(hear).into_js_value();
    let _ = window().add_event_listener_with_callback(event, hear.unchecked_ref());
}

/// A figure of the browser's: `scrollTop` and its like.
pub fn figure(of: &Element, name: &str) -> f64 {
    js::get(of, name).as_f64().unwrap_or(0.0)
}

/// By the object model: a style in an attribute is against our own policy.
pub fn style(of: &Element, name: &str, value: &str) {
    js::set(&js::get(of, "style"), name, &value.into());
}

pub fn set_class(of: &Element, class: &str, on: bool) {
    let _ = js::call(&js::get(of, "classList"), "toggle", &[class.into(), on.into()]);
}

/// Does an input method have this key? 229 is how Safari says so.
pub fn composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || js::number(event, "keyCode") == 229
}

pub fn matches_media(query: &str) -> bool {
    js::call(&window(), "matchMedia", &[query.into()]).is_ok_and(|list| js::get(&list, "matches").is_truthy())
}

/// There is a keyboard: the caret may wait where she will write. On a phone the screen's would cover what she reads.
pub fn has_keyboard() -> bool {
    matches_media("(hover: hover) and (pointer: fine)")
}

/// A window of its own above the page: the browser keeps the focus in it and gives it back.
pub fn dialog(id: &str, title: &str, close: &str, body: impl Into<Dom>) -> El {
    let heading = format!("{id}-title");
    let head = el("header", "ad-dialog-head").child(el("h2", "").id(&heading).child(title)).child(icon_button(
        "close",
        close,
        {
            let id = id.to_owned();
            move || close_dialog(&id)
        },
    ));
    el("dialog", "ad-dialog")
        .id(id)
        .attr("aria-labelledby", &heading)
        .child(head)
        .child(el("div", "ad-dialog-body").child(body))
        .on("click", {
            let id = id.to_owned();
            move |event: Event| {
                // Beside it.
                let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
                if target.is_some_and(|target| target.id() == id) {
                    close_dialog(&id);
                }
            }
        })
}

pub fn open_dialog(id: &str) {
    if let Some(dialog) = element(id).filter(|dialog| !js::get(dialog, "open").is_truthy()) {
        let _ = js::call(&dialog, "showModal", &[]);
    }
}

pub fn close_dialog(id: &str) {
    if let Some(dialog) = element(id) {
        let _ = js::call(&dialog, "close", &[]);
    }
}

pub fn a_dialog_is_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|open| open.is_some())
}

/// Puts it where she can paste it from.
pub fn copy(desk: Desk, text: &str) {
    let clipboard: JsValue = window().navigator().clipboard().into();
    if js::call(&clipboard, "writeText", &[text.into()]).is_ok() {
        desk.tell(desk.t().common_copied());
    }
}

/// What stands in a field.
pub fn value_of(id: &str) -> String {
    element(id).and_then(|field| js::get(&field, "value").as_string()).unwrap_or_default()
}

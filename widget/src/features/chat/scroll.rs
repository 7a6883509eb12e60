//! Where she is in the conversation. It scrolls with the page, so that phones hide their bars as they are used to.

use crate::js;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsValue;

/// Pixels that count as the end: a line of text.
const NEAR: f64 = 48.0;

fn number(of: &JsValue, name: &str) -> f64 {
    js::get(of, name).as_f64().unwrap_or(0.0)
}

fn page() -> JsValue {
    let document: JsValue = document().into();
    js::get(&document, "scrollingElement")
}

pub fn is_at_end() -> bool {
    let page = page();
    number(&page, "scrollHeight") - number(&page, "scrollTop") - number(&page, "clientHeight") < NEAR
}

thread_local! {
    /// On the way there with the next frame, and from where.
    static GOING: Cell<Option<f64>> = const { Cell::new(None) };
}

/// Once what has changed is laid out.
pub fn to_end() {
    let from = number(&page(), "scrollTop");
    if GOING.replace(Some(from)).is_some() {
        return;
    }
    request_animation_frame(|| {
        // She has gone up in this very moment: she wants to be there.
        if GOING.take().is_some_and(|from| number(&page(), "scrollTop") < from - NEAR) {
            return;
        }
        window().scroll_to_with_x_and_y(0.0, number(&page(), "scrollHeight"));
    });
}

/// Does the page go along with what comes? Asked before it is written: she may have scrolled a moment ago.
pub fn follows() -> bool {
    GOING.get().is_some() || is_at_end()
}

/// How much of the page's lower end a screen keyboard covers, where the browser lays it over the page.
pub fn covered() -> f64 {
    let window: JsValue = window().into();
    let view = js::get(&window, "visualViewport");
    if !view.is_object() || number(&view, "scale") > 1.01 {
        return 0.0;
    }
    (number(&window, "innerHeight") - number(&view, "height") - number(&view, "offsetTop")).max(0.0)
}

//! Waiting before something is tried again.

use crate::backoff::pause;
use leptos::prelude::set_timeout;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Waits before another attempt.
pub async fn rest(attempt: u32) {
    wait(pause(attempt, js_sys::Math::random())).await;
}

pub async fn wait(ms: u32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        let done = move || {
            let _ = done.call0(&JsValue::UNDEFINED);
        };
        set_timeout(done, Duration::from_millis(u64::from(ms)));
    });
    let _ = JsFuture::from(promise).await;
}

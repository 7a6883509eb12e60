//! Requests as the desk makes them: by its cookie, in JSON both ways, with failures in our own terms.

use crate::js;
use aftercart_shared::{
    api::desk::{DESK_HEADER, ShopChoice},
    error::ErrorCode,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{cell::Cell, future::Future, pin::Pin, time::Duration};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// Past this nobody is waiting any more.
const PATIENCE: Duration = Duration::from_secs(20);
/// A long poll's own time, and what a slow line needs on top.
pub const POLL_S: u32 = 25;
const POLL_PATIENCE: Duration = Duration::from_secs(40);
/// Whole seconds travel in a header: less than this is no difference between two clocks.
const SAME_CLOCK_MS: f64 = 3_000.0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// 0 when no answer came at all.
    pub status: u16,
    /// As it stands on the wire: a newer server may know codes that we do not.
    pub code: String,
    pub field: Option<String>,
    /// English, for developers; shown where it names somebody.
    pub message: String,
    /// Seconds.
    pub retry_after: Option<u32>,
    /// With `site_required`: which of them is meant?
    pub shops: Vec<ShopChoice>,
}

impl Failure {
    fn new(status: u16, code: &str) -> Failure {
        let message = String::new();
        Failure { status, code: code.into(), field: None, message, retry_after: None, shops: Vec::new() }
    }

    /// One of our own making, which never travelled.
    pub fn of(code: &str) -> Failure {
        Failure::new(422, code)
    }

    /// One that we have words for.
    pub fn known(&self) -> Option<ErrorCode> {
        serde_json::from_value(serde_json::Value::String(self.code.clone())).ok()
    }

    /// Nothing is wrong with what was asked: the same again may do.
    pub fn passes(&self) -> bool {
        self.status == 0 || self.status >= 500 || matches!(self.status, 408 | 429)
    }

    pub fn is_offline(&self) -> bool {
        self.code == "offline"
    }
}

#[derive(Deserialize)]
struct Wire {
    code: String,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    retry_after: Option<u32>,
    #[serde(default)]
    shops: Vec<ShopChoice>,
}

thread_local! {
    /// What the server's clock is ahead of this browser's.
    static AHEAD_MS: Cell<f64> = const { Cell::new(0.0) };
}

/// By the server's clock, as near as a header tells.
pub fn now() -> i64 {
    (js_sys::Date::now() + AHEAD_MS.get()) as i64
}

/// What is asked for.
pub struct Request {
    method: &'static str,
    path: String,
    body: Option<String>,
    patience: Duration,
    abort: Option<AbortController>,
}

/// An answer's text that is on its way. Boxed: the whole of it is compiled once, not for every type that is read from it.
pub type Sent = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

impl Request {
    pub fn get(path: impl Into<String>) -> Request {
        Request { method: "GET", path: path.into(), body: None, patience: PATIENCE, abort: None }
    }

    pub fn post<B: Serialize>(path: impl Into<String>, body: &B) -> Request {
        Request::get(path).with("POST", body)
    }

    pub fn delete(path: impl Into<String>) -> Request {
        Request { method: "DELETE", ..Request::get(path) }
    }

    fn with<B: Serialize>(self, method: &'static str, body: &B) -> Request {
        // What we send are plain structures: writing them does not fail.
        Request { method, body: serde_json::to_string(body).ok(), ..self }
    }

    /// It waits for news; `abort` for whoever wants it no more: a browser has few connections for us.
    pub fn poll(self, abort: AbortController) -> Request {
        Request { patience: POLL_PATIENCE, abort: Some(abort), ..self }
    }

    pub fn sent(self) -> Sent {
        Box::pin(async move {
            let response = self.answer().await?;
            let text = response.text().map_err(|_| Failure::new(0, "internal"))?;
            let text = JsFuture::from(text).await.map_err(|_| unreachable())?;
            Ok(text.as_string().unwrap_or_default())
        })
    }

    /// A picture, as an address for this page alone.
    pub fn picture(self) -> Sent {
        Box::pin(async move {
            let response = self.answer().await?;
            let promise = js::call(&response, "blob", &[]).map_err(|_| Failure::new(0, "internal"))?;
            let blob = JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await.map_err(|_| unreachable())?;
            Ok(js::address_of(&blob))
        })
    }

    async fn answer(self) -> Result<Response, Failure> {
        let internal = |_: JsValue| Failure::new(0, "internal");
        let headers = Headers::new().map_err(internal)?;
        headers.set(DESK_HEADER, "1").map_err(internal)?;
        let init = RequestInit::new();
        init.set_method(self.method);
        if let Some(body) = &self.body {
            headers.set("Content-Type", "application/json").map_err(internal)?;
            init.set_body(&JsValue::from_str(body));
        }
        init.set_headers(&headers);
        let abort = self.abort.map_or_else(AbortController::new, Ok).map_err(internal)?;
        let signal = abort.signal();
        init.set_signal(Some(&signal));
        // A late look at what has arrived does no harm.
        set_timeout(move || abort.abort(), self.patience);
        let request = window().fetch_with_str_and_init(&format!("/api/v1{}", self.path), &init);
        let timed_out = |_: JsValue| if signal.aborted() { Failure::new(0, "timeout") } else { unreachable() };
        let response: Response = JsFuture::from(request).await.map_err(timed_out)?.unchecked_into();
        look_at_clock(&response);
        if response.ok() {
            return Ok(response);
        }
        let text = response.text().map_err(internal)?;
        let text = JsFuture::from(text).await.map_err(|_| unreachable())?;
        Err(failure(response.status(), &text.as_string().unwrap_or_default()))
    }
}

fn unreachable() -> Failure {
    Failure::new(0, if window().navigator().on_line() { "unavailable" } else { "offline" })
}

pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let failure = Failure::new(0, "internal");
        Failure { message: error.to_string(), ..failure }
    })
}

fn look_at_clock(response: &Response) {
    let Ok(Some(date)) = response.headers().get("date") else { return };
    let there = js::call(&js::get(&window(), "Date"), "parse", &[date.into()]).ok().and_then(|at| at.as_f64());
    if let Some(there) = there.filter(|there| there.is_finite()) {
        // On average half a second has been cut off.
        let ahead = there + 500.0 - js_sys::Date::now();
        AHEAD_MS.set(if ahead.abs() < SAME_CLOCK_MS { 0.0 } else { ahead });
    }
}

/// What went wrong, also when something between us and the server answered in its stead.
fn failure(status: u16, text: &str) -> Failure {
    if let Ok(wire) = serde_json::from_str::<Wire>(text) {
        let Wire { code, field, message, retry_after, shops } = wire;
        return Failure { status, code, field, message, retry_after, shops };
    }
    let code = match status {
        401 => "session_expired",
        404 => "not_found",
        408 | 504 => "timeout",
        413 => "too_large",
        429 => "rate_limited",
        502 | 503 => "unavailable",
        507 => "storage_full",
        _ => "internal",
    };
    Failure::new(status, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_tomorrow_keeps_its_status() {
        let failure = failure(403, r#"{"code":"not_today","message":"no","request_id":"r"}"#);
        assert_eq!((failure.status, failure.code.as_str(), failure.known()), (403, "not_today", None));
        assert!(!failure.passes());
    }

    #[test]
    fn what_passes_is_tried_again_and_what_is_refused_is_not() {
        for status in [0, 408, 429, 500, 502, 503, 507] {
            assert!(failure(status, "<html>").passes(), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 413, 422] {
            assert!(!failure(status, "{}").passes(), "{status}");
        }
        let limited = failure(429, r#"{"code":"rate_limited","message":"","retry_after":40}"#);
        assert_eq!((limited.known(), limited.retry_after), (Some(ErrorCode::RateLimited), Some(40)));
    }
}

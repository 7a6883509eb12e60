//! Requests as the panel makes them: JSON both ways, one header that names the site, and failures in our own terms.

use super::{json::Json, read::Read};
use crate::{js, storage};
use aftercart_shared::{
    error::{ErrorCode, WireError},
    ids::SiteKey,
};
use leptos::prelude::*;
use std::{future::Future, pin::Pin, time::Duration};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// The slowest networks in our budget answer within 5 s; past this nobody is waiting any more.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Ten megabytes take their time.
const PATIENCE_UPLOAD_MS: f64 = 180_000.0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    pub field: Option<String>,
    /// Seconds.
    pub retry_after: Option<u32>,
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Failure {
        Failure { code, field: None, retry_after: None }
    }
}

#[derive(Clone, Copy)]
pub struct Client {
    site: &'static str,
    /// Of a verified shopper's session.
    token: RwSignal<Option<String>>,
    /// Others use this device: nothing of hers may be kept in it.
    shared_device: StoredValue<bool>,
}

impl Client {
    pub fn new(site: &'static SiteKey) -> Client {
        Client {
            site: site.as_str(),
            token: RwSignal::new(storage::read(site.as_str())),
            shared_device: StoredValue::new(false),
        }
    }

    pub fn set_shared_device(self, shared: bool) {
        self.shared_device.set_value(shared);
    }

    /// What she has begun and not sent, from before.
    pub fn begun(self) -> Option<String> {
        storage::begun(self.site)
    }

    /// Of her conversation; see [`storage`].
    pub fn kept_talk(self, name: &str) -> Option<String> {
        storage::talk(self.site, name)
    }

    /// `None` forgets. `false`: it could not be kept.
    pub fn keep_talk(self, name: &str, text: Option<&str>) -> bool {
        storage::keep_talk(self.site, name, text, self.shared_device.get_value())
    }

    pub fn kept_talk_names(self, prefix: &str) -> Vec<String> {
        storage::talk_names(self.site, prefix)
    }

    /// Nothing of her conversation stays on this device.
    pub fn forget_talk(self) {
        for name in self.kept_talk_names("") {
            self.keep_talk(&name, None);
        }
    }

    pub fn keep_begun(self, text: Option<&str>) {
        storage::keep_begun(self.site, text.filter(|_| !self.shared_device.get_value()));
    }

    /// Is the shopper verified? Views that ask are drawn anew when that changes.
    pub fn signed_in(self) -> bool {
        self.token.with(Option::is_some)
    }

    /// From now on. `keep` it for this tab, or in memory only.
    pub fn sign_in(self, token: String, keep: bool) {
        storage::write(self.site, keep.then_some(&token));
        self.token.set(Some(token));
    }

    pub fn sign_out(self) {
        storage::write(self.site, None);
        self.token.set(None);
    }

    /// With it ends what this browser may see of her conversation.
    pub async fn end_session(self) {
        let visitor = self.kept_talk("visitor").and_then(|text| Json::parse(&text));
        let token =
            visitor.and_then(|json| json.get("token").text().map(String::from)).filter(|token| !token.is_empty());
        let by = By { pass: token.map(|token| ("Aftercart-Visitor", token)), ..By::SHOPPER };
        let _ = self.ask("DELETE", "/session".into(), None, by).await;
    }

    pub fn get<T: Read>(self, path: String) -> impl Future<Output = Result<T, Failure>> {
        known(self.send("GET", path, None))
    }

    pub fn post<T: Read>(self, path: String, body: String) -> impl Future<Output = Result<T, Failure>> {
        known(self.send("POST", path, Some(body)))
    }

    /// With the token of an order on screen; `None` when there is nothing new.
    pub async fn watched<T: Read>(self, path: String, body: Option<String>, watch: &str) -> Result<Option<T>, Failure> {
        let method = if body.is_some() { "POST" } else { "GET" };
        // It is watched by its own token, whoever looks: when that ends, the session goes on.
        let by = By { shopper: false, pass: Some(("Aftercart-Watch", watch.into())), ..By::SHOPPER };
        let text = self.ask(method, path, body, by).await?;
        if text.is_empty() { Ok(None) } else { read(&text).map(Some) }
    }

    /// For requests that are answered with nothing.
    pub fn tell(self, path: String, body: String) -> impl Future<Output = Result<(), Failure>> {
        let sent = self.send("POST", path, Some(body));
        async move { sent.await.map(drop) }
    }

    pub fn delete(self, path: String) -> impl Future<Output = Result<(), Failure>> {
        let sent = self.send("DELETE", path, None);
        async move { sent.await.map(drop) }
    }

    /// A file of hers, as an address for this page alone.
    pub fn file(self, path: String) -> Sent {
        self.file_for(path, By::SHOPPER)
    }

    pub fn file_for(self, path: String, by: By) -> Sent {
        Box::pin(async move {
            let internal = |_: JsValue| Failure::from(ErrorCode::Internal);
            let response = self.answer("GET", path, None, by).await?;
            let promise = js::call(&response, "blob", &[]).map_err(internal)?;
            let blob = JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await.map_err(internal)?;
            Ok(js::address_of(&blob))
        })
    }

    /// Sends a file as it is. Unlike every other request it says how far it is, from 0 to 100.
    pub fn upload(
        self,
        path: &str,
        file: &JsValue,
        progress: impl Fn(u64) + 'static,
        done: impl Fn(Uploaded) + 'static,
    ) {
        let Some(request) = self.opened(path) else { return done(Err(ErrorCode::Internal.into())) };
        let _ = js::call(&request, "setRequestHeader", &["Content-Type".into(), js::get(file, "type")]);
        let hear = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let whole = js::number(&event, "total").max(1);
            progress((js::number(&event, "loaded") * 100 / whole).min(100));
        });
        js::set(&js::get(&request, "upload"), "onprogress", &hear.into_js_value());
        let token = self.token.get_untracked();
        let answered = request.clone();
        let end = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let status = js::number(&answered, "status") as u16;
            let body = js::get(&answered, "responseText").as_string().unwrap_or_default();
            let result = match js::get(&event, "type").as_string().as_deref() {
                Some("load") if (200..300).contains(&status) => Ok(body),
                Some("load") => Err(failure(status, &body)),
                Some("timeout") => Err(ErrorCode::Timeout.into()),
                _ => Err(out_of_reach()),
            };
            if let Err(failure) = &result {
                self.ended(failure, &token);
            }
            done(result);
        })
        .into_js_value();
        for event in ["onload", "onerror", "ontimeout", "onabort"] {
            js::set(&request, event, &end);
        }
        let _ = js::call(&request, "send", std::slice::from_ref(file));
    }

    fn opened(self, path: &str) -> Option<JsValue> {
        let request = js::make("XMLHttpRequest", &[]).ok()?;
        js::call(&request, "open", &["POST".into(), format!("/api/v1{path}").into()]).ok()?;
        js::set(&request, "timeout", &JsValue::from_f64(PATIENCE_UPLOAD_MS));
        js::call(&request, "setRequestHeader", &["Aftercart-Site".into(), self.site.into()]).ok()?;
        if let Some(token) = self.token.get_untracked() {
            js::call(&request, "setRequestHeader", &["Authorization".into(), format!("Bearer {token}").into()]).ok()?;
        }
        Some(request)
    }

    /// The session is over, unless another one has begun in the meantime.
    fn ended(self, failure: &Failure, token: &Option<String>) {
        if failure.code == ErrorCode::SessionExpired && token.is_some() && self.token.get_untracked() == *token {
            self.sign_out();
        }
    }

    fn send(self, method: &'static str, path: String, body: Option<String>) -> Sent {
        self.ask(method, path, body, By::SHOPPER)
    }

    /// Boxed, so that the whole of it is not written out once more for every type that it is read into.
    pub fn ask(self, method: &'static str, path: String, body: Option<String>, by: By) -> Sent {
        Box::pin(async move {
            let response = self.answer(method, path, body, by).await?;
            text(&response).await
        })
    }

    async fn answer(
        self,
        method: &'static str,
        path: String,
        body: Option<String>,
        by: By,
    ) -> Result<Response, Failure> {
        let internal = |_: JsValue| Failure::from(ErrorCode::Internal);
        let headers = Headers::new().map_err(internal)?;
        headers.set("Aftercart-Site", self.site).map_err(internal)?;
        let token = if by.shopper { self.token.get_untracked() } else { None };
        if let Some((name, pass)) = &by.pass {
            headers.set(name, pass).map_err(internal)?;
        }
        if let Some(token) = &token {
            headers.set("Authorization", &format!("Bearer {token}")).map_err(internal)?;
        }
        let init = RequestInit::new();
        init.set_method(method);
        if let Some(body) = body {
            headers.set("Content-Type", "application/json").map_err(internal)?;
            init.set_body(&JsValue::from_str(&body));
        }
        init.set_headers(&headers);
        let abort = by.abort.map_or_else(AbortController::new, Ok).map_err(internal)?;
        init.set_signal(Some(&abort.signal()));
        let signal = abort.signal();
        set_timeout(move || abort.abort(), by.patience);

        let unreachable =
            |_: JsValue| if signal.aborted() { Failure::from(ErrorCode::Timeout) } else { out_of_reach() };
        let request = window().fetch_with_str_and_init(&format!("/api/v1{path}"), &init);
        let response: Response = JsFuture::from(request).await.map_err(unreachable)?.unchecked_into();
        if response.ok() {
            return Ok(response);
        }
        let failure = failure(response.status(), &text(&response).await?);
        self.ended(&failure, &token);
        Err(failure)
    }
}

/// As whom something is asked, and for how long she waits.
pub struct By {
    /// With her session, if she has one.
    pub shopper: bool,
    /// What else lets her in: a header and its value.
    pub pass: Option<(&'static str, String)>,
    pub patience: Duration,
    /// For who may want it no more: a browser has few connections for us.
    pub abort: Option<AbortController>,
}

impl By {
    const SHOPPER: By = By { shopper: true, pass: None, patience: PATIENCE, abort: None };
}

/// Text that is on its way.
pub type Sent = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

async fn known<T: Read>(sent: Sent) -> Result<T, Failure> {
    read(&sent.await?)
}

/// What a file's upload was answered with.
pub type Uploaded = Result<String, Failure>;

fn out_of_reach() -> Failure {
    Failure::from(if window().navigator().on_line() { ErrorCode::Unavailable } else { ErrorCode::Offline })
}

async fn text(response: &Response) -> Result<String, Failure> {
    let text = response.text().map_err(|_| Failure::from(ErrorCode::Internal))?;
    let text = JsFuture::from(text).await.map_err(|_| out_of_reach())?;
    Ok(text.as_string().unwrap_or_default())
}

pub fn read<T: Read>(text: &str) -> Result<T, Failure> {
    T::read(&parsed(text)?).ok_or_else(unreadable)
}

fn parsed(text: &str) -> Result<Json, Failure> {
    Json::parse(text).ok_or_else(unreadable)
}

fn unreadable() -> Failure {
    ErrorCode::Internal.into()
}

/// What went wrong, also when something between us and the server answered in its stead.
fn failure(status: u16, text: &str) -> Failure {
    match Json::parse(text).and_then(|json| WireError::read(&json)) {
        Some(error) => Failure { code: error.code, field: error.field, retry_after: error.retry_after },
        None => match status {
            404 => ErrorCode::NotFound,
            408 | 504 => ErrorCode::Timeout,
            413 => ErrorCode::TooLarge,
            429 => ErrorCode::RateLimited,
            502 | 503 => ErrorCode::Unavailable,
            507 => ErrorCode::StorageFull,
            _ => ErrorCode::Internal,
        }
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_errors_keep_what_they_say() {
        let text = r#"{"code":"rate_limited","message":"slow down","retry_after":40,"request_id":"r"}"#;
        let expected = Failure { code: ErrorCode::RateLimited, field: None, retry_after: Some(40) };
        assert_eq!(failure(429, text), expected);
        assert_eq!(
            failure(422, r#"{"code":"required","field":"contact","message":""}"#).field.as_deref(),
            Some("contact")
        );
    }

    #[test]
    fn a_proxy_that_answers_in_html_is_understood_by_its_status() {
        assert_eq!(failure(502, "<html>Bad gateway</html>").code, ErrorCode::Unavailable);
        assert_eq!(failure(429, "").code, ErrorCode::RateLimited);
        assert_eq!(failure(418, r#"{"code":"a_code_of_tomorrow","message":""}"#).code, ErrorCode::Internal);
    }
}

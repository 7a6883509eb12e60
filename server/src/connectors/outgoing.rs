//! One request to a retailer's system and what can come of it. The platforms differ in words; their faults do not.

use crate::http_client::{HttpClient, HttpError};
use futures_util::future::BoxFuture;
use reqwest::{
    Method, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};

/// A request to be sent. Its headers and its body may hold credentials: never logged, and no `Debug`.
#[derive(Clone)]
pub struct Call {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// An answer with a status, whatever the status says.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Why a retailer's system could not be asked. Shown to the retailer and logged, so it holds nothing of any shopper.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("no answer: {0}")]
    Unreachable(String),
    /// It counts requests, and ours were too many.
    #[error("it asks us to come back later")]
    Busy { retry_after_s: Option<u64> },
    #[error("it refuses the credential: {0}")]
    Refused(String),
    #[error("it answered something that its documentation does not know: {0}")]
    Garbled(String),
}

/// Whatever carries requests: the real client, or a test's script.
pub trait Outgoing: Send + Sync + std::fmt::Debug {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Answer, Fault>>;
}

impl Call {
    pub fn get(url: String) -> Call {
        Call { method: Method::GET, url, headers: Vec::new(), body: Vec::new() }
    }

    pub fn post_json(url: String, body: &impl serde::Serialize) -> Call {
        // Plain structs and texts always serialise; an empty body would be refused by the platform itself.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Call { method: Method::POST, url, headers: vec![("content-type", "application/json".into())], body }
    }

    pub fn header(mut self, name: &'static str, value: String) -> Call {
        self.headers.push((name, value));
        self
    }
}

impl Outgoing for HttpClient {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Answer, Fault>> {
        Box::pin(async move {
            let url: Url = call.url.parse().map_err(|_| Fault::Unreachable("its address cannot be read".into()))?;
            let mut headers = HeaderMap::new();
            for (name, value) in call.headers {
                let mut value = HeaderValue::from_str(&value)
                    .map_err(|_| Fault::Refused("the credential has characters that no header may have".into()))?;
                value.set_sensitive(true);
                headers.insert(HeaderName::from_static(name), value);
            }
            let reply = HttpClient::send(self, call.method, url, headers, call.body, self.patience).await;
            let reply = reply.map_err(|error: HttpError| Fault::Unreachable(error.to_string()))?;
            Ok(Answer { status: reply.status.as_u16(), headers: reply.headers, body: reply.body })
        })
    }
}

impl Answer {
    /// The body of an answer that says yes.
    ///
    /// # Errors
    /// What its status says.
    pub fn ok(self) -> Result<Vec<u8>, Fault> {
        match self.status {
            200..=299 => Ok(self.body),
            401 | 403 => Err(Fault::Refused(format!("status {}", self.status))),
            429 | 503 => Err(Fault::Busy { retry_after_s: self.retry_after_s() }),
            500.. => Err(Fault::Unreachable(format!("status {}", self.status))),
            _ => Err(Fault::Garbled(format!("status {}", self.status))),
        }
    }

    /// The same where "there is no such thing" is an answer.
    ///
    /// # Errors
    /// What its status says.
    pub fn ok_or_absent(self) -> Result<Option<Vec<u8>>, Fault> {
        if matches!(self.status, 404 | 410) { Ok(None) } else { self.ok().map(Some) }
    }

    /// Seconds only: the platforms we speak with send no dates here.
    pub fn retry_after_s(&self) -> Option<u64> {
        let text = self.headers.get("retry-after")?.to_str().ok()?.trim();
        // Shopify writes "2.0".
        text.split('.').next()?.parse().ok()
    }
}

impl Fault {
    /// `what` was to be read. The parser's own words are left out: they quote the text, and that may be a shopper's.
    pub fn unreadable(what: &str, error: &serde_json::Error) -> Fault {
        let why = match error.classify() {
            serde_json::error::Category::Data => "a field has another form",
            _ => "it is no JSON",
        };
        Fault::Garbled(format!("{what}: {why} (line {}, column {})", error.line(), error.column()))
    }
}

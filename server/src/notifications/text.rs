//! Text messages, through any provider that takes an HTTP request.

use super::{is_stale, store};
use crate::{
    app::App,
    config,
    http_client::HttpClient,
    jobs::{Job, Outcome},
};
use futures_util::future::BoxFuture;
use reqwest::{
    Method, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use std::{fmt::Debug, time::Duration};

const PATIENCE: Duration = Duration::from_secs(20);

/// Whoever carries texts.
pub trait TextProvider: Send + Sync + Debug {
    /// `id` is the same for every attempt at one text. `Err((for good, why))`.
    fn send<'a>(&'a self, id: &'a str, to: &'a str, body: &'a str) -> BoxFuture<'a, Result<(), (bool, String)>>;
}

/// The way out for texts, if there is one; else they are only kept.
pub type Texts = Option<Box<dyn TextProvider>>;

/// `POST {id, to, body}` as JSON, with a bearer token and the header `Idempotency-Key`.
#[derive(Debug)]
pub struct HttpTexts {
    client: HttpClient,
    url: Url,
    headers: HeaderMap,
}

impl HttpTexts {
    /// # Errors
    /// Names the setting at fault.
    pub fn from_settings(settings: &config::Texts, client: HttpClient) -> Result<Texts, String> {
        if settings.url.is_empty() {
            return Ok(None);
        }
        let url = settings.url.parse().map_err(|e| format!("texts.url: {e}"))?;
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        if !settings.token.is_empty() {
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", settings.token))
                .map_err(|_| "texts.token has characters that no header may have".to_owned())?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        Ok(Some(Box::new(HttpTexts { client, url, headers })))
    }
}

impl TextProvider for HttpTexts {
    fn send<'a>(&'a self, id: &'a str, to: &'a str, body: &'a str) -> BoxFuture<'a, Result<(), (bool, String)>> {
        Box::pin(async move {
            let mut headers = self.headers.clone();
            if let Ok(key) = HeaderValue::from_str(id) {
                headers.insert(HeaderName::from_static("idempotency-key"), key);
            }
            let body = serde_json::json!({ "id": id, "to": to, "body": body }).to_string().into_bytes();
            let sent = self.client.send(Method::POST, self.url.clone(), headers, body, PATIENCE).await;
            let reply = sent.map_err(|e| (false, e.to_string()))?;
            let status = reply.status;
            match status.as_u16() {
                200..=299 => Ok(()),
                // A conflict on our own key: the first attempt arrived after all.
                409 => Ok(()),
                408 | 425 | 429 | 500..=599 => Err((false, format!("the provider answered {status}"))),
                _ => Err((true, format!("the provider answered {status}"))),
            }
        })
    }
}

/// Sends one stored text.
pub async fn deliver_text(app: App, job: Job) -> Outcome {
    if is_stale(&job.payload, app.clock.now()) {
        return Outcome::Failed("it was of no use any more".into());
    }
    let text = match store::text(&app.db, &job.site, &job.job_id).await {
        Ok(Some(text)) => text,
        Ok(None) => return Outcome::Failed("the text is gone".into()),
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    if let Some(provider) = &app.texts {
        match provider.send(&job.job_id, &text.recipient, &text.body).await {
            Ok(()) => {}
            Err((true, reason)) => return Outcome::Failed(reason),
            Err((false, reason)) => return Outcome::Retry(reason),
        }
    }
    // What is useful for a while only is a code. Where nothing is sent, the outbox must still show it.
    let forget = job.payload != "null" && app.texts.is_some();
    match store::text_sent(&app.db, job.site.clone(), job.job_id.clone(), forget, app.clock.now()).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

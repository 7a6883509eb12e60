//! One try: signed, sent, and what came of it written down.

use super::{
    address,
    endpoint_store::{self, EndpointRow},
    event::Event,
    schedule, secrets, sign,
    store::{self, Claimed, MessageRow, Tried},
};
use crate::{
    app::App,
    db,
    http_client::{HttpError, Reply},
};
use aftercart_shared::time::Timestamp;
use reqwest::{
    Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use std::time::Duration;

/// So much is read of an answer that says no, in bytes; and shown of it, in characters.
const BODY_MAX: usize = 2_048;
const EXCERPT_MAX: usize = 300;

/// What a try came to.
#[derive(Clone, Debug)]
struct Answer {
    status: Option<u16>,
    /// `None`: it was taken.
    error: Option<String>,
    excerpt: Option<String>,
    retry_after_s: Option<u64>,
}

impl Answer {
    fn fault(error: impl Into<String>) -> Answer {
        Answer { status: None, error: Some(error.into()), excerpt: None, retry_after_s: None }
    }
}

/// Sends what was taken under the name `claim`.
///
/// # Errors
/// The database's. What was sent and not written down is sent again when the claim ends.
pub async fn deliver(app: &App, endpoint: &EndpointRow, claimed: &Claimed, claim: &str) -> Result<(), db::Error> {
    let Some(message) = store::message(&app.db, &endpoint.site(), &claimed.message_id).await? else { return Ok(()) };
    let answer = attempt(app, endpoint, &claimed.message_id, &message).await;
    let result = if answer.error.is_none() { "taken" } else { "refused" };
    metrics::counter!("aftercart_webhooks", "result" => result).increment(1);
    finish(app, endpoint, claimed, claim, &message, answer).await
}

async fn attempt(app: &App, endpoint: &EndpointRow, id: &str, message: &MessageRow) -> Answer {
    let now = app.clock.now();
    let Some(secrets) = valid_secrets(app, endpoint, now) else {
        return Answer::fault("the secret was sealed by another server: rotate it");
    };
    let Some(url) = endpoint.url.parse::<Url>().ok().filter(|url| address::is_allowed(url, &app.webhooks)) else {
        return Answer::fault("nothing may be sent to this address");
    };
    let Some(headers) = headers(&secrets, id, now, &message.payload) else {
        return Answer::fault("the secret cannot be read: rotate it");
    };
    let patience = Duration::from_millis(app.config.webhooks.patience_ms);
    match app.webhooks.tell(url, headers, message.payload.clone().into_bytes(), patience, BODY_MAX).await {
        Ok(reply) => read(reply),
        // Of the network inside nothing is told but that it is not ours to reach.
        Err(HttpError::Private) => Answer::fault("the address leads into a private network"),
        Err(HttpError::Timeout) => Answer::fault("it took too long"),
        Err(_) => Answer::fault("no connection"),
    }
}

/// The newest first.
fn valid_secrets(app: &App, endpoint: &EndpointRow, now: Timestamp) -> Option<Vec<String>> {
    let open = |sealed: &str| secrets::open(&app.secret, &endpoint.endpoint_id, sealed);
    let mut all = vec![open(&endpoint.secret)?];
    if endpoint.old_secret_until.is_some_and(|until| now.0 < until) {
        all.extend(endpoint.old_secret.as_deref().and_then(open));
    }
    Some(all)
}

fn headers(secrets: &[String], id: &str, now: Timestamp, body: &str) -> Option<HeaderMap> {
    let time = now.0.div_euclid(1_000).to_string();
    let signature = sign::header(secrets, id, &time, body.as_bytes())?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [("webhook-id", id), ("webhook-timestamp", time.as_str()), ("webhook-signature", &signature)] {
        headers.insert(name, HeaderValue::from_str(value).ok()?);
    }
    Some(headers)
}

fn read(reply: Reply) -> Answer {
    let status = reply.status;
    let error = match status.as_u16() {
        200..=299 => None,
        300..=399 => Some("it leads elsewhere, and nothing is sent after it".to_owned()),
        code => Some(format!("status {code}")),
    };
    let retry_after_s = if matches!(status.as_u16(), 429 | 503) { reply.retry_after() } else { None };
    let excerpt = error.is_some().then(|| excerpt(&reply.body)).filter(|text| !text.is_empty());
    Answer { status: Some(status.as_u16()), error, excerpt, retry_after_s }
}

/// In one line, without what would do something to whoever reads it.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let shown = |c: char| if c.is_control() || aftercart_shared::validate::is_invisible(c) { ' ' } else { c };
    let plain: String = text.chars().map(shown).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(EXCERPT_MAX).collect()
}

async fn finish(
    app: &App,
    endpoint: &EndpointRow,
    claimed: &Claimed,
    claim: &str,
    message: &MessageRow,
    answer: Answer,
) -> Result<(), db::Error> {
    let (now, is_ping) = (app.clock.now(), message.kind == Event::Ping.name());
    let gone = answer.status == Some(410);
    let next = schedule::next(now, claimed.attempt, answer.retry_after_s, &*app.random).filter(|_| !is_ping && !gone);
    let tried = Tried {
        state: match (&answer.error, next) {
            (None, _) => "done",
            (Some(_), Some(_)) => "waiting",
            (Some(_), None) => "dead",
        },
        run_at: next.filter(|_| answer.error.is_some()).unwrap_or(now),
        status: answer.status.map(i64::from),
        error: answer.error.clone(),
        excerpt: answer.excerpt,
    };
    let (site, id, claimed, claim) = (endpoint.site(), endpoint.endpoint_id.clone(), claimed.clone(), claim.to_owned());
    let write = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            let to = (&site, id.as_str());
            if !store::finish(tx, to, &claimed.message_id, &claim, &tried, now).await? {
                return Ok(None);
            }
            let place = (claimed.stream.as_str(), claimed.position);
            match tried.state {
                "waiting" => store::hold_followers(tx, to, place, tried.run_at).await?,
                _ => store::free_followers(tx, to, place, now).await?,
            }
            let Some(error) = tried.error else {
                endpoint_store::went_well(tx, &site, &id, now).await?;
                return Ok(None);
            };
            // Trying it out says nothing of what it is worth.
            if is_ping {
                return Ok(None);
            }
            let Some(failing) = endpoint_store::went_wrong(tx, &site, &id, &error, now).await? else { return Ok(None) };
            endpoint_store::rest(tx, &site, &id, schedule::rests_until(now, failing.failures)).await?;
            let reason = if gone {
                "gone"
            } else if now.0 - failing.failing_since >= schedule::FAILING_MAX_MS {
                "failing"
            } else {
                return Ok(None);
            };
            Ok(endpoint_store::switch_off(tx, &site, &id, reason, now).await?.then_some(reason))
        })
    });
    if let Some(reason) = write.await? {
        tracing::warn!(endpoint = endpoint.endpoint_id, reason, "a webhook endpoint was switched off");
        metrics::counter!("aftercart_webhook_endpoints_switched_off", "reason" => reason).increment(1);
    }
    Ok(())
}

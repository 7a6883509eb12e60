//! `POST /api/v1/inbound/mail`: a mail service hands over what came for the reply address.

use super::MESSAGE_MAX;
use crate::{app::App, error::Error, random::same};
use aftercart_shared::error::WireError;
use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{error::Error as _, sync::LazyLock};
use tokio::sync::Semaphore;

/// Messages in memory at once.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));

/// Hand over a mail
///
/// The message itself, as RFC 5322 has it, is the body: a reply to a mailed answer goes on in its conversation, once however often
/// it is handed over. The answer is the same whatever becomes of it: a message to an address that is none of ours, an absence
/// note, a second copy. After any other status hand it over again.
#[utoipa::path(
    post, path = "/api/v1/inbound/mail", tag = "shoppers",
    params(("Authorization" = String, Header, description = "`Bearer` and the setting `mail.inbound_secret`, or HTTP Basic with it as the password")),
    request_body(content = String, content_type = "message/rfc822", description = "At most 25 MiB"),
    responses(
        (status = 202),
        (status = 401, body = WireError, description = "`key_invalid`: not the secret"),
        (status = 404, body = WireError, description = "`not_found`: this server takes no mail"),
        (status = 413, body = WireError, description = "`too_large`"),
        (status = 415, body = WireError, description = "`unsupported_media_type`: no message, but a form or JSON"),
        (status = 429, body = WireError, description = "Too many at once for one conversation; `retry_after` seconds"),
    )
)]
pub async fn receive(State(app): State<App>, headers: HeaderMap, body: Body) -> Result<StatusCode, Error> {
    let settings = &app.config.mail;
    if settings.inbound_secret.is_empty() || !settings.inbound.is_on() {
        return Err(Error::NotFound);
    }
    if !knows(&headers, &settings.inbound_secret) {
        return Err(Error::InboundRefused);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !["", "message/rfc822", "message/global", "text/plain", "application/octet-stream"].contains(&kind.as_str()) {
        return Err(Error::NoMailType);
    }
    let _place = AT_ONCE.acquire().await.map_err(|_| Error::Internal("no place for mails".into()))?;
    let body = to_bytes(body, MESSAGE_MAX).await.map_err(|error| broken(&error))?;
    super::receive(&app, body.into()).await?;
    Ok(StatusCode::ACCEPTED)
}

fn broken(error: &axum::Error) -> Error {
    match error.source().is_some_and(|source| source.to_string().contains("length limit")) {
        true => Error::TooLarge { limit: MESSAGE_MAX },
        false => Error::BadRequest { message: "the body broke off".into() },
    }
}

fn knows(headers: &HeaderMap, secret: &str) -> bool {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some((scheme, rest)) = said.split_once(' ') else { return false };
    let shown = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => rest.trim().as_bytes().to_vec(),
        "basic" => match STANDARD.decode(rest.trim()) {
            Ok(both) => both.splitn(2, |byte| *byte == b':').nth(1).unwrap_or_default().to_vec(),
            Err(_) => return false,
        },
        _ => return false,
    };
    same(&shown, secret.as_bytes())
}

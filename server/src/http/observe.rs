//! A request's id, its line in the log, its place in the metrics, and the body of its error.
//!
//! Nothing personal is logged: the route's pattern instead of the path, never a query, a body or an address.

use crate::{app::App, error::Error};
use aftercart_shared::error::WireError;
use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::{Duration, Instant};
use tracing::Instrument;

pub const REQUEST_ID: &str = "x-request-id";

pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = app.random.id();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", |path| path.as_str()).to_owned();
    let span = tracing::info_span!("request", %id, %method, %route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status();
    span.in_scope(|| tracing::debug!(status = status.as_u16(), ms = elapsed.as_millis() as u64, "answered"));
    let labels = [("method", method.to_string()), ("route", route), ("status", status.as_u16().to_string())];
    metrics::histogram!("aftercart_request_seconds", &labels).record(elapsed.as_secs_f64());

    if let Some(wire) = response.extensions_mut().remove::<WireError>() {
        response = with_body(response, wire, &id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn with_body(response: Response, mut wire: WireError, id: &str) -> Response {
    id.clone_into(&mut wire.request_id);
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = wire.retry_after {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Response::from_parts(parts, Body::from(serde_json::to_vec(&wire).unwrap_or_default()))
}

/// For [`tower_http::catch_panic`]: a fault of ours, told like any other.
pub fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Error::Internal(format!("a handler panicked: {}", text.unwrap_or("no message"))).into_response()
}

pub async fn not_found() -> Error {
    Error::NotFound
}

pub async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}

/// Ten megabytes over a mobile network take longer than anything else that is asked.
const UPLOADS: [&str; 1] = ["/api/v1/me/attachments"];

/// A request that takes longer than it may is answered, and its work dropped.
pub async fn time_limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let limits = &app.config.limits;
    let upload = request.extensions().get::<MatchedPath>().is_some_and(|path| UPLOADS.contains(&path.as_str()));
    let limit = Duration::from_secs(if upload { limits.upload_timeout_s } else { limits.request_timeout_s });
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::Timeout.into_response(),
    }
}

/// `GET /metrics`, for this machine or for whoever has the token.
pub async fn metrics(State(app): State<App>, request: Request) -> Result<Response, Error> {
    let token = &app.config.metrics_token;
    let (parts, _) = request.into_parts();
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let allowed = match bearer.and_then(|v| v.strip_prefix("Bearer ")) {
        Some(given) => !token.is_empty() && crate::random::same(given.as_bytes(), token.as_bytes()),
        None => {
            let forwarded = parts.headers.contains_key("x-forwarded-for");
            !forwarded && super::Source::of_parts(&parts, &app).0.is_loopback()
        }
    };
    if !allowed {
        return Err(Error::NotFound);
    }
    let text = app.metrics.as_ref().map(|handle| handle.render()).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

//! Bodies and queries, read strictly: what is wrong is said with the field's name.

use crate::{app::App, error::Error};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

/// A JSON body in, a JSON body out.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::UnsupportedMediaType);
        }
        // The limit itself is axum's DefaultBodyLimit, set in the router.
        let limit = app.config.limits.body_bytes;
        let bytes = Bytes::from_request(request, app).await.map_err(|_| Error::TooLarge { limit })?;
        parse(&bytes).map(Json)
    }
}

/// For routes whose bodies may be larger than a shopper's: reads what axum has collected.
///
/// # Errors
/// As [`Json`].
pub fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Error> {
    if is_json(headers) { parse(body) } else { Err(Error::UnsupportedMediaType) }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"))
}

/// Malformed JSON is a 400; well-formed JSON of the wrong shape a 422 that names the field.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let not_json = |fault: serde_json::Error| Error::BadRequest { message: format!("the body is not JSON: {fault}") };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|fault| {
        let path = fault.path().to_string();
        let fault = fault.into_inner();
        if fault.is_data() {
            Error::Shape { field: Some(path).filter(|p| p != "."), message: fault.to_string() }
        } else {
            not_json(fault)
        }
    })?;
    deserializer.end().map_err(not_json)?;
    Ok(value)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        // What shoppers ask for is about them, today: nothing on the way may keep it.
        ([(header::CACHE_CONTROL, "no-store")], axum::Json(self.0)).into_response()
    }
}

/// The part behind the question mark.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|query| Query(query.0)).map_err(|fault| Error::Shape { field: None, message: fault.body_text() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::api::orders::LookupRequest;

    fn outcome(body: &[u8]) -> (u16, Option<String>) {
        match parse::<LookupRequest>(body) {
            Ok(_) => (200, None),
            Err(error) => {
                let (status, wire) = error.wire();
                (status.as_u16(), wire.field)
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said_with_its_field() {
        assert_eq!(outcome(br#"{"number":"A-1","contact":"a@b.cn"}"#), (200, None));
        assert_eq!(outcome(br#"{"number":"A-1","#), (400, None));
        assert_eq!(outcome(br#"{"number":"A-1","contact":"a@b.cn"} x"#), (400, None));
        assert_eq!(outcome(br#"{"number":1,"contact":"a@b.cn"}"#), (422, Some("number".into())));
        assert_eq!(outcome(br#"{"number":"A-1","contact":"x","status":"delivered"}"#).0, 422);
        assert_eq!(outcome(br#"{"number":"A-1"}"#).0, 422);
        assert_eq!(outcome(br#"{"number":"\ud800","contact":"x"}"#).0, 400);
        assert_eq!(outcome(b"\xff\xfe").0, 400);
        assert_eq!(outcome(b"").0, 400);
    }
}

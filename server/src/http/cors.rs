//! Which pages may read the API's answers: those on some site's list. Whether they are on *this* site's list is
//! checked with the site itself; a preflight does not say which site it is for.

use crate::{app::App, error::Error};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

pub async fn cors(State(app): State<App>, request: Request, next: Next) -> Result<Response, Error> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let known = match origin.as_ref().and_then(|o| o.to_str().ok()) {
        Some(origin) => app.sites.any_allows(origin).await?,
        None => false,
    };
    let mut response = if !preflight {
        next.run(request).await
    } else if known {
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "aftercart-site, aftercart-visitor, aftercart-watch, authorization, content-type",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "7200"),
        ];
        (StatusCode::NO_CONTENT, headers).into_response()
    } else {
        StatusCode::FORBIDDEN.into_response()
    };
    if let (Some(origin), true) = (origin, known) {
        let exposed = HeaderValue::from_static("x-request-id, retry-after");
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    Ok(response)
}

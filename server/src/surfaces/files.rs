//! Files out of the binary: the loader, the bundle, icons.

use crate::{
    assets::{by_name, by_path, serve},
    error::Error,
};
use axum::{
    extract::Path,
    http::{HeaderMap, Uri},
    response::Response,
};

/// A file whose address is its name: `/aftercart.js`, `/icons/favicon.svg`.
pub async fn named(uri: Uri, headers: HeaderMap) -> Result<Response, Error> {
    serve(by_name(uri.path().trim_start_matches('/')), &headers)
}

/// A file under its hashed name.
pub async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    serve(by_path(&format!("assets/{file}")), &headers)
}

pub async fn favicon(headers: HeaderMap) -> Result<Response, Error> {
    serve(by_name("icons/favicon.svg"), &headers)
}

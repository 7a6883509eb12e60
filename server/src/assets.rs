//! Files that live in the binary: hashed, compressed and typed by the build script.

use crate::error::Error;
use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// A file in the binary.
#[derive(Debug)]
pub struct Asset {
    /// What code calls it: `storefront.js`.
    pub name: &'static str,
    /// Where it is served: `assets/storefront-0123456789abcdef.js`.
    pub path: &'static str,
    pub content_type: &'static str,
    pub etag: &'static str,
    /// Its path changes with its content, so it may be kept for ever.
    pub immutable: bool,
    pub raw: &'static [u8],
    pub brotli: &'static [u8],
}

pub static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets/table.rs"));

pub fn by_name(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// What the widget downloads later, by the names of the parts in its sources.
static PARTS: &[(&str, &[&str])] = include!(concat!(env!("OUT_DIR"), "/parts.rs"));

/// The files of a part of the widget's bundle; none when there is no such part.
pub fn of_part(part: &str) -> impl Iterator<Item = &'static Asset> {
    let names = PARTS.iter().find(|(name, _)| *name == part).map_or(&[] as &[&str], |(_, names)| names);
    names.iter().filter_map(|name| by_name(name))
}

pub fn by_path(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// Answers with the file, compressed if the client can, or 304 if it has it already.
///
/// # Errors
/// [`Error::NotFound`] when there is no such file.
pub fn serve(asset: Option<&'static Asset>, headers: &HeaderMap) -> Result<Response, Error> {
    let asset = asset.ok_or(Error::NotFound)?;
    let cache = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        // Short, because shops' pages name it by a fixed address; stale is fine while a fresh one is fetched.
        "public, max-age=300, stale-while-revalidate=86400"
    };
    Ok(cached(headers, asset.etag, cache, asset.content_type, || {
        if accepts_brotli(headers) { (asset.brotli.into(), Some("br")) } else { (asset.raw.into(), None) }
    }))
}

/// An answer that a browser may keep and ask about again.
pub fn cached(
    headers: &HeaderMap,
    etag: &str,
    cache_control: &str,
    content_type: &str,
    body: impl FnOnce() -> (Body, Option<&'static str>),
) -> Response {
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let common = [(header::ETAG, etag), (header::CACHE_CONTROL, cache_control), (header::VARY, "accept-encoding")];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let (body, encoding) = body();
    let mut response = (common, [(header::CONTENT_TYPE, content_type)], body).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(encoding));
    }
    response
}

pub fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).any(
        |coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("br") && !parts.any(|p| p.replace(' ', "").starts_with("q=0") && !p.contains('.'))
        },
    )
}

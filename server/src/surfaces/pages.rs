//! Pages that are the same for everybody: rendered and compressed once, kept until their site changes.

use crate::assets;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

/// More would mean somebody invents keys; then the oldest go.
const KEPT_MAX: usize = 500;

/// A page with its policy.
#[derive(Clone, Debug)]
pub struct Page {
    pub content_type: &'static str,
    pub body: String,
    /// Content-Security-Policy.
    pub policy: String,
}

#[derive(Debug)]
struct Kept {
    page: Page,
    etag: String,
    brotli: Bytes,
}

/// The cache. The key must name everything that the page depends on.
#[derive(Debug, Default)]
pub struct Pages {
    kept: Mutex<HashMap<String, Arc<Kept>>>,
}

impl Pages {
    /// The page under `key`, rendered if need be; 304 if the browser has it.
    pub fn answer(&self, key: &str, headers: &HeaderMap, render: impl FnOnce() -> Page) -> Response {
        let known = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let kept = known.unwrap_or_else(|| {
            let kept = Arc::new(Kept::new(render()));
            let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= KEPT_MAX {
                all.clear();
            }
            all.insert(key.to_owned(), kept.clone());
            kept
        });
        // One trip to ask costs a slow phone half a second: five minutes old is fresh enough, a day old will do while
        // a newer one is fetched.
        let cache = "public, max-age=300, stale-while-revalidate=86400";
        let mut response = assets::cached(headers, &kept.etag, cache, kept.page.content_type, || {
            if assets::accepts_brotli(headers) {
                (Body::from(kept.brotli.clone()), Some("br"))
            } else {
                (Body::from(kept.page.body.clone()), None)
            }
        });
        if let Ok(policy) = HeaderValue::from_str(&kept.page.policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        let shared = HeaderValue::from_static("cross-origin");
        response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), shared);
        response
    }
}

impl Kept {
    fn new(page: Page) -> Kept {
        let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 10, 22);
        // Writing into memory does not fail.
        let _ = brotli.write_all(page.body.as_bytes());
        let digest = Sha256::new().chain_update(page.body.as_bytes()).chain_update(page.policy.as_bytes()).finalize();
        Kept { etag: format!("\"{}\"", crate::random::hex(&digest[..12])), brotli: brotli.into_inner().into(), page }
    }
}

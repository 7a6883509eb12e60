//! `/desk`: the page of the workbench. It holds no data and is the same for everybody; what it shows is asked for by the
//! bundle, with the session's cookie.

use crate::{assets, html, random::hex};
use aftercart_shared::{i18n::Messages, locale::Locale};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const TEMPLATE: &str = include_str!(concat!(env!("OUT_DIR"), "/desk.html"));
const BOOT: &str = include_str!(concat!(env!("OUT_DIR"), "/desk_boot.js"));

struct Page {
    body: String,
    etag: String,
}

static ENGLISH: LazyLock<Page> = LazyLock::new(|| render(Locale::En));
static CHINESE: LazyLock<Page> = LazyLock::new(|| render(Locale::ZhCn));

/// Scripts and styles are our own, nothing is framed, nothing is sent anywhere else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {}; style-src 'self'; connect-src 'self'; \
         img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        html::csp_hash(BOOT),
    )
});

pub async fn page(headers: HeaderMap) -> Response {
    let tags = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = tags.split(',').find_map(|tag| Locale::parse(tag.split(';').next().unwrap_or_default()));
    let page = if first.is_some_and(Locale::is_chinese) { &*CHINESE } else { &*ENGLISH };
    // Asked about every time: it names the bundle's files, which change with every release.
    let mut response = assets::cached(&headers, &page.etag, "no-cache", "text/html; charset=utf-8", || {
        (Body::from(page.body.clone()), None)
    });
    let answer = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        answer.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer.append(header::VARY, HeaderValue::from_static("accept-language"));
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex"),
    ] {
        answer.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn render(locale: Locale) -> Page {
    let t = Messages::new(locale);
    let inside = html::fill(
        TEMPLATE,
        &[
            ("failed", &html::escape(t.home_boot_failed())),
            ("retry", &html::escape(t.common_retry())),
            ("noscript", &html::escape(t.desk_needs_script())),
        ],
    );
    let asset = |name| assets::by_name(name).map_or("", |asset| asset.path);
    let (js, wasm, css) = (asset("desk.js"), asset("desk.wasm"), asset("desk.css"));
    let title = html::escape(t.desk_title());
    let body = format!(
        "<!doctype html><html lang=\"{locale}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1,interactive-widget=resizes-content,viewport-fit=cover\">\
         <title>{title}</title><meta name=\"color-scheme\" content=\"light dark\">\
         <link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\">\
         <link id=\"ad-css\" rel=\"stylesheet\" href=\"/{css}\"><link id=\"ad-js\" rel=\"modulepreload\" href=\"/{js}\">\
         <link id=\"ad-wasm\" rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"/{wasm}\">\
         </head><body class=\"ad\">{inside}<script>{BOOT}</script></body></html>"
    );
    let etag = format!("\"{}\"", hex(&Sha256::digest(body.as_bytes())[..12]));
    Page { body, etag }
}

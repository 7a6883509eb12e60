//! `/c/{site}/{locale}.js`: the site's config for the loader.
//!
//! It is a script because the strict policies of shops allow a script tag but no request. What a developer did wrong
//! (an unknown key) is said there too: a script that answers 404 would say nothing to anybody.

use super::pages::Page;
use crate::{app::App, error::Error, html};
use aftercart_shared::{i18n::Messages, theme::TEXT_CONTRAST};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde::Serialize;

#[derive(Serialize)]
struct Config<'a> {
    origins: Vec<&'a str>,
    brand: String,
    ink: String,
    side: &'a str,
    t: Texts,
}

#[derive(Serialize)]
struct Texts {
    open: &'static str,
    close: &'static str,
    frame: String,
    failed: &'static str,
    retry: &'static str,
}

pub async fn script(
    State(app): State<App>,
    Path((key, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let asked = file.strip_suffix(".js").ok_or(Error::NotFound)?;
    let page = |body: String| Page {
        content_type: "text/javascript; charset=utf-8",
        body: format!("Aftercart.config({body})"),
        policy: "default-src 'none'".into(),
    };
    let site = match app.sites.by_key(&key).await {
        Ok(site) => site,
        Err(error @ Error::UnknownSite(_)) => {
            let fault = serde_json::json!({ "error": error.to_string() });
            return Ok(app.pages.answer("config: unknown", &headers, || page(html::json(&fault))));
        }
        Err(error) => return Err(error),
    };
    let locale = site.locale_for(asked);
    let cache_key = format!("config {} {locale} {}", site.key, site.updated_at.0);
    Ok(app.pages.answer(&cache_key, &headers, || {
        let t = Messages::new(locale);
        let (brand, ink) = (site.theme.brand, site.theme.brand.ink());
        debug_assert!(brand.contrast(ink) >= TEXT_CONTRAST);
        page(html::json(&Config {
            origins: site.origins.iter().map(|o| o.as_str()).collect(),
            brand: brand.hex(),
            ink: ink.hex(),
            side: site.theme.side.name(),
            t: Texts {
                open: t.launcher_open(),
                close: t.launcher_close(),
                frame: t.launcher_frame().to_owned(),
                failed: t.launcher_failed(),
                retry: t.launcher_retry(),
            },
        }))
    }))
}

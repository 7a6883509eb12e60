//! Which site a request is about. Handlers cannot forget it: without this extractor they have no `Site` to pass on.

use crate::{app::App, error::Error, sites::Site};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use std::sync::Arc;

/// Names the site on API requests.
pub const SITE_HEADER: &str = "aftercart-site";

/// The site named by the request's `Aftercart-Site` header, after the request's origin was checked against it.
#[derive(Clone, Debug)]
pub struct CurrentSite(pub Arc<Site>);

impl std::ops::Deref for CurrentSite {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.0
    }
}

impl FromRequestParts<App> for CurrentSite {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let key = parts.headers.get(SITE_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let site = app.sites.by_key(key).await?;
        check_origin(app, &site, &parts.headers)?;
        Ok(CurrentSite(site))
    }
}

/// Our own pages send our own origin or none; a shop's page must be on its site's list.
fn check_origin(app: &App, site: &Site, headers: &HeaderMap) -> Result<(), Error> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or("null");
    if app.is_own_origin(origin, headers) || site.allows(origin) {
        return Ok(());
    }
    app.sites.hint_once(&format!("origin {origin} {}", site.key), || {
        tracing::warn!(
            "a page that site {} does not list called the API: if it is yours, run: aftercart site allow {} {origin}",
            site.key,
            site.key
        );
    });
    Err(Error::OriginNotAllowed(origin.to_owned()))
}

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
        PageOrigin::of(app, &parts.headers).check(app, &site)?;
        Ok(CurrentSite(site))
    }
}

/// The page that a request says it comes from. Our own pages send our own origin or none; a shop's page must be on its site's
/// list.
#[derive(Clone, Debug)]
pub struct PageOrigin {
    origin: Option<String>,
    own: bool,
}

impl PageOrigin {
    pub fn of(app: &App, headers: &HeaderMap) -> PageOrigin {
        let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null").to_owned());
        let own = origin.as_ref().is_none_or(|origin| app.is_own_origin(origin, headers));
        PageOrigin { origin, own }
    }

    /// # Errors
    /// [`Error::OriginNotAllowed`]
    pub fn check(&self, app: &App, site: &Site) -> Result<(), Error> {
        let Some(origin) = &self.origin else { return Ok(()) };
        if self.own || site.allows(origin) {
            return Ok(());
        }
        app.sites.hint_once(&format!("origin {origin} {}", site.key), || {
            tracing::warn!(
                "a page that site {} does not list called the API: if it is yours, run: aftercart site allow {} {origin}",
                site.key,
                site.key
            );
        });
        Err(Error::OriginNotAllowed(origin.clone()))
    }

    /// While it is not known yet which site it is about: some site must list it.
    ///
    /// # Errors
    /// [`Error::OriginNotAllowed`], or the database's.
    pub async fn check_any(&self, app: &App) -> Result<(), Error> {
        match &self.origin {
            Some(origin) if !self.own && !app.sites.any_allows(origin).await? => {
                Err(Error::OriginNotAllowed(origin.clone()))
            }
            _ => Ok(()),
        }
    }
}

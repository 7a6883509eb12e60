//! Who may write: whoever holds one of the site's secret keys. The key also says which site it is.

use super::store;
use crate::{app::App, error::Error, random::hex, sites::Site};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// So that a key is recognised wherever it turns up, by people and by secret scanners.
pub const PREFIX: &str = "sk_";

/// A request that carried a valid secret key, and the site it belongs to.
#[derive(Clone, Debug)]
pub struct ApiKey {
    pub site: Arc<Site>,
}

/// How a key is kept. It is random, so one plain hash is enough: there is nothing to guess.
pub fn hash(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()))
}

impl FromRequestParts<App> for ApiKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        // A secret key has no business in a browser: every page that sends one would give it away.
        if parts.headers.contains_key(header::ORIGIN) {
            return Err(Error::KeyInvalid);
        }
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).ok_or(Error::KeyInvalid)?;
        if !key.starts_with(PREFIX) || key.len() > 80 {
            return Err(Error::KeyInvalid);
        }
        let site = store::site_of(&app.db, &hash(key)).await?.ok_or(Error::KeyInvalid)?;
        Ok(ApiKey { site: app.sites.by_id(&site).await? })
    }
}

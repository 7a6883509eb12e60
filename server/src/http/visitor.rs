//! Who a request comes from: anybody, or a shopper who has proved who she is.

use super::CurrentSite;
use crate::{app::App, error::Error, shoppers::session};
use axum::{extract::FromRequestParts, http::request::Parts};

/// For routes that tell a verified shopper more than others. A token that has ended is a 401 all the same: whoever sends
/// one believes to be signed in.
#[derive(Clone, Debug)]
pub enum Visitor {
    Anonymous,
    Verified(session::Session),
}

/// For routes that nobody else gets into.
#[derive(Clone, Debug)]
pub struct Verified(pub session::Session);

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let site = CurrentSite::from_request_parts(parts, app).await?;
        let session = session::current(app, &site.id, &parts.headers).await?;
        Ok(session.map_or(Visitor::Anonymous, Visitor::Verified))
    }
}

impl FromRequestParts<App> for Verified {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        match Visitor::from_request_parts(parts, app).await? {
            Visitor::Verified(session) => Ok(Verified(session)),
            Visitor::Anonymous => Err(Error::SessionExpired),
        }
    }
}

//! A tracking service pushes: believed when it is signed, stored before it is answered.

use super::follow::{Carry, Reply};
use crate::{
    app::App,
    connectors::carriers::{Account, Ask, Kind, Refused, accept},
    db,
    http_client::HttpClient,
    orders,
};
use aftercart_shared::ids::SiteId;
use futures_util::future::BoxFuture;
use reqwest::{
    Method, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use std::time::Duration;

/// One request may take this long.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Takes a push for the connector whose site and account these are: verified over the raw body, stored, told to whoever
/// looks. Returns the content type and the body that the service must be answered with, status 200, or it pushes again.
///
/// # Errors
/// When it is not signed, cannot be read, or the database refuses: then the service is to try again.
pub async fn receive(
    app: &App,
    site: &SiteId,
    kind: Kind,
    account: &Account,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(&'static str, &'static str), PushError> {
    let reports = accept(kind, headers, body, account)?;
    let changed = orders::reports::apply(&app.db, &*app.clock, site, reports).await?;
    for order in changed {
        orders::news::changed(app, site, order.as_str());
    }
    Ok(kind.feed().thanks())
}

impl Carry for HttpClient {
    fn carry(&self, ask: Ask) -> BoxFuture<'_, Result<Reply, String>> {
        Box::pin(async move {
            let url: Url = ask.url.parse().map_err(|_| "its address cannot be read".to_owned())?;
            let method = if ask.method == "GET" { Method::GET } else { Method::POST };
            let mut headers = HeaderMap::new();
            for (name, value) in ask.headers {
                let value = HeaderValue::from_str(&value);
                let mut value = value.map_err(|_| "the key has characters that no header may have".to_owned())?;
                value.set_sensitive(true);
                headers.insert(HeaderName::from_static(name), value);
            }
            let reply = HttpClient::send(self, method, url, headers, ask.body, PATIENCE).await;
            let reply = reply.map_err(|error| error.to_string())?;
            let retry_after_s = reply.retry_after().and_then(|s| i64::try_from(s).ok());
            Ok(Reply { status: reply.status.as_u16(), retry_after_s, body: reply.body })
        })
    }
}

//! A tracking service pushes: believed when it is signed, stored before it is answered.

use super::{
    account::{NoAccount, account},
    follow::{Carry, Reply},
};
use crate::{
    app::App,
    connectors::{
        carriers::{Ask, Kind, Refused, accept},
        store::{self, ConnectorRow},
    },
    db,
    error::Error,
    http_client::HttpClient,
    orders,
};
use futures_util::future::BoxFuture;
use reqwest::{
    Method, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};

/// What comes of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The content type and the body that the service must be answered with, status 200, or it pushes again.
    Thanks(&'static str, &'static str),
    /// Not signed with the connector's secret: nothing of it is believed.
    Unsigned,
    /// Signed, and yet not what the service documents. It may push again.
    Unreadable,
}

/// Takes a push for a connector: verified over the raw body, stored for the connector's own site, told to whoever looks.
///
/// # Errors
/// When the database refuses: then the service is to try again.
pub async fn receive(
    app: &App,
    row: &ConnectorRow,
    kind: Kind,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Taken, Error> {
    let account = match account(app, row, kind).await {
        Ok(account) => account,
        Err(NoAccount::Sealed) => return Ok(Taken::Unsigned),
        Err(NoAccount::Site(error)) => return Err(error),
    };
    let reports = match accept(kind, headers, body, &account) {
        Ok(reports) => reports,
        Err(Refused::Signature) => return Ok(Taken::Unsigned),
        Err(Refused::Unreadable(why)) => {
            tracing::warn!(connector = row.connector_id, kind = row.kind, %why, "a push cannot be read");
            return Ok(Taken::Unreadable);
        }
    };
    let site = row.site();
    let changed = orders::reports::apply(&app.db, &*app.clock, &site, reports).await?;
    for order in &changed {
        orders::news::changed(app, &site, order.as_str());
    }
    let (id, any, now) = (row.connector_id.clone(), !changed.is_empty(), app.clock.now());
    app.db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { store::heard(tx, &site, &id, any, now).await }))
        .await?;
    let (content_type, words) = kind.feed().thanks();
    Ok(Taken::Thanks(content_type, words))
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
            let reply = HttpClient::send(self, method, url, headers, ask.body, self.patience).await;
            let reply = reply.map_err(|error| error.to_string())?;
            let retry_after_s = reply.retry_after().and_then(|s| i64::try_from(s).ok());
            Ok(Reply { status: reply.status.as_u16(), retry_after_s, body: reply.body })
        })
    }
}

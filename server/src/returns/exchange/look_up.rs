//! Asking whoever knows the variants: the connector that the order came by, else the shop's file.

use super::variant_store as store;
use crate::{
    app::App,
    connectors::{
        commerce::{self, Connection, LineOf, Siblings},
        outgoing::Fault,
        store::{self as connectors, ConnectorRow},
    },
    db,
    error::Error,
    returns::facts::{Facts, Tells},
    sites::Site,
};
use std::{sync::Arc, time::Duration};

/// A shopper waits no longer for a platform.
const PATIENCE: Duration = Duration::from_secs(6);
/// As `return_exchanges.source`, for what the shop's file says.
const FILE: &str = "file";

/// What is known of the variants of a line.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// As `return_exchanges.source`.
    pub source: String,
    pub siblings: Siblings,
    /// When the stock was told.
    pub told_at: i64,
}

/// # Errors
/// [`Error::VariantsUnavailable`] when the platform does not answer in time, or not what it should.
pub async fn of_line(app: &App, site: &Site, facts: &Facts, place: usize) -> Result<LookedUp, Error> {
    let Some(line) = facts.lines.get(place) else { return Err(Error::VariantsUnavailable) };
    let now = app.clock.now().0;
    match facts.tells {
        Tells::File => {
            let rows = store::of_sku(&mut &app.db, &site.id, line.sku.as_deref().unwrap_or_default()).await?;
            let told_at = rows.iter().map(|row| row.told_at).min().unwrap_or(now);
            let bought = rows.iter().find(|row| Some(&row.sku) == line.sku.as_ref()).map(|row| row.variant_id.clone());
            let currency = facts.order.currency;
            let variants = rows.iter().filter_map(|row| Some(row.told()?.variant(currency))).collect();
            Ok(LookedUp { source: FILE.into(), siblings: Siblings { bought, variants }, told_at })
        }
        Tells::Connector => {
            let rows = connectors::of_site(&app.db, &site.id).await?;
            let row = rows.into_iter().find(|row| row.source == facts.row.source);
            let row = row.ok_or(Error::VariantsUnavailable)?;
            let of = LineOf {
                order: facts.row.external_id.clone(),
                line: line.line_id.clone(),
                currency: facts.order.currency,
            };
            let asked = tokio::time::timeout(PATIENCE, ask(app, site, &row, &of));
            let siblings = match asked.await {
                Ok(Ok(siblings)) => siblings.unwrap_or_default(),
                Ok(Err(fault)) => return Err(unavailable(app, site, &row, &fault).await),
                Err(_) => {
                    let fault = Fault::Unreachable("no answer about variants in time".into());
                    return Err(unavailable(app, site, &row, &fault).await);
                }
            };
            Ok(LookedUp { source: row.source, siblings, told_at: now })
        }
        Tells::Nobody => Err(Error::VariantsUnavailable),
    }
}

async fn ask(app: &App, site: &Site, row: &ConnectorRow, of: &LineOf) -> Result<Option<Siblings>, Fault> {
    let kind = row.commerce().map_err(|error| Fault::Garbled(error.to_string()))?;
    let credential = row.credential(&app.secret).ok_or_else(|| Fault::Refused("it cannot be read".into()))?;
    let connection = Connection {
        base_url: row.base_url.clone(),
        credential,
        country: site.country.clone(),
        http: Arc::new(app.http.clone()),
    };
    let commerce = commerce::connect(kind, connection);
    match commerce.varied() {
        Some(varied) => varied.siblings(of).await,
        None => Ok(None),
    }
}

/// The connector's health shows it too; the shopper hears that it does not work just now.
async fn unavailable(app: &App, site: &Site, row: &ConnectorRow, fault: &Fault) -> Error {
    tracing::warn!(connector = row.connector_id, why = %fault, "variants could not be looked up");
    let (site, id, now, text) = (site.id.clone(), row.connector_id.clone(), app.clock.now(), fault.to_string());
    let noted = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { connectors::went_wrong(tx, &site, &id, &text, now).await.map(|_| ()) })
        })
        .await;
    match noted {
        Ok(()) => Error::VariantsUnavailable,
        Err(error) => Error::Db(error),
    }
}

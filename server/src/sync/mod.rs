//! Orders out of the retailers' own systems: told by their webhooks, found by asking again, asked for while a shopper
//! waits. Connectors know no feature and orders know no connector; this room is what lies between.

pub mod fetch;
pub mod live;
pub mod reconcile;
mod silence;
mod silence_store;
pub mod webhooks;

use crate::{
    app::App,
    connectors::{
        commerce::{self, Commerce, Connection, Kind},
        outgoing::Fault,
        store::{self, ConnectorRow},
    },
    db,
    error::Error,
    orders::{
        self,
        import::{UpsertError, model::ImportedOrder, upsert},
    },
    sites::Site,
};
use std::sync::Arc;

/// A retailer's system, ready to be asked.
#[derive(Debug)]
pub struct Shop {
    pub row: ConnectorRow,
    pub site: Arc<Site>,
    pub kind: Kind,
    pub commerce: Box<dyn Commerce>,
}

/// Why nothing came of asking.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The server's secret is another one than when the connector was added.
    #[error("its credential cannot be read with this server's secret: add the connector anew")]
    Sealed,
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Site(Error),
}

impl Shop {
    /// # Errors
    /// When its credential does not open, or its site is gone.
    pub async fn new(app: &App, row: ConnectorRow) -> Result<Shop, Trouble> {
        let kind = row.commerce()?;
        let site = app.sites.by_id(&row.site()).await.map_err(Trouble::Site)?;
        let credential = row.credential(&app.secret).ok_or(Trouble::Sealed)?;
        let connection = Connection {
            base_url: row.base_url.clone(),
            credential,
            country: site.country.clone(),
            http: Arc::new(app.http.clone()),
        };
        Ok(Shop { commerce: commerce::connect(kind, connection), row, site, kind })
    }

    /// Stores what the system handed over, tells of what changed, and says how many did. An order that breaks a rule is
    /// left out: it must not hold up the others.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep(&self, app: &App, orders: Vec<ImportedOrder>) -> Result<usize, db::Error> {
        let (db, clock, site) = (&app.db, &*app.clock, &self.site);
        let store = |orders| upsert(db, clock, &site.id, &site.country, &self.row.source, orders);
        let stored = match store(orders.clone()).await {
            Err(UpsertError::Refused { .. }) => {
                let mut stored = Vec::new();
                for order in orders {
                    match store(vec![order]).await {
                        Ok(one) => stored.extend(one),
                        Err(UpsertError::Database(error)) => return Err(error),
                        Err(UpsertError::Refused { external_id, reason, .. }) => {
                            tracing::warn!(
                                connector = self.row.connector_id,
                                external_id,
                                reason,
                                "an order was refused"
                            );
                        }
                    }
                }
                stored
            }
            Err(UpsertError::Database(error)) => return Err(error),
            Ok(stored) => stored,
        };
        let changed: Vec<_> = stored.iter().filter(|order| order.changed).collect();
        for order in &changed {
            orders::news::changed(app, &site.id, order.order_id.as_str());
        }
        Ok(changed.len())
    }

    /// Writes down that it answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn went_well(&self, app: &App, changed: bool) -> Result<(), db::Error> {
        let (site, id, now) = (self.row.site(), self.row.connector_id.clone(), app.clock.now());
        app.db.write(move |tx| Box::pin(async move { store::went_well(tx, &site, &id, changed, now).await })).await
    }
}

/// Writes down why it did not answer; how often that was so in a row.
///
/// # Errors
/// The database's.
pub async fn went_wrong(app: &App, row: &ConnectorRow, trouble: &Trouble) -> Result<i64, db::Error> {
    let (site, id, now, text) = (row.site(), row.connector_id.clone(), app.clock.now(), trouble.to_string());
    tracing::warn!(connector = id, kind = row.kind, error = text, "a connector failed");
    app.db.write(move |tx| Box::pin(async move { store::went_wrong(tx, &site, &id, &text, now).await })).await
}

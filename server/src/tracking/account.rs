//! A site's account with a tracking service, out of the connectors' table.

use crate::{
    app::App,
    connectors::{
        carriers::{Account, Kind},
        store::ConnectorRow,
        webhook_url,
    },
    error::Error,
};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoAccount {
    /// The server's secret is another one than when the connector was added.
    #[error("its credential cannot be read with this server's secret: add the connector anew")]
    Sealed,
    #[error(transparent)]
    Site(#[from] Error),
}

/// # Errors
/// When its credential does not open, or its site is gone.
pub async fn account(app: &App, row: &ConnectorRow, kind: Kind) -> Result<Account, NoAccount> {
    let (Some(credential), Some(secret)) = (row.credential(&app.secret), row.webhook_secret(&app.secret)) else {
        return Err(NoAccount::Sealed);
    };
    let site = app.sites.by_id(&row.site()).await?;
    let mut account = Account::new(kind, &row.base_url, &credential, &secret, &site.time_zone);
    account.callback = Some(webhook_url(&app.config.public_url, &row.connector_id));
    Ok(account)
}

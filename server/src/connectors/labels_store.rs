//! Who makes a site's return labels, in the database. One at a time.

use super::labels::{Kind, Settings};
use crate::{
    args,
    db::{self, Db, Tx},
    random::{Random, hex},
    secret::Secret,
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// The credential is sealed, so that no `Debug` and no log can tell it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProviderRow {
    pub provider: String,
    pub base_url: String,
    pub credential: String,
    /// JSON: [`Settings`].
    pub settings: String,
}

impl ProviderRow {
    /// # Errors
    /// For a kind that only a newer Aftercart knows.
    pub fn kind(&self) -> Result<Kind, db::Error> {
        Kind::parse(&self.provider).ok_or_else(|| db::Error::Corrupt(format!("label_providers {:?}", self.provider)))
    }

    /// # Errors
    /// For a text that is not ours.
    pub fn settings(&self) -> Result<Settings, db::Error> {
        serde_json::from_str(&self.settings).map_err(|_| db::Error::Corrupt("label_providers.settings".into()))
    }

    /// `None` when it was sealed for another site, or under another secret.
    pub fn credential(&self, secret: &Secret, site: &SiteId) -> Option<String> {
        let digits = self.credential.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        let bytes: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
        String::from_utf8(secret.open(&purpose(site), &bytes?)?).ok()
    }
}

fn purpose(site: &SiteId) -> String {
    format!("label_providers.credential {site}")
}

/// Stores it in place of the one before.
///
/// # Errors
/// The database's.
pub async fn set(
    tx: &mut Tx,
    site: &SiteId,
    (kind, base_url): (Kind, &str),
    credential: &str,
    settings: &Settings,
    (secret, random): (&Secret, &dyn Random),
    now: Timestamp,
) -> Result<(), db::Error> {
    let sealed = hex(&secret.seal(&purpose(site), random, credential.as_bytes()));
    tx.execute(
        sql!(
            "INSERT INTO label_providers (site_id, provider, base_url, credential, settings, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (site_id) DO UPDATE SET provider = excluded.provider, base_url = excluded.base_url,
                 credential = excluded.credential, settings = excluded.settings, created_at = excluded.created_at"
        ),
        args![site, kind.name(), base_url, sealed, settings.json(), now],
    )
    .await
    .map(|_| ())
}

/// # Errors
/// The database's.
pub async fn of_site(db: &Db, site: &SiteId) -> Result<Option<ProviderRow>, db::Error> {
    db.fetch_optional(
        sql!("SELECT provider, base_url, credential, settings FROM label_providers WHERE site_id = $1"),
        args![site],
    )
    .await
}

/// `false`: the site had none.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &mut Tx, site: &SiteId) -> Result<bool, db::Error> {
    tx.execute(sql!("DELETE FROM label_providers WHERE site_id = $1"), args![site]).await.map(|rows| rows > 0)
}

//! Connectors in the database, and how they are.

use super::{
    Kind,
    commerce::{self, Cursor},
};
use crate::{
    args,
    db::{self, Db, Tx},
    random::{Random, hex},
    secret::Secret,
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// A connector as it stands in the table. Its secrets are sealed, so that no `Debug` and no log can tell them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ConnectorRow {
    pub site_id: String,
    pub connector_id: String,
    pub kind: String,
    pub base_url: String,
    pub credential: String,
    pub webhook_secret: String,
    pub source: String,
    pub cursor: String,
    pub sweep: String,
    pub created_at: i64,
    pub last_ok_at: Option<i64>,
    pub last_change_at: Option<i64>,
    pub last_webhook_at: Option<i64>,
    pub last_error: Option<String>,
    pub last_error_at: Option<i64>,
    pub failures: i64,
    pub next_poll_at: i64,
}

/// What is needed to make one.
pub struct NewConnector {
    pub site: SiteId,
    pub connector_id: String,
    pub kind: Kind,
    pub base_url: String,
    pub credential: String,
    pub webhook_secret: String,
    /// Orders that changed before are not asked for. Of no matter for a tracking service.
    pub since: Timestamp,
}

/// How a connector is, for the retailer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Health {
    pub connector_id: String,
    pub kind: String,
    pub base_url: String,
    pub source: String,
    /// `ok`, `failing`, or `waiting` before the first answer.
    pub state: &'static str,
    pub last_ok_at: Option<i64>,
    /// When the last new or changed order came.
    pub last_change_at: Option<i64>,
    pub last_webhook_at: Option<i64>,
    pub last_error: Option<String>,
    pub last_error_at: Option<i64>,
    /// In a row.
    pub failures: i64,
    pub next_poll_at: i64,
}

impl ConnectorRow {
    pub fn site(&self) -> SiteId {
        SiteId(self.site_id.clone())
    }

    /// # Errors
    /// For a kind that only a newer Aftercart knows.
    pub fn kind(&self) -> Result<Kind, db::Error> {
        Kind::from_name(&self.kind).ok_or_else(|| self.corrupt_kind())
    }

    /// # Errors
    /// For what is no shop system.
    pub fn commerce(&self) -> Result<commerce::Kind, db::Error> {
        commerce::Kind::from_name(&self.kind).ok_or_else(|| self.corrupt_kind())
    }

    fn corrupt_kind(&self) -> db::Error {
        db::Error::Corrupt(format!("connectors.kind {:?}", self.kind))
    }

    /// # Errors
    /// For a text that is not ours.
    pub fn cursor(&self) -> Result<Cursor, db::Error> {
        serde_json::from_str(&self.cursor).map_err(|_| db::Error::Corrupt("connectors.cursor".into()))
    }

    /// The credential in the clear; `None` when it was sealed under another secret.
    pub fn credential(&self, secret: &Secret) -> Option<String> {
        open(secret, "connectors.credential", &self.connector_id, &self.credential)
    }

    /// As [`ConnectorRow::credential`].
    pub fn webhook_secret(&self, secret: &Secret) -> Option<String> {
        open(secret, "connectors.webhook_secret", &self.connector_id, &self.webhook_secret)
    }

    pub fn health(&self) -> Health {
        Health {
            connector_id: self.connector_id.clone(),
            kind: self.kind.clone(),
            base_url: self.base_url.clone(),
            source: self.source.clone(),
            state: match (self.failures, self.last_ok_at) {
                (1.., _) => "failing",
                (_, Some(_)) => "ok",
                _ => "waiting",
            },
            last_ok_at: self.last_ok_at,
            last_change_at: self.last_change_at,
            last_webhook_at: self.last_webhook_at,
            last_error: self.last_error.clone(),
            last_error_at: self.last_error_at,
            failures: self.failures,
            next_poll_at: self.next_poll_at,
        }
    }
}

/// Bound to its connector: a sealed text copied into another row does not open.
fn purpose(field: &str, connector_id: &str) -> String {
    format!("{field} {connector_id}")
}

fn seal(secret: &Secret, random: &dyn Random, field: &str, connector_id: &str, plain: &str) -> String {
    hex(&secret.seal(&purpose(field, connector_id), random, plain.as_bytes()))
}

fn open(secret: &Secret, field: &str, connector_id: &str, sealed: &str) -> Option<String> {
    let digits = sealed.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    String::from_utf8(secret.open(&purpose(field, connector_id), &bytes?)?).ok()
}

/// Stores a connector and says under which source its orders will stand.
///
/// # Errors
/// The database's.
pub async fn insert(
    tx: &mut Tx,
    new: &NewConnector,
    secret: &Secret,
    random: &dyn Random,
    now: Timestamp,
) -> Result<String, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Taken {
        source: String,
    }
    let taken: Vec<Taken> =
        tx.fetch_all(sql!("SELECT source FROM connectors WHERE site_id = $1"), args![&new.site]).await?;
    let name = new.kind.name();
    let free = |source: &String| taken.iter().all(|t| t.source != *source);
    // The first of its kind continues what was imported from a file of the same platform.
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    let source = std::iter::once(name.to_owned()).chain(numbered).find(free).unwrap_or_default();
    let id = &new.connector_id;
    let cursor = serde_json::to_string(&Cursor::at(new.since)).unwrap_or_default();
    tx.execute(
        sql!(
            "INSERT INTO connectors (site_id, connector_id, kind, base_url, credential, webhook_secret, source, cursor,
                 created_at, next_poll_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
        ),
        args![
            &new.site,
            id,
            name,
            &new.base_url,
            seal(secret, random, "connectors.credential", id, &new.credential),
            seal(secret, random, "connectors.webhook_secret", id, &new.webhook_secret),
            &source,
            cursor,
            now
        ],
    )
    .await?;
    Ok(source)
}

/// The connector that a webhook's address names. The only search that does not begin with the site: it finds the site.
///
/// # Errors
/// The database's.
pub async fn by_id(db: &Db, connector_id: &str) -> Result<Option<ConnectorRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT site_id, connector_id, kind, base_url, credential, webhook_secret, source, cursor, sweep, created_at,
                 last_ok_at, last_change_at, last_webhook_at, last_error, last_error_at, failures, next_poll_at
             FROM connectors WHERE connector_id = $1"
        ),
        args![connector_id],
    )
    .await
}

/// A site's connectors, the oldest first.
///
/// # Errors
/// The database's.
pub async fn of_site(db: &Db, site: &SiteId) -> Result<Vec<ConnectorRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT site_id, connector_id, kind, base_url, credential, webhook_secret, source, cursor, sweep, created_at,
                 last_ok_at, last_change_at, last_webhook_at, last_error, last_error_at, failures, next_poll_at
             FROM connectors WHERE site_id = $1 ORDER BY created_at, connector_id"
        ),
        args![site],
    )
    .await
}

/// How a site's connectors are.
///
/// # Errors
/// The database's.
pub async fn health(db: &Db, site: &SiteId) -> Result<Vec<Health>, db::Error> {
    Ok(of_site(db, site).await?.iter().map(ConnectorRow::health).collect())
}

/// Removes a connector; its orders stay. `false` when the site has none of that id.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &mut Tx, site: &SiteId, connector_id: &str) -> Result<bool, db::Error> {
    tx.execute(sql!("DELETE FROM connectors WHERE site_id = $1 AND connector_id = $2"), args![site, connector_id])
        .await
        .map(|rows| rows > 0)
}

/// A webhook with a good signature has come; `changed`: an order changed by it at once.
///
/// # Errors
/// The database's.
pub async fn heard(
    tx: &mut Tx,
    site: &SiteId,
    connector_id: &str,
    changed: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE connectors SET last_webhook_at = $3,
                 last_change_at = CASE WHEN $4 THEN $3 ELSE last_change_at END
             WHERE site_id = $1 AND connector_id = $2"
        ),
        args![site, connector_id, now, changed],
    )
    .await
    .map(|_| ())
}

/// It answered; `changed`: with an order that was new or had changed.
///
/// # Errors
/// The database's.
pub async fn went_well(
    tx: &mut Tx,
    site: &SiteId,
    connector_id: &str,
    changed: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE connectors SET last_ok_at = $3, failures = 0, last_error = NULL,
                 last_change_at = CASE WHEN $4 THEN $3 ELSE last_change_at END
             WHERE site_id = $1 AND connector_id = $2"
        ),
        args![site, connector_id, now, changed],
    )
    .await
    .map(|_| ())
}

/// It did not answer, or not as it should. Counts how often in a row.
///
/// # Errors
/// The database's.
pub async fn went_wrong(
    tx: &mut Tx,
    site: &SiteId,
    connector_id: &str,
    error: &str,
    now: Timestamp,
) -> Result<i64, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Count {
        failures: i64,
    }
    let row: Option<Count> = tx
        .fetch_optional(
            sql!(
                "UPDATE connectors SET last_error = $3, last_error_at = $4, failures = failures + 1
                 WHERE site_id = $1 AND connector_id = $2 RETURNING failures"
            ),
            args![site, connector_id, error, now],
        )
        .await?;
    Ok(row.map_or(0, |row| row.failures))
}

/// How far it has been read.
///
/// # Errors
/// The database's.
pub async fn reached(tx: &mut Tx, site: &SiteId, connector_id: &str, cursor: &Cursor) -> Result<(), db::Error> {
    let cursor = serde_json::to_string(cursor).unwrap_or_default();
    tx.execute(
        sql!("UPDATE connectors SET cursor = $3 WHERE site_id = $1 AND connector_id = $2"),
        args![site, connector_id, cursor],
    )
    .await
    .map(|_| ())
}

/// Where the round over open orders goes on.
///
/// # Errors
/// The database's.
pub async fn swept(tx: &mut Tx, site: &SiteId, connector_id: &str, sweep: &str) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE connectors SET sweep = $3 WHERE site_id = $1 AND connector_id = $2"),
        args![site, connector_id, sweep],
    )
    .await
    .map(|_| ())
}

/// When it is asked again.
///
/// # Errors
/// The database's.
pub async fn postpone(tx: &mut Tx, site: &SiteId, connector_id: &str, until: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE connectors SET next_poll_at = $3 WHERE site_id = $1 AND connector_id = $2"),
        args![site, connector_id, until],
    )
    .await
    .map(|_| ())
}

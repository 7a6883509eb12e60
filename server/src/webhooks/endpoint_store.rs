//! Endpoints in the database, and how they are.

use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// An endpoint as it stands in the table. Its secrets are sealed, so that no `Debug` and no log can tell them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndpointRow {
    pub site_id: String,
    pub endpoint_id: String,
    pub url: String,
    pub events: String,
    pub description: String,
    pub secret: String,
    pub old_secret: Option<String>,
    pub old_secret_until: Option<i64>,
    pub state: String,
    pub off_reason: Option<String>,
    pub off_at: Option<i64>,
    pub failures: i64,
    pub failing_since: Option<i64>,
    pub rests_until: Option<i64>,
    pub last_ok_at: Option<i64>,
    pub last_error: Option<String>,
    pub last_error_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl EndpointRow {
    pub fn site(&self) -> SiteId {
        SiteId(self.site_id.clone())
    }

    pub fn is_on(&self) -> bool {
        self.state == "on"
    }
}

/// What is needed to make one.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    pub endpoint_id: String,
    pub url: String,
    /// As the table keeps them.
    pub events: String,
    pub description: String,
    /// Sealed.
    pub secret: String,
}

pub async fn insert(tx: &mut Tx, site: &SiteId, new: &NewEndpoint, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO webhook_endpoints (site_id, endpoint_id, url, events, description, secret, state, created_at,
                                            updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'on', $7, $7)"
        ),
        args![site, &new.endpoint_id, &new.url, &new.events, &new.description, &new.secret, now],
    )
    .await
    .map(|_| ())
}

pub async fn list<F: Fetch>(from: &mut F, site: &SiteId) -> Result<Vec<EndpointRow>, db::Error> {
    from.all(
        sql!(
            "SELECT site_id, endpoint_id, url, events, description, secret, old_secret, old_secret_until, state, off_reason,
                    off_at, failures, failing_since, rests_until, last_ok_at, last_error, last_error_at, created_at, updated_at
             FROM webhook_endpoints WHERE site_id = $1 ORDER BY created_at, endpoint_id"
        ),
        args![site],
    )
    .await
}

pub async fn by_id<F: Fetch>(from: &mut F, site: &SiteId, endpoint: &str) -> Result<Option<EndpointRow>, db::Error> {
    from.first(
        sql!(
            "SELECT site_id, endpoint_id, url, events, description, secret, old_secret, old_secret_until, state, off_reason,
                    off_at, failures, failing_since, rests_until, last_ok_at, last_error, last_error_at, created_at, updated_at
             FROM webhook_endpoints WHERE site_id = $1 AND endpoint_id = $2"
        ),
        args![site, endpoint],
    )
    .await
}

/// Those of all sites to which something is due. A read, so that an idle server writes nothing.
pub async fn due(db: &Db, now: Timestamp) -> Result<Vec<EndpointRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT e.site_id, e.endpoint_id, e.url, e.events, e.description, e.secret, e.old_secret, e.old_secret_until,
                    e.state, e.off_reason, e.off_at, e.failures, e.failing_since, e.rests_until, e.last_ok_at, e.last_error,
                    e.last_error_at, e.created_at, e.updated_at
             FROM webhook_endpoints e
             WHERE e.state = 'on' AND (e.rests_until IS NULL OR e.rests_until <= $1) AND EXISTS (
                 SELECT 1 FROM webhook_deliveries d
                 WHERE d.site_id = e.site_id AND d.endpoint_id = e.endpoint_id AND d.state = 'waiting' AND d.run_at <= $1
                 AND (d.claimed_until IS NULL OR d.claimed_until <= $1)
                 AND NOT EXISTS (SELECT 1 FROM webhook_deliveries b
                                 WHERE b.site_id = d.site_id AND b.endpoint_id = d.endpoint_id AND b.stream = d.stream
                                 AND b.state = 'waiting' AND b.position < d.position))
             ORDER BY e.site_id, e.endpoint_id"
        ),
        args![now],
    )
    .await
}

/// What the shop may change.
#[derive(Clone, Debug)]
pub struct Change {
    pub url: String,
    pub events: String,
    pub description: String,
    pub on: bool,
}

/// Whoever is switched on begins anew: what was wrong is believed to be repaired.
pub async fn update(
    tx: &mut Tx,
    site: &SiteId,
    endpoint: &str,
    change: &Change,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_endpoints SET url = $3, events = $4, description = $5, updated_at = $7,
                 failures = CASE WHEN $6 THEN 0 ELSE failures END,
                 failing_since = CASE WHEN $6 THEN NULL ELSE failing_since END,
                 rests_until = CASE WHEN $6 THEN NULL ELSE rests_until END,
                 off_reason = CASE WHEN $6 THEN NULL ELSE COALESCE(off_reason, 'paused') END,
                 off_at = CASE WHEN $6 THEN NULL ELSE COALESCE(off_at, $7) END,
                 state = CASE WHEN $6 THEN 'on' ELSE 'off' END
             WHERE site_id = $1 AND endpoint_id = $2"
        ),
        args![site, endpoint, &change.url, &change.events, &change.description, change.on, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// The new secret signs, and the one before beside it until then.
pub async fn rotate(
    tx: &mut Tx,
    site: &SiteId,
    endpoint: &str,
    (secret, old_until): (&str, Timestamp),
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_endpoints SET old_secret = secret, old_secret_until = $4, secret = $3, updated_at = $5
             WHERE site_id = $1 AND endpoint_id = $2"
        ),
        args![site, endpoint, secret, old_until, now],
    )
    .await
    .map(|rows| rows > 0)
}

pub async fn delete(tx: &mut Tx, site: &SiteId, endpoint: &str) -> Result<bool, db::Error> {
    tx.execute(sql!("DELETE FROM webhook_endpoints WHERE site_id = $1 AND endpoint_id = $2"), args![site, endpoint])
        .await
        .map(|rows| rows > 0)
}

/// It has taken something.
pub async fn went_well(tx: &mut Tx, site: &SiteId, endpoint: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, rests_until = NULL, last_ok_at = $3
             WHERE site_id = $1 AND endpoint_id = $2"
        ),
        args![site, endpoint, now],
    )
    .await
    .map(|_| ())
}

/// How often in a row it has failed, and since when.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Failing {
    pub failures: i64,
    pub failing_since: i64,
}

/// It has not taken something. `None`: it is gone, or off.
pub async fn went_wrong(
    tx: &mut Tx,
    site: &SiteId,
    endpoint: &str,
    error: &str,
    now: Timestamp,
) -> Result<Option<Failing>, db::Error> {
    tx.fetch_optional(
        sql!(
            "UPDATE webhook_endpoints SET failures = failures + 1, failing_since = COALESCE(failing_since, $4),
                 last_error = $3, last_error_at = $4
             WHERE site_id = $1 AND endpoint_id = $2 AND state = 'on' RETURNING failures, failing_since"
        ),
        args![site, endpoint, error, now],
    )
    .await
}

/// Left alone until then; `None`: not at all.
pub async fn rest(tx: &mut Tx, site: &SiteId, endpoint: &str, until: Option<Timestamp>) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE webhook_endpoints SET rests_until = $3 WHERE site_id = $1 AND endpoint_id = $2"),
        args![site, endpoint, until],
    )
    .await
    .map(|_| ())
}

/// Nothing is sent there any more. `false`: it was off already.
pub async fn switch_off(
    tx: &mut Tx,
    site: &SiteId,
    endpoint: &str,
    reason: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_endpoints SET state = 'off', off_reason = $3, off_at = $4, updated_at = $4
             WHERE site_id = $1 AND endpoint_id = $2 AND state = 'on'"
        ),
        args![site, endpoint, reason, now],
    )
    .await
    .map(|rows| rows > 0)
}

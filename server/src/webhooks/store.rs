//! What is to be told, and how far it has been told, in the database. Endpoints themselves: [`super::endpoint_store`].

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// A message before it stands anywhere.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub id: String,
    pub stream: String,
    pub position: i64,
    pub kind: &'static str,
    pub payload: String,
}

/// Of the stream, the place of its last message, where an endpoint that is on wishes to hear of such events; otherwise `None`.
pub async fn wished(tx: &mut Tx, site: &SiteId, kind: &str, stream: &str) -> Result<Option<i64>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Last {
        last: i64,
    }
    let row = tx.fetch_optional::<Last>(
        sql!(
            "SELECT CAST(COALESCE((SELECT MAX(m.position) FROM webhook_messages m
                                   WHERE m.site_id = $1 AND m.stream = $3), 0) AS BIGINT) AS last
             FROM webhook_endpoints e
             WHERE e.site_id = $1 AND e.state = 'on' AND (e.events = ' * ' OR e.events LIKE '% ' || $2 || ' %') LIMIT 1"
        ),
        args![site, kind, stream],
    );
    Ok(row.await?.map(|row| row.last))
}

pub async fn insert_message(tx: &mut Tx, site: &SiteId, new: &NewMessage, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO webhook_messages (site_id, message_id, stream, position, type, payload, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![site, &new.id, &new.stream, new.position, new.kind, &new.payload, now],
    )
    .await
    .map(|_| ())
}

/// To every endpoint that is on and wishes it. What comes after something that is to be tried later waits for it.
pub async fn address_to_all(tx: &mut Tx, site: &SiteId, new: &NewMessage, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO webhook_deliveries (site_id, endpoint_id, message_id, stream, position, state, run_at, created_at,
                                             updated_at)
             SELECT e.site_id, e.endpoint_id, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT), 'waiting',
                    COALESCE((SELECT MAX(b.run_at) FROM webhook_deliveries b
                              WHERE b.site_id = e.site_id AND b.endpoint_id = e.endpoint_id AND b.stream = $3
                              AND b.state = 'waiting' AND b.run_at > $6), CAST($6 AS BIGINT)),
                    CAST($6 AS BIGINT), CAST($6 AS BIGINT)
             FROM webhook_endpoints e
             WHERE e.site_id = $1 AND e.state = 'on' AND (e.events = ' * ' OR e.events LIKE '% ' || $5 || ' %')"
        ),
        args![site, &new.id, &new.stream, new.position, new.kind, now],
    )
    .await
    .map(|_| ())
}

/// To this endpoint alone, whatever it wishes.
pub async fn address_to(
    tx: &mut Tx,
    site: &SiteId,
    endpoint: &str,
    new: &NewMessage,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO webhook_deliveries (site_id, endpoint_id, message_id, stream, position, state, run_at, created_at,
                                             updated_at)
             VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $6, $6)"
        ),
        args![site, endpoint, &new.id, &new.stream, new.position, now],
    )
    .await
    .map(|_| ())
}

/// One message to one endpoint, in the hands of whoever sends it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    pub message_id: String,
    pub stream: String,
    pub position: i64,
    /// From 1.
    pub attempt: i64,
}

/// Takes up to `most` of an endpoint's due messages under the name `claim` until `until`: of each stream the first alone.
pub async fn claim(
    db: &Db,
    (site, endpoint): (&SiteId, &str),
    claim: String,
    now: Timestamp,
    until: Timestamp,
    most: i64,
) -> Result<Vec<Claimed>, db::Error> {
    let (site, endpoint) = (site.clone(), endpoint.to_owned());
    db.write(move |tx| {
        Box::pin(async move {
            // The conditions stand outside too, as with jobs: of two nodes the second must find them taken.
            tx.fetch_all::<Claimed>(
                sql!(
                    "UPDATE webhook_deliveries SET claim = $3, claimed_until = $5, attempt = attempt + 1
                     WHERE site_id = $1 AND endpoint_id = $2 AND message_id IN (
                         SELECT d.message_id FROM webhook_deliveries d
                         WHERE d.site_id = $1 AND d.endpoint_id = $2 AND d.state = 'waiting' AND d.run_at <= $4
                         AND (d.claimed_until IS NULL OR d.claimed_until <= $4)
                         AND NOT EXISTS (SELECT 1 FROM webhook_deliveries b
                                         WHERE b.site_id = $1 AND b.endpoint_id = $2 AND b.stream = d.stream
                                         AND b.state = 'waiting' AND b.position < d.position)
                         ORDER BY d.run_at, d.created_at, d.message_id LIMIT $6)
                     AND state = 'waiting' AND (claimed_until IS NULL OR claimed_until <= $4)
                     RETURNING message_id, stream, position, attempt"
                ),
                args![site, endpoint, claim, now, until, most],
            )
            .await
        })
    })
    .await
}

/// What is said in it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MessageRow {
    #[sqlx(rename = "type")]
    pub kind: String,
    pub payload: String,
}

pub async fn message(db: &Db, site: &SiteId, message_id: &str) -> Result<Option<MessageRow>, db::Error> {
    db.fetch_optional(
        sql!("SELECT type, payload FROM webhook_messages WHERE site_id = $1 AND message_id = $2"),
        args![site, message_id],
    )
    .await
}

/// What came of one try.
#[derive(Clone, Debug)]
pub struct Tried {
    /// `waiting`, `done`, `dead`.
    pub state: &'static str,
    pub run_at: Timestamp,
    pub status: Option<i64>,
    pub error: Option<String>,
    pub excerpt: Option<String>,
}

/// Writes down what came of it, unless somebody else has taken it since: then `false`.
pub async fn finish(
    tx: &mut Tx,
    (site, endpoint): (&SiteId, &str),
    message_id: &str,
    claim: &str,
    tried: &Tried,
    now: Timestamp,
) -> Result<bool, db::Error> {
    // An attempt of 0: a person has asked for it anew while it was under way.
    tx.execute(
        sql!(
            "UPDATE webhook_deliveries
             SET state = CASE WHEN attempt = 0 THEN 'waiting' ELSE $5 END,
                 run_at = CASE WHEN attempt = 0 THEN run_at ELSE CAST($6 AS BIGINT) END,
                 last_status = $7, last_error = $8, excerpt = $9, last_at = $10, updated_at = $10, claim = NULL,
                 claimed_until = NULL
             WHERE site_id = $1 AND endpoint_id = $2 AND message_id = $3 AND claim = $4"
        ),
        args![
            site,
            endpoint,
            message_id,
            claim,
            tried.state,
            tried.run_at,
            tried.status,
            &tried.error,
            &tried.excerpt,
            now
        ],
    )
    .await
    .map(|rows| rows > 0)
}

/// What comes after it in its stream is tried no earlier than this.
pub async fn hold_followers(
    tx: &mut Tx,
    (site, endpoint): (&SiteId, &str),
    (stream, position): (&str, i64),
    until: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_deliveries SET run_at = $5
             WHERE site_id = $1 AND endpoint_id = $2 AND stream = $3 AND state = 'waiting' AND position > $4 AND run_at < $5"
        ),
        args![site, endpoint, stream, position, until],
    )
    .await
    .map(|_| ())
}

/// What comes after it in its stream, and has not been tried, need not wait for it any more.
pub async fn free_followers(
    tx: &mut Tx,
    (site, endpoint): (&SiteId, &str),
    (stream, position): (&str, i64),
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_deliveries SET run_at = $5
             WHERE site_id = $1 AND endpoint_id = $2 AND stream = $3 AND state = 'waiting' AND position > $4
             AND attempt = 0 AND run_at > $5"
        ),
        args![site, endpoint, stream, position, now],
    )
    .await
    .map(|_| ())
}

/// One message to one endpoint, as the shop sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeliveryRow {
    pub message_id: String,
    #[sqlx(rename = "type")]
    pub kind: String,
    pub stream: String,
    pub state: String,
    pub attempt: i64,
    pub run_at: i64,
    pub last_at: Option<i64>,
    pub last_status: Option<i64>,
    pub last_error: Option<String>,
    pub excerpt: Option<String>,
    pub created_at: i64,
}

/// Newest first, older than `before`; all, or those of one state.
pub async fn list(
    db: &Db,
    (site, endpoint): (&SiteId, &str),
    state: Option<&str>,
    before: (i64, &str),
    most: i64,
) -> Result<Vec<DeliveryRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT d.message_id, m.type, d.stream, d.state, d.attempt, d.run_at, d.last_at, d.last_status, d.last_error,
                    d.excerpt, d.created_at
             FROM webhook_deliveries d
             JOIN webhook_messages m ON m.site_id = d.site_id AND m.message_id = d.message_id
             WHERE d.site_id = $1 AND d.endpoint_id = $2 AND (CAST($3 AS TEXT) IS NULL OR d.state = $3)
             AND (d.created_at < $4 OR (d.created_at = $4 AND d.message_id > $5))
             ORDER BY d.created_at DESC, d.message_id LIMIT $6"
        ),
        args![site, endpoint, state, before.0, before.1, most],
    )
    .await
}

pub async fn one(
    db: &Db,
    (site, endpoint): (&SiteId, &str),
    message_id: &str,
) -> Result<Option<DeliveryRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT d.message_id, m.type, d.stream, d.state, d.attempt, d.run_at, d.last_at, d.last_status, d.last_error,
                    d.excerpt, d.created_at
             FROM webhook_deliveries d
             JOIN webhook_messages m ON m.site_id = d.site_id AND m.message_id = d.message_id
             WHERE d.site_id = $1 AND d.endpoint_id = $2 AND d.message_id = $3"
        ),
        args![site, endpoint, message_id],
    )
    .await
}

/// Sends it anew, whatever has become of it. `false`: there is no such message.
pub async fn replay(
    tx: &mut Tx,
    (site, endpoint): (&SiteId, &str),
    message_id: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_deliveries SET state = 'waiting', attempt = 0, run_at = $4, updated_at = $4
             WHERE site_id = $1 AND endpoint_id = $2 AND message_id = $3"
        ),
        args![site, endpoint, message_id, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// Sends anew what was given up since then: how many there were.
pub async fn replay_dead(
    tx: &mut Tx,
    (site, endpoint): (&SiteId, &str),
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, db::Error> {
    tx.execute(
        sql!(
            "UPDATE webhook_deliveries SET state = 'waiting', attempt = 0, run_at = $4, updated_at = $4
             WHERE site_id = $1 AND endpoint_id = $2 AND state = 'dead' AND created_at >= $3
             AND stream NOT LIKE 'ping %'"
        ),
        args![site, endpoint, since, now],
    )
    .await
}

/// How many are in which state.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Count {
    pub endpoint_id: String,
    pub state: String,
    pub count: i64,
}

pub async fn counts(db: &Db, site: &SiteId) -> Result<Vec<Count>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT endpoint_id, state, CAST(COUNT(*) AS BIGINT) AS count FROM webhook_deliveries
             WHERE site_id = $1 AND state <> 'done' GROUP BY endpoint_id, state"
        ),
        args![site],
    )
    .await
}

pub async fn delete_of(tx: &mut Tx, site: &SiteId, endpoint: &str) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM webhook_deliveries WHERE site_id = $1 AND endpoint_id = $2"), args![site, endpoint])
        .await
        .map(|_| ())
}

/// Every message that is being sent is free again: for whoever knows that nobody is at work.
pub async fn free_all(db: &Db) -> Result<u64, db::Error> {
    db.write(|tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "UPDATE webhook_deliveries SET claim = NULL, claimed_until = NULL
                     WHERE state = 'waiting' AND claimed_until IS NOT NULL"
                ),
                args![],
            )
            .await
        })
    })
    .await
}

/// Housekeeping over all sites: what has arrived, what was given up, and what waits for an endpoint that is off, all of it
/// older than `before`. What waits for one that is on stays.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "DELETE FROM webhook_deliveries WHERE created_at < $1 AND updated_at < $1
             AND (state <> 'waiting' OR NOT EXISTS (
                 SELECT 1 FROM webhook_endpoints e WHERE e.site_id = webhook_deliveries.site_id
                 AND e.endpoint_id = webhook_deliveries.endpoint_id AND e.state = 'on'))"
        ),
        args![before],
    )
    .await?;
    tx.execute(
        sql!(
            "DELETE FROM webhook_messages WHERE created_at < $1 AND NOT EXISTS (
                 SELECT 1 FROM webhook_deliveries d WHERE d.site_id = webhook_messages.site_id
                 AND d.message_id = webhook_messages.message_id)"
        ),
        args![before],
    )
    .await
    .map(|_| ())
}

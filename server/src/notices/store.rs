//! Subscriptions in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, locale::Locale, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Subscription {
    pub subscription_id: String,
    pub order_id: String,
    pub email: String,
    pub locale: String,
    /// `pending`, `active`, `ended`.
    pub state: String,
    pub asked_at: i64,
}

pub async fn by_id(db: &Db, site: &SiteId, id: &str) -> Result<Option<Subscription>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT subscription_id, order_id, email, locale, state, asked_at FROM subscriptions
             WHERE site_id = $1 AND subscription_id = $2"
        ),
        args![site, id],
    )
    .await
}

/// What is wanted, as it comes from a shopper.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub subscription_id: String,
    pub order_id: String,
    /// In lower case.
    pub email: String,
    pub locale: Locale,
    /// She has proved that the address is hers.
    pub proved: bool,
}

/// Stores the wish; asking again renews it. Returns the subscription as it stands then.
pub async fn want(tx: &mut Tx, site: &SiteId, wanted: &Wanted, now: Timestamp) -> Result<Subscription, db::Error> {
    let state = if wanted.proved { "active" } else { "pending" };
    let kept = tx.fetch_optional::<Subscription>(
        sql!(
            "INSERT INTO subscriptions (site_id, subscription_id, order_id, email, locale, state, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (site_id, order_id, email) DO UPDATE SET locale = excluded.locale,
                 asked_at = excluded.asked_at, ended_at = NULL,
                 state = CASE WHEN subscriptions.state = 'active' THEN 'active' ELSE excluded.state END
             RETURNING subscription_id, order_id, email, locale, state, asked_at"
        ),
        args![site, &wanted.subscription_id, &wanted.order_id, &wanted.email, wanted.locale, state, now],
    );
    kept.await?.ok_or(db::Error::Conflict)
}

#[derive(sqlx::FromRow)]
struct Count {
    n: i64,
}

/// How many orders this address has been asked about since `from`.
pub async fn asked_since(tx: &mut Tx, site: &SiteId, email: &str, from: Timestamp) -> Result<i64, db::Error> {
    let count = tx.fetch_optional::<Count>(
        sql!("SELECT COUNT(*) AS n FROM subscriptions WHERE site_id = $1 AND email = $2 AND asked_at > $3"),
        args![site, email, from],
    );
    count.await.map(|count| count.map_or(0, |count| count.n))
}

/// Makes a pending subscription active. `false`: it was not pending, or was asked for before `from`.
pub async fn confirm(tx: &mut Tx, site: &SiteId, id: &str, from: Timestamp, now: Timestamp) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE subscriptions SET state = 'active', confirmed_at = $4
             WHERE site_id = $1 AND subscription_id = $2 AND state = 'pending' AND asked_at > $3"
        ),
        args![site, id, from, now],
    )
    .await
    .map(|rows| rows > 0)
}

pub async fn stop(tx: &mut Tx, site: &SiteId, id: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE subscriptions SET state = 'ended', ended_at = $3
             WHERE site_id = $1 AND subscription_id = $2 AND state <> 'ended'"
        ),
        args![site, id, now],
    )
    .await
    .map(|_| ())
}

/// What is known already when somebody subscribes is no news.
pub async fn tell_nothing_of_today(tx: &mut Tx, site: &SiteId, id: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO notices_told (site_id, subscription_id, shipment_id, status, at)
             SELECT s.site_id, s.subscription_id, p.shipment_id, p.status, $3
             FROM subscriptions s JOIN shipments p ON p.site_id = s.site_id AND p.order_id = s.order_id
             WHERE s.site_id = $1 AND s.subscription_id = $2
             ON CONFLICT (site_id, subscription_id, shipment_id, status) DO NOTHING"
        ),
        args![site, id, now],
    )
    .await
    .map(|_| ())
}

/// A parcel whose status a subscriber has not been told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct News {
    pub subscription_id: String,
    pub email: String,
    pub locale: String,
    pub order_id: String,
    pub number: String,
    pub shipment_id: String,
    pub status: String,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    /// Parcels of the order.
    pub parcels: i64,
    /// Its place among them, from 1.
    pub place: i64,
}

pub async fn untold(db: &Db, site: &SiteId, most: i64) -> Result<Vec<News>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT s.subscription_id, s.email, s.locale, s.order_id, o.number, p.shipment_id, p.status, p.carrier,
                    p.tracking_number,
                    (SELECT COUNT(*) FROM shipments a WHERE a.site_id = p.site_id AND a.order_id = p.order_id)
                        AS parcels,
                    p.position + 1 AS place
             FROM subscriptions s
             JOIN orders o ON o.site_id = s.site_id AND o.order_id = s.order_id
             JOIN shipments p ON p.site_id = s.site_id AND p.order_id = s.order_id
             WHERE s.site_id = $1 AND s.state = 'active' AND NOT EXISTS (
                 SELECT 1 FROM notices_told t WHERE t.site_id = s.site_id AND t.subscription_id = s.subscription_id
                 AND t.shipment_id = p.shipment_id AND t.status = p.status)
             ORDER BY s.subscription_id, p.position LIMIT $2"
        ),
        args![site, most],
    )
    .await
}

/// Writes down that the status was told. `false`: somebody else was quicker.
pub async fn told(tx: &mut Tx, site: &SiteId, news: &News, now: Timestamp) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO notices_told (site_id, subscription_id, shipment_id, status, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (site_id, subscription_id, shipment_id, status) DO NOTHING"
        ),
        args![site, &news.subscription_id, &news.shipment_id, &news.status, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// Housekeeping over one site: wishes that were never confirmed, and orders that nobody waits for any more.
pub async fn forget(tx: &mut Tx, site: &SiteId, pending: Timestamp, rest: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "DELETE FROM subscriptions WHERE site_id = $1
             AND ((state = 'pending' AND asked_at < $2) OR asked_at < $3)"
        ),
        args![site, pending, rest],
    )
    .await
    .map(|_| ())
}

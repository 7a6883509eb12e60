//! Returns in the database.

use super::record::ReturnRow;
use crate::{
    args,
    db::{self, Db, Fetch, Tx},
    orders::access::Verified,
    sql,
};
use aftercart_shared::{
    ids::{OrderId, ReturnId, SiteId},
    time::Timestamp,
};

/// # Errors
/// [`db::Error::Conflict`] when the number or the shopper's key is taken.
pub async fn insert(tx: &mut Tx, site: &SiteId, row: &ReturnRow) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO returns (site_id, return_id, number, kind, state, order_id, shopper_id, request_key,
                 request_hash, locale, resolution, method, goods_back, currency, sums, total, policy_id, verdict,
                 comment, send_by, last_seq, created_at, updated_at, gift_to)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $22, $23)"
        ),
        args![
            site,
            &row.return_id,
            &row.number,
            &row.kind,
            &row.state,
            &row.order_id,
            &row.shopper_id,
            &row.request_key,
            &row.request_hash,
            &row.locale,
            &row.resolution,
            &row.method,
            row.goods_back,
            &row.currency,
            &row.sums,
            row.total,
            &row.policy_id,
            &row.verdict,
            &row.comment,
            row.send_by,
            row.last_seq,
            row.created_at,
            &row.gift_to
        ],
    )
    .await
    .map(|_| ())
}

/// A line that comes back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LineRow {
    pub line_id: String,
    pub title: String,
    pub sku: Option<String>,
    pub quantity: i64,
    pub reason: String,
    /// JSON: what the policy said.
    pub why: String,
    /// JSON: which of its rules, by their places.
    pub rules: String,
    pub shop_before: i64,
    pub received: Option<i64>,
    pub grade: Option<String>,
    pub serial: Option<String>,
}

pub async fn insert_line(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    position: i64,
    line: &LineRow,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO return_lines (site_id, return_id, line_id, position, title, sku, quantity, reason, why, rules,
                 shop_before)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            site,
            return_id,
            &line.line_id,
            position,
            &line.title,
            &line.sku,
            line.quantity,
            &line.reason,
            &line.why,
            &line.rules,
            line.shop_before
        ],
    )
    .await
    .map(|_| ())
}

pub async fn lines<F: Fetch>(from: &mut F, site: &SiteId, return_id: &str) -> Result<Vec<LineRow>, db::Error> {
    from.all(
        sql!(
            "SELECT line_id, title, sku, quantity, reason, why, rules, shop_before, received, grade, serial
             FROM return_lines WHERE site_id = $1 AND return_id = $2 ORDER BY position"
        ),
        args![site, return_id],
    )
    .await
}

/// Writes down what came of a line.
pub async fn received(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    line: (&str, i64),
    grade: &str,
    serial: Option<&str>,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE return_lines SET received = $4, grade = $5, serial = $6
             WHERE site_id = $1 AND return_id = $2 AND line_id = $3"
        ),
        args![site, return_id, line.0, line.1, grade, serial],
    )
    .await
    .map(|_| ())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PhotoRow {
    pub attachment_id: String,
    pub line_id: String,
}

pub async fn insert_photo(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    position: i64,
    photo: &PhotoRow,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO return_photos (site_id, return_id, attachment_id, line_id, position)
             VALUES ($1, $2, $3, $4, $5)"
        ),
        args![site, return_id, &photo.attachment_id, &photo.line_id, position],
    )
    .await
    .map(|_| ())
}

pub async fn photos<F: Fetch>(from: &mut F, site: &SiteId, return_id: &str) -> Result<Vec<PhotoRow>, db::Error> {
    from.all(
        sql!(
            "SELECT attachment_id, line_id FROM return_photos WHERE site_id = $1 AND return_id = $2 ORDER BY position"
        ),
        args![site, return_id],
    )
    .await
}

/// What this shopper asked for under this key.
pub async fn by_key<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    shopper: &str,
    key: &str,
) -> Result<Option<ReturnRow>, db::Error> {
    from.first(
        sql!(
            "SELECT return_id, number, kind, state, order_id, shopper_id, request_key, request_hash, locale, resolution,
                 method, goods_back, currency, sums, total, policy_id, verdict, comment, send_by, last_seq, created_at,
                 updated_at, gift_to
             FROM returns WHERE site_id = $1 AND shopper_id = $2 AND request_key = $3"
        ),
        args![site, shopper, key],
    )
    .await
}

pub async fn by_id<F: Fetch>(from: &mut F, site: &SiteId, id: &ReturnId) -> Result<Option<ReturnRow>, db::Error> {
    from.first(
        sql!(
            "SELECT return_id, number, kind, state, order_id, shopper_id, request_key, request_hash, locale, resolution,
                 method, goods_back, currency, sums, total, policy_id, verdict, comment, send_by, last_seq, created_at,
                 updated_at, gift_to
             FROM returns WHERE site_id = $1 AND return_id = $2"
        ),
        args![site, &id.0],
    )
    .await
}

pub async fn by_number(db: &Db, site: &SiteId, number: &str) -> Result<Option<ReturnRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT return_id, number, kind, state, order_id, shopper_id, request_key, request_hash, locale, resolution,
                 method, goods_back, currency, sums, total, policy_id, verdict, comment, send_by, last_seq, created_at,
                 updated_at, gift_to
             FROM returns WHERE site_id = $1 AND number = $2"
        ),
        args![site, number],
    )
    .await
}

/// The return, if its order is hers and nobody else sent it back, or if something of it was given to her.
pub async fn own<F: Fetch>(from: &mut F, who: &Verified, id: &ReturnId) -> Result<Option<ReturnRow>, db::Error> {
    from.first(
        sql!(
            "SELECT r.return_id, r.number, r.kind, r.state, r.order_id, r.shopper_id, r.request_key, r.request_hash,
                 r.locale, r.resolution, r.method, r.goods_back, r.currency, r.sums, r.total, r.policy_id, r.verdict,
                 r.comment, r.send_by, r.last_seq, r.created_at, r.updated_at, r.gift_to
             FROM returns r JOIN orders o ON o.site_id = r.site_id AND o.order_id = r.order_id
             WHERE r.site_id = $1 AND r.return_id = $2
               AND ((r.gift_to IS NULL AND (o.email = $3 OR o.phone = $4)) OR r.gift_to = $3)"
        ),
        args![who.site(), &id.0, who.email(), who.phone()],
    )
    .await
}

/// Of her orders, or of one of them; newest first.
pub async fn list_own(
    db: &Db,
    who: &Verified,
    order: Option<&OrderId>,
    most: i64,
) -> Result<Vec<ReturnRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT r.return_id, r.number, r.kind, r.state, r.order_id, r.shopper_id, r.request_key, r.request_hash,
                 r.locale, r.resolution, r.method, r.goods_back, r.currency, r.sums, r.total, r.policy_id, r.verdict,
                 r.comment, r.send_by, r.last_seq, r.created_at, r.updated_at, r.gift_to
             FROM returns r JOIN orders o ON o.site_id = r.site_id AND o.order_id = r.order_id
             WHERE r.site_id = $1 AND (r.order_id = $4 OR $4 = '')
               AND ((r.gift_to IS NULL AND (o.email = $2 OR o.phone = $3)) OR r.gift_to = $2)
             ORDER BY r.created_at DESC, r.return_id LIMIT $5"
        ),
        args![who.site(), who.email(), who.phone(), order.map_or("", OrderId::as_str), most],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Seq {
    last_seq: i64,
}

/// Writes a step, unless somebody else was quicker: then the state is not `from` any more and nothing happens. Returns
/// the step's number.
pub async fn step(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    from: &str,
    to: &str,
    now: Timestamp,
) -> Result<Option<i64>, db::Error> {
    let seq = tx.fetch_optional::<Seq>(
        sql!(
            "UPDATE returns SET state = $4, last_seq = last_seq + 1, updated_at = $5
             WHERE site_id = $1 AND return_id = $2 AND state = $3 RETURNING last_seq"
        ),
        args![site, return_id, from, to, now],
    );
    seq.await.map(|seq| seq.map(|seq| seq.last_seq))
}

/// What happened, as it is kept for ever.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    pub seq: i64,
    pub at: i64,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub event: String,
    pub from_state: String,
    pub to_state: String,
    /// JSON.
    pub note: String,
}

pub async fn insert_event(tx: &mut Tx, site: &SiteId, return_id: &str, event: &EventRow) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO return_events (site_id, return_id, seq, at, actor_kind, actor_id, event, from_state, to_state,
                 note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            site,
            return_id,
            event.seq,
            event.at,
            &event.actor_kind,
            &event.actor_id,
            &event.event,
            &event.from_state,
            &event.to_state,
            &event.note
        ],
    )
    .await
    .map(|_| ())
}

/// Oldest first.
pub async fn events<F: Fetch>(from: &mut F, site: &SiteId, return_id: &str) -> Result<Vec<EventRow>, db::Error> {
    from.all(
        sql!(
            "SELECT seq, at, actor_kind, actor_id, event, from_state, to_state, note FROM return_events
             WHERE site_id = $1 AND return_id = $2 ORDER BY seq"
        ),
        args![site, return_id],
    )
    .await
}

pub async fn set_sums(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    sums: Option<&str>,
    total: Option<i64>,
) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE returns SET sums = $3, total = $4 WHERE site_id = $1 AND return_id = $2"),
        args![site, return_id, sums, total],
    )
    .await
    .map(|_| ())
}

pub async fn set_send_by(tx: &mut Tx, site: &SiteId, return_id: &str, send_by: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE returns SET send_by = $3 WHERE site_id = $1 AND return_id = $2"),
        args![site, return_id, send_by],
    )
    .await
    .map(|_| ())
}

#[derive(sqlx::FromRow)]
struct Zone {
    time_zone: String,
}

/// By whose calendar days are counted.
pub async fn time_zone(tx: &mut Tx, site: &SiteId) -> Result<String, db::Error> {
    let zone = tx.fetch_optional::<Zone>(sql!("SELECT time_zone FROM sites WHERE site_id = $1"), args![site]).await?;
    Ok(zone.map_or_else(|| "UTC".to_owned(), |zone| zone.time_zone))
}

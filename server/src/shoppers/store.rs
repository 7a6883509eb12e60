//! Shoppers, their sessions and codes, and the shops' keys in the database.

use super::{Identity, code, session};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    api::shoppers::ShopperKind,
    ids::{OrderId, SiteId},
    time::Timestamp,
};

/// The shopper with this identity: the one there is, or a new one under `fresh`.
pub async fn shopper(
    tx: &mut Tx,
    site: &SiteId,
    identity: &Identity,
    fresh: &str,
    now: Timestamp,
) -> Result<String, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Known {
        shopper_id: String,
    }
    let row = tx.fetch_optional::<Known>(
        sql!(
            "INSERT INTO shoppers (site_id, shopper_id, kind, subject, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)
             ON CONFLICT (site_id, kind, subject) DO UPDATE SET seen_at = excluded.seen_at RETURNING shopper_id"
        ),
        args![site, fresh, identity.kind.name(), &identity.subject, now],
    );
    row.await?.map(|row| row.shopper_id).ok_or_else(|| db::Error::Corrupt("a shopper was not stored".into()))
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub shopper_id: String,
    pub kind: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub name: Option<String>,
    pub shared_device: bool,
    pub created_at: i64,
    pub seen_at: i64,
}

pub async fn insert_session(
    tx: &mut Tx,
    site: &SiteId,
    token_hash: &str,
    shopper: &str,
    identity: &Identity,
    shared_device: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO shopper_sessions (site_id, token_hash, shopper_id, email, phone, name, locale, shared_device,
                                           created_at, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
        ),
        args![
            site,
            token_hash,
            shopper,
            identity.proof.email(),
            identity.proof.phone(),
            &identity.name,
            &identity.locale,
            shared_device,
            now
        ],
    )
    .await
    .map(|_| ())
}

pub async fn session(db: &Db, site: &SiteId, token_hash: &str) -> Result<Option<SessionRow>, db::Error> {
    db.fetch_optional::<SessionRow>(
        sql!(
            "SELECT s.shopper_id, p.kind, s.email, s.phone, s.name, s.shared_device, s.created_at, s.seen_at
             FROM shopper_sessions s JOIN shoppers p ON p.site_id = s.site_id AND p.shopper_id = s.shopper_id
             WHERE s.site_id = $1 AND s.token_hash = $2"
        ),
        args![site, token_hash],
    )
    .await
}

pub async fn session_seen(tx: &mut Tx, site: &SiteId, token_hash: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE shopper_sessions SET seen_at = $3 WHERE site_id = $1 AND token_hash = $2 AND seen_at < $3"),
        args![site, token_hash, now],
    )
    .await
    .map(|_| ())
}

pub async fn end_session(tx: &mut Tx, site: &SiteId, token_hash: &str) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM shopper_sessions WHERE site_id = $1 AND token_hash = $2"), args![site, token_hash])
        .await
        .map(|_| ())
}

/// Counts a request from one place; `false` when it had enough this hour.
pub async fn request_allowed(
    tx: &mut Tx,
    site: &SiteId,
    bucket: &str,
    most: i64,
    now: Timestamp,
) -> Result<bool, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Count {
        requests: i64,
    }
    let window = now.0 - now.0.rem_euclid(code::WINDOW_MS);
    let row = tx.fetch_optional::<Count>(
        sql!(
            "INSERT INTO shopper_code_requests (site_id, bucket, window_start, requests) VALUES ($1, $2, $3, 1)
             ON CONFLICT (site_id, bucket, window_start) DO UPDATE SET requests = shopper_code_requests.requests + 1
             RETURNING requests"
        ),
        args![site, bucket, window],
    );
    Ok(row.await?.is_some_and(|row| row.requests <= most))
}

/// Takes one of the three sends that an address has within any hour. The error is the moment of the next one.
pub async fn take_send(
    tx: &mut Tx,
    site: &SiteId,
    bucket: &str,
    now: Timestamp,
) -> Result<Result<(), Timestamp>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Oldest {
        oldest_at: i64,
    }
    // One row, changed in one statement: two requests at once cannot both take the last send.
    let taken = tx.fetch_optional::<Oldest>(
        sql!(
            "INSERT INTO shopper_code_sends (site_id, bucket, last_at, previous_at, oldest_at) VALUES ($1, $2, $3, 0, 0)
             ON CONFLICT (site_id, bucket) DO UPDATE
             SET oldest_at = shopper_code_sends.previous_at, previous_at = shopper_code_sends.last_at, last_at = $3
             WHERE shopper_code_sends.oldest_at <= $4 RETURNING oldest_at"
        ),
        args![site, bucket, now, now.plus_ms(-code::WINDOW_MS)],
    );
    if taken.await?.is_some() {
        return Ok(Ok(()));
    }
    let row = tx.fetch_optional::<Oldest>(
        sql!("SELECT oldest_at FROM shopper_code_sends WHERE site_id = $1 AND bucket = $2"),
        args![site, bucket],
    );
    Ok(Err(Timestamp(row.await?.map_or(now.0, |row| row.oldest_at)).plus_ms(code::WINDOW_MS)))
}

/// A code in the database; without a contact it was asked for by an address that no order has.
#[derive(Clone, Debug)]
pub struct NewCode {
    pub id: String,
    pub hash: String,
    pub contact: Option<(ShopperKind, String)>,
    pub order_id: Option<OrderId>,
}

pub async fn insert_code(tx: &mut Tx, site: &SiteId, new: &NewCode, now: Timestamp) -> Result<(), db::Error> {
    let (kind, contact) = new.contact.as_ref().map(|(kind, contact)| (kind.name(), contact.as_str())).unzip();
    let order = new.order_id.as_ref().map(OrderId::as_str);
    tx.execute(
        sql!(
            "INSERT INTO shopper_codes (site_id, code_id, code_hash, kind, contact, order_id, tries, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7)"
        ),
        args![site, &new.id, &new.hash, kind, contact, order, now],
    )
    .await
    .map(|_| ())
}

/// Says whose a code is that was nobody's, and gives it its digits. `false`: it has ended, or is somebody's by now.
pub async fn name_code(tx: &mut Tx, site: &SiteId, new: &NewCode, now: Timestamp) -> Result<bool, db::Error> {
    let (kind, contact) = new.contact.as_ref().map(|(kind, contact)| (kind.name(), contact.as_str())).unzip();
    let order = new.order_id.as_ref().map(OrderId::as_str);
    let named = tx.execute(
        sql!(
            "UPDATE shopper_codes SET code_hash = $3, kind = $4, contact = $5, order_id = $6
             WHERE site_id = $1 AND code_id = $2 AND contact IS NULL AND used_at IS NULL AND created_at > $7"
        ),
        args![site, &new.id, &new.hash, kind, contact, order, now.plus_ms(-code::LIFE_MS)],
    );
    Ok(named.await? == 1)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CodeRow {
    pub code_hash: String,
    pub kind: Option<String>,
    pub contact: Option<String>,
    pub order_id: Option<String>,
}

/// Spends one try of a code that lives, and says what it is held against. Counted before the comparison, in one
/// statement: a thousand guesses at once have five tries all the same.
pub async fn spend_try(tx: &mut Tx, site: &SiteId, id: &str, now: Timestamp) -> Result<Option<CodeRow>, db::Error> {
    tx.fetch_optional::<CodeRow>(
        sql!(
            "UPDATE shopper_codes SET tries = tries + 1
             WHERE site_id = $1 AND code_id = $2 AND tries < $3 AND created_at > $4 AND used_at IS NULL
             RETURNING code_hash, kind, contact, order_id"
        ),
        args![site, id, code::TRIES, now.plus_ms(-code::LIFE_MS)],
    )
    .await
}

pub async fn code_used(tx: &mut Tx, site: &SiteId, id: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(sql!("UPDATE shopper_codes SET used_at = $3 WHERE site_id = $1 AND code_id = $2"), args![site, id, now])
        .await
        .map(|_| ())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeyRow {
    pub algorithm: String,
    pub material: String,
    pub created_at: i64,
}

pub async fn identity_key(db: &Db, site: &SiteId) -> Result<Option<KeyRow>, db::Error> {
    db.fetch_optional::<KeyRow>(
        sql!("SELECT algorithm, material, created_at FROM identity_keys WHERE site_id = $1"),
        args![site],
    )
    .await
}

/// The only one of its site from now on.
pub async fn set_identity_key(
    tx: &mut Tx,
    site: &SiteId,
    algorithm: &str,
    material: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_keys (site_id, algorithm, material, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site_id) DO UPDATE
             SET algorithm = excluded.algorithm, material = excluded.material, created_at = excluded.created_at"
        ),
        args![site, algorithm, material, now],
    )
    .await
    .map(|_| ())
}

/// `false` when there was none.
pub async fn remove_identity_key(tx: &mut Tx, site: &SiteId) -> Result<bool, db::Error> {
    let removed = tx.execute(sql!("DELETE FROM identity_keys WHERE site_id = $1"), args![site]);
    Ok(removed.await? > 0)
}

/// `false` when a token with this nonce was used before.
pub async fn nonce_is_new(tx: &mut Tx, site: &SiteId, nonce: &str, expires_at: Timestamp) -> Result<bool, db::Error> {
    let inserted = tx.execute(
        sql!(
            "INSERT INTO identity_nonces (site_id, nonce, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (site_id, nonce) DO NOTHING"
        ),
        args![site, nonce, expires_at],
    );
    Ok(inserted.await? > 0)
}

/// Housekeeping over all sites.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<(), db::Error> {
    let old = now.plus_ms(-2 * code::WINDOW_MS);
    tx.execute(sql!("DELETE FROM shopper_codes WHERE created_at < $1"), args![old]).await?;
    tx.execute(sql!("DELETE FROM shopper_code_sends WHERE last_at < $1"), args![old]).await?;
    tx.execute(sql!("DELETE FROM shopper_code_requests WHERE window_start < $1"), args![old]).await?;
    tx.execute(sql!("DELETE FROM identity_nonces WHERE expires_at < $1"), args![now]).await?;
    let idle = now.plus_ms(-session::IDLE_MS);
    let begun = now.plus_ms(-session::LIFE_MS);
    tx.execute(sql!("DELETE FROM shopper_sessions WHERE seen_at <= $1 OR created_at <= $2"), args![idle, begun])
        .await?;
    Ok(())
}

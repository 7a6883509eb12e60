//! What is known of attached pictures, in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// A picture in the store.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Attachment {
    pub attachment_id: String,
    pub shopper_id: String,
    /// Where [`super::Files`] keeps it.
    pub object_key: String,
    pub media_type: String,
    /// In pixels.
    pub width: i64,
    pub height: i64,
    pub bytes: i64,
    /// Of what it is a part: `return:<id>`. `None`: of nothing yet.
    pub bound_to: Option<String>,
    pub created_at: i64,
}

/// What a shopper has attached and not used: how many, and since when the oldest waits.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Loose {
    pub pictures: i64,
    pub oldest_at: i64,
}

pub async fn loose(db: &Db, site: &SiteId, shopper_id: &str) -> Result<Loose, db::Error> {
    let row = db.fetch_optional(
        sql!(
            "SELECT COUNT(*) AS pictures, CAST(COALESCE(MIN(created_at), 0) AS BIGINT) AS oldest_at FROM attachments
             WHERE site_id = $1 AND shopper_id = $2 AND bound_to IS NULL"
        ),
        args![site, shopper_id],
    );
    Ok(row.await?.unwrap_or(Loose { pictures: 0, oldest_at: 0 }))
}

/// Stores what is known of a picture. `false`: she has `most` loose ones already, and nothing was stored.
pub async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    new: &Attachment,
    most: i64,
    now: Timestamp,
) -> Result<bool, db::Error> {
    // Takes the shopper's row, so that two of her pictures at once are counted one after the other.
    tx.execute(
        sql!("UPDATE shoppers SET seen_at = $3 WHERE site_id = $1 AND shopper_id = $2"),
        args![site, &new.shopper_id, now],
    )
    .await?;
    let stored = tx.execute(
        sql!(
            "INSERT INTO attachments (site_id, attachment_id, shopper_id, object_key, media_type, width, height, bytes,
                                      bound_to, created_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, NULL, $9
             WHERE (SELECT COUNT(*) FROM attachments
                    WHERE site_id = $1 AND shopper_id = $3 AND bound_to IS NULL) < $10"
        ),
        args![
            site,
            &new.attachment_id,
            &new.shopper_id,
            &new.object_key,
            &new.media_type,
            new.width,
            new.height,
            new.bytes,
            new.created_at,
            most
        ],
    );
    Ok(stored.await? > 0)
}

/// Those of `ids` that this shopper attached, in their order; whoever asks compares how many came back. Each may be a
/// part of something already: [`Attachment::bound_to`] says so.
///
/// # Errors
/// The database's.
pub async fn of_shopper(
    db: &Db,
    site: &SiteId,
    shopper_id: &str,
    ids: &[String],
) -> Result<Vec<Attachment>, db::Error> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let row = db.fetch_optional(
            sql!(
                "SELECT attachment_id, shopper_id, object_key, media_type, width, height, bytes, bound_to, created_at
                 FROM attachments WHERE site_id = $1 AND shopper_id = $2 AND attachment_id = $3"
            ),
            args![site, shopper_id, id],
        );
        found.extend(row.await?);
    }
    Ok(found)
}

/// What was bound to `to`, the oldest first.
///
/// # Errors
/// The database's.
pub async fn part_of(db: &Db, site: &SiteId, to: &str) -> Result<Vec<Attachment>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT attachment_id, shopper_id, object_key, media_type, width, height, bytes, bound_to, created_at
             FROM attachments WHERE site_id = $1 AND bound_to = $2 ORDER BY created_at, attachment_id"
        ),
        args![site, to],
    )
    .await
}

/// Makes pictures of this shopper a part of `to` (`return:<id>`), for good. `false`: one is not hers, is gone, or is a
/// part of something else; then the caller's transaction must not stand.
///
/// # Errors
/// The database's.
pub async fn bind(tx: &mut Tx, site: &SiteId, shopper_id: &str, ids: &[String], to: &str) -> Result<bool, db::Error> {
    for id in ids {
        let bound = tx.execute(
            sql!(
                "UPDATE attachments SET bound_to = $4 WHERE site_id = $1 AND shopper_id = $2 AND attachment_id = $3
                 AND (bound_to IS NULL OR bound_to = $4)"
            ),
            args![site, shopper_id, id, to],
        );
        if bound.await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Key {
    pub object_key: String,
}

/// Housekeeping over all sites: forgets what is a part of nothing since `before`, and says where it lies.
pub async fn forget_loose(tx: &mut Tx, before: Timestamp) -> Result<Vec<Key>, db::Error> {
    tx.fetch_all(
        sql!("DELETE FROM attachments WHERE bound_to IS NULL AND created_at < $1 RETURNING object_key"),
        args![before],
    )
    .await
}

/// Where the pictures of a span of time lie.
pub async fn keys(db: &Db, site: &SiteId, from: Timestamp, to: Timestamp) -> Result<Vec<Key>, db::Error> {
    db.fetch_all(
        sql!("SELECT object_key FROM attachments WHERE site_id = $1 AND created_at >= $2 AND created_at < $3"),
        args![site, from, to],
    )
    .await
}

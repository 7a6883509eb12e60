//! Mails and texts in the database.

use super::{Mail, Text};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// A mail as it was stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredMail {
    pub site_id: String,
    pub mail_id: String,
    pub recipient: String,
    pub locale: String,
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// JSON: a list of pairs.
    pub headers: String,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredText {
    pub text_id: String,
    pub recipient: String,
    pub body: String,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

pub async fn insert_mail(tx: &mut Tx, id: &str, mail: &Mail, now: Timestamp) -> Result<(), db::Error> {
    let headers = serde_json::to_string(&mail.headers).unwrap_or_else(|_| "[]".to_owned());
    tx.execute(
        sql!(
            "INSERT INTO mails (site_id, mail_id, recipient, locale, subject, plain, html, headers, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![&mail.site, id, &mail.to, mail.locale, &mail.subject, &mail.text, &mail.html, headers, now],
    )
    .await
    .map(|_| ())
}

pub async fn insert_text(tx: &mut Tx, id: &str, text: &Text, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("INSERT INTO texts (site_id, text_id, recipient, body, created_at) VALUES ($1, $2, $3, $4, $5)"),
        args![&text.site, id, &text.to, &text.body, now],
    )
    .await
    .map(|_| ())
}

pub async fn mail(db: &Db, site: &SiteId, id: &str) -> Result<Option<StoredMail>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT site_id, mail_id, recipient, locale, subject, plain, html, headers, created_at, sent_at
             FROM mails WHERE site_id = $1 AND mail_id = $2"
        ),
        args![site, id],
    )
    .await
}

pub async fn text(db: &Db, site: &SiteId, id: &str) -> Result<Option<StoredText>, db::Error> {
    db.fetch_optional(
        sql!("SELECT text_id, recipient, body, created_at, sent_at FROM texts WHERE site_id = $1 AND text_id = $2"),
        args![site, id],
    )
    .await
}

/// The newest mails of a site, for the demo's outbox.
pub async fn latest_mails(db: &Db, site: &SiteId, most: i64) -> Result<Vec<StoredMail>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT site_id, mail_id, recipient, locale, subject, plain, html, headers, created_at, sent_at
             FROM mails WHERE site_id = $1 ORDER BY created_at DESC, mail_id LIMIT $2"
        ),
        args![site, most],
    )
    .await
}

/// The newest texts of a site, for the demo's outbox.
pub async fn latest_texts(db: &Db, site: &SiteId, most: i64) -> Result<Vec<StoredText>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT text_id, recipient, body, created_at, sent_at FROM texts
             WHERE site_id = $1 ORDER BY created_at DESC, text_id LIMIT $2"
        ),
        args![site, most],
    )
    .await
}

/// `forget` what it said: a code has no business here once it is on its way.
pub async fn mail_sent(db: &Db, site: SiteId, id: String, forget: bool, now: Timestamp) -> Result<(), db::Error> {
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "UPDATE mails SET sent_at = $3, subject = CASE WHEN $4 THEN '' ELSE subject END,
                         plain = CASE WHEN $4 THEN '' ELSE plain END, html = CASE WHEN $4 THEN '' ELSE html END
                     WHERE site_id = $1 AND mail_id = $2"
                ),
                args![site, id, now, forget],
            )
            .await
            .map(|_| ())
        })
    })
    .await
}

/// As [`mail_sent`].
pub async fn text_sent(db: &Db, site: SiteId, id: String, forget: bool, now: Timestamp) -> Result<(), db::Error> {
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "UPDATE texts SET sent_at = $3, body = CASE WHEN $4 THEN '' ELSE body END
                     WHERE site_id = $1 AND text_id = $2"
                ),
                args![site, id, now, forget],
            )
            .await
            .map(|_| ())
        })
    })
    .await
}

/// Housekeeping over all sites: messages say who bought what; nobody needs them for long.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(sql!("DELETE FROM mails WHERE created_at < $1"), args![before]).await?;
    tx.execute(sql!("DELETE FROM texts WHERE created_at < $1"), args![before]).await.map(|_| ())
}

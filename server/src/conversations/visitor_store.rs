//! Visitors in the database: browsers that talk, known by their tokens.

use super::words;
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{SiteId, VisitorId},
    time::Timestamp,
};

/// A visitor whose token has not been ended. Whether it is too old, the clock says.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VisitorRow {
    pub visitor_id: String,
    pub shopper_id: Option<String>,
    pub session_hash: Option<String>,
    pub session_only: bool,
    pub seen_at: i64,
}

/// Takes the visitor's row: of two who come with her token at once, the second sees what the first has made of it.
pub async fn take_by_token(tx: &mut Tx, site: &SiteId, token_hash: &str) -> Result<Option<VisitorRow>, db::Error> {
    tx.fetch_optional(
        sql!(
            "UPDATE visitors SET token_hash = token_hash WHERE site_id = $1 AND token_hash = $2
             RETURNING visitor_id, shopper_id, session_hash, session_only, seen_at"
        ),
        args![site, token_hash],
    )
    .await
}

/// A visitor, and the conversation that was asked for if it is hers.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Found {
    pub visitor_id: String,
    pub shopper_id: Option<String>,
    pub session_hash: Option<String>,
    pub session_only: bool,
    pub seen_at: i64,
    pub conversation_id: Option<String>,
    pub state: Option<String>,
    pub last_seq: Option<i64>,
    pub locale: Option<String>,
    /// JSON.
    pub subject: Option<String>,
    pub helped: Option<bool>,
}

/// Hers is what this browser began, and what the shopper has who proved herself in it.
pub async fn in_conversation(
    db: &Db,
    site: &SiteId,
    token_hash: &str,
    conversation: &str,
) -> Result<Option<Found>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT v.visitor_id, v.shopper_id, v.session_hash, v.session_only, v.seen_at, c.conversation_id,
                    c.state, c.last_seq, c.locale, c.subject, c.helped
             FROM visitors v LEFT JOIN conversations c ON c.site_id = v.site_id AND c.conversation_id = $3
                  AND (c.visitor_id = v.visitor_id OR c.shopper_id = v.shopper_id)
             WHERE v.site_id = $1 AND v.token_hash = $2"
        ),
        args![site, token_hash, conversation],
    )
    .await
}

/// What she has proved in this browser, and the session in which she did.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Proved {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub session_hash: String,
}

pub async fn proved(db: &Db, site: &SiteId, visitor: &VisitorId) -> Result<Option<Proved>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT email, phone, session_hash FROM visitors
             WHERE site_id = $1 AND visitor_id = $2 AND shopper_id IS NOT NULL AND session_hash IS NOT NULL"
        ),
        args![site, visitor],
    )
    .await
}

/// A new browser, and what was proved in it.
#[derive(Clone, Debug)]
pub struct NewVisitor {
    pub id: VisitorId,
    pub token_hash: String,
    pub shopper_id: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub name: Option<String>,
    pub session_hash: Option<String>,
    pub session_only: bool,
}

impl NewVisitor {
    /// By what she is found. Nobody is found by what she has not proved.
    fn words(&self) -> Option<String> {
        self.shopper_id.as_ref()?;
        let known = [&self.email, &self.phone, &self.name];
        Some(words::folded(&known.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n")))
    }
}

pub async fn insert(tx: &mut Tx, site: &SiteId, new: &NewVisitor, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO visitors (site_id, visitor_id, token_hash, shopper_id, email, phone, name, session_hash,
                                   session_only, created_at, seen_at, words)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)"
        ),
        args![
            site,
            &new.id,
            &new.token_hash,
            &new.shopper_id,
            &new.email,
            &new.phone,
            &new.name,
            &new.session_hash,
            new.session_only,
            now,
            new.words()
        ],
    )
    .await
    .map(|_| ())
}

pub async fn seen(tx: &mut Tx, site: &SiteId, visitor: &VisitorId, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE visitors SET seen_at = $3 WHERE site_id = $1 AND visitor_id = $2 AND seen_at < $3"),
        args![site, visitor, now],
    )
    .await
    .map(|_| ())
}

/// From now on her token goes with this session.
pub async fn rebind(
    tx: &mut Tx,
    site: &SiteId,
    visitor: &VisitorId,
    (session_hash, session_only): (&str, bool),
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "UPDATE visitors SET session_hash = $3, session_only = $4, seen_at = $5
             WHERE site_id = $1 AND visitor_id = $2"
        ),
        args![site, visitor, session_hash, session_only, now],
    )
    .await
    .map(|_| ())
}

/// Ends her token.
pub async fn end(tx: &mut Tx, site: &SiteId, visitor: &VisitorId) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE visitors SET token_hash = NULL WHERE site_id = $1 AND visitor_id = $2"),
        args![site, visitor],
    )
    .await
    .map(|_| ())
}

/// Ends every token that was given under a session.
pub async fn end_of_session(tx: &mut Tx, site: &SiteId, session_hash: &str) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE visitors SET token_hash = NULL WHERE site_id = $1 AND session_hash = $2"),
        args![site, session_hash],
    )
    .await
    .map(|_| ())
}

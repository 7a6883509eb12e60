//! What doing an effect must know: the return that asks for it, and its order.

use crate::{
    args,
    db::{self, Db},
    sql,
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    locale::Locale,
};

/// A return, as its effects see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub row: SubjectRow,
    pub pieces: Vec<PieceRow>,
    /// What an agent, or the policy, gave as the reason of a refusal.
    pub because: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SubjectRow {
    /// `R-7K2M9Q`
    pub number: String,
    pub state: String,
    pub locale: String,
    pub resolution: String,
    pub currency: String,
    /// What is to be paid out, in minor units.
    pub total: Option<i64>,
    pub send_by: Option<i64>,
    /// Of the order: the system that it came from, and its id there.
    pub source: String,
    pub external_id: String,
    pub order_number: String,
    /// Of the order.
    pub email: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PieceRow {
    /// The shop's system's own id.
    pub line_id: String,
    pub title: String,
    pub quantity: i64,
    /// `None` before anybody has counted.
    pub received: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct NoteRow {
    note: String,
}

impl Subject {
    pub fn locale(&self) -> Locale {
        Locale::parse(&self.row.locale).unwrap_or(Locale::En)
    }
}

/// `None` when the return or its order is gone.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, site: &SiteId, return_id: &ReturnId) -> Result<Option<Subject>, db::Error> {
    let row = db.fetch_optional::<SubjectRow>(
        sql!(
            "SELECT r.number, r.state, r.locale, r.resolution, r.currency, r.total, r.send_by, o.source, o.external_id,
                 o.number AS order_number, o.email
             FROM returns r JOIN orders o ON o.site_id = r.site_id AND o.order_id = r.order_id
             WHERE r.site_id = $1 AND r.return_id = $2"
        ),
        args![site, return_id.as_str()],
    );
    let Some(row) = row.await? else { return Ok(None) };
    let pieces = db.fetch_all::<PieceRow>(
        sql!(
            "SELECT line_id, title, quantity, received FROM return_lines
             WHERE site_id = $1 AND return_id = $2 ORDER BY position, line_id"
        ),
        args![site, return_id.as_str()],
    );
    let note = db.fetch_optional::<NoteRow>(
        sql!(
            "SELECT note FROM return_events WHERE site_id = $1 AND return_id = $2 AND event IN ('refuse', 'reject')
             ORDER BY seq DESC LIMIT 1"
        ),
        args![site, return_id.as_str()],
    );
    let (pieces, note) = tokio::try_join!(pieces, note)?;
    #[derive(serde::Deserialize)]
    struct Note {
        reason: Option<String>,
    }
    let because = note.and_then(|row| serde_json::from_str::<Note>(&row.note).ok()?.reason);
    Ok(Some(Subject { row, pieces, because }))
}

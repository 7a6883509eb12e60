//! Notes in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{AgentId, ConversationId, SiteId},
    time::Timestamp,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NoteRow {
    pub note_id: String,
    pub after_seq: i64,
    pub at: i64,
    /// The name of whoever wrote it.
    pub agent: String,
    pub text: String,
}

/// A note before it is stored.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub note_id: String,
    pub number: i64,
    pub agent: AgentId,
    pub client_id: String,
    pub after_seq: i64,
    pub text: String,
}

/// The next in their order. The conversation's row is held meanwhile.
pub async fn next_number(tx: &mut Tx, site: &SiteId, id: &ConversationId) -> Result<i64, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Next {
        number: i64,
    }
    let next = tx.fetch_optional::<Next>(
        sql!(
            "SELECT COALESCE(MAX(number), 0) + 1 AS number FROM conversation_notes
             WHERE site_id = $1 AND conversation_id = $2"
        ),
        args![site, id],
    );
    Ok(next.await?.map_or(1, |row| row.number))
}

/// `false`: its writer has stored one under this number before.
pub async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    new: &NewRow,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let stored = tx.execute(
        sql!(
            "INSERT INTO conversation_notes (site_id, conversation_id, note_id, agent_id, client_id, after_seq, at, text,
                                             number)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (site_id, conversation_id, agent_id, client_id) DO NOTHING"
        ),
        args![site, id, &new.note_id, &new.agent, &new.client_id, new.after_seq, now, &new.text, new.number],
    );
    Ok(stored.await? > 0)
}

pub async fn by_client_id(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConversationId,
    agent: &AgentId,
    client_id: &str,
) -> Result<Option<NoteRow>, db::Error> {
    tx.fetch_optional(
        sql!(
            "SELECT n.note_id, n.after_seq, n.at, a.name AS agent, n.text FROM conversation_notes n
             JOIN agents a ON a.site_id = n.site_id AND a.agent_id = n.agent_id
             WHERE n.site_id = $1 AND n.conversation_id = $2 AND n.agent_id = $3 AND n.client_id = $4"
        ),
        args![site, id, agent, client_id],
    )
    .await
}

/// Newest first.
pub async fn list(db: &Db, site: &SiteId, id: &ConversationId, most: i64) -> Result<Vec<NoteRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT n.note_id, n.after_seq, n.at, a.name AS agent, n.text FROM conversation_notes n
             JOIN agents a ON a.site_id = n.site_id AND a.agent_id = n.agent_id
             WHERE n.site_id = $1 AND n.conversation_id = $2
             ORDER BY n.number DESC LIMIT $3"
        ),
        args![site, id, most],
    )
    .await
}

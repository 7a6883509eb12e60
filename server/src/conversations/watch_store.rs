//! How far many conversations are, in the database.

use crate::{
    db::{self, Arg, Db},
    sql,
};
use aftercart_shared::ids::{ConversationId, SiteId};

/// As many as the statement has places for.
pub const BATCH: usize = 32;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StandRow {
    pub conversation_id: String,
    pub last_seq: i64,
    /// All marks together: each only ever grows.
    pub marks: i64,
}

/// Of those that there are, at most [`BATCH`].
pub async fn stands(db: &Db, site: &SiteId, ids: &[ConversationId]) -> Result<Vec<StandRow>, db::Error> {
    let mut args = vec![Arg::from(site)];
    args.extend(ids.iter().map(Arg::from));
    // No conversation is called nothing.
    args.resize_with(BATCH + 1, || Arg::from(String::new()));
    db.fetch_all(
        sql!(
            "SELECT c.conversation_id, c.last_seq,
                    CAST(COALESCE((SELECT SUM(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id), 0) AS BIGINT) AS marks
             FROM conversations c
             WHERE c.site_id = $1 AND c.conversation_id IN
                   ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                    $25, $26, $27, $28, $29, $30, $31, $32, $33)"
        ),
        args,
    )
    .await
}

//! Conversations as the shop's people see them.

use crate::{
    args,
    db::{self, Db},
    sql,
};
use aftercart_shared::ids::{ConversationId, SiteId};

/// A conversation with who came.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeskRow {
    pub conversation_id: String,
    pub locale: String,
    /// JSON.
    pub subject: String,
    pub updated_at: i64,
    pub closed_at: Option<i64>,
    pub agent_email: Option<String>,
    pub shopper_id: Option<String>,
    /// How she proved who she is.
    pub shopper_kind: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub name: Option<String>,
    pub epoch: i64,
    pub last_seq: i64,
    pub state: String,
    pub agent_id: Option<String>,
    pub agent_name: Option<String>,
    pub read_visitor: i64,
    pub read_agent: i64,
    pub created_at: i64,
}

/// Which conversations, from where on, and how many. An empty state is any.
#[derive(Clone, Debug)]
pub struct Filter {
    pub state: String,
    pub before_at: i64,
    pub before_id: String,
    pub most: i64,
}

/// Newest first.
pub async fn list(db: &Db, site: &SiteId, filter: &Filter) -> Result<Vec<DeskRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT c.conversation_id, c.locale, c.subject, c.updated_at, c.closed_at, a.email AS agent_email,
                    c.shopper_id, s.kind AS shopper_kind, v.email, v.phone, v.name, c.epoch, c.last_seq, c.state,
                    c.agent_id, a.name AS agent_name, c.created_at,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'visitor'), 0) AS BIGINT) AS read_visitor,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'agent'), 0) AS BIGINT) AS read_agent
             FROM conversations c
             JOIN visitors v ON v.site_id = c.site_id AND v.visitor_id = c.visitor_id
             LEFT JOIN shoppers s ON s.site_id = c.site_id AND s.shopper_id = c.shopper_id
             LEFT JOIN agents a ON a.site_id = c.site_id AND a.agent_id = c.agent_id
             WHERE c.site_id = $1 AND (c.state = $2 OR $2 = '')
             AND (c.created_at < $3 OR (c.created_at = $3 AND c.conversation_id > $4))
             ORDER BY c.created_at DESC, c.conversation_id LIMIT $5"
        ),
        args![site, &filter.state, filter.before_at, &filter.before_id, filter.most],
    )
    .await
}

pub async fn one(db: &Db, site: &SiteId, id: &ConversationId) -> Result<Option<DeskRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT c.conversation_id, c.locale, c.subject, c.updated_at, c.closed_at, a.email AS agent_email,
                    c.shopper_id, s.kind AS shopper_kind, v.email, v.phone, v.name, c.epoch, c.last_seq, c.state,
                    c.agent_id, a.name AS agent_name, c.created_at,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'visitor'), 0) AS BIGINT) AS read_visitor,
                    CAST(COALESCE((SELECT MAX(r.seq) FROM read_marks r
                                   WHERE r.site_id = c.site_id AND r.conversation_id = c.conversation_id
                                   AND r.reader_kind = 'agent'), 0) AS BIGINT) AS read_agent
             FROM conversations c
             JOIN visitors v ON v.site_id = c.site_id AND v.visitor_id = c.visitor_id
             LEFT JOIN shoppers s ON s.site_id = c.site_id AND s.shopper_id = c.shopper_id
             LEFT JOIN agents a ON a.site_id = c.site_id AND a.agent_id = c.agent_id
             WHERE c.site_id = $1 AND c.conversation_id = $2"
        ),
        args![site, id],
    )
    .await
}

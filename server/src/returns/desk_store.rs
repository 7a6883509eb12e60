//! Lists of returns for the shop's people.

use super::{record::ReturnRow, signals::Past};
use crate::{
    args,
    db::{self, Db},
    sql,
};
use aftercart_shared::ids::SiteId;

/// Which returns, and from where on. Empty texts mean any.
#[derive(Clone, Debug)]
pub struct Filter {
    pub state: String,
    pub kind: String,
    /// Our number or the order's.
    pub number: String,
    pub before_at: i64,
    pub before_id: String,
    pub most: i64,
}

/// Newest first.
pub async fn list(db: &Db, site: &SiteId, filter: &Filter) -> Result<Vec<ReturnRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT r.return_id, r.number, r.kind, r.state, r.order_id, r.shopper_id, r.request_key, r.request_hash,
                 r.locale, r.resolution, r.method, r.goods_back, r.currency, r.sums, r.total, r.policy_id, r.verdict,
                 r.comment, r.send_by, r.last_seq, r.created_at, r.updated_at, r.gift_to
             FROM returns r JOIN orders o ON o.site_id = r.site_id AND o.order_id = r.order_id
             WHERE r.site_id = $1 AND (r.state = $2 OR $2 = '') AND (r.kind = $3 OR $3 = '')
               AND (r.number = $4 OR o.number = $4 OR $4 = '')
               AND (r.created_at < $5 OR (r.created_at = $5 AND r.return_id > $6))
             ORDER BY r.created_at DESC, r.return_id LIMIT $7"
        ),
        args![site, &filter.state, &filter.kind, &filter.number, filter.before_at, &filter.before_id, filter.most],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct PastRow {
    return_id: String,
    state: String,
    reason: String,
    quantity: i64,
    received: Option<i64>,
    grade: Option<String>,
    created_at: i64,
}

/// What this shopper has sent back before, newest first: enough to see a habit.
pub async fn past(db: &Db, site: &SiteId, shopper_id: &str, most: i64) -> Result<Vec<Past>, db::Error> {
    let rows = db.fetch_all::<PastRow>(
        sql!(
            "SELECT r.return_id, r.state, l.reason, l.quantity, l.received, l.grade, r.created_at
             FROM returns r JOIN return_lines l ON l.site_id = r.site_id AND l.return_id = r.return_id
             WHERE r.site_id = $1 AND r.shopper_id = $2 ORDER BY r.created_at DESC, r.return_id LIMIT $3"
        ),
        args![site, shopper_id, most],
    );
    let past = |row: PastRow| Past {
        ended: matches!(row.state.as_str(), "refused" | "cancelled" | "expired" | "rejected"),
        return_id: row.return_id,
        reason: row.reason,
        announced: row.quantity,
        received: row.received,
        grade: row.grade,
        created_at: row.created_at,
    };
    Ok(rows.await?.into_iter().map(past).collect())
}

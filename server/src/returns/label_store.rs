//! Labels of returns in the database.

use crate::{
    args,
    connectors::labels::Label,
    db::{self, Db, Fetch, Tx},
    orders::carriers::tracking_key,
    sql,
};
use aftercart_shared::{ids::SiteId, time::Timestamp, tracking::ParcelStatus};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LabelRow {
    pub return_id: String,
    pub provider: String,
    /// The provider's own id of it.
    pub reference: String,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub url: String,
    pub expires_at: Option<i64>,
    /// The parcel's status as it was heard last.
    pub seen: String,
    pub created_at: i64,
}

/// Once for a return; the first stays.
pub async fn insert(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &str,
    provider: &str,
    label: &Label,
    now: Timestamp,
) -> Result<(), db::Error> {
    let key = label.tracking_number.as_deref().and_then(tracking_key);
    tx.execute(
        sql!(
            "INSERT INTO return_labels (site_id, return_id, provider, reference, carrier, tracking_number, tracking_key,
                 url, expires_at, seen, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (site_id, return_id) DO NOTHING"
        ),
        args![
            site,
            return_id,
            provider,
            &label.reference,
            &label.carrier,
            &label.tracking_number,
            key,
            &label.url,
            label.expires_at.map(|at| at.0),
            ParcelStatus::Unknown.name(),
            now
        ],
    )
    .await
    .map(|_| ())
}

pub async fn of_return<F: Fetch>(from: &mut F, site: &SiteId, return_id: &str) -> Result<Option<LabelRow>, db::Error> {
    from.first(
        sql!(
            "SELECT return_id, provider, reference, carrier, tracking_number, url, expires_at, seen, created_at
             FROM return_labels WHERE site_id = $1 AND return_id = $2"
        ),
        args![site, return_id],
    )
    .await
}

pub async fn set_seen(tx: &mut Tx, site: &SiteId, return_id: &str, seen: ParcelStatus) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE return_labels SET seen = $3 WHERE site_id = $1 AND return_id = $2"),
        args![site, return_id, seen.name()],
    )
    .await
    .map(|_| ())
}

#[derive(sqlx::FromRow)]
struct State {
    state: String,
}

/// It was asked for and is not there yet.
pub async fn is_awaited(db: &Db, site: &SiteId, return_id: &str) -> Result<bool, db::Error> {
    let label = db.fetch_optional::<State>(
        sql!("SELECT state FROM return_effects WHERE site_id = $1 AND return_id = $2 AND kind = 'label'"),
        args![site, return_id],
    );
    Ok(label.await?.is_some_and(|label| label.state == "pending"))
}

/// Who sends the goods, as the order has it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SenderRow {
    pub recipient: Option<String>,
    /// JSON.
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

pub async fn sender(db: &Db, site: &SiteId, order_id: &str) -> Result<Option<SenderRow>, db::Error> {
    db.fetch_optional(
        sql!("SELECT recipient, address, phone, email FROM orders WHERE site_id = $1 AND order_id = $2"),
        args![site, order_id],
    )
    .await
}

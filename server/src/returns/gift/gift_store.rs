//! Presents in the database: who may send back something of an order that is another's.

use crate::{
    args,
    db::{self, Fetch, Tx},
    orders::access::Verified,
    returns::order_store::{self, OrderRow},
    sql,
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
};

/// How somebody may ask for returns of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// It is hers.
    Buyer,
    /// It was given to her.
    Receiver,
}

/// The order, if she bought it or something of it was given to her.
///
/// # Errors
/// The database's.
pub async fn access<F: Fetch>(
    from: &mut F,
    who: &Verified,
    order: &OrderId,
) -> Result<Option<(OrderRow, As)>, db::Error> {
    if let Some(row) = order_store::own(from, who, order).await? {
        return Ok(Some((row, As::Buyer)));
    }
    let Some(email) = who.email() else { return Ok(None) };
    if !granted(from, who.site(), order, email).await? {
        return Ok(None);
    }
    Ok(order_store::any(from, who.site(), order).await?.map(|row| (row, As::Receiver)))
}

#[derive(sqlx::FromRow)]
struct Granted {
    #[allow(dead_code, reason = "that there is one is all")]
    order_id: String,
}

async fn granted<F: Fetch>(from: &mut F, site: &SiteId, order: &OrderId, email: &str) -> Result<bool, db::Error> {
    let row = from.first::<Granted>(
        sql!("SELECT order_id FROM gift_grants WHERE site_id = $1 AND order_id = $2 AND email = $3"),
        args![site, order, email],
    );
    row.await.map(|row| row.is_some())
}

/// Whoever proves this address may send back something of this order. She knew its number and where it went.
pub async fn grant(tx: &mut Tx, site: &SiteId, order: &OrderId, email: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO gift_grants (site_id, order_id, email, granted_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site_id, order_id, email) DO NOTHING"
        ),
        args![site, order, email, now],
    )
    .await
    .map(|_| ())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Addressed {
    pub order_id: String,
    pub placed_at: i64,
    /// JSON.
    pub address: Option<String>,
}

/// The orders with this number, each with where it went.
pub async fn by_number<F: Fetch>(from: &mut F, site: &SiteId, number: &str) -> Result<Vec<Addressed>, db::Error> {
    from.all(
        sql!(
            "SELECT order_id, placed_at, address FROM orders WHERE site_id = $1 AND number_key = $2 ORDER BY order_id"
        ),
        args![site, number],
    )
    .await
}

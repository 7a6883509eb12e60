//! How an order and its parcels stand, in the database.

use crate::{
    args,
    db::{Error, Tx},
    sql,
};
use aftercart_shared::ids::{OrderId, SiteId};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OrderState {
    pub external_id: String,
    pub source: String,
    pub number: String,
    pub state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ParcelState {
    pub shipment_id: String,
    pub status: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub order: OrderState,
    pub parcels: Vec<ParcelState>,
}

/// There is no FOR UPDATE on both engines.
pub async fn hold(tx: &mut Tx, site: &SiteId, order: &OrderId) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE orders SET updated_at = updated_at WHERE site_id = $1 AND order_id = $2"),
        args![site, order],
    )
    .await
    .map(|_| ())
}

/// `None`: there is no such order.
pub async fn standing(tx: &mut Tx, site: &SiteId, id: &OrderId) -> Result<Option<Standing>, Error> {
    let order = tx.fetch_optional::<OrderState>(
        sql!("SELECT external_id, source, number, state FROM orders WHERE site_id = $1 AND order_id = $2"),
        args![site, id],
    );
    let Some(order) = order.await? else { return Ok(None) };
    let parcels = tx.fetch_all::<ParcelState>(
        sql!(
            "SELECT shipment_id, status FROM shipments WHERE site_id = $1 AND order_id = $2 ORDER BY position, shipment_id"
        ),
        args![site, id],
    );
    Ok(Some(Standing { order, parcels: parcels.await? }))
}

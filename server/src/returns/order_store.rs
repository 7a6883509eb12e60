//! What the tables say of an order that something of is to come back from.

use super::pieces::Ours;
use crate::{
    args,
    db::{self, Fetch, Tx},
    orders::access::Verified,
    sql,
};
use aftercart_shared::ids::{OrderId, SiteId};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrderRow {
    pub order_id: String,
    pub number: String,
    pub placed_at: i64,
    pub currency: String,
    pub state: String,
    /// JSON.
    pub address: Option<String>,
    pub email: Option<String>,
    /// Whose order it is: a connector's, a file's.
    pub source: String,
    pub external_id: String,
    pub phone: Option<String>,
    /// This and what follows is money of the order as a whole, in minor units.
    pub discount: i64,
    pub delivery: i64,
    pub delivery_tax: i64,
    pub tax: i64,
    pub taxes_added: bool,
    pub gift_cards: i64,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LineRow {
    pub line_id: String,
    pub sku: Option<String>,
    pub title: String,
    pub quantity: i64,
    /// By the shop's own count.
    pub refunded: i64,
    pub unit_price: Option<i64>,
    pub kind: String,
    /// Of all pieces together, as the tax is.
    pub discount: i64,
    pub tax: i64,
    /// JSON: a list.
    pub serials: Option<String>,
}

impl LineRow {
    /// Serial numbers of its pieces, as far as they are known.
    pub fn serials(&self) -> Vec<String> {
        self.serials.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

/// Pieces of a line in a parcel.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PackedRow {
    pub line_id: String,
    pub quantity: i64,
    pub status: String,
    pub shipped_at: Option<i64>,
    pub delivered_at: Option<i64>,
}

/// A line of an earlier return.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EarlierRow {
    pub return_id: String,
    pub kind: String,
    pub state: String,
    pub resolution: String,
    pub sums: Option<String>,
    pub total: Option<i64>,
    pub line_id: String,
    pub quantity: i64,
    pub received: Option<i64>,
    pub shop_before: i64,
}

impl EarlierRow {
    pub fn pieces(&self, holds: bool, refunding: bool) -> Ours {
        Ours { pieces: self.received.unwrap_or(self.quantity), holds, refunding, shop_before: self.shop_before }
    }
}

/// The order, if it is hers.
pub async fn own<F: Fetch>(from: &mut F, who: &Verified, order: &OrderId) -> Result<Option<OrderRow>, db::Error> {
    from.first(
        sql!(
            "SELECT order_id, number, placed_at, currency, state, address, email, phone, source, external_id,
                 discount, delivery, delivery_tax, tax, taxes_added, gift_cards
             FROM orders
             WHERE site_id = $1 AND order_id = $2 AND (email = $3 OR phone = $4)"
        ),
        args![who.site(), order, who.email(), who.phone()],
    )
    .await
}

pub async fn any<F: Fetch>(from: &mut F, site: &SiteId, order: &OrderId) -> Result<Option<OrderRow>, db::Error> {
    from.first(
        sql!(
            "SELECT order_id, number, placed_at, currency, state, address, email, phone, source, external_id,
                 discount, delivery, delivery_tax, tax, taxes_added, gift_cards
             FROM orders
             WHERE site_id = $1 AND order_id = $2"
        ),
        args![site, order],
    )
    .await
}

/// From here to the end of the transaction nobody else counts pieces of this order: two that want the last one come one
/// after the other. Writes nothing new; PostgreSQL locks a row that is updated, SQLite has one writer anyway.
pub async fn hold(tx: &mut Tx, site: &SiteId, order: &OrderId) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE orders SET updated_at = updated_at WHERE site_id = $1 AND order_id = $2"),
        args![site, order],
    )
    .await
    .map(|_| ())
}

pub async fn lines<F: Fetch>(from: &mut F, site: &SiteId, order: &str) -> Result<Vec<LineRow>, db::Error> {
    from.all(
        sql!(
            "SELECT line_id, sku, title, quantity, refunded, unit_price, kind, discount, tax, serials FROM order_lines
             WHERE site_id = $1 AND order_id = $2 ORDER BY position, line_id"
        ),
        args![site, order],
    )
    .await
}

pub async fn packed<F: Fetch>(from: &mut F, site: &SiteId, order: &str) -> Result<Vec<PackedRow>, db::Error> {
    from.all(
        sql!(
            "SELECT l.line_id, l.quantity, s.status, s.shipped_at, s.delivered_at
             FROM shipment_lines l JOIN shipments s
               ON s.site_id = l.site_id AND s.order_id = l.order_id AND s.shipment_id = l.shipment_id
             WHERE l.site_id = $1 AND l.order_id = $2 ORDER BY s.position, l.line_id"
        ),
        args![site, order],
    )
    .await
}

/// Oldest first.
pub async fn earlier<F: Fetch>(from: &mut F, site: &SiteId, order: &str) -> Result<Vec<EarlierRow>, db::Error> {
    from.all(
        sql!(
            "SELECT r.return_id, r.kind, r.state, r.resolution, r.sums, r.total, l.line_id, l.quantity, l.received,
                    l.shop_before
             FROM returns r JOIN return_lines l ON l.site_id = r.site_id AND l.return_id = r.return_id
             WHERE r.site_id = $1 AND r.order_id = $2 ORDER BY r.created_at, r.return_id, l.position"
        ),
        args![site, order],
    )
    .await
}

//! A verified shopper's own orders. Every function here takes the proof, and sees nothing else.

use super::{
    access::{ForShop, Verified},
    store::{FoundOrder, OrderRow, whole},
};
use crate::{
    args,
    db::{self, Db},
    sites::Site,
    sql,
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
    validate::{Contact, OrderNumber},
};

/// An order with everything that is in it. Made here only, for who has proved that it is hers, and for the
/// shop's people.
// The last field is no way of saying "there may be more": nobody else can make one.
#[allow(clippy::manual_non_exhaustive)]
#[derive(Clone, Debug)]
pub struct OwnOrder {
    pub found: FoundOrder,
    pub details: DetailsRow,
    pub lines: Vec<LineRow>,
    pub contents: Vec<ContentRow>,
    _proof: (),
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DetailsRow {
    pub currency: String,
    pub refunded: i64,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// JSON.
    pub address: Option<String>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LineRow {
    pub line_id: String,
    pub sku: Option<String>,
    pub title: String,
    pub quantity: i64,
    pub refunded: i64,
    pub unit_price: Option<i64>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ContentRow {
    pub shipment_id: String,
    pub line_id: String,
    pub quantity: i64,
}

/// From here on, older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub placed_at: i64,
    pub order_id: String,
}

impl Place {
    pub const START: Place = Place { placed_at: i64::MAX, order_id: String::new() };
}

/// Her orders, newest first.
pub async fn list(db: &Db, who: &Verified, before: &Place, limit: u32) -> Result<Vec<OwnOrder>, db::Error> {
    let rows = db.fetch_all::<OrderRow>(
        sql!(
            "SELECT order_id, number, placed_at, locale, state, email, phone, address, recipient, updated_at
             FROM orders
             WHERE site_id = $1 AND (email = $2 OR phone = $3)
               AND (placed_at < $4 OR (placed_at = $4 AND order_id > $5))
             ORDER BY placed_at DESC, order_id LIMIT $6"
        ),
        args![who.site(), who.email(), who.phone(), before.placed_at, &before.order_id, limit],
    );
    let mut orders = Vec::new();
    for row in rows.await? {
        orders.push(filled(db, who.site(), row).await?);
    }
    Ok(orders)
}

/// Her orders placed since `from` of which something is still to come or has gone wrong, newest first: with a parcel
/// that is not simply delivered, or whose delivery she disputes.
pub async fn unsettled(db: &Db, who: &Verified, from: Timestamp, limit: u32) -> Result<Vec<FoundOrder>, db::Error> {
    let rows = db.fetch_all::<OrderRow>(
        sql!(
            "SELECT o.order_id, o.number, o.placed_at, o.locale, o.state, o.email, o.phone, o.address, o.recipient,
                    o.updated_at
             FROM orders o
             WHERE o.site_id = $1 AND (o.email = $2 OR o.phone = $3) AND o.placed_at >= $4 AND o.state <> 'cancelled'
               AND EXISTS (SELECT 1 FROM shipments s LEFT JOIN delivery_disputes d
                             ON d.site_id = s.site_id AND d.order_id = s.order_id AND d.shipment_id = s.shipment_id
                           WHERE s.site_id = o.site_id AND s.order_id = o.order_id
                             AND (s.status NOT IN ('delivered', 'cancelled') OR d.at IS NOT NULL))
             ORDER BY o.placed_at DESC, o.order_id LIMIT $5"
        ),
        args![who.site(), who.email(), who.phone(), from, limit],
    );
    let mut orders = Vec::new();
    for row in rows.await? {
        orders.push(whole(db, who.site(), row).await?);
    }
    Ok(orders)
}

/// The order, if it is hers.
pub async fn find(db: &Db, who: &Verified, order: &OrderId) -> Result<Option<OwnOrder>, db::Error> {
    let row = db.fetch_optional::<OrderRow>(
        sql!(
            "SELECT order_id, number, placed_at, locale, state, email, phone, address, recipient, updated_at
             FROM orders WHERE site_id = $1 AND order_id = $2 AND (email = $3 OR phone = $4)"
        ),
        args![who.site(), order, who.email(), who.phone()],
    );
    match row.await? {
        Some(row) => filled(db, who.site(), row).await.map(Some),
        None => Ok(None),
    }
}

/// Her order with this number; numbers repeat, then it is the newest.
pub async fn by_number(db: &Db, who: &Verified, number: &OrderNumber) -> Result<Option<OwnOrder>, db::Error> {
    let row = db.fetch_optional::<OrderRow>(
        sql!(
            "SELECT order_id, number, placed_at, locale, state, email, phone, address, recipient, updated_at
             FROM orders WHERE site_id = $1 AND number_key = $2 AND (email = $3 OR phone = $4)
             ORDER BY placed_at DESC, order_id LIMIT 1"
        ),
        args![who.site(), number.as_str(), who.email(), who.phone()],
    );
    match row.await? {
        Some(row) => filled(db, who.site(), row).await.map(Some),
        None => Ok(None),
    }
}

/// Any of the shop's.
pub async fn of_shop(db: &Db, who: &ForShop, order: &OrderId) -> Result<Option<OwnOrder>, db::Error> {
    let row = db.fetch_optional::<OrderRow>(
        sql!(
            "SELECT order_id, number, placed_at, locale, state, email, phone, address, recipient, updated_at
             FROM orders WHERE site_id = $1 AND order_id = $2"
        ),
        args![who.site(), order],
    );
    match row.await? {
        Some(row) => filled(db, who.site(), row).await.map(Some),
        None => Ok(None),
    }
}

async fn filled(db: &Db, site: &SiteId, row: OrderRow) -> Result<OwnOrder, db::Error> {
    let order = row.order_id.clone();
    let details = db.fetch_optional::<DetailsRow>(
        sql!("SELECT currency, refunded, email, phone, address FROM orders WHERE site_id = $1 AND order_id = $2"),
        args![site, &order],
    );
    let lines = db.fetch_all::<LineRow>(
        sql!(
            "SELECT line_id, sku, title, quantity, refunded, unit_price FROM order_lines
             WHERE site_id = $1 AND order_id = $2 ORDER BY position, line_id"
        ),
        args![site, &order],
    );
    let contents = db.fetch_all::<ContentRow>(
        sql!(
            "SELECT shipment_id, line_id, quantity FROM shipment_lines
             WHERE site_id = $1 AND order_id = $2 ORDER BY shipment_id, line_id"
        ),
        args![site, &order],
    );
    let (found, details, lines, contents) = tokio::try_join!(whole(db, site, row), details, lines, contents)?;
    let details = details.ok_or_else(|| db::Error::Corrupt(format!("order {order} went away")))?;
    Ok(OwnOrder { found, details, lines, contents, _proof: () })
}

/// Where a code for an order goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    pub contact: Contact,
    /// When the order's number was given.
    pub order_id: Option<OrderId>,
}

/// The contact as orders of this site have it: as the one on the order with this number, or without a number on any.
/// Tells whom a code may be sent to, and nothing of the orders.
pub async fn addressee(
    db: &Db,
    site: &Site,
    number: Option<&OrderNumber>,
    contact: &Contact,
) -> Result<Option<Addressee>, db::Error> {
    if let Some(number) = number {
        let row = super::store::matching(db, site, number, contact).await?;
        return Ok(row.and_then(|row| {
            let contact = match contact {
                Contact::Email(_) => Contact::Email(row.email?),
                Contact::Phone(_) => Contact::Phone(row.phone?),
            };
            Some(Addressee { contact, order_id: Some(OrderId(row.order_id)) })
        }));
    }
    let (email, phone) = match contact {
        Contact::Email(email) => (Some(email.clone()), None),
        Contact::Phone(phone) => (None, super::phone::phone_key(phone, &site.country)),
    };
    #[derive(sqlx::FromRow)]
    struct Known {
        #[sqlx(rename = "order_id")]
        _order_id: String,
    }
    let known = db.fetch_optional::<Known>(
        sql!("SELECT order_id FROM orders WHERE site_id = $1 AND (email = $2 OR phone = $3) LIMIT 1"),
        args![&site.id, &email, &phone],
    );
    let contact = email.map(Contact::Email).or(phone.map(Contact::Phone));
    Ok(known.await?.and(contact).map(|contact| Addressee { contact, order_id: None }))
}

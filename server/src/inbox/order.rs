//! Everything of an order, for whoever looks after its shopper. That it was looked at is written down.

use crate::{
    agents::{Account, acts_store},
    app::App,
    db,
    error::Error,
    orders::{access::ForShop, own_store, watch},
    random::hex,
    sites::Site,
};
use aftercart_shared::{api::orders::FullOrder, ids::OrderId, time::Timestamp};
use sha2::{Digest, Sha256};

/// How it stands among what agents did.
const ACT: &str = "see_order";

/// # Errors
/// [`Error::OrderNotFound`]
pub async fn full(app: &App, site: &Site, account: &Account, id: &OrderId) -> Result<FullOrder, Error> {
    let of_shop = ForShop::logged_in(site.id.clone());
    let own = own_store::of_shop(&app.db, &of_shop, id).await?.ok_or(Error::OrderNotFound)?;
    // Before anything is shown.
    note(app, site, account, id).await?;
    let mut full = watch::own(app, site, &own).await?;
    full.email = own.details.email.clone();
    full.phone = own.details.phone.clone();
    // It would prove that its bearer knows the shopper's contact.
    full.order.watch = None;
    Ok(full)
}

/// Once for each account, order and hour: whoever works on an order opens it again and again.
async fn note(app: &App, site: &Site, account: &Account, id: &OrderId) -> Result<(), Error> {
    let now = app.clock.now();
    let hour = now.0.div_euclid(Timestamp::HOUR_MS);
    let drawn = Sha256::digest(format!("{ACT} {} {id} {hour}", account.id));
    let act_id = hex(&drawn[..16]);
    let (site, agent, order) = (site.id.clone(), account.id.clone(), id.to_string());
    let stored = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { acts_store::insert_once(tx, &site, &act_id, &agent, (ACT, &order, ""), now).await })
    });
    Ok(stored.await?)
}

//! Everything that is known of whoever is in a conversation, and nothing that is not certain: of somebody who has proved
//! nothing there are no orders and no returns, whatever number or address she names.

use super::show;
use crate::{
    app::App,
    conversations::{access, desk_store, queue_store},
    error::Error,
    orders::{access::Verified, full_view, own_store},
    returns::{self, policy::window::ShopCalendar, words::Told},
    shoppers,
    sites::Site,
};
use aftercart_shared::{
    api::desk::{Customer, CustomerReturn, DeskConversation},
    ids::ConversationId,
    locale::Locale,
};

const ORDERS: u32 = 20;
const RETURNS: i64 = 20;
const EARLIER: i64 = 20;

/// # Errors
/// [`Error::ConversationNotFound`]
pub async fn of(app: &App, site: &Site, id: &ConversationId, locale: Option<Locale>) -> Result<Customer, Error> {
    let who = access::desk(app, &site.id, id).await?;
    let row = desk_store::one(&app.db, who.site(), who.id()).await?.ok_or(Error::ConversationNotFound)?;
    let shopper = row.shopper_id.clone();
    let proof = shopper.as_ref().map(|_| shoppers::as_kept(&site.id, row.email.clone(), row.phone.clone()));
    let (mut orders, mut came_back) = (Vec::new(), Vec::new());
    if let Some(proof) = &proof {
        let own = own_store::list(&app.db, proof, &own_store::Place::START, ORDERS).await?;
        orders = own.iter().map(|own| full_view::my_order(own, &site.time_zone)).collect();
        came_back = returned(app, site, proof, locale).await?;
    }
    let others = queue_store::others(&app.db, &site.id, id, shopper.as_deref(), EARLIER).await?;
    let earlier = show::rows(&app.db, &site.id, &others).await?.into_iter().map(|row| row.conversation).collect();
    let visitor = DeskConversation::try_from(row)?.visitor;
    Ok(Customer { visitor, orders, returns: came_back, earlier })
}

async fn returned(
    app: &App,
    site: &Site,
    proof: &Verified,
    locale: Option<Locale>,
) -> Result<Vec<CustomerReturn>, Error> {
    let calendar = ShopCalendar::of_zone(&site.time_zone).unwrap_or_else(ShopCalendar::utc);
    let told = Told::new(locale.unwrap_or_else(|| site.locale_for("")), &calendar);
    let mut all = Vec::new();
    for row in returns::store::list_own(&app.db, proof, None, RETURNS).await? {
        let lines = returns::store::lines(&mut &app.db, &site.id, &row.return_id).await?;
        all.push(CustomerReturn {
            summary: returns::view::summary(&row, lines.first().map(|line| line.title.as_str()), told),
            state: row.state,
            total: row.total,
            currency: row.currency,
        });
    }
    Ok(all)
}

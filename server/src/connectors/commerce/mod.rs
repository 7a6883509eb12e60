//! Commerce platforms behind one trait: find an order, say what has changed, understand a webhook.
//!
//! A platform's module turns its JSON into [`ImportedOrder`]s and decides nothing. Whatever a platform answers, an order
//! counts as found only when [`Wanted::is`] says so: filters that are ignored or fuzzy have shown strangers' orders.

mod amount;
mod changes;
mod generic;
mod generic_variants;
mod give_back;
mod graphql;
mod medusa;
mod medusa_order;
mod medusa_refund;
mod medusa_returns;
mod medusa_variants;
mod returning;
mod shopify;
mod shopify_order;
mod signature;
mod variants;
mod vendure;
mod vendure_order;
mod vendure_returns;
mod vendure_variants;
mod woocommerce;

pub use changes::{Cursor, Page};
pub use generic_variants::Told as ToldVariant;
pub use returning::{Act, GiveBack, Goods, Journal, Piece, Returning, Setback};
pub use signature::{Headers, Webhook};
pub use variants::{LineOf, OptionValue, Siblings, Stock, Variant, Varied};

use super::outgoing::{Fault, Outgoing};
use crate::orders::import::{
    check,
    fields::{Reading, Shift},
    model::ImportedOrder,
};
use aftercart_shared::{
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// The platforms that we speak with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Vendure,
    Medusa,
    Shopify,
    WooCommerce,
    Generic,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Vendure, Kind::Medusa, Kind::Shopify, Kind::WooCommerce, Kind::Generic];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Vendure => "vendure",
            Kind::Medusa => "medusa",
            Kind::Shopify => "shopify",
            Kind::WooCommerce => "woocommerce",
            Kind::Generic => "generic",
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the retailer is to give us, in words for the command line.
    pub fn credential(self) -> &'static str {
        match self {
            Kind::Vendure => "an API key of a role with ReadOrder and ReadCustomer, for returns UpdateOrder too",
            Kind::Medusa => "a secret API key",
            Kind::Shopify => "the app's Admin API access token (scopes read_orders, read_fulfillments)",
            Kind::WooCommerce => "a REST key with read permission, as ck_…:cs_…",
            Kind::Generic => "the bearer token that your endpoints expect",
        }
    }
}

impl Kind {
    /// Whether it may tell which other variants there are: what is said before it is asked.
    pub fn tells_variants(self) -> bool {
        matches!(self, Kind::Vendure | Kind::Medusa | Kind::Generic)
    }
}

/// What a connector can do. Only what is built is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    FindOrder,
    ChangedSince,
    Webhooks,
    /// These three are [`Returning`].
    CreateReturn,
    Receive,
    Refund,
    /// [`Varied`]
    Variants,
}

impl Capability {
    pub const ALL: [Capability; 7] = [
        Capability::FindOrder,
        Capability::ChangedSince,
        Capability::Webhooks,
        Capability::CreateReturn,
        Capability::Receive,
        Capability::Refund,
        Capability::Variants,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Capability::FindOrder => "find_order",
            Capability::ChangedSince => "changed_since",
            Capability::Webhooks => "webhooks",
            Capability::CreateReturn => "create_return",
            Capability::Receive => "receive",
            Capability::Refund => "refund",
            Capability::Variants => "variants",
        }
    }
}

/// The order that a shopper asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub number: OrderNumber,
    /// The number as she typed it, for platforms that compare spellings.
    pub typed: String,
    pub contact: Contact,
}

/// Where and how a retailer's system is reached.
#[derive(Clone)]
pub struct Connection {
    /// Without a slash at its end.
    pub base_url: String,
    pub credential: String,
    /// The site's, for telephone numbers without one: ISO 3166, two letters.
    pub country: String,
    pub http: Arc<dyn Outgoing>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// One commerce platform of one retailer.
pub trait Commerce: Send + Sync + std::fmt::Debug {
    /// Optional abilities beside [`Commerce::find_order`] and [`Commerce::fetch`], which every platform has.
    fn capabilities(&self) -> &'static [Capability] {
        &[Capability::FindOrder, Capability::ChangedSince, Capability::Webhooks]
    }

    /// The order with this number *and* this contact.
    ///
    /// # Errors
    /// Why the platform could not be asked, or not understood.
    fn find_order<'a>(&'a self, wanted: &'a Wanted) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>>;

    /// One page of the orders that changed at or after the cursor, the oldest change first.
    ///
    /// # Errors
    /// As [`Commerce::find_order`].
    fn changed_since<'a>(&'a self, cursor: &'a Cursor) -> BoxFuture<'a, Result<Page, Fault>>;

    /// The order with the platform's own id; `None` when there is none, or it is not yet an order (a cart, a draft).
    ///
    /// # Errors
    /// As [`Commerce::find_order`].
    fn fetch<'a>(&'a self, external_id: &'a str) -> BoxFuture<'a, Result<Option<ImportedOrder>, Fault>>;

    /// Does what happens to a parcel count as a change of its order? Where it does not, every round also asks for the
    /// orders that are still open.
    fn sees_parcels(&self) -> bool {
        true
    }

    /// Its writing side, where it has one.
    fn returning(&self) -> Option<&dyn Returning> {
        None
    }

    /// Where it tells the variants of what was bought.
    fn varied(&self) -> Option<&dyn Varied> {
        None
    }

    /// Several orders by id, at most [`AT_ONCE`]; those that there are.
    ///
    /// # Errors
    /// As [`Commerce::find_order`].
    fn fetch_many<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<ImportedOrder>, Fault>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for id in ids {
                found.extend(self.fetch(id).await?);
            }
            Ok(found)
        })
    }
}

/// Orders in one question by id.
pub const AT_ONCE: usize = changes::PAGE;

/// The platform at the other end of a connection.
pub fn connect(kind: Kind, connection: Connection) -> Box<dyn Commerce> {
    match kind {
        Kind::Vendure => Box::new(vendure::Vendure(connection)),
        Kind::Medusa => Box::new(medusa::Medusa(connection)),
        Kind::Shopify => Box::new(shopify::Shopify(connection)),
        Kind::WooCommerce => Box::new(woocommerce::WooCommerce(connection)),
        Kind::Generic => Box::new(generic::Generic(connection)),
    }
}

/// Which order a webhook speaks of; `None` when its signature does not hold. Nothing else of a webhook is believed: the
/// order itself is asked for.
pub fn verify_webhook(kind: Kind, headers: &Headers, body: &[u8], secret: &str, now: Timestamp) -> Option<Webhook> {
    match kind {
        Kind::Vendure | Kind::Medusa | Kind::Generic => signature::standard(headers, body, secret, now),
        Kind::Shopify => shopify::webhook(headers, body, secret),
        Kind::WooCommerce => woocommerce::webhook(headers, body, secret),
    }
}

impl Wanted {
    /// Is this the order? By number and contact, both compared here, whatever the platform was asked for.
    pub fn is(&self, order: &ImportedOrder, site_country: &str) -> bool {
        if OrderNumber::parse(&order.number).as_ref() != Ok(&self.number) {
            return false;
        }
        match &self.contact {
            Contact::Email(email) => order.email.as_deref() == Some(email),
            Contact::Phone(phone) => {
                let reads = |country: &str| Reading { country, shift: Shift::default() }.phone(phone, None);
                let own = order.address.as_ref().and_then(|a| a.country.as_deref());
                let is = |country: &str| order.phone.is_some() && order.phone == reads(country);
                is(site_country) || own.is_some_and(is)
            }
        }
    }

    /// The spellings under which a platform may keep the number.
    pub fn spellings(&self) -> Vec<String> {
        let mut all =
            vec![self.typed.trim().to_owned(), self.typed.trim().to_uppercase(), self.number.as_str().to_owned()];
        let mut seen = std::collections::HashSet::new();
        all.retain(|spelling| !spelling.is_empty() && seen.insert(spelling.clone()));
        all
    }
}

impl Connection {
    fn reading(&self) -> Reading<'_> {
        Reading { country: &self.country, shift: Shift::default() }
    }

    /// The first of these that is wanted and holds together.
    fn pick(&self, orders: Vec<ImportedOrder>, wanted: &Wanted) -> Option<ImportedOrder> {
        orders.into_iter().find(|order| wanted.is(order, &self.country))
    }
}

/// The orders of a page that can be read. One that cannot is left out and counted: it must not hold up all others.
fn readable(rows: Vec<Result<Option<ImportedOrder>, String>>) -> (Vec<ImportedOrder>, Vec<String>) {
    let mut orders = Vec::with_capacity(rows.len());
    let mut refused = Vec::new();
    for row in rows {
        let holds = |order: &ImportedOrder| {
            if order.email.is_none() && order.phone.is_none() {
                return Err("it has neither e-mail nor phone: its shopper could not find it".to_owned());
            }
            check::whole(order)
        };
        match row.and_then(|order| order.map(|order| holds(&order).map(|()| order)).transpose()) {
            Ok(order) => orders.extend(order),
            Err(reason) => refused.push(reason),
        }
    }
    (orders, refused)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "documented_tests.rs"]
mod documented_tests;

#[cfg(test)]
#[path = "charges_tests.rs"]
mod charges_tests;

#[cfg(test)]
mod returning_tests;

#[cfg(test)]
mod schema_tests;

#[cfg(test)]
#[path = "variants_tests.rs"]
mod variants_tests;

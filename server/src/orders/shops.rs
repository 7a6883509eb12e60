//! The shop's own systems, as the orders room sees them: somebody who may know an order that we do not.
//!
//! Who that is and how they are asked is not its business: the composition root hands in whoever answers.

use crate::{app::App, db, sites::Site};
use aftercart_shared::{
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// What a shopper asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub number: OrderNumber,
    /// The number as she typed it.
    pub typed: String,
    pub contact: Contact,
}

pub trait Shops: Send + Sync + std::fmt::Debug {
    /// Has the site anybody to ask?
    fn any<'a>(&'a self, app: &'a App, site: &'a Site) -> BoxFuture<'a, Result<bool, db::Error>>;

    /// `None` while everybody whom the order's news comes from answers; otherwise how old is what we have: the moment at
    /// which it was so. `known` is when we last heard anything of it.
    fn silent_since<'a>(
        &'a self,
        app: &'a App,
        site: &'a Site,
        order_id: &'a str,
        known: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Timestamp>, db::Error>>;

    /// Asks them all. `true`: the order with this number and contact was found and stands in the database now. Goes on
    /// when its caller has stopped waiting: what comes late is there for the next try.
    fn find(&self, app: &App, site: &Arc<Site>, asked: Asked) -> BoxFuture<'static, bool>;
}

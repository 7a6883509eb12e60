//! Who makes return labels: a carrier's, bought through a service. One trait, a file for each service.
//!
//! None of them takes an idempotency key that would hold for ever, so a label is looked for by our own key before it is
//! asked for, and every step is written down before it is taken: whoever comes after a time-out or a crash looks first.

mod easypost;
mod settings;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use settings::{Party, Settings};

use super::{
    commerce::{Journal, Setback},
    outgoing::{Fault, Outgoing},
};
use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    EasyPost,
}

impl Kind {
    pub const ALL: [Kind; 1] = [Kind::EasyPost];

    /// The name on the command line and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Kind::EasyPost => "easypost",
        }
    }

    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its own address.
    pub fn base_url(self) -> &'static str {
        match self {
            Kind::EasyPost => "https://api.easypost.com/v2",
        }
    }
}

/// A label that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Our effect's id, the same for ever.
    pub key: String,
    /// As people say it: `R-7K2M9Q`.
    pub number: String,
    /// Who sends.
    pub from: Party,
    pub now: Timestamp,
}

/// A label that was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The service's own id of it.
    pub reference: String,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    /// Where it can be printed from; https.
    pub url: String,
    /// After this no carrier takes it.
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    Label(Label),
    /// It was taken on, and is not there yet: to be fetched later.
    Waiting {
        reference: String,
        because: String,
    },
}

/// A service that makes labels.
pub trait LabelProvider: Send + Sync + std::fmt::Debug {
    /// Buys the label, or finds the one that was bought under this key.
    ///
    /// # Errors
    /// Why none is known to be bought.
    fn make<'a>(&'a self, wish: &'a Wish, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Made, Setback>>;

    /// Where the parcel with this label is, as the service tells it.
    ///
    /// # Errors
    /// When it cannot be asked, or has no such label.
    fn parcel<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<ParcelStatus, Fault>>;
}

/// One site's account with a service.
#[derive(Clone)]
pub struct Connection {
    pub base_url: String,
    pub credential: String,
    pub settings: Settings,
    pub http: Arc<dyn Outgoing>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

pub fn connect(kind: Kind, connection: Connection) -> Box<dyn LabelProvider> {
    match kind {
        Kind::EasyPost => Box::new(easypost::EasyPost(connection)),
    }
}

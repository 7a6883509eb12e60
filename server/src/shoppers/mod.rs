//! Shoppers: who somebody is, proven by a code sent to her or by the shop's signature, and the session that follows.

pub mod code;
pub mod identity_key;
pub mod identity_token;
pub mod late_code;
pub mod message;
pub mod routes;
pub mod session;
pub mod store;

use crate::{
    db::{self, Db},
    orders::{access::Verified, phone::phone_key},
};
use aftercart_shared::{api::shoppers::ShopperKind, ids::SiteId, time::Timestamp, validate::Contact};

/// What a shopper is known by. Two of different kinds stay two, even with the same address: whoever gets hold of an
/// address does not inherit what the shop's own account holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    pub kind: ShopperKind,
    /// The contact in its one spelling, or the shop's own id for her.
    pub subject: String,
    pub name: Option<String>,
    pub locale: Option<String>,
    /// Whose orders are hers.
    pub proof: Verified,
}

impl Identity {
    /// A code reached this contact.
    fn by_contact(site: &SiteId, contact: Contact) -> Identity {
        let (kind, subject, proof) = match contact {
            Contact::Email(email) => {
                (ShopperKind::Email, email.clone(), Verified::proven(site.clone(), Some(email), None))
            }
            Contact::Phone(phone) => {
                (ShopperKind::Phone, phone.clone(), Verified::proven(site.clone(), None, Some(phone)))
            }
        };
        Identity { kind, subject, name: None, locale: None, proof }
    }
}

/// What a shopper had proved when she began to talk, as her visitor's row kept it: for those of the shop's people who look
/// after her there. It is no session, and lets nobody in.
pub fn as_kept(site: &SiteId, email: Option<String>, phone: Option<String>) -> Verified {
    Verified::proven(site.clone(), email, phone)
}

/// Who a contact is, for storing.
fn named(contact: &Contact) -> (ShopperKind, String) {
    match contact {
        Contact::Email(email) => (ShopperKind::Email, email.clone()),
        Contact::Phone(phone) => (ShopperKind::Phone, phone.clone()),
    }
}

/// A contact as one dials it in the site's country. Whoever asks for codes sees the limit on it, so nothing of an order
/// may be in it.
fn typed_address(contact: &Contact, country: &str) -> String {
    match contact {
        Contact::Email(email) => email.clone(),
        Contact::Phone(phone) => phone_key(phone, country).unwrap_or_else(|| phone.clone()),
    }
}

/// Forgets codes, sessions and used tokens that no longer matter.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<(), db::Error> {
    db.write(move |tx| Box::pin(async move { store::sweep(tx, now).await })).await
}

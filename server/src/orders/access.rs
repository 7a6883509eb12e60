//! Three levels of knowing who asks, as types, so that nothing private can be shown by mistake.
//!
//! - *anonymous*: has none of these values, and so nothing to show.
//! - *knows the order*: [`super::store::find`] with number and contact gives a `FoundOrder`, and the only view of that is
//!   masked.
//! - *verified*: a [`Verified`] value. Only with one does [`super::own_store`] give an `OwnOrder`, and only of that is there
//!   a view with address, prices and articles by name.
//!
//! The shop's own people see any of its orders, by a [`ForShop`].

use aftercart_shared::ids::SiteId;

/// A shopper who has proved who she is: by a code sent to her, or by the shop's own signature. Names the contacts whose
/// orders are hers.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    site: SiteId,
    email: Option<String>,
    phone: Option<String>,
}

impl Verified {
    /// For `shoppers/` alone, which has seen the proof; `tests/imports.rs` holds that.
    pub(crate) fn proven(site: SiteId, email: Option<String>, phone: Option<String>) -> Verified {
        Verified { site, email, phone }
    }

    pub fn site(&self) -> &SiteId {
        &self.site
    }

    /// In lower case.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// In E.164.
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }
}

/// Somebody of the shop who is logged in and may see the shop's customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForShop {
    site: SiteId,
}

impl ForShop {
    /// For `inbox/` alone, whose handlers ask for the permission; `tests/imports.rs` holds that.
    pub(crate) fn logged_in(site: SiteId) -> ForShop {
        ForShop { site }
    }

    pub fn site(&self) -> &SiteId {
        &self.site
    }
}

/// Contacts are in no log.
impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified").field("site", &self.site).finish_non_exhaustive()
    }
}

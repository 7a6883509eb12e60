//! What was given, and goes back without the giver hearing of it.
//!
//! Whoever received it names the order by its number and the postcode that it was delivered to, and proves an e-mail
//! address of her own by a code. From then on [`gift_store::access`] lets her ask for returns of that order as anybody
//! asks for hers, with these differences: she gets store credit or another variant, never the giver's money; prices are
//! shown as what they are worth in credit; mails and lists are hers alone, and the shop's own system, which might write
//! to the giver, is told nothing by us.

pub mod gift_store;
pub mod postcode;
pub mod routes;

pub use gift_store::access;

use aftercart_shared::returns::Resolution;

/// What somebody may have for a present: nothing that goes to the giver, or tells her.
pub fn may_have(resolution: Resolution) -> bool {
    matches!(resolution, Resolution::StoreCredit | Resolution::ExchangeVariant)
}

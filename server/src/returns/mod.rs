//! Returns: what may come back, for what, how and why; decided in front of the shopper by the shop's own rules.
//!
//! [`policy`] answers, [`money`] works out the sums, [`state`] says what may follow what, [`imported`] brings orders into
//! the form that rules speak of. All are pure: they know neither clock nor database nor web.

pub mod effects;
pub mod imported;
pub mod money;
pub mod policy;
pub mod record;
pub mod slip;
pub mod state;

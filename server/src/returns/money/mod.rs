//! Who gets how much back, to the last minor unit. Pure sums: no clock, no database, no policy.
//!
//! Every amount is a whole number of the currency's minor unit (cents, fen, fils; yen itself), so the same code is exact
//! with none, two or three decimals. Two ideas carry it: [`split()`] shares an amount so that the parts add up to it, and
//! whatever happens in several goes is worked out as *everything up to here* less *everything before*, so that the goes
//! add up too, in any order.

mod exchange;
mod order;
mod refund;
mod split;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use exchange::{Difference, difference, with_bonus};
pub use order::{LineSums, OrderSums, Share, Tax, WrongSums, shares};
pub use refund::{DeliveryCharge, Given, LineRefund, Part, PartError, Refund, Terms, refund};
pub use split::{pieces, portion, split};

//! What may follow what: four records, four machines. A return brings goods back for money, an exchange for other goods; a
//! claim says that something went wrong and needs no goods back; a withdrawal is the statutory right and asks nobody.
//!
//! Each machine is a table of `(state, event, state)`. The only way to a new state is a [`Step`], the only way to a step
//! is [`Step::take`], and that reads the table. A store that writes nothing but steps cannot write a transition that the
//! table does not have; `UPDATE … WHERE state = step.from()` keeps two that race from both being written.

mod claim;
mod exchange;
mod machine;
mod return_;
mod withdrawal;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use claim::{ClaimEvent, ClaimState};
pub use exchange::{ExchangeEvent, ExchangeState};
pub use machine::{Illegal, Machine, Named, Step};
pub use return_::{ReturnEvent, ReturnState};
pub use withdrawal::{WithdrawalEvent, WithdrawalState};

//! The shop's rules for what comes back, as one readable file, and the engine that answers by them.
//!
//! A policy is a list of rules. Each has a `when` (which items it speaks of) and a `then` (what it says about them). Rules
//! are read from the top; the first that fits and mentions a matter settles that matter. What no rule mentions is settled
//! by `[otherwise]`, and what that leaves out by [`Settings::standard`]. `static/demo/returns.toml` is an example with
//! every part in use; [`file`] documents the form.

pub mod basket;
mod check;
pub mod decide;
pub mod example;
pub mod explain;
pub mod facts;
pub mod file;
mod fits;
pub mod reasons;
pub mod show;
mod span;
mod values;
mod versions;
pub mod window;
pub mod wording;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use basket::{Basket, Pick, decide_basket};
pub use decide::{Decision, MethodOffer, decide};
pub use facts::{Arrival, Ask, Line, Order};
pub use file::{Gift, Policy, Problem, RefundAt, Rule, Settings, When};
pub use span::Span;
pub use values::{Amounts, Because, CalendarDay, Cost, OpenUntil, Postage, to_day};
pub use versions::in_force;

//! Words and figures of returns that the server and the widget have in common.

mod day;
mod percent;
mod terms;
mod why;

pub use day::Day;
pub use percent::Percent;
pub use terms::{Method, NotReturnable, ReasonId, Resolution, Verdict, Words};
pub use why::{Counted, Why, Wording};

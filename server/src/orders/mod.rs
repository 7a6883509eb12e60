//! Orders: brought in from the shop's system.

pub mod import;
pub mod phone;

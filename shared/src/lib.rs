//! Types and rules that the server and the browser widget have in common.
//!
//! No I/O, no async, and nothing heavier than `serde`: whatever stands here is also downloaded by every shopper.

pub mod api;
pub mod document;
pub mod error;
pub mod events;
pub mod i18n;
pub mod ids;
pub mod locale;
pub mod money;
pub mod returns;
pub mod role;
pub mod theme;
pub mod time;
pub mod tracking;
pub mod trouble;
pub mod validate;

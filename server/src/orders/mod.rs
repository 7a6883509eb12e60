//! Orders: brought in from the shop's system, found by number and contact, shown masked.

pub mod carriers;
pub mod expectation;
pub mod failures;
pub mod grant;
pub mod import;
pub mod mask;
pub mod news;
pub mod outlook;
pub mod outlook_store;
pub mod phone;
pub mod progress;
pub mod reports;
mod reports_store;
pub mod routes;
pub mod store;
pub mod tracking_file;
pub mod view;
pub mod waiters;
pub mod watch;

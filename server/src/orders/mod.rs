//! Orders: brought in from the shop's system, found by number and contact and then shown masked, or in full to whoever
//! has proved that they are hers ([`access`]).

pub mod access;
pub mod carriers;
pub mod expectation;
pub mod failures;
pub mod full_view;
pub mod grant;
pub mod import;
pub mod mask;
pub mod news;
pub mod open_store;
pub mod outlook;
pub mod outlook_store;
pub mod own_store;
pub mod phone;
pub mod progress;
pub mod reports;
mod reports_store;
pub mod routes;
pub mod shops;
pub mod store;
pub mod told;
mod told_store;
pub mod tracking_file;
pub mod view;
pub mod waiters;
pub mod watch;

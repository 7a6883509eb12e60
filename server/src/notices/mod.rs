//! Tell me: news of an order by e-mail, to whoever knows the order and has said yes from her own mailbox.
//!
//! A job for each site looks for parcels whose status nobody has been told of yet; the database is the truth, so a
//! missed hint costs a moment and never a mail.
//!
//! Beside it, what a verified shopper is told in the panel without having asked ([`mine`]).

mod alert;
mod mails;
pub mod mine;
pub mod mine_store;
pub mod routes;
pub mod store;
pub mod token;
mod watch;

pub use watch::{JOB, look};

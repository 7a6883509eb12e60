//! Pictures that people attach: to a return today, to a conversation later.
//!
//! `routes` takes and gives them, `picture` draws them anew, `files` keeps them, `sweep` throws away what became part of
//! nothing. Other rooms name a picture by its id: they ask [`of_shopper`] whether it is hers and [`bind`] it to
//! what it became part of.

mod desk;
mod files;
pub mod picture;
pub mod routes;
mod store;
pub mod sweep;

pub use desk::Desk;
pub use files::Files;
pub use store::{Attachment, bind, of_shopper, part_of};

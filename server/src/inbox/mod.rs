//! What the shop's people have before them: who waits, what is new, whom they talk with, what colleagues have noted.
//!
//! A queue on a screen is a [`list`] as it stood at a version, and the [`changes`] since. [`customer`] says of whoever is in a
//! conversation what is certain, [`order`] everything of an order. [`notes`] are no part of a conversation's log: what
//! shoppers read cannot hold one.

pub mod canned;
pub mod canned_routes;
mod canned_store;
pub mod changes;
mod counts;
pub mod cursor;
pub mod customer;
pub mod list;
pub mod note_routes;
mod note_store;
pub mod notes;
pub mod order;
pub mod routes;
mod show;
pub mod starter;

pub use counts::QueueCounts;

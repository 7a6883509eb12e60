//! Parcels and the services that track them: asked as often as a parcel's status deserves, listened to when they push.

mod account;
pub mod follow;
pub mod job;
pub mod push;
mod store;

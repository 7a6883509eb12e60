//! Parcels and the services that track them: asked as often as a parcel's status deserves, listened to when they push.

pub mod follow;
pub mod push;
mod store;

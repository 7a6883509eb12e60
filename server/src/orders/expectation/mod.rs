//! Saying more than the carrier does: when a parcel should arrive and whether something is wrong with it, from how long
//! this shop's parcels took before.

pub mod calendar;
pub mod history;
pub mod lane;
pub mod learn;
pub mod lesson;
pub mod parcel;
pub mod range;
pub mod store;
pub mod trouble;

//! The admin API: the retailer's own systems write orders and look after them, with a secret key.

pub mod docs;
pub mod effects;
pub mod key;
pub mod openapi;
pub mod parcels;
pub mod returns;
pub mod routes;
pub mod store;
pub mod withdrawals;

pub use key::ApiKey;

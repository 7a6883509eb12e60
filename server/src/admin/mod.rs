//! The admin API: the retailer's own systems write orders and look after them, with a secret key.

pub mod agent;
pub mod conversation_acts;
pub mod conversations;
pub mod counter;
pub mod docs;
pub mod effects;
pub mod guard;
pub mod key;
pub mod openapi;
pub mod parcels;
pub mod return_acts;
pub mod returns;
pub mod routes;
pub mod store;
pub mod withdrawals;

pub use key::ApiKey;

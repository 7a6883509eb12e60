//! Connectors: a retailer's own systems, each behind one trait. They know no feature, only the neutral order.

pub mod carriers;
pub mod commerce;
pub mod outgoing;
pub mod store;

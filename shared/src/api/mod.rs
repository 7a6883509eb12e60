//! Request and response types, one module a feature. Requests refuse unknown fields; responses may gain some.

pub mod articles;
pub mod notices;
pub mod orders;
pub mod shoppers;
pub mod sites;

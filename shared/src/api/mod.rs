//! Request and response types, one module a feature. Requests refuse unknown fields; responses may gain some.

pub mod articles;
pub mod attachments;
pub mod conversations;
pub mod desk;
pub mod notices;
pub mod orders;
pub mod returns;
pub mod shoppers;
pub mod sites;

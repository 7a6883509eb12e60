//! Where the panel appears. A surface puts features together and knows all of them.

pub mod storefront;

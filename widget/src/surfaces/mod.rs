//! Where we appear. A surface puts features together and knows all of them.

#[cfg(feature = "desk")]
pub mod desk;
#[cfg(feature = "storefront")]
pub mod storefront;

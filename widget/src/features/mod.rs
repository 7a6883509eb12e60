//! What people come for, one folder each: shoppers, and at the desk the shop's own. Features do not know one another: the
//! surface connects them.

#[cfg(feature = "storefront")]
pub mod account;
#[cfg(feature = "storefront")]
pub mod chat;
#[cfg(feature = "desk")]
pub mod desk_customer;
#[cfg(feature = "desk")]
pub mod desk_door;
#[cfg(feature = "desk")]
pub mod desk_palette;
#[cfg(feature = "desk")]
pub mod desk_queue;
#[cfg(feature = "desk")]
pub mod desk_talk;
#[cfg(feature = "storefront")]
pub mod help;
#[cfg(feature = "storefront")]
pub mod home;
#[cfg(feature = "storefront")]
pub mod notices;
#[cfg(feature = "storefront")]
pub mod returns;
#[cfg(feature = "storefront")]
pub mod talk;
#[cfg(feature = "storefront")]
pub mod track;

//! The panel that shoppers see, and the desk of the shop's people. Imports go one way: surfaces → features → {ui, api,
//! i18n}. Every one of the panel's may use the session (what each view knows) and nav (which view is on screen), every one of
//! the desk's the [`desk`]. Each bundle is built without the other's half.

#[cfg(feature = "storefront")]
pub mod api;
pub mod backoff;
#[cfg(feature = "desk")]
pub mod desk;
pub mod features;
#[cfg(feature = "storefront")]
pub mod host;
pub mod i18n;
pub mod js;
#[cfg(feature = "storefront")]
pub mod nav;
#[cfg(feature = "storefront")]
pub mod session;
#[cfg(feature = "storefront")]
pub mod storage;
pub mod surfaces;
pub mod ui;

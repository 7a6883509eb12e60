//! The panel that shoppers see. Imports go one way: surfaces → features → {ui, api, i18n}, and every one of them may
//! use the session (what each view knows) and nav (which view is on screen).

pub mod api;
pub mod features;
pub mod host;
pub mod i18n;
pub mod js;
pub mod nav;
pub mod session;
pub mod storage;
pub mod surfaces;
pub mod ui;

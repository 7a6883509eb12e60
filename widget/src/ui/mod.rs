//! Our own small kit, drawn on the tokens of `static/styles/tokens.css`: one folder a component, its style beside it.
//! Components are plain functions that return a piece of the page.

#[cfg(feature = "storefront")]
pub mod button;
#[cfg(feature = "storefront")]
pub mod choice;
#[cfg(feature = "storefront")]
pub mod dated;
#[cfg(feature = "storefront")]
pub mod document;
pub mod dom;
#[cfg(feature = "storefront")]
pub mod field;
#[cfg(feature = "storefront")]
pub mod frame;
#[cfg(feature = "storefront")]
pub mod highlight;
pub mod icon;
pub mod links;
#[cfg(feature = "storefront")]
pub mod notice;
#[cfg(feature = "storefront")]
pub mod part;
#[cfg(feature = "storefront")]
pub mod progress;
#[cfg(feature = "storefront")]
pub mod qr;
#[cfg(feature = "storefront")]
pub mod row;
#[cfg(feature = "storefront")]
pub mod skeleton;
#[cfg(feature = "storefront")]
pub mod stepper;

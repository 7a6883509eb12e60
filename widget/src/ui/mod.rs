//! Our own small kit, drawn on the tokens of `static/styles/tokens.css`: one folder a component, its style beside it.
//! Components are plain functions that return a piece of the page.

pub mod button;
pub mod choice;
pub mod dated;
pub mod document;
pub mod dom;
pub mod field;
pub mod frame;
pub mod highlight;
pub mod icon;
pub mod notice;
pub mod part;
pub mod progress;
pub mod qr;
pub mod row;
pub mod skeleton;
pub mod stepper;

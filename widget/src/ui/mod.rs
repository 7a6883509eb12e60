//! Our own small kit, drawn on the tokens of `static/styles/tokens.css`: one folder a component, its style beside it.
//!
//! Components are plain functions that return an erased view: the props builders and the nested types of Leptos'
//! `#[component]` would be paid for in kilobytes by every shopper.

pub mod button;
pub mod document;
pub mod field;
pub mod frame;
pub mod highlight;
pub mod icon;
pub mod notice;
pub mod progress;
pub mod row;
pub mod skeleton;

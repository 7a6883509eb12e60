//! What every request passes through, and what handlers may ask of one.

pub mod cors;
pub mod json;
pub mod limit;
pub mod observe;
pub mod security;
pub mod site;
pub mod source;
pub mod staff;
pub mod visitor;

pub use json::{Json, Query};
pub use site::{CurrentSite, PageOrigin};
pub use source::Source;
pub use staff::{ActBody, Acting, DeskSession, Staff};
pub use visitor::{Verified, Visitor};

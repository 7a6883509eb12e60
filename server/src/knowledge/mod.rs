//! Help articles: brought in from files.

pub mod import;
mod import_store;

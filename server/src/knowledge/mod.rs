//! Help articles: brought in from files.

mod article_file;
pub mod import;
mod import_store;

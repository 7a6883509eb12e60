//! What browsers load: the loader and its config, the panel's shell, pages of our own.

pub mod config_script;
pub mod desk;
pub mod files;
pub mod health;
pub mod help_pages;
pub mod notice_page;
mod pages;
pub mod shell;
pub mod start;

pub use pages::Pages;

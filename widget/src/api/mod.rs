//! Talking to our server: one small client, and what a view shows while it waits.

pub mod client;
pub mod json;
pub mod loading;
pub mod read;
mod read_articles;
pub mod read_conversations;
mod read_orders;
mod read_returns;

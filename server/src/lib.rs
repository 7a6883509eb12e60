//! Aftercart's server: one binary that serves the widget, its API and the demo shop.
//!
//! Start reading at [`router`] (every URL on one screen) and [`app`] (the only place that builds things).

pub mod admin;
pub mod agents;
pub mod app;
pub mod assets;
pub mod assistant;
pub mod attachments;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connectors;
pub mod conversations;
pub mod db;
pub mod demo_account;
pub mod demo_shop;
pub mod error;
#[cfg(debug_assertions)]
pub mod fail;
pub mod html;
pub mod http;
pub mod http_client;
pub mod inbound;
pub mod inbox;
pub mod jobs;
pub mod knowledge;
pub mod notices;
pub mod notifications;
pub mod orders;
pub mod random;
pub mod realtime;
pub mod returns;
pub mod router;
pub mod secret;
pub mod seed;
pub mod serve;
pub mod shoppers;
pub mod sites;
pub mod surfaces;
pub mod sync;
pub mod tracking;
pub mod webhooks;

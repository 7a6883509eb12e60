//! The server's tests: one binary, one story a test, over real HTTP, each on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

mod admin;
mod articles;
mod attachments;
mod attachments_memory;
mod codes;
mod connectors;
mod database;
mod enumeration;
mod every_route;
mod follow;
mod http;
mod identity;
mod import_articles;
mod import_orders;
mod import_tracking;
mod imports;
mod jobs;
mod limits;
mod lookup;
mod my_notices;
mod notices;
mod pictures;
mod reports;
mod returns;
mod returns_policy;
mod schema;
mod seed;
mod silence;
mod sites;
mod sql;
mod track;
mod tracking_services;
mod upsert_orders;

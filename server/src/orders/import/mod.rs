//! Orders from files: what the shop's system exports, read in one pass, stored batch by batch.
//!
//! [`source`] cuts the file into orders, [`shopify`] and [`jsonl`] read one each, [`check`] looks at the whole,
//! [`run`] stores batches and remembers how far it has come.

pub mod amend;
mod amend_store;
pub mod check;
pub mod fields;
pub mod jsonl;
mod jsonl_rows;
pub mod model;
mod order_store;
mod prepare;
mod reader;
pub mod report;
mod run;
pub mod shopify;
mod shopify_money;
pub mod shopify_wire;
mod source;
mod store;
pub mod upsert;

pub use fields::Shift;
pub use model::LineKind;
pub use report::{Rejected, Report};
pub use run::{ImportError, Progress, Summary, import_orders, import_orders_from};
pub use source::{Broken, Format};
pub use store::Counts;
pub use upsert::{UpsertError, Upserted, upsert};

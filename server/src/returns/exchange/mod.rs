//! Another size or colour in place of what was bought: which there are, what they cost, and whose the last one is.
//!
//! [`weigh`] decides and [`variants_file`] reads, both without database and web; [`look_up`] asks whoever knows, outside
//! of any transaction; [`swap`] puts the shopper's choice and the answer together, and once more where the pieces of
//! others are counted.

mod look_up;
pub mod routes;
pub mod swap;
pub mod variant_store;
pub mod variants_file;
pub mod weigh;

pub use look_up::{LookedUp, of_line};

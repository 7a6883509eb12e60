//! News between the requests of this process. Hints only: the database is the truth, and whoever waits reads it anyway.

pub mod hub;

pub use hub::{ConversationChanged, Hub, OrderChanged};

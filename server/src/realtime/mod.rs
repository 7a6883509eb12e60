//! News between those who wait for them, here and on other nodes. Hints only: the database is the truth, and whoever waits
//! reads it anyway.

pub mod bus;
pub mod hub;
pub mod line;
mod patience;
mod queues;
mod topics;

pub use bus::{Bus, Hint, Memory, Side};
pub use hub::{Hub, OrderChanged};
pub use patience::Patience;
pub use queues::FollowingQueue;
pub use topics::{Following, News, Stand};

//! Returns: what may come back, for what, how and why; decided in front of the shopper by the shop's own rules, and
//! carried out.
//!
//! Pure are [`policy`] (answers), [`money`] (sums), [`state`] (what may follow what), [`pieces`] (how many are left), [`sums`],
//! [`assess`] (all of it together), [`words`] and [`imported`]: they know neither clock nor database nor web. [`submit`]
//! stores a wish, [`record`] is the only way in which one changes, [`effects`] carries out what a change demands.

pub mod arrival;
pub mod asking;
pub mod assess;
pub mod code;
pub mod demands;
pub mod desk;
pub mod desk_store;
pub mod effects;
pub mod exchange;
pub mod expire;
pub mod facts;
pub mod gift;
pub mod guard;
pub mod guard_store;
pub mod imported;
pub mod kept;
pub mod kind;
pub mod label_store;
pub mod label_watch;
pub mod money;
mod news;
pub mod number;
pub mod order_store;
pub mod pieces;
pub mod policies;
pub mod policy;
pub mod policy_store;
pub mod record;
pub mod renew;
pub mod routes;
pub mod scan;
pub mod signals;
pub mod slip;
pub mod slip_route;
pub mod state;
pub mod store;
pub mod submit;
pub mod sums;
pub mod view;
pub mod withdrawal_store;
pub mod withdrawals;
pub mod words;

pub use policies::Policies;

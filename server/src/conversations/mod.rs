//! Conversations: a log for each, who may look into it, and what is said in it.
//!
//! Whoever comes to a conversation gets a [`access::ConversationRef`] for it, by the visitor's token or as one of the shop's
//! people; all else takes that. [`append`] puts into the log, [`read`] reads it, [`wait`] waits for more, [`socket`]
//! does all of it over one connection, [`watch`] finds what no hint told; [`open`] says which conversation is hers, [`queue`]
//! what she is told while she waits, [`first_answer`] what is answered before she does, [`answers`] how she hears of them when she
//! is gone, [`by_mail`] how she replies to that, [`hand`] who of the shop's people has it,
//! [`routing`] who is given it without having asked. What is being typed is said and forgotten
//! ([`typing`]).

pub mod access;
pub mod answer_mail;
pub mod answer_store;
mod answer_token;
pub mod answers;
pub mod append;
pub mod by_mail;
pub mod by_mail_store;
pub mod desk_store;
pub mod event_store;
pub mod first_answer;
pub mod hand;
mod limit;
pub mod line;
mod news;
pub mod open;
pub mod picture;
pub mod place_store;
pub mod queue;
pub mod queue_store;
pub mod read;
mod reply_token;
pub mod routes;
pub mod routing;
pub mod routing_store;
pub mod say;
pub mod sign_out;
pub mod socket;
pub mod store;
pub mod subject;
pub mod token;
mod typing;
pub mod visitor_store;
pub mod wait;
mod waits;
pub mod watch;
mod watch_store;
pub mod words;

pub use limit::SendLimiter;
pub use typing::{Typing, is_typing, typing};

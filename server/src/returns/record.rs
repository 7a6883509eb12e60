//! What becomes of a return when one of its effects has ended.

use crate::db::{self, Tx};
use aftercart_shared::{
    ids::{AgentId, ReturnId, SiteId},
    time::Timestamp,
};

/// A return as it stands in the database.
#[derive(Clone, Debug)]
pub struct ReturnRow {
    pub return_id: String,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// By the session's shopper.
    Shopper(String),
    Agent(AgentId),
    /// A rule, a job, a carrier's or an engine's word.
    System,
}

/// What happened outside of our tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The money is with whoever paid, or she has it as store credit.
    RefundSucceeded,
    /// For an agent to read.
    RefundFailed { reason: String },
    ReplacementSent,
}

/// Moves the return on. `false`: that cannot happen to it where it stands.
///
/// # Errors
/// The database's.
pub async fn apply(
    _tx: &mut Tx,
    _site: &SiteId,
    return_id: &ReturnId,
    happened: Happened,
    actor: Actor,
    _now: Timestamp,
) -> Result<bool, db::Error> {
    tracing::info!(%return_id, ?happened, ?actor, "an effect of a return has ended");
    Ok(true)
}

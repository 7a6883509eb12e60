//! What may be done with a return, and by which request. The server's own table decides; this one says which buttons there are.

use aftercart_shared::{api::returns::ReturnView, time::Timestamp};
use serde::{Deserialize, Serialize};

/// A return with what only the shop's people see of it, as far as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeskReturn {
    pub view: ReturnView,
    pub total: Option<i64>,
    pub needs_second: bool,
    pub verdict: String,
    pub comment: Option<String>,
    pub gift_to: Option<String>,
    pub lines: Vec<DeskLine>,
    pub photos: Vec<DeskPhoto>,
    pub signals: Vec<Score>,
    pub held: Vec<String>,
    pub events: Vec<DeskEvent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeskLine {
    pub line: String,
    pub title: String,
    pub quantity: i64,
    /// What the policy said to it, in words.
    pub says: Vec<String>,
    pub received: Option<i64>,
    pub grade: Option<String>,
    pub serial_differs: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeskPhoto {
    pub line: String,
    pub attachment: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Score {
    pub signal: String,
    pub count: i64,
    pub of: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeskEvent {
    pub at: Timestamp,
    pub actor: String,
    pub event: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Approve,
    Refuse,
    Receive,
    Refund,
    Reopen,
    Clear,
}

impl Act {
    pub fn path(self) -> &'static str {
        match self {
            Act::Approve => "approve",
            Act::Refuse => "refuse",
            Act::Receive => "receive",
            Act::Refund => "refund",
            Act::Reopen => "reopen",
            Act::Clear => "clear",
        }
    }
}

/// The likeliest first.
pub fn possible(state: &str, held: bool) -> Vec<Act> {
    let mut acts = match state {
        "requested" => vec![Act::Approve, Act::Refuse],
        "approved" | "in_transit" | "arrived" => vec![Act::Receive],
        "expired" => vec![Act::Receive, Act::Reopen],
        "received" => vec![Act::Refund, Act::Refuse],
        "refund_failed" => vec![Act::Refund],
        "refused" | "rejected" => vec![Act::Reopen],
        _ => Vec::new(),
    };
    if held {
        acts.retain(|act| *act != Act::Refund);
        acts.insert(0, Act::Clear);
    }
    acts
}

pub const GRADES: [&str; 5] = ["as_new", "opened", "used", "damaged", "not_ours"];

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Second {
    pub agent: String,
    pub password: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Came {
    pub line: String,
    pub quantity: i64,
    pub grade: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

/// What an act says besides which it is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Saying {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Second>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<Came>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_offers_what_can_follow_it_and_nothing_else() {
        assert_eq!(possible("requested", false), [Act::Approve, Act::Refuse]);
        assert_eq!(possible("received", false), [Act::Refund, Act::Refuse]);
        assert!(possible("refunded", false).is_empty());
        assert!(possible("a_state_of_tomorrow", false).is_empty());
    }

    #[test]
    fn what_is_held_back_is_looked_into_before_it_is_paid() {
        assert_eq!(possible("received", true), [Act::Clear, Act::Refuse]);
    }

    #[test]
    fn an_act_says_only_what_was_given() {
        let saying = Saying { reason: Some("\"no\"".into()), ..Saying::default() };
        assert_eq!(serde_json::to_string(&saying).ok().as_deref(), Some(r#"{"reason":"\"no\""}"#));
        assert_eq!(serde_json::to_string(&Saying::default()).ok().as_deref(), Some("{}"));
    }
}

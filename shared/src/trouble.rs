//! What can go wrong with a parcel, and what a shopper can do about it today.

use serde::{Deserialize, Serialize};

/// What is wrong with a parcel; at most one thing at a time, the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Trouble {
    /// Should have been there by now; still moving.
    Late,
    /// Not scanned for longer than is usual.
    Stuck,
    /// The carrier reports a problem.
    Held,
    /// Somebody rang and nobody answered.
    Missed,
    /// On its way back to the sender.
    Returning,
    /// Back at the sender.
    Returned,
    /// The carrier has stopped reporting.
    Silent,
    /// The carrier says delivered, the shopper says it is not there.
    Disputed,
}

/// What a shopper can do. Each one works: nothing is offered that nobody would answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextAction {
    /// Talk to us, with the order's number.
    AskUs,
    /// The same, to say that the parcel did not come.
    ReportMissing,
    /// The same, to have it sent elsewhere.
    ChangeAddress,
    /// Another day or place, on the carrier's page.
    Rearrange,
    /// Take back that it is not there.
    TurnedUp,
}

impl Trouble {
    pub const ALL: [Trouble; 8] = [
        Trouble::Late,
        Trouble::Stuck,
        Trouble::Held,
        Trouble::Missed,
        Trouble::Returning,
        Trouble::Returned,
        Trouble::Silent,
        Trouble::Disputed,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Trouble::Late => "late",
            Trouble::Stuck => "stuck",
            Trouble::Held => "held",
            Trouble::Missed => "missed",
            Trouble::Returning => "returning",
            Trouble::Returned => "returned",
            Trouble::Silent => "silent",
            Trouble::Disputed => "disputed",
        }
    }

    pub fn from_name(name: &str) -> Option<Trouble> {
        Self::ALL.into_iter().find(|trouble| trouble.name() == name)
    }

    /// What helps, the likeliest first. An address can only be changed while the parcel still travels towards it.
    pub fn actions(self) -> &'static [NextAction] {
        use NextAction::{AskUs, ChangeAddress, Rearrange, ReportMissing, TurnedUp};
        match self {
            Trouble::Late => &[AskUs],
            Trouble::Stuck | Trouble::Silent => &[ReportMissing],
            Trouble::Held => &[AskUs, ChangeAddress],
            Trouble::Missed => &[Rearrange, ChangeAddress, AskUs],
            Trouble::Returning | Trouble::Returned => &[AskUs],
            Trouble::Disputed => &[AskUs, TurnedUp],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_a_way_on() {
        for trouble in Trouble::ALL {
            assert!(!trouble.actions().is_empty());
            let person = [NextAction::AskUs, NextAction::ReportMissing];
            assert!(trouble.actions().iter().any(|action| person.contains(action)), "{trouble:?} leads to nobody");
            assert_eq!(Trouble::from_name(trouble.name()), Some(trouble));
        }
    }

    #[test]
    fn what_is_on_its_way_back_takes_no_new_address() {
        for trouble in [Trouble::Returning, Trouble::Returned, Trouble::Disputed, Trouble::Silent] {
            assert!(!trouble.actions().contains(&NextAction::ChangeAddress));
        }
    }
}

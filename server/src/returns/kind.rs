//! Which of the machines of [`super::state`] a stored record goes by, and its steps by their names in the database.

use super::state::{ClaimState, ExchangeState, Machine, Named, ReturnState, Step};
use aftercart_shared::api::returns::ReturnKind;

/// Which machine a record goes by. Withdrawals have a table of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Return,
    Exchange,
    Claim,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Return => "return",
            Kind::Exchange => "exchange",
            Kind::Claim => "claim",
        }
    }

    pub fn parse(name: &str) -> Option<Kind> {
        [Kind::Return, Kind::Exchange, Kind::Claim].into_iter().find(|kind| kind.name() == name)
    }

    pub fn wire(self) -> ReturnKind {
        match self {
            Kind::Return => ReturnKind::Return,
            Kind::Exchange => ReturnKind::Exchange,
            Kind::Claim => ReturnKind::Claim,
        }
    }

    pub fn start(self) -> &'static str {
        match self {
            Kind::Return => ReturnState::START.name(),
            Kind::Exchange => ExchangeState::START.name(),
            Kind::Claim => ClaimState::START.name(),
        }
    }

    /// Whether its pieces are spoken for in this state: not once it has ended without effect.
    pub fn holds_pieces(self, state: &str) -> bool {
        !matches!(state, "refused" | "cancelled" | "expired" | "rejected")
    }

    /// Whether `event` can happen in this state.
    pub fn can(self, state: &str, event: &str) -> bool {
        self.take(state, event).is_some()
    }

    pub(super) fn take(self, state: &str, event: &str) -> Option<Move> {
        match self {
            Kind::Return => Move::by::<ReturnState>(state, event),
            Kind::Exchange => Move::by::<ExchangeState>(state, event),
            Kind::Claim => Move::by::<ClaimState>(state, event),
        }
    }
}

/// A step of any machine, by its names. Made from a [`Step`] alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) from: &'static str,
    pub(super) event: &'static str,
    pub(super) to: &'static str,
}

impl Move {
    fn by<M: Machine>(state: &str, event: &str) -> Option<Move> {
        let step = Step::take(M::parse(state)?, M::Event::parse(event)?).ok()?;
        Some(Move { from: step.from().name(), event: step.event().name(), to: step.to().name() })
    }
}

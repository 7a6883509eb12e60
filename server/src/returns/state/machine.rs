//! What the four machines have in common.

/// States or events, with their names in the database and on the wire.
pub trait Named: Copy + Eq + std::fmt::Debug + 'static {
    const ALL: &'static [Self];

    fn name(self) -> &'static str;

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }
}

/// A set of states with everything that may happen in them.
pub trait Machine: Named {
    type Event: Named;

    /// Where a record begins.
    const START: Self;
    /// `(in this state, this happens, and then it is in that state)`. What is not in it cannot be.
    const TABLE: &'static [(Self, Self::Event, Self)];

    /// Nothing happens any more.
    fn is_final(self) -> bool {
        !Self::TABLE.iter().any(|(from, _, _)| *from == self)
    }
}

/// One transition of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<M: Machine> {
    from: M,
    event: M::Event,
    to: M,
}

/// What happened cannot happen in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot happen to what is {}", event.name(), state.name())]
pub struct Illegal<M: Machine> {
    pub state: M,
    pub event: M::Event,
}

impl<M: Machine> Step<M> {
    /// # Errors
    /// When the table has no such transition.
    pub fn take(from: M, event: M::Event) -> Result<Step<M>, Illegal<M>> {
        let found = M::TABLE.iter().find(|(state, happens, _)| *state == from && *happens == event);
        found
            .map(|(from, event, to)| Step { from: *from, event: *event, to: *to })
            .ok_or(Illegal { state: from, event })
    }

    pub fn from(&self) -> M {
        self.from
    }

    pub fn event(&self) -> M::Event {
        self.event
    }

    pub fn to(&self) -> M {
        self.to
    }
}

/// Writes the enums and the table of a machine. A state or event that is not declared does not compile.
macro_rules! machine {
    (
        $(#[$state_doc:meta])* states $state:ident { $($(#[$one_state_doc:meta])* $one_state:ident = $state_name:literal,)+ }
        $(#[$event_doc:meta])* events $event:ident { $($(#[$one_event_doc:meta])* $one_event:ident = $event_name:literal,)+ }
        starts $start:ident
        $($from:ident { $($happens:ident => $to:ident,)+ })+
    ) => {
        $(#[$state_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $state { $($(#[$one_state_doc])* $one_state,)+ }

        $(#[$event_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $event { $($(#[$one_event_doc])* $one_event,)+ }

        impl $crate::returns::state::Named for $state {
            const ALL: &'static [Self] = &[$($state::$one_state,)+];
            fn name(self) -> &'static str {
                match self { $($state::$one_state => $state_name,)+ }
            }
        }

        impl $crate::returns::state::Named for $event {
            const ALL: &'static [Self] = &[$($event::$one_event,)+];
            fn name(self) -> &'static str {
                match self { $($event::$one_event => $event_name,)+ }
            }
        }

        impl $crate::returns::state::Machine for $state {
            type Event = $event;
            const START: Self = $state::$start;
            const TABLE: &'static [(Self, $event, Self)] =
                &[$($(($state::$from, $event::$happens, $state::$to),)+)+];
        }
    };
}
pub(super) use machine;

//! Sending something back, from the first line to the money: every step a view, and nothing lost between them. It comes in
//! parts, each downloaded when it is needed: the steps up to the last button, photos, variants to exchange for, what
//! became of it, the way in for gifts, the withdrawal.

mod between;
mod calendar;
mod choose;
mod gift;
mod how;
mod photo;
mod pick;
mod renew;
mod review;
mod send;
mod shown;
mod state;
mod status;
mod steps;
mod sum;
mod variant;
mod what;
mod why;
mod wish;
mod withdraw;

use crate::{
    nav::Going,
    session::Session,
    ui::{
        choice,
        part::{Drawn, Dress, Later},
        qr, stepper,
    },
};
use between::Between;
use gift::Gift;
use shown::Shown;
use state::State;
use withdraw::Withdrawal;

/// What outlives the views. Made at the first need, because most shoppers never have it.
#[derive(Clone, Copy)]
pub struct Draft {
    state: Later<State>,
    shown: Later<Shown>,
    gift: Later<Gift>,
    withdrawal: Later<Withdrawal>,
    between: Between,
}

impl Draft {
    /// Whatever is made later belongs to who calls this.
    pub fn new() -> Draft {
        Draft {
            state: Later::new(),
            shown: Later::new(),
            gift: Later::new(),
            withdrawal: Later::new(),
            between: Between::new(),
        }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// Up to the button that sends it.
pub fn begin(session: Session, draft: Draft, going: Going) -> Drawn {
    let state = draft.state.get(|| State::new(session, draft.between));
    let dom = match going {
        Going::Order { id, step } => steps::step(session, state, id, step),
        _ => choose::choose(session, state),
    };
    Drawn { dom, dress: &STEPS }
}

/// What became of it: hers, or by its code anybody's.
pub fn follow(session: Session, draft: Draft, going: Going) -> Drawn {
    let shown = draft.shown.get(|| Shown::new(session, draft.between));
    let dom = match going {
        Going::Code { token } => status::opened(session, shown, token),
        Going::Status { id } => status::status(session, shown, id),
        _ => Default::default(),
    };
    Drawn { dom, dress: &STORY }
}

/// The way in for whoever was given something.
pub fn gift(session: Session, draft: Draft) -> Drawn {
    Drawn { dom: gift::gift(session, draft.gift.get(Gift::new)), dress: &FORMS }
}

pub fn withdraw(session: Session, draft: Draft, confirm: bool) -> Drawn {
    let withdrawal = draft.withdrawal.get(Withdrawal::new);
    Drawn { dom: withdraw::withdraw(session, withdrawal, confirm), dress: &FORMS }
}

/// What several parts need; whoever comes first brings it.
const COMMON: &str = include_str!("common.part.css");
const PRINT: (&str, &str) = (
    "print",
    "M7 9V4.500h10V9M7 16H5.500A1.5 1.5 0 0 1 4 14.500v-4A1.5 1.5 0 0 1 5.5 9h13a1.5 1.5 0 0 1 1.5 1.500v4a1.5 1.5 0 0 1-1.5 1.500H17M7 13.500h10v6H7z",
);

const CALENDAR: (&str, &str) = (
    "calendar",
    "M5.5 6h13A1.5 1.5 0 0 1 20 7.500v11a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18.500v-11A1.5 1.5 0 0 1 5.5 6zM4 10.500h16M8 3.500V8M16 3.500V8",
);

static STEPS: Dress =
    Dress { sheets: &[COMMON, include_str!("steps.part.css"), choice::STYLES, stepper::STYLES], icons: &[] };
static STORY: Dress =
    Dress { sheets: &[COMMON, include_str!("status.part.css"), qr::STYLES], icons: &[PRINT, CALENDAR] };
static FORMS: Dress = Dress { sheets: &[COMMON], icons: &[PRINT] };

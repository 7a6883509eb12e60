//! The five stages of an order: a bar for the eye, a list for the ear.

use super::dom::{Dom, El, el};
use crate::session::Session;
use aftercart_shared::tracking::Stage;

/// `trouble` colours the stage at which something is stuck.
pub fn progress(session: Session, at: Stage, trouble: bool) -> El {
    let t = session.t();
    let drawn = |stage: Stage| -> Dom {
        let (class, state) = if stage < at || (stage == at && at == Stage::Delivered) {
            ("ac-stage ac-stage-done", t.track_stage_done())
        } else if stage == at && trouble {
            ("ac-stage ac-stage-now ac-stage-trouble", t.track_stage_now())
        } else if stage == at {
            ("ac-stage ac-stage-now", t.track_stage_now())
        } else {
            ("ac-stage", t.track_stage_next())
        };
        let state = el("span", "ac-vh").child(format!(", {state}"));
        el("li", class).maybe("aria-current", (stage == at).then_some("step")).child(t.stage(stage)).child(state).into()
    };
    el("ol", "ac-progress").attr("aria-label", t.track_progress()).child(Stage::ALL.map(drawn))
}

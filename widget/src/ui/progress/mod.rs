//! The five stages of an order: a bar for the eye, a list for the ear.

use crate::session::Session;
use aftercart_shared::tracking::Stage;
use leptos::prelude::*;

/// `trouble` colours the stage at which something is stuck.
pub fn progress(session: Session, at: Stage, trouble: bool) -> AnyView {
    let t = session.t();
    let stages = Stage::ALL.into_iter().map(|stage| {
        let (class, state, current) = if stage < at || (stage == at && at == Stage::Delivered) {
            ("ac-stage ac-stage-done", t.track_stage_done(), None)
        } else if stage == at {
            let class = if trouble { "ac-stage ac-stage-now ac-stage-trouble" } else { "ac-stage ac-stage-now" };
            (class, t.track_stage_now(), Some("step"))
        } else {
            ("ac-stage", t.track_stage_next(), None)
        };
        view! { <li class=class aria-current=current>{t.stage(stage)}<span class="ac-vh">", "{state}</span></li> }
    });
    view! { <ol class="ac-progress" aria-label=t.track_progress()>{stages.collect_view()}</ol> }.into_any()
}

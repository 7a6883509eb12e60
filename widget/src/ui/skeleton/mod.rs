//! The final layout in grey, shown while an answer takes longer than a blink.

use super::dom::{Dom, el, redrawn};
use crate::{api::loading::Pace, session::Session};
use leptos::prelude::*;

/// `bones` are the shapes from top to bottom: `title`, `half`, `row`, `card`, or nothing for a line of text.
pub fn skeleton(session: Session, pace: RwSignal<Pace>, bones: &'static [&'static str]) -> Dom {
    redrawn(move || {
        let t = session.t();
        let (class, text) = match pace.get() {
            Pace::Waiting => ("ac-vh", t.common_loading()),
            Pace::Slow => ("ac-slow", t.common_slow()),
            _ => return Dom::default(),
        };
        let status = el("p", class).attr("role", "status").child(text);
        let bone = |bone: &&str| {
            let class = if bone.is_empty() { "ac-bone".to_owned() } else { format!("ac-bone ac-bone-{bone}") };
            el("div", &class).attr("aria-hidden", "true").into()
        };
        el("div", "ac-skeleton").child(status).child(bones.iter().map(bone).collect::<Vec<Dom>>()).into()
    })
}

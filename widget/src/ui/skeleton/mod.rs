//! The final layout in grey, shown while an answer takes longer than a blink.

use crate::{api::loading::Pace, session::Session};
use leptos::prelude::*;

/// `bones` are the shapes from top to bottom: `title`, `half`, `row`, `card`, or nothing for a line of text.
pub fn skeleton(session: Session, pace: RwSignal<Pace>, bones: &'static [&'static str]) -> AnyView {
    (move || match pace.get() {
        Pace::Waiting | Pace::Slow => {
            let t = session.t();
            let slow = pace.get() == Pace::Slow;
            let text = if slow { t.common_slow() } else { t.common_loading() };
            let class = if slow { "ac-slow" } else { "ac-vh" };
            let bones = bones.iter().map(|bone| {
                let class = if bone.is_empty() { "ac-bone".to_owned() } else { format!("ac-bone ac-bone-{bone}") };
                view! { <div class=class aria-hidden="true"></div> }
            });
            view! { <div class="ac-skeleton"><p class=class role="status">{text}</p>{bones.collect_view()}</div> }.into_any()
        }
        _ => ().into_any(),
    })
    .into_any()
}

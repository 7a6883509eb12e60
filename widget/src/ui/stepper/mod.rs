//! How many: one less, the number, one more.

use super::dom::{Dom, El, el, redrawn};
use leptos::prelude::*;

/// Travels with the part of the bundle that uses it.
pub const STYLES: &str = include_str!("part.css");

pub struct Stepper<'a> {
    pub id: &'a str,
    /// What is counted, for readers.
    pub label: &'a str,
    pub less: &'a str,
    pub more: &'a str,
    pub min: u32,
    pub max: u32,
    /// Follows signals.
    pub value: Signal<u32>,
    pub set: Callback<u32>,
}

/// At its ends a button does nothing and says so, but keeps the focus: a disabled one would lose it.
pub fn stepper(stepper: Stepper) -> El {
    let Stepper { id, label, less, more, min, max, value, set } = stepper;
    let press = |part: &str, name: &str, sign: &str, at_end: u32, next: fn(u32) -> u32| -> Dom {
        el("button", "ac-stepper-button")
            .attr("type", "button")
            .id(&format!("{id}-{part}"))
            .attr("aria-label", name)
            .attr_follows("aria-disabled", move || (value.get() == at_end).then(|| "true".into()))
            .on_click(move || {
                let now = value.get_untracked();
                if now != at_end {
                    set.run(next(now));
                }
            })
            .child(el("span", "").attr("aria-hidden", "true").child(sign))
            .into()
    };
    el("div", "ac-stepper")
        .attr("role", "group")
        .attr("aria-label", label)
        .child(press("less", less, "−", min, |n| n - 1))
        .child(el("span", "ac-stepper-value").child(redrawn(move || value.get().to_string().into())))
        .child(press("more", more, "+", max, |n| n + 1))
}

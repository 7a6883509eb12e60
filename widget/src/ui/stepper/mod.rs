//! How many: one less, the number, one more.

use super::dom::{Dom, El, el, redrawn};
use leptos::prelude::*;
use std::rc::Rc;

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
    pub value: Rc<dyn Fn() -> u32>,
    pub set: Rc<dyn Fn(u32)>,
}

/// At its ends a button does nothing and says so, but keeps the focus: a disabled one would lose it.
pub fn stepper(stepper: Stepper) -> El {
    let Stepper { id, label, less, more, min, max, value, set } = stepper;
    let press = |part: &str, name: &str, sign: &str, at_end: u32, next: fn(u32) -> u32| -> Dom {
        let (now, pressed, set) = (value.clone(), value.clone(), set.clone());
        el("button", "ac-stepper-button")
            .attr("type", "button")
            .id(&format!("{id}-{part}"))
            .attr("aria-label", name)
            .attr_follows("aria-disabled", move || (now() == at_end).then(|| "true".into()))
            .on_click(move || {
                let now = untrack(|| pressed());
                if now != at_end {
                    set(next(now));
                }
            })
            .child(el("span", "").attr("aria-hidden", "true").child(sign))
            .into()
    };
    el("div", "ac-stepper")
        .attr("role", "group")
        .attr("aria-label", label)
        .child(press("less", less, "−", min, |n| n - 1))
        .child(el("span", "ac-stepper-value").child(redrawn({
            let value = value.clone();
            move || value().to_string().into()
        })))
        .child(press("more", more, "+", max, |n| n + 1))
}

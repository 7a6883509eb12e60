//! Icons live once, as symbols in the shell's HTML; here they are only named.

use leptos::prelude::*;

/// `name` without the `ac-i-` prefix: `parcel`, `search`, …
pub fn icon(name: &str) -> AnyView {
    drawn(name, "ac-icon")
}

pub fn small_icon(name: &str) -> AnyView {
    drawn(name, "ac-icon ac-icon-small")
}

/// One that points along the line and turns around with it.
pub fn arrow(name: &str) -> AnyView {
    drawn(name, "ac-icon ac-icon-small ac-icon-turns")
}

fn drawn(name: &str, class: &'static str) -> AnyView {
    let href = format!("#ac-i-{name}");
    view! { <svg class=class aria-hidden="true"><use href=href></use></svg> }.into_any()
}

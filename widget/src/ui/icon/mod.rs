//! Icons live once, as symbols in the shell's HTML; here they are only named.

use super::dom::{El, svg};

/// `name` without the `ac-i-` prefix: `parcel`, `search`, …
pub fn icon(name: &str) -> El {
    drawn(name, "ac-icon")
}

pub fn small_icon(name: &str) -> El {
    drawn(name, "ac-icon ac-icon-small")
}

/// One that points along the line and turns around with it.
pub fn arrow(name: &str) -> El {
    drawn(name, "ac-icon ac-icon-small ac-icon-turns")
}

pub fn drawn(name: &str, class: &str) -> El {
    let shape = svg("use", "").attr("href", &format!("#ac-i-{name}"));
    svg("svg", class).attr("aria-hidden", "true").child(shape)
}

//! What can be pressed: buttons that act, and links that look like them.

use super::{
    dom::{Dom, El, el},
    icon::small_icon,
};
use crate::{nav::View, session::Session};
use web_sys::MouseEvent;

/// The look of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Main,
    Quiet,
    /// Looks like a link.
    Plain,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Kind::Main => "ac-button",
            Kind::Quiet => "ac-button ac-button-quiet",
            Kind::Plain => "ac-button ac-button-plain",
        }
    }
}

/// `name` is an icon's, or `""` for none.
pub fn button(kind: Kind, name: &str, text: &str, press: impl Fn() + 'static) -> Dom {
    pressed(kind, name, text, press).into()
}

/// The same, to be given an id: what has one keeps the focus when it is drawn anew.
pub fn pressed(kind: Kind, name: &str, text: &str, press: impl Fn() + 'static) -> El {
    labelled(el("button", kind.class()).attr("type", "button"), name, text).on_click(press)
}

/// A link that leaves the panel. Other schemes than these are not links at all.
pub fn outward(session: Session, kind: Kind, name: &str, text: &str, href: &str) -> Dom {
    let web = href.starts_with("https://");
    if !web && !href.starts_with("mailto:") && !href.starts_with("tel:") {
        return Dom::default();
    }
    let link = el("a", kind.class()).attr("href", href).attr("rel", "noopener noreferrer");
    let hint = format!(", {}", session.t().common_new_tab());
    let text = el("span", "").child(text).child(web.then(|| el("span", "ac-vh").child(hint)));
    link.maybe("target", web.then_some("_blank")).child(small_icon(name)).child(text).into()
}

/// Makes a link lead to another view, unless the shopper wants it in another tab.
pub fn leads(session: Session, link: El, to: View) -> El {
    link.attr("href", &session.nav.href(&to)).on("click", move |event: MouseEvent| {
        if event.meta_key() || event.ctrl_key() || event.shift_key() || event.button() != 0 {
            return;
        }
        event.prevent_default();
        session.nav.go(to.clone());
    })
}

/// A link to another view that looks like a button.
pub fn inward(session: Session, kind: Kind, name: &str, text: &str, to: View) -> Dom {
    leads(session, labelled(el("a", kind.class()), name, text), to).into()
}

fn labelled(el: El, name: &str, text: &str) -> El {
    el.child((!name.is_empty()).then(|| small_icon(name))).child(text)
}

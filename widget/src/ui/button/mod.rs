//! What can be pressed: buttons that act, and links that look like them.

use super::icon::small_icon;
use crate::{nav::View, session::Session};
use leptos::{ev, prelude::*};

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

pub fn button(kind: Kind, icon: &str, text: impl Into<String>, press: impl Fn() + 'static) -> AnyView {
    let drawn = (!icon.is_empty()).then(|| small_icon(icon));
    view! { <button type="button" class=kind.class() on:click=move |_| press()>{drawn}{text.into()}</button> }.into_any()
}

/// A link that leaves the panel. Other schemes than these are not links at all.
pub fn outward(session: Session, kind: Kind, icon: &str, text: impl Into<String>, href: &str) -> AnyView {
    let web = href.starts_with("https://");
    if !web && !href.starts_with("mailto:") && !href.starts_with("tel:") {
        return ().into_any();
    }
    let href = href.to_owned();
    let drawn = small_icon(icon);
    let hint = web.then(|| view! { <span class="ac-vh">", "{session.t().common_new_tab()}</span> });
    let target = web.then_some("_blank");
    view! { <a class=kind.class() href=href target=target rel="noopener noreferrer">{drawn}<span>{text.into()}{hint}</span></a> }
        .into_any()
}

/// Follows a link inside the panel, unless the shopper wants it in another tab.
pub fn follow(session: Session, to: View) -> impl Fn(ev::MouseEvent) + 'static {
    move |event| {
        if event.meta_key() || event.ctrl_key() || event.shift_key() || event.button() != 0 {
            return;
        }
        event.prevent_default();
        session.nav.go(to.clone());
    }
}

/// A link to another view that looks like a button.
pub fn inward(session: Session, kind: Kind, icon: &str, text: impl Into<String>, to: View) -> AnyView {
    let drawn = (!icon.is_empty()).then(|| small_icon(icon));
    let href = session.nav.href(&to);
    view! { <a class=kind.class() href=href on:click=follow(session, to)>{drawn}{text.into()}</a> }.into_any()
}

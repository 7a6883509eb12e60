//! The panel as a whole: the bar at the top, and the view below it.

use super::{
    dom::{Dom, El, afterwards, el, redrawn},
    icon::icon,
};
use crate::{api::loading::Data, host, nav::View, session::Session};
use aftercart_shared::{api::sites::Surface, locale::Locale};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

/// The bar stays while views and languages change, so that focus on it is never lost.
pub fn top(session: Session, choose: Callback<Locale>) -> El {
    let boot = session.boot;
    let many = boot.locales.len() > 1;
    let close = (boot.surface == Surface::Panel).then(|| {
        el("button", "ac-icon-button ac-close")
            .id("ac-close")
            .attr("type", "button")
            .attr_follows("aria-label", move || Some(spoken(session).common_close().into()))
            .on_click(host::close)
            .child(icon("close"))
    });
    el("header", "ac-top")
        .child(redrawn(move || start(session)))
        .child(el("span", "ac-top-space"))
        .child(many.then(|| languages(session, choose)))
        .child(close)
}

/// The texts, for what stays on screen while the language changes.
fn spoken(session: Session) -> crate::i18n::Messages {
    session.locale.track();
    session.t()
}

/// The shop's mark at home, the way back everywhere else.
fn start(session: Session) -> Dom {
    let boot = session.boot;
    if session.nav.view.get() != View::Home {
        let back = el("button", "ac-icon-button ac-back")
            .id("ac-back")
            .attr("type", "button")
            .attr_follows("aria-label", move || Some(spoken(session).common_back().into()))
            .on_click(move || session.nav.back())
            .child(icon("back"));
        return [back.into(), el("span", "ac-top-name").child(boot.shop_name.as_str()).into()].into();
    }
    let mark = el("span", "ac-mark").attr("aria-hidden", "true");
    match &boot.logo {
        Some(logo) => mark.child(el("img", "").attr("src", logo).attr("alt", "")),
        None => mark.child(boot.shop_name.chars().take(1).collect::<String>()),
    }
    .into()
}

fn languages(session: Session, choose: Callback<Locale>) -> El {
    let option = |locale: &Locale| -> Dom {
        el("option", "").attr("value", locale.tag()).attr("lang", locale.tag()).child(locale.own_name()).into()
    };
    let select = el("select", "")
        .id("ac-language")
        .attr_follows("aria-label", move || Some(spoken(session).common_language().into()))
        .child(session.boot.locales.iter().map(option).collect::<Vec<Dom>>())
        .value_follows(move || session.locale.get().tag().into())
        .on("change", move |event: Event| {
            if let Some(locale) = Locale::parse(&event_target_value(&event)) {
                choose.run(locale);
            }
        });
    el("span", "ac-language").child(icon("globe")).child(select)
}

/// The heading of a view.
pub fn title(text: impl Into<Dom>) -> El {
    el("h1", "ac-title").id("ac-title").attr("tabindex", "-1").child(text)
}

/// The name of a view whose own heading is still on its way or will never come.
pub fn heading_meanwhile<T: Send + Sync + 'static>(data: Data<T>, text: &'static str) -> Dom {
    heading_until(Box::new(move || data.with(Option::is_some)), text)
}

fn heading_until(there: Box<dyn Fn() -> bool>, text: &'static str) -> Dom {
    redrawn(move || {
        let heading = || el("h1", "ac-vh").id("ac-title").attr("tabindex", "-1").child(text);
        (!there()).then(heading).into()
    })
}

/// A view opens: readers and keyboards start at its heading, and the tab is named after it.
pub fn focus_title(session: Session) {
    request_animation_frame(move || {
        let element = |id: &str| document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok());
        if let Some(start) = element("ac-title").or_else(|| element("ac-view")) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = start.focus_with_options(&options);
            if let Some(heading) = start.text_content().filter(|_| start.id() == "ac-title") {
                document().set_title(&format!("{heading} · {}", session.boot.shop_name));
            }
        }
    });
}

/// For a view whose heading arrives late: does the focus still wait for it?
pub fn focus_waits() -> bool {
    document().active_element().is_none_or(|active| active.id() == "ac-view" || active.tag_name() == "BODY")
}

/// The heading comes with the answer; the focus has waited for it.
pub fn heading_waits(session: Session, there: impl Fn() -> bool + 'static) {
    afterwards(move || {
        if there() && focus_waits() {
            focus_title(session);
        }
    });
}

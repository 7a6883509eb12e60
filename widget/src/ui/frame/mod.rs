//! The panel as a whole: the bar at the top, and the view below it.

use super::icon::icon;
use crate::{host, nav::View, session::Session};
use aftercart_shared::{api::sites::Surface, locale::Locale};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The bar stays while views and languages change, so that focus on it is never lost.
pub fn top(session: Session, choose: impl Fn(Locale) + Copy + 'static) -> AnyView {
    let boot = session.boot;
    let t = move || {
        session.locale.track();
        session.t()
    };
    let start = move || {
        if session.nav.view.get() != View::Home {
            return view! {
                <button
                    type="button"
                    class="ac-icon-button ac-back"
                    id="ac-back"
                    aria-label=move || t().common_back()
                    on:click=move |_| session.nav.back()
                >
                    {icon("back")}
                </button>
                <span class="ac-top-name">{boot.shop_name.as_str()}</span>
            }
            .into_any();
        }
        match &boot.logo {
            Some(logo) => view! { <span class="ac-mark"><img src=logo.as_str() alt=""/></span> }.into_any(),
            None => {
                let initial: String = boot.shop_name.chars().take(1).collect();
                view! { <span class="ac-mark" aria-hidden="true">{initial}</span> }.into_any()
            }
        }
    };
    let close = (boot.surface == Surface::Panel).then(|| {
        view! {
            <button
                type="button"
                class="ac-icon-button ac-close"
                id="ac-close"
                aria-label=move || t().common_close()
                on:click=|_| host::close()
            >
                {icon("close")}
            </button>
        }
    });
    view! {
        <header class="ac-top">
            {start}
            <span class="ac-top-space"></span>
            {(boot.locales.len() > 1).then(|| languages(session, choose))}
            {close}
        </header>
    }
    .into_any()
}

fn languages(session: Session, choose: impl Fn(Locale) + Copy + 'static) -> AnyView {
    let options = session
        .boot
        .locales
        .iter()
        .map(|locale| view! { <option value=locale.tag() lang=locale.tag()>{locale.own_name()}</option> })
        .collect_view();
    view! {
        <span class="ac-language">
            {icon("globe")}
            <select
                id="ac-language"
                aria-label=move || { session.locale.track(); session.t().common_language() }
                prop:value=move || session.locale.get().tag()
                on:change=move |event| {
                    if let Some(locale) = Locale::parse(&event_target_value(&event)) {
                        choose(locale);
                    }
                }
            >
                {options}
            </select>
        </span>
    }
    .into_any()
}

/// A view opens: readers and keyboards start at its heading.
pub fn focus_title() {
    request_animation_frame(|| {
        let element = |id: &str| document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok());
        if let Some(start) = element("ac-title").or_else(|| element("ac-view")) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = start.focus_with_options(&options);
        }
    });
}

/// For a view whose heading arrives late: does the focus still wait for it?
pub fn focus_waits() -> bool {
    document().active_element().is_none_or(|active| active.id() == "ac-view" || active.tag_name() == "BODY")
}

//! The bar at the top: whose shop it is, what can be done, and who works here.

use super::Works;
use crate::{
    desk::kit,
    features::{desk_door, desk_palette},
    ui::{
        dom::{Dom, el, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::api::desk::Role;
use leptos::prelude::*;
use web_sys::Event;

pub fn bar(works: Works) -> Dom {
    let desk = works.desk;
    redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        let Some(me) = desk.me.get() else { return Dom::default() };
        let mark = el("img", "ad-bar-mark")
            .attr("src", "/icons/favicon.svg")
            .attr("alt", "")
            .attr("width", "26")
            .attr("height", "26");
        let shop = el("span", "ad-bar-shop").attr("dir", "auto").child(me.shop.name.as_str());
        let apple =
            crate::js::get(&window().navigator(), "platform").as_string().unwrap_or_default().starts_with("Mac");
        let find = el("button", "ad-bar-find")
            .id("ad-find")
            .attr("type", "button")
            .attr("aria-keyshortcuts", "Meta+K Control+K")
            .child(small_icon("search"))
            .child(el("span", "").child(t.desk_palette()))
            .child(el("kbd", "").attr("aria-hidden", "true").child(if apple { "⌘K" } else { "Ctrl K" }))
            .on_click(move || super::keys::open_palette(works));
        let offline = redrawn(move || {
            (!desk.online.get())
                .then(|| el("span", "ad-bar-offline").child(small_icon("offline")).child(t.desk_offline_short()))
                .into()
        });
        let role = match me.role {
            Role::Owner => t.desk_role_owner(),
            Role::Lead => t.desk_role_lead(),
            Role::Agent => t.desk_role_agent(),
            Role::Quality => t.desk_role_quality(),
            Role::Analyst => t.desk_role_analyst(),
            Role::ReadOnly => t.desk_role_read_only(),
        };
        let close_menu = || {
            if let Some(menu) = kit::element("ad-menu") {
                let _ = menu.remove_attribute("open");
            }
        };
        let item = move |icon: &str, text: &str, press: Box<dyn Fn()>| -> Dom {
            kit::button("ad-menu-item", icon, text, move || {
                close_menu();
                press();
            })
            .into()
        };
        let menu = el("details", "ad-menu")
            .id("ad-menu")
            .child(
                el("summary", "ad-menu-open")
                    .attr("aria-label", &t.desk_account(&me.name))
                    .child(kit::face(&me.name, false))
                    .child(el("span", "ad-menu-name").attr("dir", "auto").child(me.name.as_str()))
                    .child(small_icon("down")),
            )
            .child(
                el("div", "ad-menu-body")
                    .child(
                        el("div", "ad-menu-who")
                            .child(el("p", "ad-menu-full").child(me.name.as_str()))
                            .child(el("p", "ad-muted").child(format!("{} · {role}", me.email))),
                    )
                    .child(el("div", "ad-menu-language").child(desk_door::languages(desk)))
                    .child(item("device", t.desk_sessions(), Box::new(move || desk_door::open(works.sessions))))
                    .child(item("keyboard", t.desk_keys(), Box::new(desk_palette::open_keys)))
                    .child(item("leave", t.desk_log_out(), Box::new(move || desk_door::log_out(desk)))),
            )
            .on("focusout", move |event: Event| {
                let related = crate::js::get(&event, "relatedTarget");
                let inside = kit::element("ad-menu").is_some_and(|menu| {
                    crate::js::call(&menu, "contains", std::slice::from_ref(&related)).is_ok_and(|yes| yes.is_truthy())
                });
                if !inside && related.is_object() {
                    close_menu();
                }
            })
            .on("keydown", move |event: web_sys::KeyboardEvent| {
                if event.key() == "Escape" {
                    close_menu();
                }
            });
        el("header", "ad-bar").child(mark).child(shop).child(find).child(offline).child(menu).into()
    })
}

//! The door: address and password, and what else is asked for. What was typed stays, whatever the answer.

use super::sessions::languages;
use crate::{
    desk::{
        Desk, Door,
        client::{Failure, Request},
        kit, words,
    },
    ui::{
        dom::{Dom, El, el, focus, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::api::desk::{LogInRequest, Me, ShopChoice};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use web_sys::{Event, KeyboardEvent};

const EMAIL: &str = "ad-email";
const PASSWORD: &str = "ad-password";
const CODE: &str = "ad-code";
const SITE: &str = "ad-site";

#[derive(Clone, Copy)]
struct Form {
    desk: Desk,
    email: RwSignal<String>,
    password: RwSignal<String>,
    code: RwSignal<String>,
    /// The authenticator is asked for.
    with_code: RwSignal<bool>,
    shops: RwSignal<Vec<ShopChoice>>,
    site: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    caps: RwSignal<bool>,
    seen: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

pub fn log_in(desk: Desk) -> Dom {
    let form = Form {
        desk,
        email: RwSignal::new(String::new()),
        password: RwSignal::new(String::new()),
        code: RwSignal::new(String::new()),
        with_code: RwSignal::new(false),
        shops: RwSignal::new(Vec::new()),
        site: RwSignal::new(None),
        busy: RwSignal::new(false),
        caps: RwSignal::new(false),
        seen: RwSignal::new(false),
        failure: RwSignal::new(None),
    };
    if kit::has_keyboard() {
        request_animation_frame(|| focus(EMAIL));
    }
    redrawn(move || {
        desk.locale.track();
        drawn(form).into()
    })
}

fn drawn(form: Form) -> El {
    let t = form.desk.t();
    let ended = form.desk.door.with_untracked(|door| *door == Door::Out(true));
    let ended = ended.then(|| {
        el("p", "ad-door-note")
            .attr("role", "status")
            .child(small_icon("clock"))
            .child(el("span", "").child(t.desk_session_ended()))
    });
    let email = field(EMAIL, t.desk_email(), "email", form.email, "username", "email");
    let code = redrawn(move || {
        form.with_code
            .get()
            .then(|| {
                let hint = el("p", "ad-field-hint").id("ad-code-hint").child(t.desk_code_hint());
                field(CODE, t.desk_code(), "text", form.code, "one-time-code", "numeric").child(hint)
            })
            .into()
    });
    let submit = el("button", "ad-button ad-door-submit")
        .attr("type", "submit")
        .attr_follows("aria-busy", move || form.busy.get().then(|| "true".into()))
        .child(redrawn(move || if form.busy.get() { t.desk_logging_in() } else { t.desk_log_in() }.into()));
    let fields = el("form", "ad-door-form")
        .attr("novalidate", "")
        .child(email)
        .child(password(form))
        .child(code)
        .child(shops(form))
        .child(trouble(form))
        .child(submit)
        .on("submit", move |event: Event| {
            event.prevent_default();
            send(form);
        });
    el("div", "ad-door")
        .child(
            el("div", "ad-door-card")
                .child(
                    el("img", "ad-door-mark")
                        .attr("src", "/icons/favicon.svg")
                        .attr("alt", "")
                        .attr("width", "40")
                        .attr("height", "40"),
                )
                .child(el("h1", "").id("ad-door-title").attr("tabindex", "-1").child(t.desk_door_title()))
                .child(el("p", "ad-muted").child(t.desk_door_text()))
                .child(ended)
                .child(fields),
        )
        .child(languages(form.desk))
}

fn field(
    id: &'static str,
    label: &str,
    kind: &str,
    value: RwSignal<String>,
    autocomplete: &str,
    inputmode: &str,
) -> El {
    let input = el("input", "ad-input")
        .id(id)
        .attr("type", kind)
        .attr("name", autocomplete)
        .attr("autocomplete", autocomplete)
        .attr("inputmode", inputmode)
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("required", "")
        .value_follows(move || value.get())
        .on("input", move |event: Event| value.set(event_target_value(&event)));
    el("div", "ad-field-of").child(el("label", "").attr("for", id).child(label)).child(input)
}

/// It can be looked at, and the key that spoils it is told of.
fn password(form: Form) -> El {
    let t = form.desk.t();
    let caps = move |event: KeyboardEvent| {
        let on = event.get_modifier_state("CapsLock");
        if form.caps.get_untracked() != on {
            form.caps.set(on);
        }
    };
    let input = el("input", "ad-input")
        .id(PASSWORD)
        .attr("name", "password")
        .attr("autocomplete", "current-password")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("required", "")
        .attr_follows("type", move || Some(if form.seen.get() { "text" } else { "password" }.into()))
        .attr_follows("aria-describedby", move || form.caps.get().then(|| "ad-caps".into()))
        .value_follows(move || form.password.get())
        .on("input", move |event: Event| form.password.set(event_target_value(&event)))
        .on("keydown", caps)
        .on("keyup", caps)
        .on("blur", move |_: Event| form.caps.set(false));
    let look = el("button", "ad-look")
        .attr("type", "button")
        .attr_follows("aria-pressed", move || Some(form.seen.get().to_string()))
        .attr("aria-label", t.desk_show_password())
        .attr("title", t.desk_show_password())
        .child(crate::ui::icon::icon("eye"))
        .on_click(move || form.seen.update(|seen| *seen = !*seen));
    let hint = redrawn(move || {
        form.caps
            .get()
            .then(|| el("p", "ad-field-hint ad-caps").id("ad-caps").child(small_icon("info")).child(t.desk_caps()))
            .into()
    });
    el("div", "ad-field-of")
        .child(el("label", "").attr("for", PASSWORD).child(t.desk_password()))
        .child(el("div", "ad-password").child(input).child(look))
        .child(el("div", "").attr("role", "status").child(hint))
}

/// She works for several shops with one address.
fn shops(form: Form) -> Dom {
    redrawn(move || {
        let t = form.desk.t();
        let shops = form.shops.get();
        if shops.is_empty() {
            return Dom::default();
        }
        let chosen = form.site.get_untracked();
        let option = |shop: &ShopChoice| -> Dom {
            el("option", "")
                .attr("value", &shop.site)
                .maybe("selected", (chosen.as_deref() == Some(&shop.site)).then_some(""))
                .child(shop.name.as_str())
                .into()
        };
        let select = el("select", "ad-input")
            .id(SITE)
            .child(shops.iter().map(option).collect::<Vec<Dom>>())
            .on("change", move |event: Event| form.site.set(Some(event_target_value(&event))));
        el("div", "ad-field-of")
            .child(el("label", "").attr("for", SITE).child(t.desk_which_shop()))
            .child(select)
            .into()
    })
}

fn trouble(form: Form) -> Dom {
    let desk = form.desk;
    let shown = redrawn(move || {
        let line = |failure: Failure| {
            let t = desk.t();
            let text = match failure.code.as_str() {
                "code_required" => return None,
                "site_required" => return None,
                "code_invalid" => t.desk_code_wrong().to_owned(),
                "required" => t.desk_fill_in().to_owned(),
                _ => words::failure(desk, &failure),
            };
            Some(el("p", "ad-door-trouble").child(small_icon("alert")).child(el("span", "").child(text)))
        };
        form.failure.get().and_then(line).into()
    });
    el("div", "").attr("role", "alert").child(shown).into()
}

fn send(form: Form) {
    if form.busy.get_untracked() {
        return;
    }
    // What a password manager has filled in is not always told of.
    form.email.set(kit::value_of(EMAIL));
    form.password.set(kit::value_of(PASSWORD));
    let email = form.email.get_untracked().trim().to_owned();
    let password = form.password.get_untracked();
    let code = form.code.get_untracked().chars().filter(char::is_ascii_digit).collect::<String>();
    let empty = [
        (EMAIL, email.is_empty()),
        (PASSWORD, password.is_empty()),
        (CODE, form.with_code.get_untracked() && code.is_empty()),
    ];
    if let Some((id, _)) = empty.into_iter().find(|(_, empty)| *empty) {
        form.failure.set(Some(Failure::of("required")));
        return focus(id);
    }
    let site = form
        .site
        .get_untracked()
        .or_else(|| form.shops.with_untracked(|shops| shops.first().map(|shop| shop.site.clone())));
    let request = LogInRequest { email, password, code: form.with_code.get_untracked().then_some(code), site };
    form.busy.set(true);
    form.failure.set(None);
    spawn_local(async move {
        let answer: Result<Me, Failure> = form.desk.ask(Request::post("/desk/log-in", &request)).await;
        if form.busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(me) => {
                form.password.set(String::new());
                form.desk.came_in(me);
            }
            Err(failure) => refused(form, failure),
        }
    });
}

fn refused(form: Form, failure: Failure) {
    let to = match failure.code.as_str() {
        "code_required" | "code_invalid" => {
            form.with_code.set(true);
            CODE
        }
        "site_required" => {
            form.site.set(failure.shops.first().map(|shop| shop.site.clone()));
            form.shops.set(failure.shops.clone());
            SITE
        }
        _ => PASSWORD,
    };
    form.failure.set(Some(failure));
    request_animation_frame(move || {
        focus(to);
        if to != SITE {
            let _ = kit::element(to).map(|field| crate::js::call(&field, "select", &[] as &[JsValue]));
        }
    });
}

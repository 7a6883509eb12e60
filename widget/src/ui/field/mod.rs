//! A labelled text field with a hint, and an error that is tied to it.

use super::{
    dom::{Dom, El, el, redrawn},
    icon::{drawn, small_icon},
};
use leptos::prelude::*;
use web_sys::{ClipboardEvent, Event};

pub struct Field {
    pub id: &'static str,
    pub name: &'static str,
    pub label: &'static str,
    pub hint: String,
    /// What the browser may fill in, and which keyboard a phone shows.
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    pub value: RwSignal<String>,
    pub error: RwSignal<Option<String>>,
}

impl Field {
    pub fn draw(self, paste: impl Fn(ClipboardEvent) + 'static) -> Dom {
        let Field { id, name, label, hint, autocomplete, inputmode, value, error } = self;
        let hint_id = format!("{id}-hint");
        let error_id = format!("{id}-error");
        let described = {
            let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
            move || Some(if error.with(Option::is_some) { format!("{error_id} {hint_id}") } else { hint_id.clone() })
        };
        let input = el("input", "ac-field-input")
            .id(id)
            .attr("name", name)
            .attr("autocomplete", autocomplete)
            .attr("inputmode", inputmode)
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .attr("aria-required", "true")
            .attr_follows("aria-invalid", move || error.with(Option::is_some).then(|| "true".into()))
            .attr_follows("aria-describedby", described)
            .value_follows(move || value.get())
            .on("input", move |event: Event| {
                value.set(event_target_value(&event));
                error.set(None);
            })
            .on("paste", paste);
        let shown_error = redrawn(move || {
            let line = |text: String| {
                el("p", "ac-field-error").id(&error_id).child(small_icon("alert")).child(el("span", "").child(text))
            };
            error.get().map(line).into()
        });
        let label = el("label", "").attr("for", id).child(label);
        let hint = el("p", "ac-field-hint").id(&hint_id).child(hint);
        el("div", "ac-field").child(label).child(input).child(shown_error).child(hint).into()
    }
}

/// The large field with a glass in it: the same in the first view and in help. `input` is its bare element's id.
pub fn search_field(form: &str, input: &str, class: &str, label: &str, placeholder: &str) -> (El, El) {
    let form = el("form", class)
        .id(form)
        .attr("role", "search")
        .child(el("label", "ac-vh").attr("for", input).child(label))
        .child(drawn("search", "ac-icon ac-ask-icon"));
    let input = el("input", "ac-ask-input")
        .id(input)
        .attr("name", "q")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "search")
        .attr("placeholder", placeholder);
    (form, input)
}

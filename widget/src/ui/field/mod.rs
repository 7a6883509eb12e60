//! A labelled text field with a hint, and an error that is tied to it.

use super::icon::small_icon;
use leptos::{ev, prelude::*};

pub struct Field {
    pub id: &'static str,
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    /// What the browser may fill in, and which keyboard a phone shows.
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    pub value: RwSignal<String>,
    pub error: RwSignal<Option<String>>,
}

impl Field {
    pub fn draw(self, paste: impl Fn(ev::ClipboardEvent) + 'static) -> AnyView {
        let Field { id, name, label, hint, autocomplete, inputmode, value, error } = self;
        let hint_id = format!("{id}-hint");
        let error_id = format!("{id}-error");
        let described = {
            let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
            move || if error.with(Option::is_some) { format!("{error_id} {hint_id}") } else { hint_id.clone() }
        };
        let shown_error = move || {
            let id = error_id.clone();
            error.get().map(|text| view! { <p class="ac-field-error" id=id>{small_icon("alert")}<span>{text}</span></p> })
        };
        view! {
            <div class="ac-field">
                <label for=id>{label}</label>
                <input
                    class="ac-field-input"
                    id=id
                    name=name
                    autocomplete=autocomplete
                    inputmode=inputmode
                    autocapitalize="off"
                    spellcheck="false"
                    aria-required="true"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described
                    prop:value=move || value.get()
                    on:input=move |event| {
                        value.set(event_target_value(&event));
                        error.set(None);
                    }
                    on:paste=paste
                />
                {shown_error}
                <p class="ac-field-hint" id=hint_id>{hint}</p>
            </div>
        }
        .into_any()
    }
}

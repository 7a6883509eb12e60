//! Order number, and the e-mail or phone it was ordered with.

use super::Draft;
use crate::{
    api::loading::Pace,
    nav::View,
    session::Session,
    ui::{
        dom::{Dom, afterwards, el},
        field::Field,
        frame::title,
        notice::failed,
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    error::ErrorCode,
    validate::{Contact, OrderNumber, split_number_and_contact},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, HtmlElement};

type FieldError = RwSignal<Option<String>>;

pub fn form(session: Session, draft: Draft) -> Dom {
    let t = session.t();
    let example = session.boot.order_number_example.as_str();
    let number_error: FieldError = RwSignal::new(None);
    let contact_error: FieldError = RwSignal::new(None);
    draft.found.clear();

    // A whole line is often pasted into the first field: each part goes where it belongs.
    let on_paste = move |event: ClipboardEvent| {
        let pasted = event.clipboard_data().and_then(|data| data.get_data("text").ok()).unwrap_or_default();
        if let Some((number, contact)) = split_number_and_contact(&pasted) {
            event.prevent_default();
            draft.fill(number, Some(contact));
            number_error.set(None);
            contact_error.set(None);
        }
    };
    let number = Field {
        id: "ac-number",
        name: "number",
        label: t.track_number_label(),
        hint: t.track_number_hint(example),
        autocomplete: "off",
        inputmode: "text",
        value: draft.number,
        error: number_error,
    };
    let contact = Field {
        id: "ac-contact",
        name: "contact",
        label: t.track_contact_label(),
        hint: t.track_contact_hint().into(),
        autocomplete: "email",
        inputmode: "email",
        value: draft.contact,
        error: contact_error,
    };
    let on_submit = move |event: Event| {
        event.prevent_default();
        if let Some((number, contact)) = split_number_and_contact(&draft.number.get_untracked()) {
            draft.fill(number, Some(contact));
        }
        if !draft.found.pace.get_untracked().is_busy() && checked(session, draft, number_error, contact_error) {
            draft.look_up(session);
        }
    };
    afterwards(move || answered(session, draft, number_error, contact_error));
    let submit = el("button", "ac-button ac-button-wide")
        .attr("type", "submit")
        .attr_follows("aria-busy", move || draft.found.is_busy().then(|| "true".into()))
        .child(t.track_submit());
    let form = el("form", "ac-track")
        .id("ac-track")
        .attr("novalidate", "")
        .on("submit", on_submit)
        .child(number.draw(on_paste))
        .child(contact.draw(on_paste))
        .child(failed(session, draft.found))
        .child(submit);
    [
        title(t.track_title()).into(),
        el("p", "ac-intro").child(t.track_intro()).into(),
        form.into(),
        skeleton(session, draft.found.pace, &["title", "half", "card"]),
    ]
    .into()
}

/// The rules that the server runs too, so that nobody waits to hear of a typing error. The first field at fault is
/// focused.
fn checked(session: Session, draft: Draft, number_error: FieldError, contact_error: FieldError) -> bool {
    let t = session.t();
    let words = |code: ErrorCode, required: &'static str| match code {
        ErrorCode::Required => required.to_owned(),
        code => t.error(code).to_owned(),
    };
    let number = draft.number.with_untracked(|typed| OrderNumber::parse(typed)).err();
    let contact = draft.contact.with_untracked(|typed| Contact::parse(typed)).err();
    number_error.set(number.map(|code| words(code, t.track_number_required())));
    contact_error.set(contact.map(|code| words(code, t.track_contact_required())));
    if number.is_some() {
        focus("ac-number");
    } else if contact.is_some() {
        focus("ac-contact");
    }
    number.is_none() && contact.is_none()
}

fn answered(session: Session, draft: Draft, number_error: FieldError, contact_error: FieldError) {
    match draft.found.pace.get() {
        Pace::Done => {
            let number = draft.found.data.with_untracked(|order| order.as_ref().map(|order| order.number.clone()));
            if let Some(number) = number {
                session.announce(&session.t().track_found(&number));
                session.nav.go(View::Order { number });
            }
        }
        Pace::Failed => {
            // An error that names a field belongs to it.
            let failure = draft.found.failure.get_untracked();
            let Some((field, code)) = failure.and_then(|f| Some((f.field?, f.code))) else { return };
            let (error, id) = match field.as_str() {
                "number" => (number_error, "ac-number"),
                "contact" => (contact_error, "ac-contact"),
                _ => return,
            };
            error.set(Some(session.t().error(code).to_owned()));
            draft.found.failure.set(None);
            focus(id);
        }
        _ => {}
    }
}

fn focus(id: &str) {
    if let Some(field) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

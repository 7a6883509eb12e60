//! Two steps: where the code goes, and the code.

use super::Draft;
use crate::{
    api::{
        json::{Said, object},
        loading::{Loading, Pace},
    },
    i18n,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, button},
        dom::{Dom, El, afterwards, el, redrawn},
        field::Field,
        frame::title,
        notice::failed,
    },
};
use aftercart_shared::{
    api::shoppers::{CODE_DIGITS, CodeSent},
    error::ErrorCode,
    validate::{Contact, OrderNumber, fold_width},
};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

/// Somewhere else she wants something that only a known shopper may have.
#[derive(Clone, Copy)]
pub struct Inside {
    /// Why we ask, instead of what we say otherwise.
    pub why: &'static str,
    /// She is known; and the order that the code was for, if it was for one. Otherwise that order is opened.
    pub then: Callback<Option<String>>,
}

/// `number` and `contact` are what was typed for tracking.
pub fn verify(
    session: Session,
    draft: Draft,
    number: RwSignal<String>,
    contact: RwSignal<String>,
    inside: Option<Inside>,
) -> Dom {
    // Drawn anew in another language she goes on; with another order she begins again.
    let about = (number.get_untracked(), contact.get_untracked());
    if draft.about.with_value(|before| *before != about) {
        draft.sent.clear();
        draft.code.set(String::new());
        draft.about.set_value(about);
    }
    draft.ask_orders_once(session);
    let key = OrderNumber::parse(&number.get_untracked()).ok().filter(|_| inside.is_none());
    // Signed in already: straight to the order, if it is hers.
    afterwards(move || {
        let own = draft.orders.data.with(|mine| {
            let (mine, key) = (&mine.as_ref()?.orders, key.as_ref()?);
            mine.iter().find(|mine| OrderNumber::parse(&mine.number).as_ref() == Ok(key)).map(|mine| mine.id.0.clone())
        });
        if let Some(id) = own {
            session.nav.replace(View::Mine { id });
        }
    });
    let error = RwSignal::new(None);
    afterwards(move || redeemed(session, draft, error, inside));
    afterwards(move || {
        if draft.sent.data.with(Option::is_some) {
            focus("ac-code");
        }
    });
    let step = redrawn(move || match draft.sent.data.get() {
        None => ask(session, draft, number, contact, inside),
        Some(sent) => enter(session, draft, error, &contact.get_untracked(), &sent),
    });
    [title(session.t().account_title()).into(), step].into()
}

fn form<T: Send + Sync + 'static>(
    session: Session,
    field: Field,
    more: Dom,
    asked: Loading<T>,
    submit: &str,
    send: impl Fn() + 'static,
) -> El {
    let submit = el("button", "ac-button ac-button-wide")
        .attr("type", "submit")
        .attr_follows("aria-busy", move || asked.is_busy().then(|| "true".into()))
        .child(submit);
    el("form", "ac-track")
        .attr("novalidate", "")
        .on("submit", move |event: Event| {
            event.prevent_default();
            if !asked.pace.get_untracked().is_busy() {
                send();
            }
        })
        .child(field.draw(|_| {}))
        .child(more)
        .child(failed(session, asked))
        .child(submit)
}

fn ask(
    session: Session,
    draft: Draft,
    number: RwSignal<String>,
    contact: RwSignal<String>,
    inside: Option<Inside>,
) -> Dom {
    let t = session.t();
    let error = RwSignal::new(None);
    let field = Field {
        id: "ac-contact",
        name: "contact",
        label: t.track_contact_label(),
        hint: t.track_contact_hint().into(),
        autocomplete: "email",
        inputmode: "email",
        value: contact,
        error,
    };
    let send = move || {
        let t = session.t();
        match contact.with_untracked(|typed| Contact::parse(typed)) {
            Ok(_) => {
                let (to, number) = (contact.get_untracked(), number.get_untracked());
                let locale = session.locale.get_untracked().tag();
                let mut said = vec![("contact", Said::Text(&to)), ("locale", Said::Text(locale))];
                // Without a whole number the code opens whatever has this contact.
                if OrderNumber::parse(&number).is_ok() {
                    said.push(("number", Said::Text(&number)));
                }
                let request = object(&said);
                draft.about.set_value((number.clone(), to.clone()));
                draft.sent.ask(move || session.api.post("/codes".into(), request.clone()));
            }
            Err(code) => {
                let required = code == ErrorCode::Required;
                error.set(Some(if required { t.account_contact_required() } else { t.error(code) }.into()));
                focus("ac-contact");
            }
        }
    };
    let form = form(session, field, Dom::default(), draft.sent, t.account_send(), send);
    let why = inside.map_or(t.account_intro(), |inside| inside.why);
    [el("p", "ac-intro").child(why).into(), form.into()].into()
}

fn enter(session: Session, draft: Draft, error: RwSignal<Option<String>>, contact: &str, sent: &CodeSent) -> Dom {
    let t = session.t();
    let told = t.account_sent(contact, &(sent.expires_in / 60).to_string());
    session.announce(&told);
    let field = Field {
        id: "ac-code",
        name: "code",
        label: t.account_code_label(),
        hint: t.account_code_hint().into(),
        autocomplete: "one-time-code",
        inputmode: "numeric",
        value: draft.code,
        error,
    };
    let path = format!("/codes/{}/redeem", sent.id);
    let send = move || {
        let code = draft.code.get_untracked();
        if code.chars().map(fold_width).filter(char::is_ascii_digit).count() != CODE_DIGITS {
            error.set(Some(session.t().account_code_required().into()));
            return focus("ac-code");
        }
        let shared = Said::Bool(draft.shared.get_untracked());
        let request = object(&[("code", Said::Text(&code)), ("shared_device", shared)]);
        let path = path.clone();
        draft.started.ask(move || session.api.post(path.clone(), request.clone()));
    };
    let form = form(session, field, shared(session, draft), draft.started, t.account_submit(), send);
    let again = button(Kind::Plain, "", t.account_another_contact(), move || {
        draft.sent.clear();
        focus("ac-contact");
    });
    let foot = el("div", "ac-account-foot").child(resend(session, draft, sent.resend_in)).child(again);
    [el("p", "ac-intro").child(told).into(), form.into(), failed(session, draft.sent), foot.into()].into()
}

fn shared(session: Session, draft: Draft) -> Dom {
    let t = session.t();
    let on_change = move |event: Event| draft.shared.set(event_target_checked(&event));
    let checked = draft.shared.get_untracked().then_some("");
    let box_ =
        el("input", "").attr("type", "checkbox").maybe("checked", checked).id("ac-shared").on("change", on_change);
    let words =
        el("span", "").child(t.account_shared()).child(el("span", "ac-field-hint").child(t.account_shared_hint()));
    el("label", "ac-check").child(box_).child(words).into()
}

/// Counts down to the moment from which another code makes sense.
fn resend(session: Session, draft: Draft, seconds: u32) -> Dom {
    let left = RwSignal::new(seconds);
    tick(left, js_sys::Date::now() + f64::from(seconds) * 1000.0);
    redrawn(move || match left.get() {
        0 => button(Kind::Plain, "mail", session.t().account_resend(), move || {
            draft.code.set(String::new());
            draft.sent.retry();
        }),
        left => {
            let when = i18n::in_seconds(session.locale.get_untracked(), left).unwrap_or_default();
            el("p", "ac-field-hint").child(session.t().account_resend_when(&when)).into()
        }
    })
}

fn tick(left: RwSignal<u32>, until: f64) {
    set_timeout(
        move || {
            let seconds = ((until - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u32;
            // `Some` gives it back: the view is gone.
            if left.try_set(seconds).is_none() && seconds > 0 {
                tick(left, until);
            }
        },
        Duration::from_secs(1),
    );
}

fn redeemed(session: Session, draft: Draft, error: RwSignal<Option<String>>, inside: Option<Inside>) {
    match draft.started.pace.get() {
        Pace::Done => {
            let Some(started) = draft.started.data.get_untracked() else { return };
            let keep = !draft.shared.get_untracked();
            draft.started.clear();
            draft.sent.clear();
            session.api.set_shared_device(!keep);
            let id = started.order_id.map(|id| id.0);
            session.announce(session.t().account_welcome());
            draft.signed_in(session, started.token, keep);
            match inside {
                Some(inside) => inside.then.run(id),
                None => session.nav.replace(id.map_or(View::Home, |id| View::Mine { id })),
            }
        }
        Pace::Failed => {
            let failure = draft.started.failure.get_untracked();
            if let Some(failure) = failure.filter(|failure| failure.code == ErrorCode::CodeInvalid) {
                draft.started.failure.set(None);
                error.set(Some(session.t().error(failure.code).into()));
                focus("ac-code");
            }
        }
        _ => {}
    }
}

/// Once it is drawn.
fn focus(id: &'static str) {
    request_animation_frame(move || {
        let field = document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlElement>().ok());
        if let Some(field) = field {
            let _ = field.focus();
        }
    });
}

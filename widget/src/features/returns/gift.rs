//! The way in for whoever was given something: the order's number, where it went, and a code to her own address.

use crate::{
    api::{
        json::{Said, object},
        loading::{Loading, Pace},
    },
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button},
        dom::{Dom, El, afterwards, el, focus, redrawn},
        field::Field,
        frame::title,
        notice::failed,
    },
};
use aftercart_shared::{
    api::shoppers::{CODE_DIGITS, CodeSent, SessionStarted},
    error::ErrorCode,
    validate::{Contact, OrderNumber, fold_width},
};
use leptos::prelude::*;
use web_sys::Event;

/// What was typed; in memory only, for it says who she is.
#[derive(Clone, Copy)]
pub struct Gift {
    number: RwSignal<String>,
    postcode: RwSignal<String>,
    email: RwSignal<String>,
    code: RwSignal<String>,
    sent: Loading<CodeSent>,
    started: Loading<SessionStarted>,
}

impl Gift {
    pub fn new() -> Gift {
        Gift {
            number: RwSignal::default(),
            postcode: RwSignal::default(),
            email: RwSignal::default(),
            code: RwSignal::default(),
            sent: Loading::new(),
            started: Loading::new(),
        }
    }
}

pub fn gift(session: Session, draft: Gift) -> Dom {
    let wrong = RwSignal::new(None);
    afterwards(move || redeemed(session, draft, wrong));
    let step = redrawn(move || {
        let sent = draft.sent.data.get();
        untrack(|| match sent {
            None => ask(session, draft),
            Some(sent) => enter(session, draft, wrong, &sent),
        })
    });
    [title(session.t().gift_title()).into(), step].into()
}

fn form<T: Send + Sync + 'static>(
    session: Session,
    fields: Vec<Field>,
    asked: Loading<T>,
    submit: &str,
    send: impl Fn() + 'static,
) -> El {
    let fields: Vec<Dom> = fields.into_iter().map(|field| field.draw(|_| {})).collect();
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
        .child(fields)
        .child(failed(session, asked))
        .child(submit)
}

fn ask(session: Session, draft: Gift) -> Dom {
    let t = session.t();
    let errors: [RwSignal<Option<String>>; 3] = [RwSignal::new(None), RwSignal::new(None), RwSignal::new(None)];
    let field = |id, name, label, hint: String, autocomplete, inputmode, value, error| Field {
        id,
        name,
        label,
        hint,
        autocomplete,
        inputmode,
        value,
        error,
    };
    let hint = t.track_number_hint(&session.boot.order_number_example);
    let number = field("ac-number", "number", t.track_number_label(), hint, "off", "text", draft.number, errors[0]);
    let hint = t.gift_postcode_hint().into();
    let label = t.gift_postcode();
    let postcode = field("ac-postcode", "postcode", label, hint, "postal-code", "text", draft.postcode, errors[1]);
    let hint = t.gift_email_hint().into();
    let email = field("ac-contact", "contact", t.gift_email(), hint, "email", "email", draft.email, errors[2]);
    let send = move || {
        let t = session.t();
        let number = draft.number.with_untracked(|typed| OrderNumber::parse(typed).err());
        let letters = draft.postcode.with_untracked(|typed| typed.chars().filter(|c| c.is_alphanumeric()).count());
        let email = draft.email.with_untracked(|typed| !matches!(Contact::parse(typed), Ok(Contact::Email(_))));
        let found = [
            number.map(|code| t.error(code)),
            (letters < 3).then(|| t.gift_postcode_wrong()),
            email.then(|| t.returns_flow_wd_contact_wrong()),
        ];
        let first = found.iter().position(Option::is_some);
        for (error, text) in errors.iter().zip(found) {
            error.set(text.map(Into::into));
        }
        if let Some(at) = first {
            return focus(["ac-number", "ac-postcode", "ac-contact"][at]);
        }
        draft.code.set(String::new());
        draft.sent.ask(move || {
            let [number, postcode, email] =
                [draft.number, draft.postcode, draft.email].map(|typed| typed.get_untracked());
            let request = object(&[
                ("number", Said::Text(&number)),
                ("postcode", Said::Text(&postcode)),
                ("email", Said::Text(&email)),
                ("locale", Said::Text(session.locale.get_untracked().tag())),
            ]);
            async move { session.api.post("/gifts".into(), request).await }
        });
    };
    let form = form(session, vec![number, postcode, email], draft.sent, t.account_send(), send);
    [el("p", "ac-intro").child(t.gift_intro()).into(), form.into()].into()
}

fn enter(session: Session, draft: Gift, wrong: RwSignal<Option<String>>, sent: &CodeSent) -> Dom {
    let t = session.t();
    let told = t.gift_sent(&draft.email.get_untracked(), &(sent.expires_in / 60).to_string());
    session.announce(&told);
    let field = Field {
        id: "ac-code",
        name: "code",
        label: t.account_code_label(),
        hint: t.account_code_hint().into(),
        autocomplete: "one-time-code",
        inputmode: "numeric",
        value: draft.code,
        error: wrong,
    };
    let path = format!("/codes/{}/redeem", sent.id);
    let send = move || {
        let code = draft.code.get_untracked();
        if code.chars().map(fold_width).filter(char::is_ascii_digit).count() != CODE_DIGITS {
            wrong.set(Some(session.t().account_code_required().into()));
            return focus("ac-code");
        }
        let request = object(&[("code", Said::Text(&code)), ("shared_device", Said::Bool(false))]);
        let path = path.clone();
        draft.started.ask(move || session.api.post(path.clone(), request.clone()));
    };
    let form = form(session, vec![field], draft.started, t.account_submit(), send);
    let again = button(Kind::Plain, "", t.gift_again(), move || draft.sent.clear());
    request_animation_frame(|| focus("ac-code"));
    [el("p", "ac-intro").child(told).into(), form.into(), el("div", "ac-account-foot").child(again).into()].into()
}

fn redeemed(session: Session, draft: Gift, wrong: RwSignal<Option<String>>) {
    match draft.started.pace.get() {
        Pace::Done => untrack(|| {
            let Some(started) = draft.started.data.get_untracked() else { return };
            draft.started.clear();
            draft.sent.clear();
            session.api.sign_in(started.token, true);
            session.announce(session.t().account_welcome());
            let going = started.order_id.map_or(Going::Choose, |id| Going::order(id.as_str()));
            session.nav.replace(View::Return(going));
        }),
        Pace::Failed => untrack(|| {
            let failure = draft.started.failure.get_untracked();
            if let Some(failure) = failure.filter(|failure| failure.code == ErrorCode::CodeInvalid) {
                draft.started.failure.set(None);
                wrong.set(Some(session.t().error(failure.code).into()));
                focus("ac-code");
            }
        }),
        _ => {}
    }
}

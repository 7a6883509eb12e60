//! News of the order by e-mail: one field, unless the address is known already.

use super::Draft;
use crate::{
    api::json::{Said, object},
    session::Session,
    ui::{
        button::{Kind, button, pressed},
        dom::{Dom, el, focus, redrawn},
        field::Field,
        notice::{Tone, notice},
    },
};
use aftercart_shared::{api::notices::Subscribed, error::ErrorCode, validate::Contact};
use leptos::{prelude::*, task::spawn_local};
use web_sys::SubmitEvent;

/// How far asking for news has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    NotYet,
    Open,
    Sent(Subscribed),
}

const FIELD: &str = "ac-news-email";

pub fn subscribe(session: Session, draft: Draft) -> Dom {
    let email = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    redrawn(move || {
        let t = session.t();
        match draft.asking.get() {
            Asking::NotYet => {
                let open = move || {
                    email.set(draft.contact.get_untracked());
                    draft.asking.set(Asking::Open);
                    // The field is drawn after this.
                    request_animation_frame(|| focus(FIELD));
                };
                el("div", "ac-news").child(pressed(Kind::Quiet, "mail", t.notices_ask(), open).id("ac-news")).into()
            }
            Asking::Open => form(session, draft, email, error),
            Asking::Sent(Subscribed { active }) => {
                let text = if active { t.notices_subscribed() } else { t.notices_check_mail() };
                el("div", "ac-news").attr("role", "status").child(notice(Tone::Calm, "mail", None, text, vec![])).into()
            }
        }
    })
}

fn form(session: Session, draft: Draft, email: RwSignal<String>, error: RwSignal<Option<String>>) -> Dom {
    let t = session.t();
    let field = Field {
        id: FIELD,
        name: "email",
        label: t.notices_email(),
        hint: String::new(),
        autocomplete: "email",
        inputmode: "email",
        value: email,
        error,
    };
    let send = move || {
        let typed = email.get_untracked();
        if !matches!(Contact::parse(&typed), Ok(Contact::Email(_))) {
            error.set(Some(session.t().error(ErrorCode::ContactInvalid).into()));
            focus(FIELD);
            return;
        }
        let token = draft.found.data.with_untracked(|order| order.as_ref().and_then(|order| order.watch.clone()));
        let locale = session.locale.get_untracked().tag();
        let body = object(&[("email", Said::Text(&typed)), ("locale", Said::Text(locale))]);
        spawn_local(async move {
            let path = "/orders/subscribe".into();
            match session.api.watched::<Subscribed>(path, Some(body), &token.unwrap_or_default()).await {
                Ok(answer) => draft.asking.set(Asking::Sent(answer.unwrap_or(Subscribed { active: false }))),
                Err(failure) => error.set(Some(session.t().error(failure.code).into())),
            }
        });
    };
    el("form", "ac-news")
        .attr("novalidate", "")
        .on("submit", move |event: SubmitEvent| {
            event.prevent_default();
            send();
        })
        .child(field.draw(|_| {}))
        .child(button(Kind::Main, "", t.notices_send(), send))
        .into()
}

//! "Leave, and we'll e-mail you": one tap where she has proved her address, a field where she has not.

use super::super::{state::Chat, transport::answer_mail};
use crate::{
    api::{
        json::{Said, object},
        loading::Loading,
    },
    ui::{
        button::{Kind, button, pressed},
        dom::{Dom, el, focus, redrawn},
        field::Field,
    },
};
use aftercart_shared::api::{conversations::AnswerMailView, sites::Surface};
use leptos::{prelude::*, task::spawn_local};
use web_sys::Event;

const FIELD: &str = "ac-wait-email";
const OFFER: &str = "ac-wait-offer";
const UNDO: &str = "ac-wait-undo";

#[derive(Clone, Copy)]
struct Offer {
    chat: Chat,
    mail: Loading<AnswerMailView>,
    /// She types an address.
    types: RwSignal<bool>,
    email: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

pub fn offer(chat: Chat) -> Dom {
    let offer = Offer {
        chat,
        mail: Loading::new(),
        types: RwSignal::new(false),
        email: RwSignal::new(String::new()),
        error: RwSignal::new(None),
    };
    offer.mail.ask(move || answer_mail(chat.session, chat.who.get_untracked(), "GET", None));
    redrawn(move || {
        let types = offer.types.get();
        offer.mail.data.with(|mail| mail.as_ref().map(|mail| untrack(|| offer.draw(mail, types)))).into()
    })
}

impl Offer {
    /// To the address that she has proved, where none is named.
    fn want(self, email: Option<&str>) {
        let session = self.chat.session;
        let on_page = if session.boot.surface == Surface::Page { "true" } else { "false" };
        let mut body =
            vec![("locale", Said::Text(session.locale.get_untracked().tag())), ("on_page", Said::Json(on_page))];
        body.extend(email.map(|email| ("email", Said::Text(email))));
        self.send("PUT", Some(object(&body)));
    }

    fn send(self, method: &'static str, body: Option<String>) {
        let Offer { chat, mail, types, error, .. } = self;
        spawn_local(async move {
            match answer_mail(chat.session, chat.who.get_untracked(), method, body).await {
                Ok(told) => {
                    let own = mail.data.with_untracked(|before| before.as_ref().and_then(|before| before.own.clone()));
                    // What she has pressed is gone: the focus goes on to what stands there then.
                    let next = if told.to.is_some() { UNDO } else { OFFER };
                    types.try_set(false);
                    mail.data.set(Some(AnswerMailView { to: told.to, own }));
                    request_animation_frame(move || focus(next));
                }
                Err(failure) => {
                    let why = chat.session.t().error(failure.code);
                    chat.session.announce(why);
                    error.try_set(Some(why.to_owned()));
                }
            }
        });
    }

    fn draw(self, mail: &AnswerMailView, types: bool) -> Dom {
        let t = self.chat.session.t();
        if let Some(to) = &mail.to {
            let undo = pressed(Kind::Plain, "", t.answers_undo(), move || self.send("DELETE", None));
            return el("div", "ac-wait-mail")
                .child(el("p", "").attr("role", "status").child(t.answers_kept(to)))
                .child(undo.id(UNDO))
                .into();
        }
        if types {
            return self.form();
        }
        let typed = move || {
            self.types.set(true);
            request_animation_frame(|| focus(FIELD));
        };
        let ways: Dom = match &mail.own {
            Some(own) => [
                Dom::from(pressed(Kind::Quiet, "mail", &t.answers_offer_own(own), move || self.want(None)).id(OFFER)),
                button(Kind::Plain, "", t.answers_offer_other(), typed),
            ]
            .into(),
            None => pressed(Kind::Quiet, "mail", t.answers_send(), typed).id(OFFER).into(),
        };
        el("div", "ac-wait-mail").child(el("p", "").child(t.answers_offer())).child(ways).into()
    }

    fn form(self) -> Dom {
        let t = self.chat.session.t();
        let field = Field {
            id: FIELD,
            name: "email",
            label: t.answers_label(),
            hint: t.answers_hint().into(),
            autocomplete: "email",
            inputmode: "email",
            value: self.email,
            error: self.error,
        };
        let send = el("button", "ac-button").attr("type", "submit").child(t.answers_send());
        el("form", "ac-wait-mail")
            .attr("novalidate", "")
            .child(field.draw(|_| ()))
            .child(send)
            .on("submit", move |event: Event| {
                event.prevent_default();
                self.want(Some(&self.email.get_untracked()));
            })
            .into()
    }
}

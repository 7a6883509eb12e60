//! "Withdraw from contract here": what identifies the contract, the declaration, and the dated acknowledgement. Two
//! steps, nobody signs in, nobody asks why, and nothing is offered instead.

use crate::{
    api::{
        json::{Said, object},
        loading::{Loading, Pace},
    },
    i18n::{self, Style},
    js,
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button},
        dom::{Dom, El, afterwards, el, focus},
        field::Field,
        frame::{focus_title, title},
        icon::icon,
        notice::failed,
    },
};
use aftercart_shared::{
    api::returns::WithdrawalReceived,
    error::ErrorCode,
    validate::{Contact, OrderNumber},
};
use leptos::prelude::*;
use web_sys::Event;

const PART_MAX: &str = "1000";

/// What was typed; in memory only, for it says who she is.
#[derive(Clone, Copy)]
pub struct Withdrawal {
    name: RwSignal<String>,
    number: RwSignal<String>,
    contact: RwSignal<String>,
    part: RwSignal<String>,
    /// Made with the first try, kept through every retry.
    key: StoredValue<String>,
    sent: Loading<WithdrawalReceived>,
}

impl Withdrawal {
    pub fn new() -> Withdrawal {
        Withdrawal {
            name: RwSignal::default(),
            number: RwSignal::default(),
            contact: RwSignal::default(),
            part: RwSignal::default(),
            key: StoredValue::default(),
            sent: Loading::new(),
        }
    }

    fn begin_again(self) {
        self.sent.clear();
        self.key.set_value(String::new());
        for typed in [self.name, self.number, self.contact, self.part] {
            typed.set(String::new());
        }
    }

    fn whole(self) -> bool {
        !self.name.with_untracked(|name| name.trim().is_empty())
            && self.number.with_untracked(|number| OrderNumber::parse(number).is_ok())
            && self.contact.with_untracked(|contact| matches!(Contact::parse(contact), Ok(Contact::Email(_))))
    }
}

pub fn withdraw(session: Session, draft: Withdrawal, confirm: bool) -> Dom {
    let acknowledged = draft.sent.data.with_untracked(Option::is_some);
    if !confirm {
        if acknowledged {
            draft.begin_again();
        }
        return form(session, draft);
    }
    if acknowledged {
        return received(session, draft);
    }
    if !draft.whole() {
        // Reached by its address.
        session.nav.replace(View::Return(Going::Withdraw { confirm: false }));
        return Dom::default();
    }
    declaration(session, draft)
}

fn form(session: Session, draft: Withdrawal) -> Dom {
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
    let name = field("ac-name", "name", t.returns_flow_wd_name(), String::new(), "name", "text", draft.name, errors[0]);
    let hint = t.track_number_hint(&session.boot.order_number_example);
    let number = field("ac-number", "number", t.track_number_label(), hint, "off", "text", draft.number, errors[1]);
    let hint = t.returns_flow_wd_contact_hint().into();
    let label = t.returns_flow_wd_contact();
    let contact = field("ac-contact", "contact", label, hint, "email", "email", draft.contact, errors[2]);
    let on_submit = move |event: Event| {
        event.prevent_default();
        let t = session.t();
        let number = draft.number.with_untracked(|typed| OrderNumber::parse(typed).err());
        let contact = draft.contact.with_untracked(|typed| !matches!(Contact::parse(typed), Ok(Contact::Email(_))));
        let found = [
            draft.name.with_untracked(|name| name.trim().is_empty()).then(|| t.errors_required()),
            number.map(|code| t.error(code)),
            contact.then(|| t.returns_flow_wd_contact_wrong()),
        ];
        let first = found.iter().position(Option::is_some);
        for (error, text) in errors.iter().zip(found) {
            error.set(text.map(Into::into));
        }
        match first {
            Some(at) => focus(["ac-name", "ac-number", "ac-contact"][at]),
            None => session.nav.go(View::Return(Going::Withdraw { confirm: true })),
        }
    };
    let area = el("textarea", "ac-field-input ac-comment")
        .id("ac-part")
        .attr("rows", "2")
        .attr("maxlength", PART_MAX)
        .attr("aria-describedby", "ac-part-hint")
        .child(draft.part.get_untracked())
        .on("input", move |event: Event| draft.part.set(event_target_value(&event)));
    let part = el("div", "ac-field")
        .child(el("label", "").attr("for", "ac-part").child(t.returns_flow_wd_part()))
        .child(area)
        .child(el("p", "ac-field-hint").id("ac-part-hint").child(t.returns_flow_wd_part_hint()));
    let form = el("form", "ac-track")
        .attr("novalidate", "")
        .on("submit", on_submit)
        .child(name.draw(|_| {}))
        .child(number.draw(|_| {}))
        .child(contact.draw(|_| {}))
        .child(part)
        .child(el("button", "ac-button ac-button-wide").attr("type", "submit").child(t.returns_flow_next()));
    [title(t.returns_flow_withdraw()).into(), el("p", "ac-intro").child(t.returns_flow_wd_intro()).into(), form.into()]
        .into()
}

fn fact(name: &str, value: String) -> El {
    let value = el("dd", "").attr("translate", "no").child(value);
    el("div", "ac-fact").child(el("dt", "").child(name)).child(value)
}

fn facts(session: Session, draft: Withdrawal) -> El {
    let t = session.t();
    let part = draft.part.get_untracked();
    let part = if part.trim().is_empty() { t.returns_flow_wd_whole().to_owned() } else { part };
    el("dl", "ac-facts")
        .child(fact(t.returns_flow_wd_name(), draft.name.get_untracked()))
        .child(fact(t.track_number_label(), draft.number.get_untracked()))
        .child(fact(t.returns_flow_wd_contact(), draft.contact.get_untracked()))
        .child(fact(t.returns_flow_wd_goods(), part))
}

fn declaration(session: Session, draft: Withdrawal) -> Dom {
    let t = session.t();
    afterwards(move || {
        if draft.sent.pace.get() == Pace::Done {
            // The acknowledgement takes the place of the declaration.
            session.nav.replace(View::Return(Going::Withdraw { confirm: true }));
            focus_title(session);
        } else if draft
            .sent
            .failure
            .with(|failure| failure.as_ref().is_some_and(|failure| failure.code == ErrorCode::KeyReused))
        {
            draft.key.set_value(js::uuid());
        }
    });
    let send = move || {
        if draft.sent.pace.get_untracked().is_busy() {
            return;
        }
        if draft.key.with_value(String::is_empty) {
            draft.key.set_value(js::uuid());
        }
        draft.sent.ask(move || async move {
            let [name, number, contact, part] =
                [draft.name, draft.number, draft.contact, draft.part].map(|typed| typed.get_untracked());
            let key = draft.key.get_value();
            let mut said = vec![
                ("key", Said::Text(&key)),
                ("locale", Said::Text(session.locale.get_untracked().tag())),
                ("name", Said::Text(name.trim())),
                ("number", Said::Text(&number)),
                ("contact", Said::Text(&contact)),
            ];
            if !part.trim().is_empty() {
                said.push(("part", Said::Text(part.trim())));
            }
            session.api.post("/withdrawals".into(), object(&said)).await
        });
    };
    let confirm = el("button", "ac-button ac-button-wide")
        .attr("type", "button")
        .id("ac-onward")
        .attr_follows("aria-busy", move || draft.sent.is_busy().then(|| "true".into()))
        .on_click(send)
        .child(t.returns_flow_wd_confirm());
    let edit = button(Kind::Plain, "", t.returns_flow_change(), move || session.nav.back());
    [
        title(t.returns_flow_wd_declare_title()).into(),
        el("p", "ac-intro").child(t.returns_flow_wd_declare(&session.boot.shop_name)).into(),
        el("section", "ac-parcel")
            .attr("aria-label", t.returns_flow_wd_declare_title())
            .child(facts(session, draft))
            .into(),
        failed(session, draft.sent),
        el("div", "ac-onward").child(confirm).child(edit).into(),
    ]
    .into()
}

fn received(session: Session, draft: Withdrawal) -> Dom {
    let t = session.t();
    let Some(received) = draft.sent.data.get_untracked() else { return Dom::default() };
    let (locale, zone) = (session.locale.get_untracked(), &session.boot.time_zone);
    let at = i18n::date(locale, zone, Style::Moment, received.received_at);
    let year = i18n::date(locale, zone, Style::Short, received.received_at);
    let print = button(Kind::Quiet, "print", t.returns_flow_print(), || {
        let page: wasm_bindgen::JsValue = window().into();
        let _ = js::call(&page, "print", &[]);
    });
    let mark = el("span", "ac-done-mark").child(icon("check"));
    let contact = draft.contact.get_untracked();
    let card = el("section", "ac-parcel")
        .attr("aria-label", t.returns_flow_wd_title_done())
        .child(
            el("dl", "ac-facts")
                .child(fact(t.returns_flow_wd_number(), received.number.clone()))
                .child(fact(t.returns_flow_wd_received(), format!("{at} · {year} · {zone}"))),
        )
        .child(facts(session, draft));
    [
        title(t.returns_flow_wd_title_done()).into(),
        el("div", "ac-done").child(mark).child(el("p", "").child(t.returns_flow_wd_mail(&contact))).into(),
        card.into(),
        el("div", "ac-buttons ac-order-foot ac-no-print").child(print).into(),
    ]
    .into()
}

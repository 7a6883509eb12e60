//! Reaching a person: until there is a chat, by e-mail or telephone, and honest about it.

use crate::{
    nav::View,
    session::Session,
    ui::{
        icon::{arrow, icon},
        row::{row, rows},
    },
};
use leptos::prelude::*;

pub fn talk(session: Session, order: Option<String>) -> AnyView {
    let t = session.t();
    let boot = session.boot;
    let subject = match &order {
        Some(number) => t.talk_subject_order(number),
        None => t.talk_subject(&boot.shop_name),
    };
    let email = boot.contact_email.as_ref().map(|email| {
        let subject = String::from(js_sys::encode_uri_component(&subject));
        way("mail", t.talk_email(), email, format!("mailto:{email}?subject={subject}"))
    });
    let phone = boot.contact_phone.as_ref().map(|phone| {
        let dialled: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        way("phone", t.talk_phone(), phone, format!("tel:{dialled}"))
    });
    let nobody = email.is_none() && phone.is_none();
    let intro = if nobody { t.talk_none() } else { t.talk_intro() };
    let about = (!nobody).then_some(order).flatten().map(|number| view! { <p class="ac-intro">{t.talk_about_order(&number)}</p> });
    view! {
        <h1 class="ac-title" id="ac-title" tabindex="-1">{t.talk_title()}</h1>
        <p class="ac-intro">{intro}</p>
        {about}
        <ul class="ac-ways">{email}{phone}</ul>
        <p class="ac-heading">{t.talk_first()}</p>
        {rows(vec![row(session, "book", t.help_title().into_any(), None, View::Help)])}
    }
    .into_any()
}

fn way(name: &str, title: &'static str, shown: &str, href: String) -> AnyView {
    view! {
        <li>
            <a class="ac-way" href=href>
                {icon(name)}
                <span class="ac-row-text">
                    <span class="ac-row-title">{title}</span>
                    <span class="ac-row-note" translate="no">{shown.to_owned()}</span>
                </span>
                {arrow("next")}
            </a>
        </li>
    }
    .into_any()
}

//! Reaching a person: until there is a chat, by e-mail or telephone, and honest about it.

use crate::{
    nav::View,
    session::Session,
    ui::{
        dom::{Dom, el},
        frame::title,
        icon::{arrow, icon},
        row::{row, rows, words},
    },
};

pub fn talk(session: Session, order: Option<String>) -> Dom {
    let t = session.t();
    let boot = session.boot;
    let subject = match &order {
        Some(number) => t.talk_subject_order(number),
        None => t.talk_subject(&boot.shop_name),
    };
    let email = boot.contact_email.as_ref().map(|email| {
        let subject = String::from(js_sys::encode_uri_component(&subject));
        way("mail", t.talk_email(), email, &format!("mailto:{email}?subject={subject}"))
    });
    let phone = boot.contact_phone.as_ref().map(|phone| {
        let dialled: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        way("phone", t.talk_phone(), phone, &format!("tel:{dialled}"))
    });
    let nobody = email.is_none() && phone.is_none();
    let intro = if nobody { t.talk_none() } else { t.talk_intro() };
    let about = order.filter(|_| !nobody).map(|number| el("p", "ac-intro").child(t.talk_about_order(&number)));
    [
        title(t.talk_title()).into(),
        el("p", "ac-intro").child(intro).into(),
        about.into(),
        (!nobody).then(|| el("ul", "ac-ways").child(email).child(phone)).into(),
        el("p", "ac-heading").child(t.talk_first()).into(),
        rows(vec![row(session, "book", t.help_title(), Dom::default(), View::Help)]).into(),
    ]
    .into()
}

fn way(name: &str, title: &str, shown: &str, href: &str) -> Dom {
    let shown = el("span", "").attr("translate", "no").child(shown);
    let link = el("a", "ac-way").attr("href", href).child(icon(name));
    el("li", "").child(link.child(words(title.into(), shown.into())).child(arrow("next"))).into()
}

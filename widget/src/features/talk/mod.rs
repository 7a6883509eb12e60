//! Reaching a person: the door to the conversation, and the other ways to us, which are there when it is not.

use crate::{
    nav::View,
    session::Session,
    ui::{
        dom::{Dom, El, el},
        frame::title,
        icon::{arrow, icon},
        row::{row, rows, words},
    },
};
use aftercart_shared::api::conversations::Subject;

/// `chat` is there where somebody answers.
pub fn talk(session: Session, about: &Subject, chat: Option<Dom>) -> Dom {
    let (t, boot) = (session.t(), session.boot);
    let nobody = chat.is_none() && boot.contact_email.is_none() && boot.contact_phone.is_none();
    let intro = if nobody { t.talk_none() } else { t.talk_intro() };
    let intro = el("p", "ac-intro").child(intro).into();
    [title(t.talk_title()).into(), intro, ways(session, about, chat.is_some()).into(), chat.unwrap_or_default()].into()
}

/// Folded up beside a conversation: who came to write finds the field, who would rather call finds the number.
fn ways(session: Session, about: &Subject, folded: bool) -> El {
    let t = session.t();
    let boot = session.boot;
    let subject = match &about.order {
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
    let mention = about.order.as_ref().filter(|_| !nobody);
    let mention = mention.map(|number| el("p", "ac-row-note").child(t.talk_about_order(number)));
    let other = match folded {
        true => el("details", "ac-other")
            .child(el("summary", "").child(el("span", "").child(t.chat_other_ways())).child(icon("down"))),
        false => el("div", "ac-other"),
    };
    other.child((!nobody).then(|| el("ul", "ac-ways").child(email).child(phone))).child(mention).child(rows(vec![row(
        session,
        "book",
        t.help_title(),
        t.talk_first().into(),
        View::Help,
    )]))
}

fn way(name: &str, title: &str, shown: &str, href: &str) -> Dom {
    let shown = el("span", "").attr("translate", "no").child(shown);
    let link = el("a", "ac-way").attr("href", href).child(icon(name));
    el("li", "").child(link.child(words(title.into(), shown.into())).child(arrow("next"))).into()
}

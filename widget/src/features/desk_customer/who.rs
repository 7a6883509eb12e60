//! Her name, and how she has proved it.

use crate::{
    desk::{Desk, kit, words},
    ui::{
        dom::{Dom, el},
        icon::small_icon,
    },
};
use aftercart_shared::api::desk::{Certainty, DeskVisitor};

pub fn who(desk: Desk, visitor: &DeskVisitor) -> Dom {
    let t = desk.t();
    let proved = visitor.certainty == Certainty::Verified;
    let name = words::name(desk, visitor);
    let contact = |icon: &str, text: &str| -> Dom {
        let copied = text.to_owned();
        el("button", "ad-contact")
            .attr("type", "button")
            .attr("title", t.common_copy())
            .child(small_icon(icon))
            .child(el("span", "").attr("dir", "auto").child(text))
            .child(el("span", "ad-contact-copy").child(small_icon("copy")))
            .on_click(move || kit::copy(desk, &copied))
            .into()
    };
    let mut contacts: Vec<Dom> = Vec::new();
    contacts.extend(visitor.email.as_deref().map(|email| contact("mail", email)));
    contacts.extend(visitor.phone.as_deref().map(|phone| contact("phone", phone)));
    let certainty = el("p", if proved { "ad-certainty" } else { "ad-certainty ad-certainty-not" })
        .child(small_icon(if proved { "check" } else { "alert" }))
        .child(el("span", "").child(words::certainty(desk, visitor)));
    el("div", "ad-who")
        .child(
            el("div", "ad-who-top")
                .child(kit::face(&name, proved))
                .child(el("p", "ad-who-name").attr("dir", "auto").child(breakable(&name))),
        )
        .child(certainty)
        .child((!contacts.is_empty()).then(|| el("div", "ad-contacts").child(contacts)))
        .into()
}

/// An address breaks before its @, and not in the middle of a word.
fn breakable(name: &str) -> Dom {
    match name.split_once('@') {
        Some((before, after)) => [before.into(), el("wbr", "").into(), format!("@{after}").into()].into(),
        None => name.into(),
    }
}

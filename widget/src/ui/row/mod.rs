//! Rows that lead to other views.

use super::{
    button::leads,
    dom::{Dom, El, el},
    icon::{arrow, icon},
};
use crate::{nav::View, session::Session};

/// A row of a list: an icon or `""`, what it is, a quieter line below, and where it leads.
pub fn row(session: Session, name: &str, title: impl Into<Dom>, note: Dom, to: View) -> Dom {
    let link = el("a", "ac-row").add((!name.is_empty()).then(|| icon(name)));
    let link = link.add(words(title.into(), note)).add(arrow("next"));
    el("li", "").add(leads(session, link, to)).into()
}

/// A title and the quieter line below it, if there is one.
pub fn words(title: Dom, note: Dom) -> El {
    let note = (!note.is_nothing()).then(|| el("span", "ac-row-note").add(note));
    el("span", "ac-row-text").add(el("span", "ac-row-title").add(title)).add(note)
}

pub fn rows(rows: Vec<Dom>) -> El {
    el("ul", "ac-rows").add(rows)
}

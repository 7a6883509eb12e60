//! Rows that lead to other views.

use super::{
    button::leads,
    dom::{Dom, El, el},
    icon::{arrow, icon},
};
use crate::{nav::View, session::Session};

/// A row of a list: an icon or `""`, what it is, a quieter line below, and where it leads.
pub fn row(session: Session, name: &str, title: impl Into<Dom>, note: Dom, to: View) -> Dom {
    let link = el("a", "ac-row").child((!name.is_empty()).then(|| icon(name)));
    let link = link.child(words(title.into(), note)).child(arrow("next"));
    el("li", "").child(leads(session, link, to)).into()
}

/// A title and the quieter line below it, if there is one.
pub fn words(title: Dom, note: Dom) -> El {
    let note = (!note.is_nothing()).then(|| el("span", "ac-row-note").child(note));
    el("span", "ac-row-text").child(el("span", "ac-row-title").child(title)).child(note)
}

pub fn rows(rows: Vec<Dom>) -> El {
    el("ul", "ac-rows").child(rows)
}

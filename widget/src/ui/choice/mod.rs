//! One of several, as rows that are pressed: radio buttons underneath, for keyboards and readers.

use super::dom::{Dom, El, el};

/// Travels with the part of the bundle that uses it.
pub const STYLES: &str = include_str!("part.css");

pub struct Choice<'a> {
    /// Of the radio buttons that exclude one another.
    pub group: &'a str,
    pub id: &'a str,
    pub checked: bool,
    pub title: &'a str,
    /// At the end of the line: an amount.
    pub end: Option<String>,
    /// A quieter line below.
    pub note: Option<String>,
}

pub fn choice(choice: Choice, choose: impl Fn() + 'static) -> El {
    let Choice { group, id, checked, title, end, note } = choice;
    let note_id = format!("{id}-note");
    let title_id = format!("{id}-title");
    let radio = el("input", "ac-choice-mark")
        .attr("type", "radio")
        .attr("name", group)
        .id(id)
        .attr("aria-labelledby", &title_id)
        .maybe("aria-describedby", note.is_some().then_some(note_id.as_str()))
        .maybe("checked", checked.then_some(""))
        .on("change", move |_: web_sys::Event| choose());
    let end = end.map(|end| el("span", "ac-choice-end").child(end));
    let first = el("span", "ac-choice-line").id(&title_id).child(el("span", "ac-choice-title").child(title)).child(end);
    let note = note.map(|note| el("span", "ac-choice-note").id(&note_id).child(note));
    el("label", "ac-choice").child(radio).child(el("span", "ac-choice-words").child(first).child(note))
}

pub fn choices(rows: Vec<Dom>) -> El {
    el("div", "ac-choices").child(rows)
}

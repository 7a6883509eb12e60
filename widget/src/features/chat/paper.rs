//! The rows on the page. They are added one by one and stay as they are: drawn anew, all of them would be read out again.

use super::{
    bubble,
    rows::{Row, State},
    state::Chat,
};
use crate::ui::dom::Dom;
use web_sys::{Element, Node};

#[derive(Debug)]
pub struct Paper {
    place: Element,
    rows: Vec<(Row, Element)>,
}

impl Paper {
    pub fn new(place: Element) -> Paper {
        Paper { place, rows: Vec::new() }
    }

    /// From top to bottom as `rows` say.
    pub fn write(&mut self, chat: Chat, rows: Vec<Row>) {
        let mut before = std::mem::take(&mut self.rows);
        let mut after = Vec::with_capacity(rows.len());
        for row in rows {
            let known = before.iter().position(|(old, _)| old.key == row.key).map(|at| before.remove(at));
            let element = match known {
                Some((old, element)) if old.kind == row.kind => element,
                Some((old, element)) => match bubble::differs_in_state_only(&old, &row) {
                    Some(state) => restated(chat, &row.key, state, element),
                    None => {
                        element.remove();
                        bubble::drawn(chat, &row)
                    }
                },
                None => bubble::drawn(chat, &row),
            };
            after.push((row, element));
        }
        for (_, gone) in before {
            gone.remove();
        }
        let mut at: Option<Node> = self.place.first_child();
        for (_, element) in &after {
            if at.as_ref().is_some_and(|at| at.is_same_node(Some(element))) {
                at = element.next_sibling();
            } else {
                let _ = self.place.insert_before(element, at.as_ref());
            }
        }
        self.rows = after;
    }
}

fn restated(chat: Chat, key: &str, state: Option<State>, element: Element) -> Element {
    if let Ok(Some(old)) = element.query_selector(".ac-msg-state") {
        let _ = element.remove_child(&old);
    }
    Dom::from(bubble::state(chat, key, state)).append_to(&element);
    element
}

//! Rows on the page that stay as they are while others come and go: drawn anew, all of them would be read out again, and
//! whoever has one under her finger would lose it.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// `R` says how a row looks; the same is not drawn again.
#[derive(Debug)]
pub struct Paper<R> {
    place: Element,
    rows: Vec<(String, R, Element)>,
}

impl<R: PartialEq> Paper<R> {
    pub fn new(place: Element) -> Paper<R> {
        Paper { place, rows: Vec::new() }
    }

    /// From top to bottom as `rows` say, each with a key that stays the same as long as it is the same thing.
    pub fn write(&mut self, rows: Vec<(String, R)>, draw: impl Fn(&R) -> Element) {
        let mut before = std::mem::take(&mut self.rows);
        let mut after = Vec::with_capacity(rows.len());
        for (key, row) in rows {
            // Mostly the first that is left: looking for it is no search.
            let known = before.iter().position(|(old, ..)| *old == key).map(|at| before.remove(at));
            let element = match known {
                Some((_, old, element)) if old == row => element,
                Some((_, _, element)) => {
                    let fresh = draw(&row);
                    let _ = element.replace_with_with_node_1(&fresh);
                    fresh
                }
                None => draw(&row),
            };
            after.push((key, row, element));
        }
        for (.., gone) in before {
            gone.remove();
        }
        let mut at: Option<Node> = self.place.first_child();
        for (.., element) in &after {
            if at.as_ref().is_some_and(|at| at.is_same_node(Some(element))) {
                at = element.next_sibling();
            } else {
                let _ = self.place.insert_before(element, at.as_ref());
            }
        }
        self.rows = after;
    }

    pub fn rows(&self) -> impl Iterator<Item = (&str, &R, &Element)> {
        self.rows.iter().map(|(key, row, element)| (key.as_str(), row, element))
    }

    /// Everything is drawn anew the next time.
    pub fn forget(&mut self) {
        for (.., element) in self.rows.drain(..) {
            element.unchecked_into::<Element>().remove();
        }
    }
}

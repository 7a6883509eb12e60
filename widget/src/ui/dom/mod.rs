//! Elements on Leptos' signals. Leptos' own view types are compiled anew for every shape of element, which weighed
//! 100 kB in this panel; here every element is built by the same few functions, and effects keep it up to date.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt, closure::Closure};
use web_sys::{Element, Event, FocusOptions, HtmlElement, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A piece of the page: an element, a text, several of them, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Dom(Option<Node>);

impl Dom {
    pub fn is_nothing(&self) -> bool {
        self.0.is_none()
    }

    /// Puts this piece at the end of an element.
    pub fn append_to(&self, parent: &Node) {
        if let Some(node) = &self.0 {
            let _ = parent.append_child(node);
        }
    }
}

impl From<El> for Dom {
    fn from(el: El) -> Dom {
        Dom(Some(el.0.into()))
    }
}

impl From<Element> for Dom {
    fn from(element: Element) -> Dom {
        Dom(Some(element.into()))
    }
}

impl From<&str> for Dom {
    fn from(text: &str) -> Dom {
        Dom(Some(document().create_text_node(text).into()))
    }
}

impl From<String> for Dom {
    fn from(text: String) -> Dom {
        text.as_str().into()
    }
}

impl<T: Into<Dom>> From<Option<T>> for Dom {
    fn from(piece: Option<T>) -> Dom {
        piece.map_or(Dom(None), Into::into)
    }
}

impl From<Vec<Dom>> for Dom {
    fn from(pieces: Vec<Dom>) -> Dom {
        group(&pieces)
    }
}

impl<const N: usize> From<[Dom; N]> for Dom {
    fn from(pieces: [Dom; N]) -> Dom {
        group(&pieces)
    }
}

fn group(pieces: &[Dom]) -> Dom {
    let fragment: Node = document().create_document_fragment().into();
    for piece in pieces {
        piece.append_to(&fragment);
    }
    Dom(Some(fragment))
}

/// An element under construction.
#[derive(Clone, Debug)]
pub struct El(Element);

/// An element with its classes; `""` for none.
pub fn el(tag: &str, class: &str) -> El {
    made(document().create_element(tag), class)
}

pub fn svg(tag: &str, class: &str) -> El {
    made(document().create_element_ns(Some(SVG), tag), class)
}

fn made(element: Result<Element, JsValue>, class: &str) -> El {
    let el = El(element.expect_throw("the name of an element"));
    if class.is_empty() { el } else { el.attr("class", class) }
}

impl El {
    pub fn attr(self, name: &str, value: &str) -> El {
        let _ = self.0.set_attribute(name, value);
        self
    }

    pub fn maybe(self, name: &str, value: Option<&str>) -> El {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// One that is there already.
    pub fn of(element: Element) -> El {
        El(element)
    }

    pub fn into_element(self) -> Element {
        self.0
    }

    pub fn id(self, id: &str) -> El {
        self.attr("id", id)
    }

    /// An attribute that follows signals; absent while `None`.
    pub fn attr_follows(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> El {
        let element = self.0.clone();
        follow(Box::new(move || {
            let _ = match value() {
                Some(value) => element.set_attribute(name, &value),
                None => element.remove_attribute(name),
            };
        }));
        self
    }

    pub fn hidden_while(self, hidden: impl Fn() -> bool + 'static) -> El {
        self.attr_follows("hidden", move || hidden().then(String::new))
    }

    /// What stands in a field; written only when it differs, so that the caret stays.
    pub fn value_follows(self, value: impl Fn() -> String + 'static) -> El {
        let field = self.0.clone();
        follow(Box::new(move || {
            let name = JsValue::from_str("value");
            let value = JsValue::from_str(&value());
            if js_sys::Reflect::get(&field, &name).ok().as_ref() != Some(&value) {
                let _ = js_sys::Reflect::set(&field, &name, &value);
            }
        }));
        self
    }

    pub fn child(self, piece: impl Into<Dom>) -> El {
        piece.into().append_to(&self.0);
        self
    }

    pub fn on<E: JsCast + 'static>(self, event: &str, hear: impl Fn(E) + 'static) -> El {
        self.listen(event, Box::new(move |event| hear(event.unchecked_into())));
        self
    }

    pub fn on_click(self, press: impl Fn() + 'static) -> El {
        self.listen("click", Box::new(move |_| press()));
        self
    }

    fn listen(&self, event: &str, hear: Box<dyn Fn(Event)>) {
        // The browser frees it with its element.
        let hear = Closure::<dyn Fn(Event)>::wrap(hear).into_js_value();
        let _ = self.0.add_event_listener_with_callback(event, hear.unchecked_ref());
    }
}

/// A piece that is drawn anew whenever a signal in it changes. What it set up before is undone first. The focus stays on
/// what has the same id afterwards.
pub fn redrawn(draw: impl Fn() -> Dom + 'static) -> Dom {
    region(Box::new(draw))
}

fn region(draw: Box<dyn Fn() -> Dom>) -> Dom {
    // Two comments mark the place, wherever it ends up.
    let mark = || -> Node { document().create_comment("").into() };
    let (start, end) = (mark(), mark());
    let place = group(&[Dom(Some(start.clone())), Dom(Some(end.clone()))]);
    follow(Box::new(move || {
        let drawn = draw();
        let Some(parent) = end.parent_node() else { return };
        let focused = || document().active_element().map(|active| active.id()).filter(|id| !id.is_empty());
        let held = focused();
        while let Some(old) = start.next_sibling().filter(|next| *next != end) {
            let _ = parent.remove_child(&old);
        }
        if let Some(node) = drawn.0 {
            let _ = parent.insert_before(&node, Some(&end));
        }
        if let Some(id) = held.filter(|id| focused().as_ref() != Some(id)) {
            focus(&id);
        }
    }));
    place
}

/// Puts the focus there without moving the page.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.unchecked_into::<HtmlElement>().focus_with_options(&options);
    }
}

/// Runs now, and again whenever a signal that it read has changed, until its place is drawn anew.
fn follow(run: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_: Option<()>| run());
    // Owned by the place that is being drawn.
    let _ = StoredValue::new_local(effect);
}

/// Runs now, and again whenever a signal that it read has changed, until the place that called it is drawn anew.
pub fn following(run: impl Fn() + 'static) {
    follow(Box::new(run));
}

/// Runs after the page is drawn, and again whenever a signal that it read has changed.
pub fn afterwards(run: impl Fn() + 'static) {
    later(Box::new(run));
}

/// Knows nothing of what runs: an effect is compiled once, not for every closure.
fn later(run: Box<dyn Fn()>) {
    Effect::new(move |_: Option<()>| run());
}

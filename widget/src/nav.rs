//! Which view is on screen. Views are an enum over the History API: each has an address of its own, and going back goes
//! one step.
//!
//! On a page of our own the browser's history is the history. Inside a shop's page it is not ours to fill: after the
//! panel is closed the shop's back button would seem dead for as many presses as there were views. There the panel keeps
//! its own steps and only rewrites its address.

mod going;

use aftercart_shared::{api::conversations::Subject, locale::Locale};
pub use going::{Going, Step};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    Home,
    Track {
        number: Option<String>,
    },
    /// The answer to a look-up. Its address is that of the form, because the contact that opens it is in no address.
    Order {
        number: String,
    },
    /// What somebody else was sent a link to. The token stands in the fragment: no server on the way sees it.
    Shared {
        token: String,
    },
    /// Proving who one is, by a code.
    Verify,
    /// One of a verified shopper's orders, in full.
    Mine {
        id: String,
    },
    Help,
    Category {
        id: String,
    },
    Article {
        slug: String,
    },
    Search {
        query: String,
    },
    /// Reaching a person, and what she was looking at when she wanted to.
    Talk(Subject),
    Return(Going),
}

impl View {
    pub fn talk() -> View {
        View::Talk(Subject::default())
    }

    pub fn talk_about_order(number: &str) -> View {
        View::Talk(Subject { order: Some(number.into()), ..Subject::default() })
    }

    /// The view's address below the surface's base.
    pub fn address(&self) -> String {
        match self {
            View::Home => String::new(),
            View::Track { number: None } => "/track".into(),
            View::Track { number: Some(number) } | View::Order { number } => {
                format!("/track?number={}", encode(number))
            }
            View::Shared { .. } => "/shared".into(),
            View::Verify => "/verify".into(),
            View::Mine { id } => format!("/orders/{}", encode(id)),
            View::Help => "/help".into(),
            View::Category { id } => format!("/help/c/{}", encode(id)),
            View::Article { slug } => format!("/help/a/{}", encode(slug)),
            View::Search { query } => format!("/help/search?q={}", encode(query)),
            View::Talk(about) => about_address(about),
            View::Return(going) => going.address(),
        }
    }

    /// Reads an address below the base; its fragment still stands behind the search. What is not known leads home.
    pub fn parse(path: &str, search: &str) -> View {
        let steps: Vec<String> = path.split('/').filter(|s| !s.is_empty()).map(decode).collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let number = || parameter(search, "number");
        match steps.as_slice() {
            ["track"] => View::Track { number: number() },
            ["shared"] => View::Shared { token: decode_fragment(search).unwrap_or_default() },
            ["verify"] => View::Verify,
            ["orders", id] => View::Mine { id: (*id).into() },
            ["help"] => View::Help,
            ["help", "c", id] => View::Category { id: (*id).into() },
            ["help", "a", slug] => View::Article { slug: (*slug).into() },
            ["help", "search"] => parameter(search, "q").map_or(View::Help, |query| View::Search { query }),
            ["talk"] => View::Talk(Subject {
                order: number(),
                return_number: parameter(search, "return"),
                article: parameter(search, "article"),
            }),
            steps => Going::parse(steps, search).map_or(View::Home, View::Return),
        }
    }

    /// A stable name for the page that embeds us; says nothing of the shopper.
    pub fn name(&self) -> &'static str {
        match self {
            View::Home => "home",
            View::Track { .. } => "track",
            View::Order { .. } => "order",
            View::Shared { .. } => "shared",
            View::Verify => "verify",
            View::Mine { .. } => "mine",
            View::Help => "help",
            View::Category { .. } => "category",
            View::Article { .. } => "article",
            View::Search { .. } => "search",
            View::Talk(_) => "talk",
            View::Return(Going::Withdraw { .. }) => "withdraw",
            View::Return(_) => "return",
        }
    }

    /// Where back leads when the shopper came here directly.
    fn parent(&self) -> View {
        match self {
            View::Order { number } => View::Track { number: Some(number.clone()) },
            View::Category { .. } | View::Article { .. } | View::Search { .. } => View::Help,
            View::Return(going) => going.parent().map_or(View::Home, View::Return),
            _ => View::Home,
        }
    }
}

#[derive(Clone, Copy)]
pub struct Nav {
    pub view: RwSignal<View>,
    pub locale: RwSignal<Locale>,
    base: &'static str,
    /// Inside a shop's page.
    framed: bool,
    /// Did the address name a locale, or did the shopper choose one? Then every address does.
    locale_named: StoredValue<bool>,
    steps: StoredValue<Vec<View>>,
    /// How many entries of the browser's history are ours and behind us.
    depth: StoredValue<u32>,
}

impl Nav {
    pub fn new(base: &'static str, framed: bool, locale: Locale) -> Nav {
        let (path, search) = here();
        let view = View::parse(path.strip_prefix(base).unwrap_or_default(), &search);
        let nav = Nav {
            view: RwSignal::new(view),
            locale: RwSignal::new(locale),
            base,
            framed,
            locale_named: StoredValue::new(parameter(&search, "locale").is_some()),
            steps: StoredValue::new(Vec::new()),
            depth: StoredValue::new(0),
        };
        if !framed {
            nav.write(false);
            let _ = window_event_listener(leptos::ev::popstate, move |event| nav.popped(&event.state()));
        }
        nav
    }

    pub fn href(self, view: &View) -> String {
        let mut href = format!("{}{}", self.base, view.address());
        if self.locale_named.get_value() {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str("locale=");
            href.push_str(self.locale.get_untracked().tag());
        }
        if let View::Shared { token } = view {
            href.push('#');
            href.push_str(token);
        }
        href
    }

    pub fn go(self, view: View) {
        let from = self.view.get_untracked();
        if from == view {
            return;
        }
        if self.framed {
            self.steps.update_value(|steps| steps.push(from));
        } else {
            self.depth.update_value(|depth| *depth += 1);
        }
        self.show(view, !self.framed);
    }

    /// Corrects the address of the view on screen without drawing it anew, such as the words of a search being typed.
    pub fn amend(self, view: View) {
        *self.view.write_untracked() = view;
        self.write(false);
    }

    /// Goes somewhere without leaving a step to come back to.
    pub fn replace(self, view: View) {
        self.show(view, false);
    }

    pub fn back(self) {
        if self.framed {
            let before = self.steps.try_update_value(Vec::pop).flatten();
            let parent = self.view.with_untracked(View::parent);
            self.show(before.unwrap_or(parent), false);
        } else if self.depth.get_value() > 0 {
            if let Ok(history) = window().history() {
                let _ = history.back();
            }
        } else {
            self.show(self.view.with_untracked(View::parent), false);
        }
    }

    pub fn choose_locale(self, locale: Locale) {
        self.locale_named.set_value(true);
        self.locale.set(locale);
        self.write(false);
    }

    fn show(self, view: View, push: bool) {
        *self.view.write_untracked() = view;
        self.write(push);
        // Last, because links drawn by the new view read the address.
        self.view.notify();
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    fn write(self, push: bool) {
        let Ok(history) = window().history() else { return };
        let view = self.view.get_untracked();
        let href = self.href(&view);
        // An order's answer shares the form's address: the state tells them apart.
        let order = matches!(view, View::Order { .. });
        let state = JsValue::from_str(&format!("{}{}", self.depth.get_value(), if order { " order" } else { "" }));
        let _ = if push {
            history.push_state_with_url(&state, "", Some(&href))
        } else {
            history.replace_state_with_url(&state, "", Some(&href))
        };
    }

    fn popped(self, state: &JsValue) {
        let state = state.as_string().unwrap_or_default();
        let (depth, kind) = state.split_once(' ').unwrap_or((&state, ""));
        self.depth.set_value(depth.parse().unwrap_or(0));
        let (path, search) = here();
        let view = View::parse(path.strip_prefix(self.base).unwrap_or_default(), &search);
        self.view.set(match view {
            View::Track { number: Some(number) } if kind == "order" => View::Order { number },
            view => view,
        });
    }
}

fn about_address(about: &Subject) -> String {
    let mut address = String::from("/talk");
    let known = [("number", &about.order), ("return", &about.return_number), ("article", &about.article)];
    for (name, value) in known {
        if let Some(value) = value {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            address.push_str(&encode(value));
        }
    }
    address
}

/// The page's path, and its search with the fragment.
fn here() -> (String, String) {
    let here = location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    (part(here.pathname()), part(here.search()) + &part(here.hash()))
}

/// What stands behind the `#`, if anything does.
fn decode_fragment(search: &str) -> Option<String> {
    search.split_once('#').map(|(_, fragment)| fragment.to_owned()).filter(|fragment| !fragment.is_empty())
}

/// The value of one parameter of `?a=b&c=d`; `None` when it is missing or empty.
pub fn parameter(search: &str, name: &str) -> Option<String> {
    search
        .trim_start_matches('?')
        .split('#')
        .next()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| decode(&value.replace('+', " ")))
        .filter(|value| !value.is_empty())
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            _ => {
                encoded.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    encoded.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
                }
            }
        }
    }
    encoded
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let escaped = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                i += 3;
            }
            None => {
                decoded.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> View {
        let (path, search) = address.split_once('?').unwrap_or((address, ""));
        View::parse(path, search)
    }

    #[test]
    fn every_address_leads_back_to_its_view() {
        for view in [
            View::Home,
            View::Track { number: None },
            View::Track { number: Some("沪-1001 #2".into()) },
            View::Verify,
            View::Mine { id: "0a1b".into() },
            View::Help,
            View::Category { id: "returns".into() },
            View::Article { slug: "refund-time".into() },
            View::Search { query: "100% 退款 & more+".into() },
            View::talk(),
            View::talk_about_order("A-1001"),
            View::Talk(Subject { return_number: Some("R-7K2M9Q".into()), ..Subject::default() }),
            View::Talk(Subject {
                order: Some("沪-1001 #2".into()),
                return_number: Some("R 1".into()),
                article: Some("refund-time".into()),
            }),
        ] {
            assert_eq!(parsed(&view.address()), view);
        }
    }

    #[test]
    fn unknown_addresses_lead_home_and_broken_escapes_do_no_harm() {
        assert_eq!(parsed("/no/such/view"), View::Home);
        assert_eq!(parsed("/help/search"), View::Help);
        assert_eq!(parsed("/help/search?q=%E9%zz%"), View::Search { query: "\u{fffd}%zz%".into() });
        assert_eq!(parsed("/track/?number=&locale=en"), View::Track { number: None });
    }

    #[test]
    fn a_shared_order_is_named_by_its_fragment() {
        let shared = |token: &str| View::Shared { token: token.into() };
        assert_eq!(parsed("/shared?locale=en#abc.d-e_f"), shared("abc.d-e_f"));
        assert_eq!(parsed("/shared"), shared(""));
        assert_eq!(parameter("?locale=en#abc", "locale").as_deref(), Some("en"));
        assert_eq!(shared("abc").address(), "/shared");
    }

    #[test]
    fn an_order_has_the_address_of_its_form() {
        let order = View::Order { number: "A-1001".into() };
        assert_eq!(order.address(), "/track?number=A-1001");
        assert_eq!(order.parent(), View::Track { number: Some("A-1001".into()) });
    }
}

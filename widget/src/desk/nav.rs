//! Which part of the queue and which conversation is on screen. Each has an address, and back leads one step back: on a phone
//! from the customer to the conversation to the queue.

use aftercart_shared::api::desk::InboxView;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::PopStateEvent;

const BASE: &str = "/desk";
pub const VIEWS: [(InboxView, &str); 4] = [
    (InboxView::Mine, "mine"),
    (InboxView::Unassigned, "unassigned"),
    (InboxView::All, "all"),
    (InboxView::Closed, "closed"),
];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub view: InboxView,
    pub conversation: Option<String>,
    /// The customer is in front, where there is no room beside.
    pub customer: bool,
}

pub fn name_of(view: InboxView) -> &'static str {
    VIEWS.iter().find(|(known, _)| *known == view).map_or("mine", |(_, name)| name)
}

impl Place {
    /// What lies behind `/desk`. An address of nowhere leads to the queue.
    pub fn parse(path: &str) -> Place {
        let mut steps = path.split('/').filter(|step| !step.is_empty());
        let name = steps.next().unwrap_or_default();
        let view = VIEWS.iter().find(|(_, known)| *known == name).map_or(InboxView::Mine, |(view, _)| *view);
        let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let conversation = steps.next().filter(is_id).map(str::to_owned);
        let customer = conversation.is_some() && steps.next() == Some("customer");
        Place { view, conversation, customer }
    }

    pub fn address(&self) -> String {
        let mut address = format!("{BASE}/{}", name_of(self.view));
        if let Some(id) = &self.conversation {
            address.push('/');
            address.push_str(id);
            if self.customer {
                address.push_str("/customer");
            }
        }
        address
    }

    fn parent(&self) -> Place {
        Place {
            view: self.view,
            conversation: if self.customer { self.conversation.clone() } else { None },
            customer: false,
        }
    }
}

#[derive(Clone, Copy)]
pub struct Nav {
    pub place: RwSignal<Place>,
    /// How many steps of ours lie behind.
    depth: StoredValue<u32>,
}

impl Nav {
    pub fn new() -> Nav {
        let nav = Nav { place: RwSignal::new(here()), depth: StoredValue::new(0) };
        let depth = window().history().ok().and_then(|history| history.state().ok()).and_then(|state| state.as_f64());
        nav.depth.set_value(depth.map_or(0, |depth| depth as u32));
        let popped = Closure::<dyn Fn(PopStateEvent)>::new(move |event: PopStateEvent| {
            nav.depth.set_value(event.state().as_f64().map_or(0, |depth| depth as u32));
            nav.place.set(here());
        });
        let _ = window().add_event_listener_with_callback("popstate", popped.into_js_value().unchecked_ref());
        nav
    }

    pub fn view(self) -> InboxView {
        self.place.with_untracked(|place| place.view)
    }

    pub fn conversation(self) -> Option<String> {
        self.place.with_untracked(|place| place.conversation.clone())
    }

    pub fn go(self, place: Place) {
        let known = self.place.get_untracked();
        if known == place {
            return;
        }
        // From one conversation to the next is no step that anybody wants to take back.
        let beside = known.conversation.is_some() && place.conversation.is_some() && !known.customer && !place.customer;
        if beside {
            return self.replace(place);
        }
        self.depth.update_value(|depth| *depth += 1);
        self.write(&place, true);
        self.place.set(place);
    }

    pub fn replace(self, place: Place) {
        self.write(&place, false);
        self.place.set(place);
    }

    pub fn show(self, view: InboxView) {
        // No step either: back leads out of the conversation, not through the queue's parts.
        self.replace(Place { view, ..self.place.get_untracked() });
    }

    pub fn open(self, id: &str) {
        self.go(Place { view: self.view(), conversation: Some(id.to_owned()), customer: false });
    }

    pub fn show_customer(self) {
        self.go(Place { customer: true, ..self.place.get_untracked() });
    }

    pub fn back(self) {
        let parent = self.place.with_untracked(Place::parent);
        if self.depth.get_value() > 0 {
            if let Ok(history) = window().history() {
                let _ = history.back();
            }
        } else {
            self.replace(parent);
        }
    }

    fn write(self, place: &Place, push: bool) {
        let Ok(history) = window().history() else { return };
        let (state, address) = (JsValue::from_f64(f64::from(self.depth.get_value())), place.address());
        let _ = if push {
            history.push_state_with_url(&state, "", Some(&address))
        } else {
            history.replace_state_with_url(&state, "", Some(&address))
        };
    }
}

impl Default for Nav {
    fn default() -> Self {
        Nav::new()
    }
}

fn here() -> Place {
    let path = window().location().pathname().unwrap_or_default();
    Place::parse(path.strip_prefix(BASE).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_an_address_that_leads_back() {
        for (view, _) in VIEWS {
            for (conversation, customer) in [(None, false), (Some("0f3a5c"), false), (Some("0f3a5c"), true)] {
                let place = Place { view, conversation: conversation.map(str::to_owned), customer };
                assert_eq!(Place::parse(place.address().strip_prefix(BASE).unwrap_or_default()), place);
            }
        }
    }

    #[test]
    fn addresses_of_nowhere_lead_to_the_queue() {
        for path in ["", "/", "/nowhere", "/mine/", "/mine//customer", "/mine/..%2f..", "/mine/<b>"] {
            let place = Place::parse(path);
            assert_eq!((place.view, place.customer), (InboxView::Mine, false), "{path}");
        }
        assert_eq!(
            Place::parse("/closed/ab/else"),
            Place { view: InboxView::Closed, conversation: Some("ab".into()), customer: false }
        );
    }

    #[test]
    fn back_leads_from_the_customer_to_the_conversation_to_the_queue() {
        let place = Place::parse("/all/ab/customer");
        assert_eq!(place.parent(), Place::parse("/all/ab"));
        assert_eq!(place.parent().parent(), Place::parse("/all"));
    }
}

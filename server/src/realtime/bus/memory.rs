//! Nodes within one process. Usually there is one, and then this carries nothing anywhere.

use super::{Bus, Hint, Receiver};
use std::sync::{Arc, Mutex, PoisonError};

type Nodes = Vec<(Place, Arc<Receiver>)>;

/// One node's place on the bus.
#[derive(Clone, Default)]
pub struct Memory {
    nodes: Arc<Mutex<Nodes>>,
    place: Place,
}

/// Told apart by where it lies in memory.
#[derive(Clone, Default)]
struct Place(Arc<()>);

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    /// Another node on the same bus.
    pub fn join(&self) -> Memory {
        Memory { nodes: self.nodes.clone(), place: Place::default() }
    }
}

impl Bus for Memory {
    fn publish(&self, hint: &Hint) {
        let others: Vec<Arc<Receiver>> = {
            let nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
            nodes.iter().filter(|(place, _)| *place != self.place).map(|(_, receiver)| receiver.clone()).collect()
        };
        // Without the lock: a receiver may publish.
        for receiver in others {
            receiver(hint.clone());
        }
    }

    fn deliver_to(&self, receiver: Receiver) {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        nodes.push((self.place.clone(), Arc::new(receiver)));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use aftercart_shared::ids::SiteId;

    fn heard(bus: &Memory) -> Arc<Mutex<Vec<Hint>>> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = heard.clone();
        bus.deliver_to(Box::new(move |hint| kept.lock().unwrap().push(hint)));
        heard
    }

    #[test]
    fn everybody_hears_but_whoever_said_it() {
        let one = Memory::default();
        let (two, three) = (one.join(), one.join());
        let heard = [heard(&one), heard(&two), heard(&three)];
        let hint = Hint::Order { site: SiteId::from("a"), order_id: "1".into() };
        two.publish(&hint);
        assert_eq!(heard.map(|list| list.lock().unwrap().len()), [1, 0, 1]);
    }

    /// Nodes of one release and the next may stand side by side.
    #[test]
    fn a_hint_keeps_its_form_on_the_wire() {
        let hint = Hint::Typing { site: "a".into(), conversation_id: "c".into(), by: super::super::Side::Agent };
        let text = serde_json::to_string(&hint).unwrap();
        assert_eq!(text, r#"{"kind":"typing","site":"a","conversation_id":"c","by":"agent"}"#);
        assert_eq!(serde_json::from_str::<Hint>(&text).unwrap(), hint);
    }
}

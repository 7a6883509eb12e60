//! Who is writing just now. Said to the other side and forgotten: nothing of it is stored, and only this process knows.

use super::access::{ConversationRef, Looking, Party, Side, Speaker};
use crate::app::App;
use aftercart_shared::{
    ids::{ConversationId, SiteId},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Longer than a client waits before it says so again, shorter than anybody would be waited for in vain.
const LASTS_MS: i64 = 5_000;

type Writers = HashMap<(SiteId, ConversationId, Side), Timestamp>;

/// Until when each is taken to be writing.
#[derive(Debug, Default)]
pub struct Typing(Mutex<Writers>);

impl Typing {
    fn writers(&self) -> MutexGuard<'_, Writers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, site: &SiteId, id: &ConversationId, side: Side, now: Timestamp) {
        self.writers().insert((site.clone(), id.clone(), side), now.plus_ms(LASTS_MS));
    }

    /// What was being written has been sent.
    pub(super) fn end(&self, site: &SiteId, id: &ConversationId, side: Side) {
        self.writers().remove(&(site.clone(), id.clone(), side));
    }

    pub(super) fn is(&self, site: &SiteId, id: &ConversationId, side: Side, now: Timestamp) -> bool {
        self.writers().get(&(site.clone(), id.clone(), side)).is_some_and(|until| now < *until)
    }

    /// Forgets those who have stopped.
    pub fn forget_quiet(&self, now: Timestamp) {
        self.writers().retain(|_, until| now < *until);
    }
}

/// This one is writing, or was a moment ago.
pub fn typing<K: Speaker>(app: &App, who: &ConversationRef<K>) {
    app.typing.begin(who.site(), who.id(), who.who().side(), app.clock.now());
    app.hub.conversation_changed(who.site(), who.id());
}

/// Whether the other side is writing.
pub fn is_typing<K: Party>(app: &App, who: &ConversationRef<K>) -> bool {
    other_types(app, &who.into())
}

pub(super) fn other_types(app: &App, looking: &Looking) -> bool {
    app.typing.is(&looking.site, &looking.id, looking.side.other(), app.clock.now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_lasts_a_few_seconds_and_is_of_one_side() {
        let typing = Typing::default();
        let (site, id) = (SiteId::from("a"), ConversationId::from("1"));
        typing.begin(&site, &id, Side::Visitor, Timestamp(0));
        assert!(typing.is(&site, &id, Side::Visitor, Timestamp(LASTS_MS - 1)));
        assert!(!typing.is(&site, &id, Side::Agent, Timestamp(0)));
        assert!(!typing.is(&"b".into(), &id, Side::Visitor, Timestamp(0)));
        assert!(!typing.is(&site, &id, Side::Visitor, Timestamp(LASTS_MS)));
        typing.begin(&site, &id, Side::Visitor, Timestamp(0));
        typing.end(&site, &id, Side::Visitor);
        assert!(!typing.is(&site, &id, Side::Visitor, Timestamp(0)));
        typing.begin(&site, &id, Side::Agent, Timestamp(0));
        typing.forget_quiet(Timestamp(LASTS_MS));
        assert!(typing.writers().is_empty());
    }
}

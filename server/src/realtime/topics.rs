//! Who follows which conversation on this node.

use super::bus::Side;
use aftercart_shared::ids::{ConversationId, SiteId};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

type Key = (SiteId, ConversationId);

/// Counters rather than messages: whoever was busy learns that there was something, and reads it in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pulse {
    changes: u64,
    moves: u64,
    visitor_typed: u64,
    agent_typed: u64,
}

/// One conversation that somebody follows.
#[derive(Debug, Default)]
struct Topic {
    pulse: watch::Sender<Pulse>,
    /// What the database last said of it.
    stand: Option<Stand>,
    /// Nobody has taken it on.
    waits: bool,
    /// How many were before her in the queue, at the last look at it.
    ahead: Option<i64>,
}

/// How far a conversation is and how far it was read, or how many wait and when the last of them came: another one means
/// news.
pub type Stand = (i64, i64);

/// Costs nothing where nobody follows.
#[derive(Clone, Debug, Default)]
pub(super) struct Topics {
    topics: Arc<Mutex<HashMap<Key, Topic>>>,
    /// What the database last said of each queue.
    queues: Arc<Mutex<HashMap<SiteId, Stand>>>,
}

/// What has happened since it was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The log or the marks may have changed.
    pub changed: bool,
    /// She stands elsewhere in the queue.
    pub moved: bool,
    pub visitor_typed: bool,
    pub agent_typed: bool,
}

impl News {
    /// Is this side writing?
    pub fn typed(&self, side: Side) -> bool {
        match side {
            Side::Visitor => self.visitor_typed,
            Side::Agent => self.agent_typed,
        }
    }
}

/// Follows one conversation until it is dropped.
#[derive(Debug)]
pub struct Following {
    key: Key,
    topics: Topics,
    pulse: watch::Receiver<Pulse>,
    seen: Pulse,
}

impl Topics {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Topic>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_queues(&self) -> MutexGuard<'_, HashMap<SiteId, Stand>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The queue was looked at. Whoever stands elsewhere than at the look before hears of it, and nobody else.
    pub(super) fn places(&self, site: &SiteId, ahead: impl Fn(&ConversationId) -> Option<i64>) {
        for ((_, id), topic) in self.lock().iter_mut().filter(|((at, _), topic)| at == site && topic.waits) {
            let now = ahead(id);
            if std::mem::replace(&mut topic.ahead, now) != now {
                topic.pulse.send_modify(|pulse| pulse.moves += 1);
            }
        }
    }

    /// The sites of those that wait. What was said of other sites' queues is forgotten.
    pub(super) fn waited_at(&self) -> Vec<SiteId> {
        let waiting: HashSet<SiteId> =
            self.lock().iter().filter(|(_, topic)| topic.waits).map(|((site, _), _)| site.clone()).collect();
        self.lock_queues().retain(|site, _| waiting.contains(site));
        waiting.into_iter().collect()
    }

    /// Whether the database says something else of it than before.
    pub(super) fn queue_stands(&self, site: &SiteId, stand: Stand) -> bool {
        self.lock_queues().insert(site.clone(), stand) != Some(stand)
    }

    pub(super) fn follow(&self, site: &SiteId, conversation: &ConversationId) -> Following {
        let key = (site.clone(), conversation.clone());
        let pulse = self.lock().entry(key.clone()).or_default().pulse.subscribe();
        let seen = *pulse.borrow();
        Following { key, topics: self.clone(), pulse, seen }
    }

    pub(super) fn followers(&self, site: &SiteId, conversation: &ConversationId) -> usize {
        self.lock().get(&(site.clone(), conversation.clone())).map_or(0, |topic| topic.pulse.receiver_count())
    }

    /// Everything that somebody follows.
    pub(super) fn followed(&self) -> Vec<Key> {
        self.lock().keys().cloned().collect()
    }

    /// The database says how far it is: whoever may not know hears of it.
    pub(super) fn stands(&self, site: &SiteId, conversation: &ConversationId, stand: Stand) {
        if let Some(topic) = self.lock().get_mut(&(site.clone(), conversation.clone()))
            && topic.stand.replace(stand) != Some(stand)
        {
            topic.pulse.send_modify(|pulse| pulse.changes += 1);
        }
    }

    pub(super) fn changed(&self, site: SiteId, conversation: ConversationId) {
        self.pulse((site, conversation), |pulse| pulse.changes += 1);
    }

    pub(super) fn typed(&self, site: SiteId, conversation: ConversationId, by: Side) {
        self.pulse((site, conversation), |pulse| match by {
            Side::Visitor => pulse.visitor_typed += 1,
            Side::Agent => pulse.agent_typed += 1,
        });
    }

    fn pulse(&self, key: Key, beat: impl FnOnce(&mut Pulse)) {
        if let Some(topic) = self.lock().get(&key) {
            topic.pulse.send_modify(beat);
        }
    }
}

impl Following {
    /// Whether nobody has taken it on, as the database says: then it is news, too, when others leave the queue.
    pub fn waits(&self, waits: bool) {
        if let Some(topic) = self.topics.lock().get_mut(&self.key) {
            topic.waits = waits;
        }
    }

    /// Returns when there may be something. What happens between two calls is not missed; dropping a call loses nothing.
    pub async fn news(&mut self) -> News {
        if self.pulse.changed().await.is_err() {
            // The topic lives as long as we do.
            return std::future::pending().await;
        }
        let now = *self.pulse.borrow_and_update();
        let before = std::mem::replace(&mut self.seen, now);
        News {
            changed: now.changes != before.changes,
            moved: now.moves != before.moves,
            visitor_typed: now.visitor_typed != before.visitor_typed,
            agent_typed: now.agent_typed != before.agent_typed,
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let mut topics = self.topics.lock();
        // Ours is among those counted: its receiver is dropped after this.
        if topics.get(&self.key).is_some_and(|topic| topic.pulse.receiver_count() <= 1) {
            topics.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn only_its_followers_hear_of_a_conversation_and_nobody_is_kept() {
        let topics = Topics::default();
        let [ours, theirs] = ["a", "b"].map(SiteId::from);
        let id = ConversationId::from("c");
        let (mut here, mut too) = (topics.follow(&ours, &id), topics.follow(&ours, &id));
        let mut elsewhere = topics.follow(&theirs, &id);
        assert_eq!(here.news().now_or_never(), None);
        topics.changed(ours.clone(), id.clone());
        topics.typed(ours.clone(), id.clone(), Side::Agent);
        let news = News { changed: true, moved: false, visitor_typed: false, agent_typed: true };
        // However many there were: it is told once.
        assert_eq!(here.news().now_or_never(), Some(news));
        assert_eq!(here.news().now_or_never(), None);
        assert_eq!(too.news().now_or_never(), Some(news));
        assert_eq!(elsewhere.news().now_or_never(), None);
        // The database knows more than was told; the same again is no news.
        for (last_seq, heard) in [(1, true), (1, false), (2, true)] {
            topics.stands(&ours, &id, (last_seq, 0));
            assert_eq!(here.news().now_or_never().is_some_and(|news| news.changed), heard, "{last_seq}");
        }
        too.news().now_or_never();
        assert_eq!(topics.followed().len(), 2);
        drop(here);
        topics.changed(ours, id);
        assert!(too.news().now_or_never().is_some(), "the one who stays still hears");
        drop((too, elsewhere));
        assert!(topics.lock().is_empty());
    }
}

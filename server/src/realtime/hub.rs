//! Who is here, and what they wait for. Tells them what may be new, whichever node it happened on.

use super::{
    bus::{Bus, Hint, Memory, Side},
    queues::{FollowingQueue, Queues},
    topics::{Following, Stand, Topics},
};
use aftercart_shared::ids::{ConversationId, SiteId};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Notify, broadcast, watch};

/// News that a slow listener may have missed are no loss: it is told so, and reads the database.
const KEPT: usize = 1_024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChanged {
    pub site: SiteId,
    pub order_id: String,
}

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    orders: broadcast::Sender<OrderChanged>,
    conversations: Topics,
    queues: Queues,
    /// Sites whose queue has moved since it was looked at.
    moved: Mutex<HashSet<SiteId>>,
    moving: Notify,
    sockets: watch::Sender<usize>,
    closing: watch::Sender<bool>,
    bus: Arc<dyn Bus>,
}

/// Somebody with an open socket; dropped when it ends.
#[derive(Debug)]
pub struct Present(Hub);

impl Default for Hub {
    /// Of a node that is alone.
    fn default() -> Self {
        Hub::new(Arc::new(Memory::default()))
    }
}

impl Hub {
    pub fn new(bus: Arc<dyn Bus>) -> Hub {
        let hub = Hub(Arc::new(Parts {
            orders: broadcast::Sender::new(KEPT),
            conversations: Topics::default(),
            queues: Queues::default(),
            moved: Mutex::default(),
            moving: Notify::new(),
            sockets: watch::Sender::new(0),
            closing: watch::Sender::new(false),
            bus: bus.clone(),
        }));
        let here = Arc::downgrade(&hub.0);
        bus.deliver_to(Box::new(move |hint| {
            if let Some(parts) = here.upgrade() {
                parts.hear(hint);
            }
        }));
        hub
    }

    /// Those here hear at once, bus or no bus.
    fn tell(&self, hint: Hint) {
        self.0.bus.publish(&hint);
        self.0.hear(hint);
    }

    /// To be called after the change is committed.
    pub fn order_changed(&self, site: &SiteId, order_id: &str) {
        self.tell(Hint::Order { site: site.clone(), order_id: order_id.to_owned() });
    }

    /// To be called after the change is committed.
    pub fn conversation_changed(&self, site: &SiteId, conversation_id: &ConversationId) {
        self.tell(Hint::Conversation { site: site.clone(), conversation_id: conversation_id.clone() });
    }

    /// To be called after somebody has left the queue.
    pub fn queue_moved(&self, site: &SiteId) {
        self.tell(Hint::Queue { site: site.clone() });
    }

    /// One side of a conversation is writing.
    pub fn typing(&self, site: &SiteId, conversation_id: &ConversationId, by: Side) {
        self.tell(Hint::Typing { site: site.clone(), conversation_id: conversation_id.clone(), by });
    }

    pub fn subscribe(&self) -> broadcast::Receiver<OrderChanged> {
        self.0.orders.subscribe()
    }

    /// Follow first, read then: what falls in between is not missed.
    pub fn follow(&self, site: &SiteId, conversation_id: &ConversationId) -> Following {
        self.0.conversations.follow(site, conversation_id)
    }

    /// The same for whatever changes in any of a shop's conversations.
    pub fn follow_queue(&self, site: &SiteId) -> FollowingQueue {
        self.0.queues.follow(site)
    }

    /// Every conversation that somebody follows on this node.
    pub fn followed(&self) -> Vec<(SiteId, ConversationId)> {
        self.0.conversations.followed()
    }

    /// What the database says of a conversation. Its followers here hear of it if it says something else than before.
    pub fn stands(&self, site: &SiteId, conversation_id: &ConversationId, stand: Stand) {
        self.0.conversations.stands(site, conversation_id, stand);
    }

    /// Every site at which somebody waits whose conversation is followed on this node.
    pub fn waited_at(&self) -> Vec<SiteId> {
        self.0.conversations.waited_at()
    }

    /// What the database says of a queue as a whole: whether it is something else than before.
    pub fn queue_stands(&self, site: &SiteId, stand: Stand) -> bool {
        self.0.conversations.queue_stands(site, stand)
    }

    /// After how many others each of those stands who wait: whoever stands elsewhere than before hears of it.
    pub fn places(&self, site: &SiteId, ahead: impl Fn(&ConversationId) -> Option<i64>) {
        self.0.conversations.places(site, ahead);
    }

    /// Returns when queues have moved, with whose: to be looked at by one task, which tells the others.
    pub async fn queues_moved(&self) -> Vec<SiteId> {
        loop {
            let moved = std::mem::take(&mut *self.0.moved.lock().unwrap_or_else(PoisonError::into_inner));
            if !moved.is_empty() {
                return moved.into_iter().collect();
            }
            self.0.moving.notified().await;
        }
    }

    /// How many follow it on this node.
    pub fn followers(&self, site: &SiteId, conversation_id: &ConversationId) -> usize {
        self.0.conversations.followers(site, conversation_id)
    }

    /// Counts a socket as open.
    pub fn enter(&self) -> Present {
        self.0.sockets.send_modify(|sockets| *sockets += 1);
        metrics::gauge!("aftercart_sockets").increment(1.0);
        Present(self.clone())
    }

    /// Sends everybody home who waits: the server stops.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Returns when the server stops.
    pub async fn closing(&self) {
        let mut closing = self.0.closing.subscribe();
        // The sender lives as long as we do.
        let _ = closing.wait_for(|closing| *closing).await;
    }

    /// Returns when no socket is open any more.
    pub async fn emptied(&self) {
        let mut sockets = self.0.sockets.subscribe();
        let _ = sockets.wait_for(|sockets| *sockets == 0).await;
    }

    /// How many sockets are open on this node.
    pub fn sockets(&self) -> usize {
        *self.0.sockets.borrow()
    }
}

impl Parts {
    fn hear(&self, hint: Hint) {
        match hint {
            Hint::Order { site, order_id } => {
                // Nobody listening is no fault.
                let _ = self.orders.send(OrderChanged { site, order_id });
            }
            Hint::Conversation { site, conversation_id } => {
                self.queues.changed(&site);
                self.conversations.changed(site, conversation_id);
            }
            Hint::Queue { site } => {
                self.moved.lock().unwrap_or_else(PoisonError::into_inner).insert(site);
                self.moving.notify_one();
            }
            Hint::Typing { site, conversation_id, by } => self.conversations.typed(site, conversation_id, by),
        }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.0.sockets.send_modify(|sockets| *sockets = sockets.saturating_sub(1));
        metrics::gauge!("aftercart_sockets").decrement(1.0);
    }
}

/// Returns when this order may have changed.
pub async fn changed(news: &mut broadcast::Receiver<OrderChanged>, site: &SiteId, order_id: &str) {
    loop {
        match news.recv().await {
            Ok(news) if news.site == *site && news.order_id == order_id => return,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            // Nothing will ever come: the caller's own clock wakes it.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn only_news_of_the_order_wake_and_missed_ones_do_too() {
        let hub = Hub::default();
        let mut news = hub.subscribe();
        let (ours, theirs) = (SiteId::from("a"), SiteId::from("b"));
        hub.order_changed(&theirs, "1");
        hub.order_changed(&ours, "2");
        assert!(changed(&mut news, &ours, "1").now_or_never().is_none());
        hub.order_changed(&ours, "1");
        assert!(changed(&mut news, &ours, "1").now_or_never().is_some());
        for _ in 0..=KEPT {
            hub.order_changed(&theirs, "1");
        }
        assert!(changed(&mut news, &ours, "1").now_or_never().is_some());
    }

    #[tokio::test]
    async fn closing_reaches_those_who_come_late() {
        let hub = Hub::default();
        assert!(hub.closing().now_or_never().is_none());
        hub.close();
        assert!(hub.closing().now_or_never().is_some());
    }

    #[tokio::test]
    async fn news_cross_to_the_other_node_and_come_once() {
        let bus = Memory::default();
        let (here, there) = (Hub::new(Arc::new(bus.clone())), Hub::new(Arc::new(bus.join())));
        let (site, id) = (SiteId::from("a"), ConversationId::from("c"));
        let (mut near, mut far) = (here.follow(&site, &id), there.follow(&site, &id));
        let mut orders = there.subscribe();
        here.conversation_changed(&site, &id);
        here.order_changed(&site, "1");
        for following in [&mut near, &mut far] {
            assert!(following.news().now_or_never().is_some_and(|news| news.changed));
            assert!(following.news().now_or_never().is_none());
        }
        there.typing(&site, &id, Side::Visitor);
        assert!(near.news().now_or_never().is_some_and(|news| news.typed(Side::Visitor) && !news.changed));
        assert!(changed(&mut orders, &site, "1").now_or_never().is_some());
    }

    #[tokio::test]
    async fn it_is_empty_when_the_last_has_gone() {
        let hub = Hub::default();
        let (one, two) = (hub.enter(), hub.enter());
        drop(one);
        assert_eq!((hub.sockets(), hub.emptied().now_or_never()), (1, None));
        drop(two);
        assert_eq!(hub.emptied().now_or_never(), Some(()));
    }
}

//! Tells who waits for an order or a conversation that it has changed.

use aftercart_shared::ids::{ConversationId, SiteId};
use tokio::sync::{broadcast, watch};

/// News that a slow listener may have missed are no loss: it is told so, and reads the database.
const KEPT: usize = 1_024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChanged {
    pub site: SiteId,
    pub order_id: String,
}

/// Something was said, read or is being typed. What it is stands in the database, or with whoever keeps what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationChanged {
    pub site: SiteId,
    pub conversation_id: ConversationId,
}

#[derive(Debug)]
pub struct Hub {
    orders: broadcast::Sender<OrderChanged>,
    conversations: broadcast::Sender<ConversationChanged>,
    closing: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Hub {
            orders: broadcast::Sender::new(KEPT),
            conversations: broadcast::Sender::new(KEPT),
            closing: watch::Sender::new(false),
        }
    }
}

impl Hub {
    /// To be called after the change is committed.
    pub fn order_changed(&self, site: &SiteId, order_id: &str) {
        // Nobody listening is no fault.
        let _ = self.orders.send(OrderChanged { site: site.clone(), order_id: order_id.to_owned() });
    }

    pub fn subscribe(&self) -> broadcast::Receiver<OrderChanged> {
        self.orders.subscribe()
    }

    /// To be called after the change is committed.
    pub fn conversation_changed(&self, site: &SiteId, id: &ConversationId) {
        let _ = self.conversations.send(ConversationChanged { site: site.clone(), conversation_id: id.clone() });
    }

    pub fn subscribe_conversations(&self) -> broadcast::Receiver<ConversationChanged> {
        self.conversations.subscribe()
    }

    /// Sends everybody home who waits: the server stops.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Returns when the server stops.
    pub async fn closing(&self) {
        let mut closing = self.closing.subscribe();
        // The sender lives as long as we do.
        let _ = closing.wait_for(|closing| *closing).await;
    }
}

/// Returns when this order may have changed.
pub async fn changed(news: &mut broadcast::Receiver<OrderChanged>, site: &SiteId, order_id: &str) {
    heard(news, |news| news.site == *site && news.order_id == order_id).await;
}

/// Returns when this conversation may have changed.
pub async fn conversation_changed(
    news: &mut broadcast::Receiver<ConversationChanged>,
    site: &SiteId,
    id: &ConversationId,
) {
    heard(news, |news| news.site == *site && news.conversation_id == *id).await;
}

async fn heard<T: Clone>(news: &mut broadcast::Receiver<T>, ours: impl Fn(&T) -> bool) {
    loop {
        match news.recv().await {
            Ok(news) if ours(&news) => return,
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
    async fn news_of_a_conversation_wake_nobody_else() {
        let hub = Hub::default();
        let (mut talk, mut orders) = (hub.subscribe_conversations(), hub.subscribe());
        let (site, id) = (SiteId::from("a"), ConversationId::from("1"));
        hub.conversation_changed(&site, &"2".into());
        hub.conversation_changed(&"b".into(), &id);
        assert!(conversation_changed(&mut talk, &site, &id).now_or_never().is_none());
        hub.conversation_changed(&site, &id);
        assert!(conversation_changed(&mut talk, &site, &id).now_or_never().is_some());
        assert!(changed(&mut orders, &site, "1").now_or_never().is_none());
    }

    #[tokio::test]
    async fn closing_reaches_those_who_come_late() {
        let hub = Hub::default();
        assert!(hub.closing().now_or_never().is_none());
        hub.close();
        assert!(hub.closing().now_or_never().is_some());
    }
}

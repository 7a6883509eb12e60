//! Tells who waits for an order that it has changed.

use aftercart_shared::ids::SiteId;
use tokio::sync::{broadcast, watch};

/// News that a slow listener may have missed are no loss: it is told so, and reads the database.
const KEPT: usize = 1_024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChanged {
    pub site: SiteId,
    pub order_id: String,
}

#[derive(Debug)]
pub struct Hub {
    orders: broadcast::Sender<OrderChanged>,
    closing: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Hub { orders: broadcast::Sender::new(KEPT), closing: watch::Sender::new(false) }
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
}

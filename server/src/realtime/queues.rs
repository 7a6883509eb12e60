//! Who follows a shop's whole queue on this node.

use aftercart_shared::ids::SiteId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Costs nothing where nobody follows.
#[derive(Clone, Debug, Default)]
pub(super) struct Queues(Arc<Mutex<HashMap<SiteId, watch::Sender<u64>>>>);

/// Follows a shop's queue until it is dropped.
#[derive(Debug)]
pub struct FollowingQueue {
    site: SiteId,
    queues: Queues,
    pulse: watch::Receiver<u64>,
}

impl Queues {
    fn lock(&self) -> MutexGuard<'_, HashMap<SiteId, watch::Sender<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn follow(&self, site: &SiteId) -> FollowingQueue {
        let pulse = self.lock().entry(site.clone()).or_default().subscribe();
        FollowingQueue { site: site.clone(), queues: self.clone(), pulse }
    }

    pub(super) fn changed(&self, site: &SiteId) {
        if let Some(queue) = self.lock().get(site) {
            queue.send_modify(|changes| *changes += 1);
        }
    }
}

impl FollowingQueue {
    /// Returns when there may be something. What happens between two calls is not missed; dropping a call loses nothing.
    pub async fn news(&mut self) {
        if self.pulse.changed().await.is_err() {
            // The queue lives as long as we do.
            std::future::pending().await
        }
    }
}

impl Drop for FollowingQueue {
    fn drop(&mut self) {
        let mut queues = self.queues.lock();
        // Ours is among those counted: its receiver is dropped after this.
        if queues.get(&self.site).is_some_and(|queue| queue.receiver_count() <= 1) {
            queues.remove(&self.site);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn only_the_shops_own_hear_of_its_queue_and_nobody_is_kept() {
        let queues = Queues::default();
        let [ours, theirs] = ["a", "b"].map(SiteId::from);
        let (mut here, mut too, mut elsewhere) = (queues.follow(&ours), queues.follow(&ours), queues.follow(&theirs));
        assert_eq!(here.news().now_or_never(), None);
        queues.changed(&ours);
        queues.changed(&ours);
        // However many there were: it is told once.
        assert_eq!([here.news().now_or_never(), here.news().now_or_never()], [Some(()), None]);
        assert_eq!((too.news().now_or_never(), elsewhere.news().now_or_never()), (Some(()), None));
        drop(here);
        queues.changed(&ours);
        assert!(too.news().now_or_never().is_some(), "the one who stays still hears");
        drop((too, elsewhere));
        assert!(queues.lock().is_empty());
    }
}

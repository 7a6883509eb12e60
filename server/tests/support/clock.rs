use aftercart::clock::Clock;
use aftercart_shared::time::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// Stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// 2026-11-21T10:00:00Z, the beginning of an hour.
    pub fn new() -> ManualClock {
        ManualClock(AtomicI64::new(1_795_255_200_000))
    }

    pub fn forward_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

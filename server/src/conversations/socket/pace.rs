//! How much one socket may say.

use std::time::Duration;
use tokio::time::Instant;

/// So many at once, and then one every so often: what was not used is saved up to `burst`.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    every: Duration,
    /// How far ahead of the clock the last one may be.
    ahead_max: Duration,
    /// When all that was taken will have been paid for.
    paid_at: Instant,
}

impl Pace {
    pub fn new(burst: u32, every: Duration, now: Instant) -> Pace {
        Pace { every, ahead_max: every * burst.saturating_sub(1), paid_at: now }
    }

    /// # Errors
    /// How long until there is one again.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let paid_at = self.paid_at.max(now);
        let ahead = paid_at - now;
        if ahead > self.ahead_max {
            return Err(ahead - self.ahead_max);
        }
        self.paid_at = paid_at + self.every;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut pace = Pace::new(3, Duration::from_millis(100), start);
        assert_eq!([0, 0, 0].map(|ms| pace.take(at(ms))), [Ok(()); 3]);
        assert_eq!(pace.take(at(0)), Err(Duration::from_millis(100)));
        assert_eq!(pace.take(at(60)), Err(Duration::from_millis(40)));
        assert_eq!([100, 200].map(|ms| pace.take(at(ms))), [Ok(()); 2]);
        assert!(pace.take(at(250)).is_err());
        // Long silence saves up no more than the burst.
        assert_eq!([9_000, 9_000, 9_000].map(|ms| pace.take(at(ms))), [Ok(()); 3]);
        assert!(pace.take(at(9_000)).is_err());
    }
}

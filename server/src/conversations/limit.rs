//! How many messages a visitor may send, by whichever way they come. Counted in this process's memory: it is there against
//! floods, and somebody who types meets it never.

use crate::{config::Limits, error::Error};
use aftercart_shared::ids::{SiteId, VisitorId};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{num::NonZeroU32, time::Duration};

/// In which [`Limits::messages_per_visitor`] may come.
const SPAN: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct SendLimiter {
    limiter: DefaultKeyedRateLimiter<(SiteId, VisitorId)>,
    clock: governor::clock::DefaultClock,
}

impl SendLimiter {
    pub fn new(limits: &Limits) -> SendLimiter {
        let most = NonZeroU32::new(limits.messages_per_visitor).unwrap_or(NonZeroU32::MIN);
        // One comes back after each such part of the span. A span of ten seconds has a part for every number of messages.
        let part = (SPAN / most.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(part).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(most);
        SendLimiter { limiter: RateLimiter::keyed(quota), clock: governor::clock::DefaultClock::default() }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub fn count(&self, site: &SiteId, visitor: &VisitorId) -> Result<(), Error> {
        self.limiter.check_key(&(site.clone(), visitor.clone())).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).as_secs_f64().ceil();
            Error::RateLimited { retry_after: wait.max(1.0) as u32 }
        })
    }

    /// Forgets visitors that have been quiet.
    pub fn forget_quiet(&self) {
        self.limiter.retain_recent();
    }
}

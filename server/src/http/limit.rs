//! How many API requests one address may make. Over it: 429 with the seconds to wait.

use super::Source;
use crate::{app::App, config::Limits, error::Error};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{net::IpAddr, num::NonZeroU32};

/// Counts in this process's memory: it keeps a node alive. What protects orders is counted in the database.
#[derive(Debug)]
pub struct RequestLimiter {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: governor::clock::DefaultClock,
}

impl RequestLimiter {
    pub fn new(limits: &Limits) -> RequestLimiter {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(limits.requests_per_second)).allow_burst(at_least_one(limits.burst));
        RequestLimiter { limiter: RateLimiter::keyed(quota), clock: governor::clock::DefaultClock::default() }
    }

    /// Counts one more: also of what comes over a socket, so that it is no way around.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub fn check(&self, source: Source) -> Result<(), Error> {
        self.limiter.check_key(&source.0).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).as_secs_f64().ceil();
            Error::RateLimited { retry_after: wait.max(1.0) as u32 }
        })
    }

    /// Forgets addresses that have been quiet.
    pub fn sweep(&self) {
        self.limiter.retain_recent();
    }
}

pub async fn limit(State(app): State<App>, source: Source, request: Request, next: Next) -> Result<Response, Error> {
    app.requests.check(source)?;
    Ok(next.run(request).await)
}

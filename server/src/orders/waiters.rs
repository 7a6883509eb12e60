//! How many may wait for news at once, from one address and in all: each costs a connection.

use crate::{error::Error, http::Source};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// A family behind one router, or an office; a kiosk has one.
const PER_SOURCE: u32 = 40;
/// On this node.
const IN_ALL: u32 = 20_000;
/// Seconds after which one may ask for a place again.
const LATER: u32 = 15;

#[derive(Debug)]
pub struct Waiters {
    counts: Arc<Mutex<Counts>>,
    per_source: u32,
}

#[derive(Debug, Default)]
struct Counts {
    by_source: HashMap<IpAddr, u32>,
    in_all: u32,
}

/// A place among those who wait; given back when dropped.
#[derive(Debug)]
pub struct Place {
    counts: Arc<Mutex<Counts>>,
    source: IpAddr,
}

impl Default for Waiters {
    fn default() -> Self {
        Waiters::new(PER_SOURCE)
    }
}

impl Waiters {
    pub fn new(per_source: u32) -> Waiters {
        Waiters { counts: Arc::default(), per_source }
    }

    /// # Errors
    /// [`Error::RateLimited`]
    pub fn enter(&self, source: Source) -> Result<Place, Error> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let here = counts.by_source.get(&source.0).copied().unwrap_or(0);
        if here >= self.per_source || counts.in_all >= IN_ALL {
            return Err(Error::RateLimited { retry_after: LATER });
        }
        counts.by_source.insert(source.0, here + 1);
        counts.in_all += 1;
        Ok(Place { counts: self.counts.clone(), source: source.0 })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.in_all = counts.in_all.saturating_sub(1);
        let left = counts.by_source.get(&self.source).map_or(0, |here| here.saturating_sub(1));
        if left == 0 {
            counts.by_source.remove(&self.source);
        } else {
            counts.by_source.insert(self.source, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn places_of_an_address_are_given_back() {
        let waiters = Waiters::default();
        let source = |n| Source(IpAddr::V4(Ipv4Addr::new(198, 51, 100, n)));
        let mut places: Vec<Place> = (0..PER_SOURCE).filter_map(|_| waiters.enter(source(1)).ok()).collect();
        assert_eq!(places.len(), PER_SOURCE as usize);
        assert!(matches!(waiters.enter(source(1)), Err(Error::RateLimited { .. })));
        assert!(waiters.enter(source(2)).is_ok());
        places.pop();
        assert!(waiters.enter(source(1)).is_ok());
    }
}

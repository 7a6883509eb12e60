//! Where pictures are drawn anew, a few at a time, so that memory has a bound whoever sends what.

use super::{
    Files,
    picture::{self, Fault, Picture},
};
use crate::{config, error::Error};
use aftercart_shared::{
    api::attachments::{BYTES_MAX, PIXELS_MAX},
    error::ErrorCode,
    ids::SiteId,
    time::Timestamp,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies in memory at once, each of [`BYTES_MAX`] at most: 160 MiB. Whoever comes then waits before it is read.
const BODIES: usize = 16;
/// For one of those places; it is better then to be told to come back.
const PATIENCE: Duration = Duration::from_secs(20);
/// Decoding fills a core; more at once would not be faster, and leave none for others.
const AT_ONCE: usize = 2;
/// Pictures, good ones or not, that a shopper may send at once, and afterwards in a minute: a few returns' worth,
/// and no load.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
const PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(5);

/// At most 160 MiB of bodies, and `attachments.memory_mib` of what is being decoded: that is all that uploads take.
#[derive(Debug)]
pub struct Desk {
    pub files: Files,
    bodies: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    memory_mib: u32,
    tries: DefaultKeyedRateLimiter<(SiteId, String)>,
    clock: governor::clock::DefaultClock,
    looked_through_at: AtomicI64,
}

impl Desk {
    pub fn new(files: Files, settings: &config::Attachments) -> Desk {
        Desk {
            files,
            bodies: Arc::new(Semaphore::new(BODIES)),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            memory: Arc::new(Semaphore::new(settings.memory_mib as usize)),
            memory_mib: settings.memory_mib,
            tries: RateLimiter::keyed(Quota::per_minute(PER_MINUTE).allow_burst(BURST)),
            clock: governor::clock::DefaultClock::default(),
            looked_through_at: AtomicI64::new(0),
        }
    }

    /// Counts one more of this shopper's tries.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub fn count(&self, site: &SiteId, shopper_id: &str) -> Result<(), Error> {
        self.tries.check_key(&(site.clone(), shopper_id.to_owned())).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).as_secs_f64().ceil();
            Error::RateLimited { retry_after: wait.max(1.0) as u32 }
        })
    }

    /// Forgets shoppers that have been quiet.
    pub fn forget_quiet(&self) {
        self.tries.retain_recent();
    }

    /// Is it time to look through all files again? Once an hour: there may be many.
    pub(super) fn look_through(&self, now: Timestamp) -> bool {
        let due = now.0 - self.looked_through_at.load(Ordering::Relaxed) >= Timestamp::HOUR_MS;
        if due {
            self.looked_through_at.store(now.0, Ordering::Relaxed);
        }
        due
    }

    /// A place for one body.
    ///
    /// # Errors
    /// [`Error::Timeout`] when too many others have theirs for long.
    pub async fn place(&self) -> Result<Place, Error> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.bodies).acquire_owned()).await;
        place.map_err(|_| Error::Timeout)?.map(Place).map_err(closed)
    }

    /// Draws a picture anew, when there is room for it.
    ///
    /// # Errors
    /// What is wrong with the picture.
    pub async fn redraw(&self, body: Vec<u8>, place: Place) -> Result<Picture, Error> {
        let look = move || {
            let plan = picture::plan(&body, PIXELS_MAX);
            (plan, body, place)
        };
        let (plan, body, place) = tokio::task::spawn_blocking(look).await.map_err(died)?;
        let plan = plan.map_err(refused)?;
        let mib = u32::try_from(plan.memory.div_ceil(1 << 20)).unwrap_or(u32::MAX);
        if mib > self.memory_mib {
            return Err(refused(Fault::Heavy));
        }
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(closed)?;
        let memory = Arc::clone(&self.memory).acquire_many_owned(mib).await.map_err(closed)?;
        // Should nobody wait for it any more, it goes on all the same: then it must still be counted.
        let work = move || {
            let drawn = picture::redraw(&body, plan);
            drop((body, memory, turn, place));
            drawn
        };
        tokio::task::spawn_blocking(work).await.map_err(died)?.map_err(refused)
    }
}

/// The right to hold one body in memory.
#[derive(Debug)]
pub struct Place(#[allow(dead_code)] OwnedSemaphorePermit);

fn closed(_: tokio::sync::AcquireError) -> Error {
    Error::Internal("nobody draws pictures any more".into())
}

/// A decoder that panics has met something that no encoder writes.
fn died(error: tokio::task::JoinError) -> Error {
    tracing::warn!(%error, "a picture broke its decoder");
    refused(Fault::Broken("it breaks its decoder".into()))
}

fn refused(fault: Fault) -> Error {
    let code = match fault {
        Fault::Empty => ErrorCode::Required,
        Fault::Unknown | Fault::Heic | Fault::Broken(_) => ErrorCode::PictureInvalid,
        Fault::Pixels { .. } | Fault::Heavy => ErrorCode::PictureTooLarge,
    };
    Error::Invalid { code, field: "picture", message: fault.to_string() }
}

/// What [`BODIES`] of them take.
const _: () = assert!(BODIES * BYTES_MAX == 160 << 20);

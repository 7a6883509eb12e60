//! Which status follows from everything that is known of a parcel: the shop's own statement and every scan.
//!
//! The answer depends on *what* was reported, never on the order in which reports came in: scans are put in the order in
//! which they happened, then read one after the other.
//!
//! **The status only moves forward.** The exceptions, each for later scans only:
//!
//! | from | to | because |
//! |---|---|---|
//! | out for delivery, attempted, ready for pick-up | in transit | the round failed: at least [`ROUND_MS`] later |
//! | ready for pick-up | attempted | the same, [`ROUND_MS`] later |
//! | attempted, ready for pick-up | out for delivery | another round |
//! | exception | everything that moves | the trouble is over |
//! | delivered | exception, returning, returned | wrongly delivered, refused, sent back |
//! | cancelled, expired | everything that moves | a scan proves them wrong |
//!
//! Read in its context: on the way back every movement is *returning* and a delivery is *returned* (to the sender; what
//! reaches the shopper again after all is told by the shop); *cancelled* of a parcel that already travels is an
//! *exception*, for a person has to look. `Returned` is the end, `Unknown` says nothing.
//!
//! The shop's statement counts from the moment at which it was first made. It is no scan: it can only take a parcel
//! further, never back. When the shop takes its word back, the parcel stands where the scans have left it.

use super::{ParcelStatus, advance};
use crate::time::Timestamp;

/// Half a day: a van that went out comes home the same evening or night, and what is scanned there then is news. What
/// is scanned "in transit" sooner is the depot's echo.
pub const ROUND_MS: i64 = 12 * Timestamp::HOUR_MS;

/// One report about a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    pub at: Timestamp,
    pub status: ParcelStatus,
}

/// What the shop's system says of the parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    pub status: ParcelStatus,
    /// Since when it has said so; `None`: since ever.
    pub since: Option<Timestamp>,
}

/// Where the parcel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    pub status: ParcelStatus,
    /// The scan since which it is so; `None` when only the shop says it.
    pub since: Option<Timestamp>,
}

/// The status that follows from the shop's statement and all scans, in whatever order they are given.
pub fn current_status(stated: Stated, scans: impl IntoIterator<Item = Scan>) -> Current {
    let mut scans: Vec<Scan> = scans.into_iter().filter(|s| s.status != ParcelStatus::Unknown).collect();
    scans.sort_unstable_by_key(|scan| (scan.at, advance(scan.status)));
    // At the same moment the carrier speaks first: the shop repeats what it heard.
    let before = scans.partition_point(|scan| stated.since.is_some_and(|since| scan.at <= since));
    let mut parcel = Parcel { status: ParcelStatus::Unknown, since: None, round: None, back: false };
    for scan in &scans[..before] {
        parcel.scan(*scan);
    }
    parcel.stated(stated);
    for scan in &scans[before..] {
        parcel.scan(*scan);
    }
    Current { status: parcel.status, since: parcel.since }
}

#[derive(Clone, Copy)]
struct Parcel {
    status: ParcelStatus,
    since: Option<Timestamp>,
    /// When this round began.
    round: Option<Timestamp>,
    /// It has turned round.
    back: bool,
}

impl Parcel {
    fn scan(&mut self, scan: Scan) {
        let status = self.read(scan.status);
        if status == self.status {
            // A new day's round begins anew; everything else happened when it was first seen.
            self.round = Some(scan.at);
            self.since = self.since.or(Some(scan.at));
            return;
        }
        let waited = self.round.is_none_or(|round| scan.at.0.saturating_sub(round.0) >= ROUND_MS);
        match moves(self.status, status) {
            Move::Yes => self.go(status, Some(scan.at), Some(scan.at)),
            Move::NextRound if waited => self.go(status, Some(scan.at), Some(scan.at)),
            Move::NextRound | Move::No => {}
        }
    }

    fn stated(&mut self, stated: Stated) {
        let status = stated.status;
        if advance(status) > advance(self.status) && matches!(moves(self.status, status), Move::Yes) {
            self.go(status, None, stated.since);
        }
    }

    fn go(&mut self, status: ParcelStatus, since: Option<Timestamp>, round: Option<Timestamp>) {
        self.back |= status == ParcelStatus::Returning;
        (self.status, self.since, self.round) = (status, since, round);
    }

    /// What a scan means for a parcel that is where this one is.
    fn read(&self, scanned: ParcelStatus) -> ParcelStatus {
        use ParcelStatus::*;
        match scanned {
            InTransit | OutForDelivery | ReadyForPickup | Attempted if self.back => Returning,
            Delivered if self.back => Returned,
            Cancelled
                if self.back || matches!(self.status, InTransit | OutForDelivery | ReadyForPickup | Attempted) =>
            {
                Exception
            }
            other => other,
        }
    }
}

enum Move {
    Yes,
    No,
    /// After [`ROUND_MS`].
    NextRound,
}

fn moves(from: ParcelStatus, to: ParcelStatus) -> Move {
    use ParcelStatus::*;
    match (from, to) {
        (_, Unknown) | (Returned, _) => Move::No,
        (Unknown | Registered, _) | (Cancelled, Registered) => Move::Yes,
        (_, Registered) | (Cancelled, Expired) | (Expired, Cancelled) => Move::No,
        (Delivered, Exception | Returning | Returned) => Move::Yes,
        (Delivered, _) => Move::No,
        (Returning, Exception | Returned | Expired) => Move::Yes,
        (Returning, _) => Move::No,
        (OutForDelivery | Attempted | ReadyForPickup, InTransit) | (ReadyForPickup, Attempted) => Move::NextRound,
        (Exception, Cancelled) => Move::No,
        (InTransit | OutForDelivery | Attempted | ReadyForPickup | Exception | Cancelled | Expired, _) => Move::Yes,
    }
}

#[cfg(test)]
#[path = "current_tests.rs"]
mod tests;

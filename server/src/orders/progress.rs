//! What is stored of a parcel's progress, derived from everything that is known of it.

use aftercart_shared::{
    time::Timestamp,
    tracking::{ParcelStatus, Scan, Stated, current_status},
};

/// Written beside the evidence, so that lists and searches need not derive it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    pub status: ParcelStatus,
    pub delivered_at: Option<Timestamp>,
    pub last_event_at: Option<Timestamp>,
}

/// `delivered_at` is what the shop said of it: used where no scan tells.
pub fn settle(stated: Stated, delivered_at: Option<Timestamp>, scans: impl IntoIterator<Item = Scan>) -> Settled {
    let scans: Vec<Scan> = scans.into_iter().collect();
    let last_event_at = scans.iter().map(|scan| scan.at).max();
    let current = current_status(stated, scans);
    let delivered_at = current.since.or(delivered_at).filter(|_| current.status == ParcelStatus::Delivered);
    Settled { status: current.status, delivered_at, last_event_at }
}

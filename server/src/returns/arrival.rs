//! Whether the pieces of a line have arrived, by the parcels that they went in.

use super::policy::Arrival;
use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};

/// Pieces of one line in one parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    pub status: ParcelStatus,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub pieces: i64,
}

impl Packed {
    /// It has come back or was called off, so nothing in it was delivered.
    fn is_gone(&self) -> bool {
        matches!(self.status, ParcelStatus::Cancelled | ParcelStatus::Returning | ParcelStatus::Returned)
    }

    fn is_untracked(&self) -> bool {
        self.status == ParcelStatus::Unknown && self.shipped_at.is_some()
    }
}

/// When the last of the line's parcels left.
pub fn sent_at(parcels: &[Packed]) -> Option<Timestamp> {
    parcels.iter().filter(|parcel| !parcel.is_gone() && parcel.pieces > 0).filter_map(|parcel| parcel.shipped_at).max()
}

/// Where the `bought` pieces of a line are.
pub fn arrival(bought: i64, parcels: &[Packed]) -> Arrival {
    let (mut there, mut silent, mut last) = (0, 0, None::<Timestamp>);
    for parcel in parcels.iter().filter(|parcel| !parcel.is_gone()) {
        match parcel.delivered_at {
            Some(at) if parcel.status == ParcelStatus::Delivered => {
                there += parcel.pieces;
                last = last.max(Some(at));
            }
            // Delivered, and nobody knows when: as good as untracked.
            _ if parcel.status == ParcelStatus::Delivered || parcel.is_untracked() => silent += parcel.pieces,
            _ => {}
        }
    }
    match last {
        Some(at) if there >= bought => Arrival::Delivered(at),
        _ if there + silent >= bought && silent > 0 => Arrival::Untracked,
        _ => Arrival::Awaited,
    }
}

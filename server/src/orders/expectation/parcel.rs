//! A parcel as the rules of this room see it.

use super::calendar::{Calendar, Day, weekday};
use aftercart_shared::{
    time::Timestamp,
    tracking::{ParcelStatus, Stage},
};

/// What happened to it, when, and how far the clocks there are from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    pub at: Timestamp,
    pub utc_offset_min: Option<i32>,
    pub status: ParcelStatus,
}

#[derive(Clone, Debug)]
pub struct Parcel {
    pub status: ParcelStatus,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    /// First and last moment that the carrier or the shop has named.
    pub promised: Option<(Timestamp, Timestamp)>,
    /// In any order.
    pub scans: Vec<Scan>,
    /// Somebody says it is not there although it was delivered.
    pub disputed_at: Option<Timestamp>,
}

impl Parcel {
    /// When the carrier took it: its first scan on the way, else what the shop says.
    pub fn handed_over(&self) -> Option<Scan> {
        let said = || self.shipped_at.filter(|_| self.status.stage() >= Stage::OnTheWay);
        let scan = |at| Scan { at, utc_offset_min: None, status: ParcelStatus::InTransit };
        self.first(|status| status.stage() >= Stage::OnTheWay).or_else(|| said().map(scan))
    }

    /// When its label was made, as far as known.
    pub fn announced(&self) -> Option<Scan> {
        let scan = |at| Scan { at, utc_offset_min: None, status: ParcelStatus::Registered };
        self.first(|status| status == ParcelStatus::Registered).or_else(|| self.shipped_at.map(scan))
    }

    pub fn first(&self, is: impl Fn(ParcelStatus) -> bool) -> Option<Scan> {
        self.scans.iter().filter(|scan| is(scan.status)).min_by_key(|scan| scan.at).copied()
    }

    pub fn newest(&self) -> Option<Scan> {
        self.scans.iter().max_by_key(|scan| scan.at).copied()
    }

    /// When its present status began: the first of the newest scans that all say so.
    pub fn since(&self) -> Option<Timestamp> {
        let other = self.scans.iter().filter(|scan| scan.status != self.status).map(|scan| scan.at).max();
        let same = self.scans.iter().filter(|scan| scan.status == self.status).map(|scan| scan.at);
        same.clone().filter(|at| other.is_none_or(|other| *at > other)).min().or_else(|| same.max())
    }

    /// The calendar of the place it goes to: where it was last seen, once it is on its way; else the shop's.
    pub fn calendar(&self, shop: &Calendar) -> Calendar {
        self.newest().and_then(|scan| scan.utc_offset_min).map_or_else(|| shop.clone(), Calendar::at_offset)
    }
}

/// The day of a scan by the clocks where it happened.
pub fn local_day(scan: &Scan, shop: &Calendar) -> Day {
    scan.utc_offset_min.map_or_else(|| shop.day(scan.at), |minutes| Calendar::at_offset(minutes).day(scan.at))
}

/// Monday is 0.
pub fn local_weekday(scan: &Scan, shop: &Calendar) -> i64 {
    weekday(local_day(scan, shop))
}

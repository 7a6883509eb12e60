//! What anybody may report of a parcel: the neutral form that tracking services and files are read into.

use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};

/// What a service says about one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierReport {
    /// Who says so: the tracking service (`aftership`, …), or `file`.
    pub source: &'static str,
    /// The carrier as the service calls it.
    pub carrier: Option<String>,
    pub tracking_number: String,
    /// What happened, in any order.
    pub events: Vec<CarrierEvent>,
    pub expected: Option<Promise>,
    /// Where the service sees the parcel now, and in its own words.
    pub status: ParcelStatus,
    pub raw_status: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierEvent {
    pub at: Timestamp,
    /// Of the place; `None` where it was written in UTC.
    pub utc_offset_min: Option<i64>,
    pub status: ParcelStatus,
    pub raw_code: Option<String>,
    pub place: Option<String>,
    pub text: Option<String>,
}

/// When the carrier means to deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    pub earliest: Timestamp,
    pub latest: Timestamp,
}

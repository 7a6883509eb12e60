//! When a parcel should arrive, in days: from this shop's own history, with the carrier's promise beside it.

use super::{
    calendar::Calendar,
    history::{History, Leg, Spread},
    parcel::{Parcel, Scan, local_day, local_weekday},
};
use aftercart_shared::{
    api::orders::{DateRange, ExpectedSource},
    time::Timestamp,
    tracking::{ParcelStatus, Stage},
};

/// The shown range leaves out so many of the earliest and as many of the latest parcels. Days are whole, so the range
/// holds more parcels than the difference of the two.
const EARLIEST: f64 = 0.08;
const LATEST: f64 = 0.92;
/// A wider range is no help to anybody.
const WIDEST_DAYS: i64 = 9;
/// After this hour nobody rings any more.
const LAST_HOUR: i64 = 21;
/// Of all parcels like this, so many have arrived by the day after which one is late.
const LATE: f64 = 0.97;

/// When the parcel should be there; `None` when it travels no more, or nobody can say.
pub fn expected(parcel: &Parcel, history: &History, shop: &Calendar, now: Timestamp) -> Option<DateRange> {
    let place = parcel.calendar(shop);
    let travels = matches!(
        parcel.status,
        ParcelStatus::Unknown | ParcelStatus::Registered | ParcelStatus::InTransit | ParcelStatus::OutForDelivery
    );
    let promised = parcel.promised.map(|(earliest, latest)| DateRange {
        earliest,
        latest,
        source: ExpectedSource::Carrier,
        utc_offset_min: place.offset_min(),
    });
    if !travels {
        return promised;
    }
    // On its last way the carrier knows the hour; nobody's history does.
    let today = |range: &DateRange| place.day(range.latest) == place.day(now);
    if parcel.status == ParcelStatus::OutForDelivery && promised.as_ref().is_some_and(today) {
        return promised;
    }
    from_history(parcel, history, shop, &place, now).or(promised)
}

fn from_history(
    parcel: &Parcel,
    history: &History,
    shop: &Calendar,
    place: &Calendar,
    now: Timestamp,
) -> Option<DateRange> {
    let (begun, leg) = begun(parcel)?;
    let first_day = local_day(&begun, shop);
    let promise = parcel.promised.filter(|_| leg == Leg::Whole);
    let promise = promise.map(|(a, b)| (place.day(a) - first_day, place.day(b) - first_day));
    let spread = history.spread(leg, local_weekday(&begun, shop), promise)?;
    let today = place.day(now) + i64::from(place.hour(now) >= LAST_HOUR);
    range(&spread.from_day(today - first_day)?, first_day, place)
}

/// Where its present leg began, and which that is.
fn begun(parcel: &Parcel) -> Option<(Scan, Leg)> {
    match parcel.status {
        ParcelStatus::OutForDelivery => {
            let out = parcel.scans.iter().filter(|scan| scan.status == ParcelStatus::OutForDelivery);
            out.max_by_key(|scan| scan.at).map(|scan| (*scan, Leg::Door))
        }
        ParcelStatus::InTransit => parcel.handed_over().map(|scan| (scan, Leg::Whole)),
        _ => None,
    }
}

fn range(spread: &Spread, first_day: i64, place: &Calendar) -> Option<DateRange> {
    let (earliest, latest) = (spread.quantile(EARLIEST), spread.quantile(LATEST));
    (latest - earliest < WIDEST_DAYS).then(|| DateRange {
        earliest: place.start_of(first_day + earliest),
        latest: place.end_of(first_day + latest),
        source: ExpectedSource::History,
        utc_offset_min: place.offset_min(),
    })
}

/// While nobody has scanned the parcel: when that should happen, as far as history tells.
pub fn first_scan(parcel: &Parcel, history: &History, shop: &Calendar, now: Timestamp) -> Option<DateRange> {
    if parcel.status.stage() > Stage::Packed || parcel.status == ParcelStatus::Cancelled {
        return None;
    }
    let label = parcel.announced()?;
    let spread = history.spread(Leg::Scan, local_weekday(&label, shop), None)?;
    let first_day = local_day(&label, shop);
    range(&spread.from_day(shop.day(now) - first_day)?, first_day, shop)
}

/// The end of the day by which the parcel should have been there: the carrier's promise, else nearly all parcels' time.
pub fn due(parcel: &Parcel, history: &History, shop: &Calendar) -> Option<Timestamp> {
    let place = parcel.calendar(shop);
    if let Some((_, latest)) = parcel.promised {
        return Some(place.end_of(place.day(latest)));
    }
    let begun = parcel.handed_over()?;
    let spread = history.spread(Leg::Whole, local_weekday(&begun, shop), None)?;
    Some(place.end_of(local_day(&begun, shop) + spread.quantile(LATE)))
}

#[cfg(test)]
#[path = "range_tests.rs"]
mod tests;

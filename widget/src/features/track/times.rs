//! Moments of a parcel's journey, as the clocks showed them where it happened.

use crate::i18n::{Style, clock_at, date};
use aftercart_shared::{api::orders::EventView, locale::Locale, time::Timestamp};

/// How the hours of a timeline are to be read.
#[derive(Debug, PartialEq, Eq)]
pub enum Clock {
    /// One offset from UTC for all of it: said once, below.
    Same(i32),
    /// The parcel crossed zones: said with each event.
    Each,
    /// The carrier does not say: hours are those of the shop's zone.
    Shop,
}

pub fn clock(events: &[EventView]) -> Clock {
    match events.first().map(|event| event.utc_offset_min) {
        Some(Some(first)) if events.iter().all(|event| event.utc_offset_min == Some(first)) => Clock::Same(first),
        _ if events.iter().all(|event| event.utc_offset_min.is_none()) => Clock::Shop,
        _ => Clock::Each,
    }
}

pub fn moment(locale: Locale, shop_zone: &str, event: &EventView, clock: &Clock) -> String {
    match (event.utc_offset_min, clock) {
        (Some(offset), Clock::Each) => format!("{} {}", clock_at(locale, offset, event.at), zone_name(offset)),
        (Some(offset), _) => clock_at(locale, offset, event.at),
        (None, _) => date(locale, shop_zone, Style::Moment, event.at),
    }
}

/// The day on which it was handed over, by the calendar of the place where that happened.
pub fn delivery_day<'a>(
    locale: Locale,
    shop_zone: &str,
    mut events: impl Iterator<Item = &'a EventView>,
    at: Timestamp,
) -> String {
    match events.find(|event| event.at == at).and_then(|event| event.utc_offset_min) {
        Some(offset) => date(locale, "UTC", Style::Day, at.plus_ms(i64::from(offset) * 60_000)),
        None => date(locale, shop_zone, Style::Day, at),
    }
}

/// `UTC+8`, `UTC−3:30`, `UTC`
pub fn zone_name(offset_min: i32) -> String {
    let (hours, minutes) = (offset_min.abs() / 60, offset_min.abs() % 60);
    let sign = if offset_min < 0 { '−' } else { '+' };
    match (hours, minutes) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};

    fn events(offsets: &[Option<i32>]) -> Vec<EventView> {
        let event = |offset: &Option<i32>| EventView {
            at: Timestamp(0),
            utc_offset_min: *offset,
            status: ParcelStatus::InTransit,
            place: None,
            text: None,
            raw_code: None,
        };
        offsets.iter().map(event).collect()
    }

    #[test]
    fn a_zone_is_said_once_where_there_is_but_one() {
        assert_eq!(clock(&events(&[Some(480), Some(480)])), Clock::Same(480));
        assert_eq!(clock(&events(&[Some(480), Some(60)])), Clock::Each);
        assert_eq!(clock(&events(&[Some(480), None])), Clock::Each);
        assert_eq!(clock(&events(&[None, None])), Clock::Shop);
        assert_eq!(clock(&events(&[])), Clock::Shop);
    }

    #[test]
    fn zones_are_named_by_their_distance() {
        assert_eq!([480, 0, -210, 60, 345].map(zone_name), ["UTC+8", "UTC", "UTC−3:30", "UTC+1", "UTC+5:45"]);
    }
}

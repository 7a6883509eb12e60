//! Moments of a parcel's journey, as the clocks showed them where it happened.

use crate::i18n::{Style, clock_at, date, date_range, day_key};
use aftercart_shared::{
    api::orders::{DateRange, EventView},
    locale::Locale,
    time::Timestamp,
};
use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

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

/// The calendar by which a range is meant: that of the place where the parcel goes, else the shop's.
#[derive(Clone, Copy, Debug)]
pub struct Calendar<'a> {
    zone: &'a str,
    shift_ms: i64,
}

impl<'a> Calendar<'a> {
    pub fn of(range: &DateRange, shop_zone: &'a str) -> Calendar<'a> {
        match range.utc_offset_min {
            Some(offset) => Calendar { zone: "UTC", shift_ms: i64::from(offset) * 60_000 },
            None => Calendar { zone: shop_zone, shift_ms: 0 },
        }
    }

    /// Names the calendar day, for comparing.
    pub fn day(&self, at: Timestamp) -> String {
        day_key(self.zone, at.plus_ms(self.shift_ms))
    }

    pub fn date(&self, locale: Locale, at: Timestamp) -> String {
        date(locale, self.zone, Style::Day, at.plus_ms(self.shift_ms))
    }

    /// `24–26 November`; one day is said as one.
    pub fn range(&self, locale: Locale, from: Timestamp, to: Timestamp) -> String {
        date_range(locale, self.zone, from.plus_ms(self.shift_ms), to.plus_ms(self.shift_ms))
    }
}

/// Returns when the page is next drawn; never while it is out of sight.
pub async fn frame() {
    let drawn = Promise::new(&mut |resolve, _| _ = window().request_animation_frame(&resolve));
    let _ = JsFuture::from(drawn).await;
}

pub async fn pause(ms: u32) {
    let waited = Promise::new(&mut |resolve, _| {
        let ms = ms.try_into().unwrap_or(i32::MAX);
        _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(waited).await;
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

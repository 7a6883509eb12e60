//! Days as people count them: by the clock of a place, from midnight to midnight.

use aftercart_shared::time::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Days since 1970-01-01 in a calendar.
pub type Day = i64;

/// The calendar of one place.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    /// Minutes from UTC, when that is all that is known of the place.
    offset_min: Option<i32>,
}

impl Calendar {
    /// By the zone's IANA name; UTC when nobody has heard of it.
    pub fn of_zone(name: &str) -> Calendar {
        Calendar { zone: TimeZone::get(name).unwrap_or(TimeZone::UTC), offset_min: None }
    }

    /// Of a place whose clocks differ from UTC by so many minutes.
    pub fn at_offset(minutes: i32) -> Calendar {
        let offset = Offset::from_seconds(minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
        Calendar { zone: TimeZone::fixed(offset), offset_min: Some(minutes) }
    }

    pub fn offset_min(&self) -> Option<i32> {
        self.offset_min
    }

    pub fn day(&self, at: Timestamp) -> Day {
        self.local_ms(at).div_euclid(Timestamp::DAY_MS)
    }

    /// 0 … 23
    pub fn hour(&self, at: Timestamp) -> i64 {
        self.local_ms(at).rem_euclid(Timestamp::DAY_MS) / Timestamp::HOUR_MS
    }

    /// Its first moment. Where clocks jump over midnight, the moment they jump to.
    pub fn start_of(&self, day: Day) -> Timestamp {
        let local = day.saturating_mul(Timestamp::DAY_MS);
        // The offset of the night before is nearly always that of the day.
        let near = Timestamp(local - self.offset_ms(Timestamp(local)));
        Timestamp(local - self.offset_ms(near))
    }

    /// Its last moment.
    pub fn end_of(&self, day: Day) -> Timestamp {
        self.start_of(day + 1).plus_ms(-1)
    }

    fn local_ms(&self, at: Timestamp) -> i64 {
        at.0.saturating_add(self.offset_ms(at))
    }

    fn offset_ms(&self, at: Timestamp) -> i64 {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        i64::from(self.zone.to_offset(moment).seconds()) * 1_000
    }
}

/// Monday is 0. 1970-01-01 was a Thursday.
pub fn weekday(day: Day) -> i64 {
    (day + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T10:00:00Z, a Saturday.
    const NOW: Timestamp = Timestamp(1_795_255_200_000);

    #[test]
    fn days_are_those_of_the_place() {
        let (shanghai, portland) = (Calendar::of_zone("Asia/Shanghai"), Calendar::at_offset(-480));
        let evening = NOW.plus_ms(7 * Timestamp::HOUR_MS);
        assert_eq!(shanghai.day(evening), portland.day(evening) + 1);
        assert_eq!((shanghai.hour(NOW), portland.hour(NOW)), (18, 2));
        assert_eq!((weekday(shanghai.day(NOW)), weekday(shanghai.day(evening))), (5, 6));
        assert_eq!(Calendar::of_zone("No/Where").hour(NOW), 10);
    }

    #[test]
    fn a_day_has_a_beginning_and_an_end_also_when_clocks_change() {
        let berlin = Calendar::of_zone("Europe/Berlin");
        // 2026-10-25 has 25 hours there.
        let day = 20_751;
        assert_eq!(berlin.end_of(day).0 - berlin.start_of(day).0 + 1, 25 * Timestamp::HOUR_MS);
        for day in day - 200..day + 200 {
            assert_eq!((berlin.day(berlin.start_of(day)), berlin.day(berlin.end_of(day))), (day, day));
        }
    }
}

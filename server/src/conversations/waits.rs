//! How long somebody waits, reckoned from how long others have lately waited.

use aftercart_shared::{api::conversations::Minutes, time::Timestamp};

/// Fewer say nothing.
const ENOUGH: usize = 10;
/// The day has its rush hours: the hours next to this one are like it.
const HOURS_ASIDE: i8 = 1;
const FROM_PERCENT: usize = 25;
const TO_PERCENT: usize = 90;

/// One who waited, and was taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// Of the day, by the shop's clock, when she came.
    pub hour: i8,
    /// How long it took, while the shop was open.
    pub open_ms: i64,
    /// Her place in the queue when she came.
    pub place: i64,
}

/// What each place in the queue takes: most take longer than the one, few longer than the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub from_ms: i64,
    pub to_ms: i64,
}

/// Of those who came at about this hour where they are enough, otherwise of all.
pub fn pace(waited: &[Waited], hour: i8) -> Option<Pace> {
    let near = |one: &&Waited| {
        let apart = (one.hour - hour).rem_euclid(24);
        apart.min(24 - apart) <= HOURS_ASIDE
    };
    let per_place = |one: &Waited| one.open_ms.max(0) / one.place.max(1);
    let mut each: Vec<i64> = waited.iter().filter(near).map(per_place).collect();
    if each.len() < ENOUGH {
        each = waited.iter().map(per_place).collect();
    }
    if each.len() < ENOUGH {
        return None;
    }
    each.sort_unstable();
    // The nearest rank: the smallest of which so many in a hundred are no larger.
    let of = |percent: usize| each[(each.len() * percent).div_ceil(100) - 1];
    Some(Pace { from_ms: of(FROM_PERCENT), to_ms: of(TO_PERCENT) })
}

impl Pace {
    /// What is left to her at this place, who began at another and has waited so long. `None`: longer than it should have taken;
    /// what it will take nobody knows.
    pub fn left(self, place: i64, begun: Option<(i64, i64)>) -> Option<Minutes> {
        if begun.is_some_and(|(place, open_ms)| open_ms > self.to_ms.saturating_mul(place).max(Timestamp::MINUTE_MS)) {
            return None;
        }
        let minutes = |ms: i64| u32::try_from(ms / Timestamp::MINUTE_MS).unwrap_or(u32::MAX).max(1);
        let from = minutes(self.from_ms.saturating_mul(place));
        let to = minutes(self.to_ms.saturating_mul(place).saturating_add(Timestamp::MINUTE_MS - 1));
        Some(Minutes { from, to: to.max(from) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = Timestamp::MINUTE_MS;

    fn at(hour: i8, minutes: &[i64]) -> Vec<Waited> {
        minutes.iter().map(|minutes| Waited { hour, open_ms: minutes * MINUTE, place: 1 }).collect()
    }

    fn left(pace: Option<Pace>, place: i64) -> Option<(u32, u32)> {
        pace?.left(place, None).map(|minutes| (minutes.from, minutes.to))
    }

    #[test]
    fn nine_say_nothing_and_ten_do() {
        let ten = at(10, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 30]);
        assert_eq!(pace(&ten[..9], 10), None);
        assert_eq!(left(pace(&ten, 10), 1), Some((3, 9)));
        // Further back it takes as often.
        assert_eq!(left(pace(&ten, 10), 4), Some((12, 36)));
    }

    #[test]
    fn the_hour_counts_where_it_has_enough() {
        let rush: Vec<Waited> = [at(12, &[20; 6]), at(13, &[20; 4]), at(20, &[2; 30])].concat();
        assert_eq!(left(pace(&rush, 12), 1), Some((20, 20)));
        assert_eq!(left(pace(&rush, 13), 1), Some((20, 20)));
        // At eleven only six were near: the whole day speaks.
        assert_eq!(left(pace(&rush, 11), 1), Some((2, 20)));
        // Midnight is near eleven in the evening.
        let night: Vec<Waited> = [at(23, &[7; 10]), at(12, &[1; 30])].concat();
        assert_eq!(left(pace(&night, 0), 1), Some((7, 7)));
    }

    #[test]
    fn whoever_was_further_back_waited_for_those_before_her() {
        let waited: Vec<Waited> =
            (1..=10).map(|place| Waited { hour: 9, open_ms: place * 3 * MINUTE, place }).collect();
        assert_eq!(left(pace(&waited, 9), 1), Some((3, 3)));
    }

    #[test]
    fn it_never_takes_no_time_and_what_is_overdue_is_not_promised_again() {
        let quick = pace(&at(9, &[0; 10]), 9);
        assert_eq!(left(quick, 1), Some((1, 1)));
        let pace = pace(&at(9, &[4; 10]), 9);
        let left = |waited: i64| pace.and_then(|pace| pace.left(1, Some((2, waited * MINUTE))));
        assert_eq!(left(8), Some(Minutes { from: 4, to: 4 }));
        assert_eq!(left(9), None);
    }
}

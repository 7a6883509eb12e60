//! When a try is made again, and when nobody tries any more.

use crate::random::Random;
use aftercart_shared::time::Timestamp;

const SECOND_MS: i64 = 1_000;

/// After each failed try, as Standard Webhooks recommends: ten tries within a bit more than three days.
pub const WAITS_MS: [i64; 9] = [
    5 * SECOND_MS,
    5 * Timestamp::MINUTE_MS,
    30 * Timestamp::MINUTE_MS,
    2 * Timestamp::HOUR_MS,
    5 * Timestamp::HOUR_MS,
    10 * Timestamp::HOUR_MS,
    14 * Timestamp::HOUR_MS,
    20 * Timestamp::HOUR_MS,
    24 * Timestamp::HOUR_MS,
];
/// Who asks us to come back later is believed up to this.
const ASKED_MAX_MS: i64 = 24 * Timestamp::HOUR_MS;
/// An endpoint that has failed for so long is switched off.
pub const FAILING_MAX_MS: i64 = 5 * Timestamp::DAY_MS;
/// From so many failures in a row on an endpoint is left alone between two tries, whatever waits for it.
const RESTS_AFTER: i64 = 5;
const REST_MS: i64 = 30 * SECOND_MS;
const REST_MAX_MS: i64 = 10 * Timestamp::MINUTE_MS;

/// When the try after the `attempt`th (from 1) is made; `None`: there is none. A tenth more by chance, so that what failed
/// together does not come back together.
pub fn next(now: Timestamp, attempt: i64, retry_after_s: Option<u64>, random: &dyn Random) -> Option<Timestamp> {
    let wait = *usize::try_from(attempt - 1).ok().and_then(|place| WAITS_MS.get(place))?;
    let asked = retry_after_s.and_then(|s| i64::try_from(s).ok()?.checked_mul(SECOND_MS)).unwrap_or(0);
    let wait = wait.max(asked.min(ASKED_MAX_MS));
    let mut byte = [0];
    random.fill(&mut byte);
    Some(now.plus_ms(wait + wait / 10 * i64::from(byte[0]) / 255))
}

/// Until when an endpoint is left alone that has failed so often in a row.
pub fn rests_until(now: Timestamp, failures: i64) -> Option<Timestamp> {
    let over = failures - RESTS_AFTER;
    (over >= 0).then(|| now.plus_ms((REST_MS << over.min(10)).min(REST_MAX_MS)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn ten_tries_take_a_bit_more_than_three_days() {
        let mut least = 0;
        for (attempt, wait) in (1..).zip(WAITS_MS) {
            for _ in 0..50 {
                let at = next(NOW, attempt, None, &SystemRandom).unwrap().0 - NOW.0;
                assert!((wait..=wait + wait / 10).contains(&at), "{attempt}: {at}");
            }
            least += wait;
        }
        assert!((3 * Timestamp::DAY_MS..4 * Timestamp::DAY_MS).contains(&least));
        assert_eq!(next(NOW, 10, None, &SystemRandom), None);
        assert_eq!(next(NOW, 10, Some(5), &SystemRandom), None);
    }

    #[test]
    fn who_asks_us_to_wait_is_believed_for_a_day() {
        let wait = |s| next(NOW, 1, Some(s), &SystemRandom).unwrap().0 - NOW.0;
        assert!((5_000..=5_500).contains(&wait(1)));
        assert!((3_600_000..=3_960_000).contains(&wait(3_600)));
        assert!(wait(u64::MAX) <= 5_500);
        assert!((ASKED_MAX_MS..=ASKED_MAX_MS / 10 * 11).contains(&wait(10_000_000)));
    }

    #[test]
    fn who_fails_again_and_again_is_left_alone_for_longer() {
        let rest = |failures| rests_until(NOW, failures).map(|at| at.0 - NOW.0);
        assert_eq!(rest(4), None);
        assert_eq!(rest(5), Some(30_000));
        assert_eq!(rest(6), Some(60_000));
        assert_eq!(rest(1_000), Some(REST_MAX_MS));
    }
}

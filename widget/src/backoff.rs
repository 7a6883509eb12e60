//! How long until something is tried again: longer each time, and for each of many clients at another moment, so that
//! a server that comes back is not thrown down by their return.

/// Milliseconds.
const LEAST: u32 = 500;
const MOST: u32 = 30_000;

/// Full jitter; `drawn` is between 0 and 1. It never gives up.
pub fn pause(attempt: u32, drawn: f64) -> u32 {
    let most = LEAST.saturating_mul(1 << attempt.min(10)).min(MOST);
    LEAST + (f64::from(most - LEAST) * drawn.clamp(0.0, 1.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_half_a_minute_and_never_vanish() {
        assert_eq!(pause(0, 0.9), 500);
        assert_eq!((pause(3, 0.0), pause(3, 1.0)), (500, 4_000));
        for attempt in [6, 20, u32::MAX] {
            assert_eq!((pause(attempt, 0.0), pause(attempt, 1.0)), (500, 30_000));
        }
    }

    #[test]
    fn many_come_back_at_different_moments() {
        assert_ne!(pause(4, 0.2), pause(4, 0.3));
    }
}

//! What a delivered parcel teaches: how many days each leg of its way took.

use super::{
    calendar::Calendar,
    history::Leg,
    parcel::{Parcel, Scan, local_day, local_weekday},
};
use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};

/// Longer than any parcel travels: such dates are mistakes.
const ABSURD_DAYS: i64 = 120;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    pub leg: Leg,
    /// On which the leg began; Monday is 0.
    pub weekday: i64,
    pub days: i64,
}

/// Nothing from a parcel that was not delivered, and nothing that cannot be.
pub fn lessons(parcel: &Parcel, shop: &Calendar) -> Vec<Lesson> {
    let Some(at) = parcel.delivered_at.filter(|_| parcel.status == ParcelStatus::Delivered) else { return vec![] };
    let told = parcel.scans.iter().find(|scan| scan.at == at).and_then(|scan| scan.utc_offset_min);
    let door = Scan { at, utc_offset_min: told, status: ParcelStatus::Delivered };
    let Some(begun) = parcel.handed_over().filter(|scan| scan.at <= at) else { return vec![] };
    let between = |leg, from: Scan, to: &Scan| Lesson {
        leg,
        weekday: local_weekday(&from, shop),
        days: local_day(to, shop) - local_day(&from, shop),
    };
    let out = parcel.scans.iter().filter(|scan| scan.status == ParcelStatus::OutForDelivery && scan.at <= at);
    let mut found = vec![between(Leg::Whole, begun, &door)];
    found.extend(out.min_by_key(|scan| scan.at).map(|scan| between(Leg::Door, *scan, &door)));
    let scanned = parcel.scans.iter().any(|scan| scan.at == begun.at);
    if scanned {
        found.extend(
            parcel.announced().filter(|label| label.at <= begun.at).map(|label| between(Leg::Scan, label, &begun)),
        );
        found.push(Lesson {
            leg: Leg::Silence,
            weekday: local_weekday(&begun, shop),
            days: silence(parcel, begun.at, at),
        });
    }
    found.retain(|lesson| (0..ABSURD_DAYS).contains(&lesson.days));
    found
}

/// The longest time between two scans on the way, in whole days.
fn silence(parcel: &Parcel, from: Timestamp, to: Timestamp) -> i64 {
    let mut moments: Vec<i64> =
        parcel.scans.iter().map(|scan| scan.at.0).filter(|at| (from.0..=to.0).contains(at)).collect();
    moments.push(to.0);
    moments.sort_unstable();
    moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0) / Timestamp::DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = Timestamp::DAY_MS;

    fn scan(at: i64, offset: i32, status: ParcelStatus) -> Scan {
        Scan { at: Timestamp(at), utc_offset_min: Some(offset), status }
    }

    #[test]
    fn each_leg_is_counted_by_the_clocks_where_it_began_and_ended() {
        use ParcelStatus::{Delivered, InTransit, OutForDelivery, Registered};
        // Thursday 1970-01-01; 23:00 in Shanghai is 15:00 UTC.
        let parcel = Parcel {
            status: Delivered,
            shipped_at: None,
            delivered_at: Some(Timestamp(3 * DAY + 60_000)),
            promised: None,
            scans: vec![
                scan(1_000, 480, Registered),
                scan(DAY + 15 * 3_600_000, 480, InTransit),
                scan(2 * DAY + 22 * 3_600_000, 0, OutForDelivery),
                scan(3 * DAY + 60_000, 0, Delivered),
            ],
            disputed_at: None,
        };
        let found = lessons(&parcel, &Calendar::of_zone("Asia/Shanghai"));
        assert_eq!(
            found,
            [
                Lesson { leg: Leg::Whole, weekday: 4, days: 2 },
                Lesson { leg: Leg::Door, weekday: 5, days: 1 },
                Lesson { leg: Leg::Scan, weekday: 3, days: 1 },
                Lesson { leg: Leg::Silence, weekday: 4, days: 1 },
            ]
        );
    }

    #[test]
    fn what_cannot_be_teaches_nothing() {
        let mut parcel = Parcel {
            status: ParcelStatus::InTransit,
            shipped_at: Some(Timestamp(0)),
            delivered_at: Some(Timestamp(DAY)),
            promised: None,
            scans: vec![],
            disputed_at: None,
        };
        let shop = Calendar::of_zone("UTC");
        assert_eq!(lessons(&parcel, &shop), []);
        parcel.status = ParcelStatus::Delivered;
        assert_eq!(lessons(&parcel, &shop), [Lesson { leg: Leg::Whole, weekday: 3, days: 1 }]);
        parcel.delivered_at = Some(Timestamp(900 * DAY));
        assert_eq!(lessons(&parcel, &shop), []);
        parcel.delivered_at = Some(Timestamp(-DAY));
        assert_eq!(lessons(&parcel, &shop), []);
    }
}

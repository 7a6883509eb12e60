//! What is wrong with a parcel, and since when: what the carrier says, and what it does not.

use super::{
    calendar::Calendar,
    history::{History, Leg},
    parcel::{Parcel, local_weekday},
    range,
};
use aftercart_shared::{api::orders::TroubleView, time::Timestamp, tracking::ParcelStatus, trouble::Trouble};

/// Nearly all parcels are never silent for longer.
const SILENT: f64 = 0.97;
/// One day more than usual is no reason to worry a shopper, and nobody worries before the second.
const PATIENCE_DAYS: i64 = 1;
const SHORTEST_DAYS: i64 = 2;
/// Days of silence that are too many when there is no history to say: at home, and abroad.
const HOME_DAYS: i64 = 4;
const ABROAD_DAYS: i64 = 9;

pub fn trouble(
    parcel: &Parcel,
    history: &History,
    shop: &Calendar,
    abroad: bool,
    now: Timestamp,
) -> Option<TroubleView> {
    let said = |kind| Some(TroubleView { kind, since: parcel.since() });
    match parcel.status {
        ParcelStatus::Exception => said(Trouble::Held),
        ParcelStatus::Attempted => said(Trouble::Missed),
        ParcelStatus::Returning => said(Trouble::Returning),
        ParcelStatus::Returned => said(Trouble::Returned),
        ParcelStatus::Expired => {
            Some(TroubleView { kind: Trouble::Silent, since: parcel.newest().map(|scan| scan.at) })
        }
        ParcelStatus::Delivered => {
            parcel.disputed_at.map(|at| TroubleView { kind: Trouble::Disputed, since: Some(at) })
        }
        ParcelStatus::Registered | ParcelStatus::InTransit | ParcelStatus::OutForDelivery => {
            stuck(parcel, history, shop, abroad, now).or_else(|| late(parcel, history, shop, now))
        }
        ParcelStatus::Unknown | ParcelStatus::ReadyForPickup | ParcelStatus::Cancelled => None,
    }
}

fn stuck(parcel: &Parcel, history: &History, shop: &Calendar, abroad: bool, now: Timestamp) -> Option<TroubleView> {
    let waiting = parcel.status == ParcelStatus::Registered;
    let last = if waiting { parcel.announced()? } else { parcel.newest().or_else(|| parcel.handed_over())? };
    let leg = if waiting { Leg::Scan } else { Leg::Silence };
    let usual = history.spread(leg, local_weekday(&last, shop), None).map(|spread| spread.quantile(SILENT));
    let longest = match usual {
        Some(days) => (days + PATIENCE_DAYS).max(SHORTEST_DAYS),
        None if abroad => ABROAD_DAYS,
        None => HOME_DAYS,
    };
    let silent_ms = now.0 - last.at.0;
    (silent_ms > longest * Timestamp::DAY_MS).then_some(TroubleView { kind: Trouble::Stuck, since: Some(last.at) })
}

fn late(parcel: &Parcel, history: &History, shop: &Calendar, now: Timestamp) -> Option<TroubleView> {
    let due = range::due(parcel, history, shop).filter(|due| *due < now)?;
    Some(TroubleView { kind: Trouble::Late, since: Some(due) })
}

#[cfg(test)]
mod tests {
    use super::{super::history::Count, super::parcel::Scan, *};

    const NOW: Timestamp = Timestamp(1_795_255_200_000);

    fn days_ago(days: i64) -> Timestamp {
        NOW.plus_ms(-days * Timestamp::DAY_MS - 60_000)
    }

    fn parcel(status: ParcelStatus, scans: &[(i64, ParcelStatus)]) -> Parcel {
        let scan = |(days, status): &(i64, ParcelStatus)| Scan {
            at: days_ago(*days),
            utc_offset_min: Some(480),
            status: *status,
        };
        Parcel {
            status,
            shipped_at: None,
            delivered_at: None,
            promised: None,
            scans: scans.iter().map(scan).collect(),
            disputed_at: None,
        }
    }

    fn found(parcel: &Parcel, history: &History, abroad: bool) -> Option<(Trouble, Option<Timestamp>)> {
        let found = trouble(parcel, history, &Calendar::of_zone("Asia/Shanghai"), abroad, NOW);
        found.map(|found| (found.kind, found.since))
    }

    /// The longest silence of most parcels of this carrier.
    fn silences(days: i64) -> History {
        let count = |weekday| Count { leg: Leg::Silence, level: 1, weekday, days, parcels: 30 };
        History((0..7).map(count).collect())
    }

    #[test]
    fn what_the_carrier_says_counts_from_when_it_began_to_say_so() {
        use ParcelStatus::{Exception, InTransit};
        let held = parcel(Exception, &[(1, Exception), (2, Exception), (3, InTransit), (4, Exception)]);
        assert_eq!(found(&held, &History::default(), false), Some((Trouble::Held, Some(days_ago(2)))));
    }

    #[test]
    fn silence_is_measured_by_what_is_usual_for_the_carrier() {
        use ParcelStatus::InTransit;
        let quiet = |days| parcel(InTransit, &[(days + 1, InTransit), (days, InTransit)]);
        let said = |days, history: &History, abroad| found(&quiet(days), history, abroad).map(|(kind, _)| kind);
        assert_eq!(said(3, &History::default(), false), None);
        assert_eq!(said(4, &History::default(), false), Some(Trouble::Stuck));
        assert_eq!(said(4, &History::default(), true), None);
        assert_eq!(said(9, &History::default(), true), Some(Trouble::Stuck));
        assert_eq!(said(2, &silences(0), false), Some(Trouble::Stuck));
        assert_eq!(said(5, &silences(6), false), None);
        assert_eq!(found(&quiet(8), &silences(6), false), Some((Trouble::Stuck, Some(days_ago(8)))));
    }

    #[test]
    fn a_label_without_a_scan_is_stuck_too() {
        use ParcelStatus::Registered;
        assert_eq!(found(&parcel(Registered, &[(1, Registered)]), &History::default(), false), None);
        let forgotten = parcel(Registered, &[(5, Registered)]);
        assert_eq!(found(&forgotten, &History::default(), false), Some((Trouble::Stuck, Some(days_ago(5)))));
    }

    #[test]
    fn late_is_what_moves_on_after_its_day() {
        use ParcelStatus::InTransit;
        let mut late = parcel(InTransit, &[(3, InTransit), (0, InTransit)]);
        assert_eq!(found(&late, &History::default(), false), None);
        late.promised = Some((days_ago(2), days_ago(1)));
        assert_eq!(found(&late, &History::default(), false).map(|(kind, _)| kind), Some(Trouble::Late));
        // The promised day lasts until midnight where the parcel goes.
        late.promised = Some((NOW.plus_ms(-3_600_000), NOW.plus_ms(-1)));
        assert_eq!(found(&late, &History::default(), false), None);
        late.promised = None;
        let usual = |days| {
            let count = |weekday| Count { leg: Leg::Whole, level: 1, weekday, days, parcels: 30 };
            History((0..7).map(count).collect())
        };
        assert_eq!(found(&late, &usual(2), false).map(|(kind, _)| kind), Some(Trouble::Late));
        assert_eq!(found(&late, &usual(3), false), None);
    }

    #[test]
    fn only_what_was_delivered_can_be_disputed() {
        let mut parcel = parcel(ParcelStatus::Delivered, &[]);
        assert_eq!(found(&parcel, &History::default(), false), None);
        parcel.disputed_at = Some(NOW);
        assert_eq!(found(&parcel, &History::default(), false), Some((Trouble::Disputed, Some(NOW))));
        parcel.status = ParcelStatus::Returning;
        assert_eq!(found(&parcel, &History::default(), false).map(|(kind, _)| kind), Some(Trouble::Returning));
    }
}

use super::*;
use ParcelStatus::*;
use proptest::prelude::*;

const HOUR: i64 = Timestamp::HOUR_MS;

fn at(hour: i64, status: ParcelStatus) -> Scan {
    Scan { at: Timestamp(hour * HOUR), status }
}

fn nothing_said() -> Stated {
    Stated { status: Unknown, since: None }
}

fn after(scans: &[Scan]) -> ParcelStatus {
    current_status(nothing_said(), scans.iter().copied()).status
}

/// What a scan makes of a parcel, an hour and a day after it came where it is. One row for each "from", in the order of
/// `ParcelStatus::ALL`; `.` = stays.
#[test]
fn every_scan_after_every_status() {
    const SHORT: [(&str, ParcelStatus); 12] = [
        ("un", Unknown),
        ("re", Registered),
        ("tr", InTransit),
        ("of", OutForDelivery),
        ("pi", ReadyForPickup),
        ("at", Attempted),
        ("de", Delivered),
        ("ex", Exception),
        ("rg", Returning),
        ("rd", Returned),
        ("ca", Cancelled),
        ("xp", Expired),
    ];
    let soon = "
        un re tr of pi at de ex rg rd ca xp
        .  .  tr of pi at de ex rg rd ca xp
        .  .  .  of pi at de ex rg rd ex xp
        .  .  .  .  pi at de ex rg rd ex xp
        .  .  .  of .  .  de ex rg rd ex xp
        .  .  .  of pi .  de ex rg rd ex xp
        .  .  .  .  .  .  .  ex rg rd .  .
        .  .  tr of pi at de .  rg rd .  xp
        .  .  .  .  .  .  rd ex .  rd ex xp
        .  .  .  .  .  .  .  .  .  .  .  .
        .  re tr of pi at de ex rg rd .  .
        .  .  tr of pi at de ex rg rd .  .";
    // Only these differ when a round has ended in between.
    let next_round =
        [(OutForDelivery, InTransit), (ReadyForPickup, InTransit), (Attempted, InTransit), (ReadyForPickup, Attempted)];
    let rows: Vec<Vec<&str>> = soon.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 12);
    for (row, (_, from)) in rows.iter().zip(SHORT) {
        assert_eq!(row.len(), 12, "{from:?}");
        for (cell, (_, to)) in row.iter().zip(SHORT) {
            let expected = SHORT.iter().find(|(short, _)| short == cell).map_or(from, |(_, status)| *status);
            assert_eq!(after(&[at(0, from), at(1, to)]), expected, "{from:?}, an hour later {to:?}");
            let later = if next_round.contains(&(from, to)) { to } else { expected };
            assert_eq!(after(&[at(0, from), at(24, to)]), later, "{from:?}, a day later {to:?}");
        }
    }
}

#[test]
fn stories_that_carriers_tell() {
    for (story, scans, expected) in [
        ("an echo of the depot", vec![at(0, OutForDelivery), at(1, InTransit)], OutForDelivery),
        ("home again in the evening", vec![at(0, OutForDelivery), at(13, InTransit)], InTransit),
        (
            "the second round counts",
            vec![at(0, OutForDelivery), at(24, OutForDelivery), at(26, InTransit)],
            OutForDelivery,
        ),
        (
            "nobody at home, tried again",
            vec![at(0, OutForDelivery), at(4, Attempted), at(24, OutForDelivery)],
            OutForDelivery,
        ),
        ("a late scan after delivery", vec![at(0, InTransit), at(9, Delivered), at(20, InTransit)], Delivered),
        ("wrongly delivered, put right", vec![at(0, Delivered), at(5, Exception), at(9, InTransit)], InTransit),
        ("back to the sender", vec![at(0, Returning), at(9, InTransit), at(20, OutForDelivery)], Returning),
        ("delivered to the sender", vec![at(0, Returning), at(9, InTransit), at(30, Delivered)], Returned),
        ("trouble on the way back", vec![at(0, Returning), at(9, Exception), at(20, InTransit)], Returning),
        ("a voided label that travels", vec![at(0, Registered), at(1, Cancelled), at(9, InTransit)], InTransit),
        ("called off under way", vec![at(0, InTransit), at(9, Cancelled)], Exception),
        ("given up too early", vec![at(0, InTransit), at(700, Expired), at(720, Delivered)], Delivered),
        ("the end is the end", vec![at(0, Returned), at(9, Delivered)], Returned),
    ] {
        assert_eq!(after(&scans), expected, "{story}");
    }
}

#[test]
fn it_is_so_since_the_scan_that_made_it_so() {
    let since = |scans: &[Scan]| current_status(nothing_said(), scans.iter().copied()).since.map(|t| t.0 / HOUR);
    assert_eq!(since(&[at(3, Delivered), at(1, InTransit), at(5, Delivered)]), Some(3));
    assert_eq!(since(&[at(1, OutForDelivery), at(25, OutForDelivery)]), Some(1));
    assert_eq!(since(&[]), None);
    let shop = Stated { status: Delivered, since: Some(Timestamp(4 * HOUR)) };
    assert_eq!(current_status(shop, [at(1, InTransit)]), Current { status: Delivered, since: None });
    assert_eq!(current_status(shop, [at(9, Delivered)]).since, Some(Timestamp(9 * HOUR)));
}

#[test]
fn the_shop_s_word_only_takes_a_parcel_further() {
    for (said, since, scans, expected) in [
        (InTransit, Some(5), vec![], InTransit),
        (Unknown, Some(5), vec![at(1, InTransit)], InTransit),
        (Delivered, Some(5), vec![at(1, InTransit)], Delivered),
        (Delivered, Some(5), vec![at(1, InTransit), at(9, OutForDelivery)], Delivered),
        // Later evidence.
        (Delivered, Some(5), vec![at(9, Exception)], Exception),
        (Delivered, Some(5), vec![at(9, Returning)], Returning),
        // The shop's system lags behind.
        (InTransit, Some(50), vec![at(1, OutForDelivery)], OutForDelivery),
        (InTransit, Some(50), vec![at(1, Exception)], Exception),
        (OutForDelivery, Some(50), vec![at(1, Attempted)], Attempted),
        (Exception, Some(50), vec![at(1, Delivered)], Delivered),
        (Registered, Some(50), vec![at(1, Delivered)], Delivered),
        (Delivered, Some(50), vec![at(1, Returning)], Returning),
        (Returned, Some(50), vec![at(1, Returning)], Returned),
        (Exception, Some(50), vec![at(1, InTransit)], Exception),
        (Exception, Some(50), vec![at(1, InTransit), at(60, InTransit)], InTransit),
        // Voided by the shop: unless it travels.
        (Cancelled, Some(5), vec![at(1, Registered)], Cancelled),
        (Cancelled, Some(5), vec![at(1, InTransit)], InTransit),
        (Cancelled, Some(5), vec![at(9, InTransit)], InTransit),
        // A round begins with the shop's word too.
        (OutForDelivery, Some(5), vec![at(6, InTransit)], OutForDelivery),
        (OutForDelivery, Some(5), vec![at(30, InTransit)], InTransit),
        (OutForDelivery, None, vec![at(30, InTransit)], InTransit),
    ] {
        let stated = Stated { status: said, since: since.map(|h| Timestamp(h * HOUR)) };
        assert_eq!(current_status(stated, scans.clone()).status, expected, "{stated:?} {scans:?}");
    }
}

fn a_status() -> impl Strategy<Value = ParcelStatus> {
    proptest::sample::select(&ParcelStatus::ALL[..])
}

fn scans(hours: i64) -> impl Strategy<Value = Vec<Scan>> {
    proptest::collection::vec((0..hours, a_status()).prop_map(|(hour, status)| at(hour, status)), 0..14)
}

fn statement() -> impl Strategy<Value = Stated> {
    let since = proptest::option::of((0i64..80).prop_map(|hour| Timestamp(hour * HOUR)));
    (a_status(), since).prop_map(|(status, since)| Stated { status, since })
}

proptest! {
    /// Shuffled and with repetitions: the same end.
    #[test]
    fn the_order_of_reports_does_not_matter(
        (stated, history) in (statement(), scans(80)),
        shuffle in any::<u64>(),
        again in proptest::collection::vec(any::<proptest::sample::Index>(), 0..6),
    ) {
        let mut told = history.clone();
        told.extend(again.iter().filter(|_| !history.is_empty()).map(|i| *i.get(&history)));
        // Any permutation: sorted by a keyed hash of the place.
        let mut order: Vec<(u64, Scan)> = (1u64..).zip(told).map(|(n, s)| ((n ^ shuffle).wrapping_mul(0x9E37_79B9_7F4A_7C15), s)).collect();
        order.sort_by_key(|(key, _)| *key);
        let mut ordered = history;
        ordered.sort_by_key(|s| s.at);
        prop_assert_eq!(current_status(stated, ordered), current_status(stated, order.into_iter().map(|(_, s)| s)));
    }

    /// Of a parcel without trouble, within a day's round, whatever comes in late takes it further or nowhere.
    #[test]
    fn without_trouble_nothing_that_comes_late_moves_it_back(history in scans(12), late in scans(12)) {
        let calm = |s: &&Scan| !matches!(s.status, Exception | Returning | Returned | Cancelled | Expired);
        let before: Vec<Scan> = history.iter().filter(calm).copied().collect();
        let all: Vec<Scan> = before.iter().chain(late.iter().filter(calm)).copied().collect();
        prop_assert!(after(&all).stage() >= after(&before).stage(), "{:?} then {:?}", before, all);
    }

    /// A lagging shop never takes back what a scan has shown.
    #[test]
    fn the_shop_never_moves_it_back(stated in statement(), history in scans(40)) {
        let last = Stated { since: Some(Timestamp(80 * HOUR)), ..stated };
        let (by_scans, with_shop) = (after(&history), current_status(last, history).status);
        prop_assert!(advance(with_shop) >= advance(by_scans));
    }
}

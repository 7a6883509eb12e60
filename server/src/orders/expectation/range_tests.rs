//! A shop whose parcels' true ways are known: most of them must arrive within the range that was shown.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::orders::expectation::{
    calendar::weekday,
    history::{Count, DAYS},
    lane::Groups,
    lesson::lessons,
};
use std::collections::HashMap;

const HOUR: i64 = Timestamp::HOUR_MS;
/// 2026-11-21T00:00 in Shanghai.
const TODAY: i64 = 1_795_190_400_000;
const OFFSET: i32 = 480;

fn shop() -> Calendar {
    Calendar::of_zone("Asia/Shanghai")
}

/// The same numbers on every machine (a 64-bit linear congruential generator, Knuth's constants).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides) as i64
    }
}

const CARRIERS: [&str; 3] = ["sf", "zto", "ems"];
const REGIONS: [&str; 6] = ["shanghai", "zhejiang", "beijing", "guangdong", "sichuan", "xinjiang"];

/// Handed over on some day of the last half-year; no carrier but the first delivers on Sundays, the further the region
/// the longer the way, some parcels wait for days, and now and then one is found behind a shelf.
struct Way {
    carrier: &'static str,
    region: &'static str,
    parcel: Parcel,
}

fn way(dice: &mut Dice, days_ago: i64) -> Way {
    // Half of all parcels go to the two nearest regions, hardly any to the last.
    let region = [0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5][dice.roll(12) as usize];
    let carrier = dice.roll(3) as usize;
    let begun = TODAY - days_ago * 24 * HOUR + (8 + dice.roll(12)) * HOUR;
    let base = [1, 1, 2, 2, 3, 6][region] + [0, 1, 2][carrier];
    let mut days = base + i64::from(dice.roll(100) < 30);
    while dice.roll(100) < 15 {
        days += 1;
    }
    if dice.roll(1_000) < 3 {
        days += 40;
    }
    let calendar = shop();
    let first = calendar.day(Timestamp(begun));
    if carrier > 0 && weekday(first + days) == 6 {
        days += 1;
    }
    let scan = |at, status| Scan { at: Timestamp(at), utc_offset_min: Some(OFFSET), status };
    let door = calendar.start_of(first + days).0 + (9 + dice.roll(10)) * HOUR;
    let mut scans = vec![scan(begun - 5 * HOUR, ParcelStatus::Registered), scan(begun, ParcelStatus::InTransit)];
    scans.extend((1..=days).map(|day| scan(calendar.start_of(first + day).0 + 2 * HOUR, ParcelStatus::InTransit)));
    scans.push(scan(door - HOUR, ParcelStatus::OutForDelivery));
    scans.push(scan(door, ParcelStatus::Delivered));
    Way {
        carrier: CARRIERS[carrier],
        region: REGIONS[region],
        parcel: Parcel {
            status: ParcelStatus::Delivered,
            shipped_at: None,
            delivered_at: Some(Timestamp(door)),
            promised: None,
            scans,
            disputed_at: None,
        },
    }
}

fn groups(way: &Way) -> Groups {
    Groups::of(Some(way.carrier), "CN", Some("CN"), Some(way.region))
}

/// As the tables hold it.
#[derive(Default)]
struct Book(HashMap<(&'static str, String, String, i64, i64), u32>);

impl Book {
    fn learn(&mut self, way: &Way) {
        for lesson in lessons(&way.parcel, &shop()) {
            for (carrier, lane) in groups(way).iter() {
                let key = (lesson.leg.name(), carrier.to_owned(), lane.to_owned(), lesson.weekday, lesson.days);
                *self.0.entry(key).or_default() += 1;
            }
        }
    }

    fn history(&self, groups: &Groups) -> History {
        let counts = self.0.iter().filter_map(|((leg, carrier, lane, weekday, days), parcels)| {
            let level = groups.level(carrier, lane)?;
            Some(Count { leg: Leg::from_name(leg)?, level, weekday: *weekday, days: *days, parcels: *parcels })
        });
        History(counts.collect())
    }
}

/// What was known of the parcel at that moment.
fn at(parcel: &Parcel, now: Timestamp) -> Parcel {
    let mut known = parcel.clone();
    known.scans.retain(|scan| scan.at <= now);
    known.status = known.newest().map_or(ParcelStatus::Unknown, |scan| scan.status);
    known.delivered_at = None;
    known
}

#[derive(Default)]
struct Score {
    shown: usize,
    held: usize,
    widths: Vec<i64>,
}

impl Score {
    fn see(&mut self, range: Option<DateRange>, door: Timestamp) {
        let Some(range) = range else { return };
        assert_eq!(range.source, ExpectedSource::History);
        self.shown += 1;
        self.held += usize::from((range.earliest..=range.latest).contains(&door));
        self.widths.push((range.latest.0 - range.earliest.0 + 1) / Timestamp::DAY_MS);
    }

    fn say(&mut self, when: &str, asked: usize) -> (f64, i64) {
        self.widths.sort_unstable();
        let (held, width) = (self.held as f64 / self.shown as f64, self.widths[self.shown / 2]);
        println!(
            "expected delivery asked {when}: {:.1} % of {} parcels arrived within the shown range, median width {width} \
             days, shown for {:.1} %",
            held * 100.0,
            self.shown,
            self.shown as f64 / asked as f64 * 100.0
        );
        (held, width)
    }
}

#[test]
fn four_of_five_parcels_arrive_within_the_shown_range() {
    let mut dice = Dice(7);
    let mut book = Book::default();
    for _ in 0..4_000 {
        let days_ago = 60 + dice.roll(120);
        book.learn(&way(&mut dice, days_ago));
    }
    let (mut at_once, mut under_way, mut at_the_door) = (Score::default(), Score::default(), Score::default());
    let asked = 3_000;
    for _ in 0..asked {
        let days_ago = dice.roll(50);
        let way = way(&mut dice, days_ago);
        let (history, door) = (book.history(&groups(&way)), way.parcel.delivered_at.unwrap());
        let begun = way.parcel.handed_over().unwrap().at;
        let ask = |score: &mut Score, now: Timestamp| {
            score.see(expected(&at(&way.parcel, now), &history, &shop(), now), door);
        };
        ask(&mut at_once, begun.plus_ms(HOUR));
        let later = dice.roll((door.0 - begun.0 - HOUR) as u64 / 60_000) * 60_000;
        ask(&mut under_way, begun.plus_ms(later));
        ask(&mut at_the_door, door.plus_ms(-HOUR / 2));
    }
    for (score, when, widest) in
        [(&mut at_once, "at the hand-over", 4), (&mut under_way, "on the way", 3), (&mut at_the_door, "at the door", 1)]
    {
        let (held, width) = score.say(when, asked);
        assert!(held >= 0.8, "{when}: only {held:.3} arrived within the range");
        assert!(width <= widest, "{when}: half of the ranges are wider than {width} days: true, and no help");
        assert!(score.shown * 10 >= asked * 9, "{when}: shown for {} of {asked} only", score.shown);
    }
}

#[test]
fn a_thin_history_shows_nothing() {
    let mut dice = Dice(11);
    let mut book = Book::default();
    for _ in 0..19 {
        book.learn(&way(&mut dice, 90));
    }
    for _ in 0..200 {
        let way = way(&mut dice, 3);
        let history = book.history(&groups(&way));
        for now in [1, 30, 70].map(|hours| way.parcel.handed_over().unwrap().at.plus_ms(hours * HOUR)) {
            assert_eq!(expected(&at(&way.parcel, now), &history, &shop(), now), None);
            assert_eq!(first_scan(&at(&way.parcel, now.plus_ms(-6 * HOUR)), &history, &shop(), now), None);
        }
    }
}

fn usual(days: i64) -> History {
    let count = |weekday| Count { leg: Leg::Whole, level: 1, weekday, days, parcels: 40 };
    History((0..7).map(count).collect())
}

fn moving(promised: Option<(Timestamp, Timestamp)>) -> Parcel {
    let scan = Scan { at: Timestamp(TODAY + 9 * HOUR), utc_offset_min: Some(OFFSET), status: ParcelStatus::InTransit };
    Parcel {
        status: ParcelStatus::InTransit,
        shipped_at: None,
        delivered_at: None,
        promised,
        scans: vec![scan],
        disputed_at: None,
    }
}

#[test]
fn without_history_the_carriers_promise_stands() {
    let promise = (Timestamp(TODAY + 30 * HOUR), Timestamp(TODAY + 80 * HOUR));
    let now = Timestamp(TODAY + 10 * HOUR);
    let range = expected(&moving(Some(promise)), &History::default(), &shop(), now).unwrap();
    assert_eq!((range.earliest, range.latest, range.source), (promise.0, promise.1, ExpectedSource::Carrier));
    assert_eq!(expected(&moving(None), &History::default(), &shop(), now), None);
}

#[test]
fn days_are_whole_and_those_of_the_place() {
    let now = Timestamp(TODAY + 10 * HOUR);
    let range = expected(&moving(None), &usual(2), &shop(), now).unwrap();
    assert_eq!(range.earliest, Timestamp(TODAY + 48 * HOUR));
    assert_eq!(range.latest, Timestamp(TODAY + 72 * HOUR - 1));
    assert_eq!((range.source, range.utc_offset_min), (ExpectedSource::History, Some(OFFSET)));
}

#[test]
fn late_in_the_evening_today_is_over() {
    let mut parcel = moving(None);
    parcel.scans[0].status = ParcelStatus::OutForDelivery;
    parcel.status = ParcelStatus::OutForDelivery;
    let door =
        |weekday| [(0, 30), (1, 10)].map(|(days, parcels)| Count { leg: Leg::Door, level: 1, weekday, days, parcels });
    let history = History((0..7).flat_map(door).collect());
    let on = |hour| expected(&parcel, &history, &shop(), Timestamp(TODAY + hour * HOUR)).unwrap();
    assert_eq!(on(12).earliest, Timestamp(TODAY));
    assert_eq!(on(22).earliest, Timestamp(TODAY + 24 * HOUR));
}

#[test]
fn what_takes_far_longer_than_any_other_is_late_and_not_foretold() {
    let parcel = moving(None);
    let now = Timestamp(TODAY + 4 * 24 * HOUR);
    assert_eq!(expected(&parcel, &usual(2), &shop(), now), None);
    assert_eq!(due(&parcel, &usual(2), &shop()), Some(Timestamp(TODAY + 72 * HOUR - 1)));
    assert!(usual(2).spread(Leg::Whole, 0, None).unwrap().quantile(1.0) < DAYS as i64);
}

//! When a shop's counter is open, or its people answer conversations: read from a TOML file, asked in the shop's own time.
//!
//! ```toml
//! [week]                          # a day that is left out is closed
//! monday = ["10:00-13:00", "14:00-20:00"]
//! friday = ["10:00-02:00"]        # into the next morning
//!
//! [[day]]                         # holidays, and days with other hours
//! from = "2027-02-05"
//! to = "2027-02-09"               # left out: one day
//! hours = []                      # closed
//! ```

use aftercart_shared::time::Timestamp;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::Deserialize;
use std::collections::BTreeMap;

const DAY_MINUTES: i16 = 24 * 60;
/// Nobody plans further ahead than this; a door that stays shut longer has no day on which it opens.
const LOOKED_AHEAD_DAYS: i32 = 60;
/// Opened and closed so often, nobody counts any further how long it was open.
const STEPS_MAX: usize = 200;
/// Of one entry of `[[day]]`: longer is a slip of the pen.
const SPECIAL_DAYS_MAX: usize = 366;

/// Minutes after midnight; the end may lie in the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: i16,
    to: i16,
}

/// A site's opening hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From Monday on.
    week: [Vec<Span>; 7],
    special: BTreeMap<Date, Vec<Span>>,
    /// As it was written.
    source: String,
}

/// What somebody finds who comes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `None`: it does not close in the days that can be looked ahead.
    Open { until: Option<Timestamp> },
    /// `None`: it does not open in the days that can be looked ahead.
    Closed { opens: Option<Timestamp> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    week: Week,
    #[serde(default)]
    day: Vec<Special>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Week {
    monday: Vec<String>,
    tuesday: Vec<String>,
    wednesday: Vec<String>,
    thursday: Vec<String>,
    friday: Vec<String>,
    saturday: Vec<String>,
    sunday: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Special {
    from: String,
    to: Option<String>,
    hours: Vec<String>,
}

impl Hours {
    /// Reads a file as the module describes it.
    ///
    /// # Errors
    /// Everything that has to be mended in it, in words for whoever wrote it.
    pub fn parse(source: &str) -> Result<Hours, Vec<String>> {
        let file: File = toml::from_str(source).map_err(|error| vec![error.to_string()])?;
        let mut wrong = Vec::new();
        let Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday } = file.week;
        let week = [monday, tuesday, wednesday, thursday, friday, saturday, sunday];
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let mut place = names.iter();
        let week = week.map(|written| spans(&written, place.next().unwrap_or(&""), &mut wrong));
        let mut special = BTreeMap::new();
        for Special { from, to, hours } in file.day {
            let spans = spans(&hours, &from, &mut wrong);
            match days(&from, to.as_deref()) {
                Ok(days) => {
                    for day in days {
                        if special.insert(day, spans.clone()).is_some() {
                            wrong.push(format!("{day} is there twice"));
                        }
                    }
                }
                Err(why) => wrong.push(why),
            }
        }
        match wrong.is_empty() {
            true => Ok(Hours { week, special, source: source.to_owned() }),
            false => Err(wrong),
        }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    fn on(&self, day: Date) -> &[Span] {
        self.special.get(&day).map_or_else(|| &self.week[nth(day.weekday())], Vec::as_slice)
    }

    /// Whether it opens at all on that day.
    pub fn open_on(&self, day: Date) -> bool {
        !self.on(day).is_empty()
    }

    /// The last day on which it opens, from `first` to `last`.
    pub fn last_open(&self, first: Date, last: Date) -> Option<Date> {
        let mut days = first.series(1.day()).take_while(|day| *day <= last).collect::<Vec<_>>();
        days.reverse();
        days.into_iter().find(|day| self.open_on(*day))
    }

    /// The door at this moment, where clocks go by `zone`.
    pub fn door(&self, now: Timestamp, zone: &TimeZone) -> Door {
        let moment = jiff::Timestamp::from_millisecond(now.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let today = zone.to_datetime(moment).date();
        // Yesterday's hours may reach into today.
        let first = today.saturating_sub(1.day());
        let mut open: Option<(Timestamp, Timestamp)> = None;
        for day in first.series(1.day()).take(LOOKED_AHEAD_DAYS as usize) {
            for span in self.on(day) {
                let (from, to) = (at(day, span.from, zone), at(day, span.to, zone));
                match open {
                    // It stays open over midnight, or over a stroke of the clock.
                    Some((begun, until)) if from <= until => open = Some((begun, until.max(to))),
                    Some((begun, until)) if now < until => return seen(begun, until, now),
                    _ => open = Some((from, to)),
                }
            }
        }
        match open {
            Some((begun, until)) if begun <= now && now < until => Door::Open { until: None },
            Some((begun, until)) if now < until => seen(begun, until, now),
            _ => Door::Closed { opens: None },
        }
    }

    /// How long it was open between two moments, at most [`STEPS_MAX`] stretches of it.
    pub fn open_ms(&self, from: Timestamp, to: Timestamp, zone: &TimeZone) -> i64 {
        let (mut at, mut open) = (from, 0);
        for _ in 0..STEPS_MAX {
            if at >= to {
                break;
            }
            match self.door(at, zone) {
                Door::Open { until } => {
                    let until = until.map_or(to, |until| until.min(to));
                    open += until.0 - at.0;
                    at = until;
                }
                Door::Closed { opens: Some(opens) } => at = opens,
                Door::Closed { opens: None } => break,
            }
        }
        open
    }
}

/// A stretch that has not ended yet.
fn seen(begun: Timestamp, until: Timestamp, now: Timestamp) -> Door {
    match begun <= now {
        true => Door::Open { until: Some(until) },
        false => Door::Closed { opens: Some(begun) },
    }
}

fn nth(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

fn at(day: Date, minutes: i16, zone: &TimeZone) -> Timestamp {
    let (day, minutes) = match minutes >= DAY_MINUTES {
        true => (day.saturating_add(1.day()), minutes - DAY_MINUTES),
        false => (day, minutes),
    };
    let local = day.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0);
    // Where clocks jump over it, the moment after the jump; where it comes twice, the first.
    let at = zone.to_ambiguous_zoned(local).compatible();
    at.map_or(Timestamp(0), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
}

fn days(from: &str, to: Option<&str>) -> Result<Vec<Date>, String> {
    let date = |written: &str| written.parse::<Date>().map_err(|_| format!("{written:?} is no day: write 2027-02-05"));
    let (first, last) = (date(from)?, date(to.unwrap_or(from))?);
    if last < first {
        return Err(format!("{first} to {last}: the end is before the beginning"));
    }
    let days: Vec<Date> = first.series(1.day()).take_while(|day| *day <= last).take(SPECIAL_DAYS_MAX + 1).collect();
    match days.len() > SPECIAL_DAYS_MAX {
        true => Err(format!("{first} to {last} is more than {SPECIAL_DAYS_MAX} days")),
        false => Ok(days),
    }
}

fn spans(written: &[String], place: &str, wrong: &mut Vec<String>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for text in written {
        let Some(mut span) = span(text) else {
            wrong.push(format!("{place}: {text:?} is no time from and to: write 10:00-22:00"));
            continue;
        };
        if span.to <= span.from {
            span.to += DAY_MINUTES;
        }
        if spans.last().is_some_and(|before| span.from < before.to) {
            wrong.push(format!("{place}: {text:?} begins before the hours before it end"));
        }
        spans.push(span);
    }
    spans
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, to) = (minutes(from.trim())?, minutes(to.trim())?);
    (from < DAY_MINUTES && from != to).then_some(Span { from, to })
}

fn minutes(text: &str) -> Option<i16> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.is_empty() || hours.len() > 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes) || (hours, minutes) == (24, 0))
        .then_some(hours * 60 + minutes)
}

#[cfg(test)]
#[path = "hours_tests.rs"]
#[allow(clippy::unwrap_used)]
mod tests;

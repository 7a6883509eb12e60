//! Lengths of time as shops promise them.

use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

/// A whole number of calendar units, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Span {
    Days(i32),
    Weeks(i32),
    Months(i32),
    Years(i32),
    NoLimit,
}

/// Long enough for any guarantee, short enough for any calendar.
const LONGEST_YEARS: i32 = 100;

impl Span {
    /// Reads `30 days`, `1 day`, `2 weeks`, `6 months`, `2 years`, `no limit`.
    pub fn parse(text: &str) -> Option<Span> {
        let mut words = text.split_whitespace();
        let (count, unit) = (words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        if (count, unit) == ("no", "limit") {
            return Some(Span::NoLimit);
        }
        let count: i32 = count.parse().ok()?;
        let (span, longest) = match unit {
            "day" | "days" => (Span::Days(count), 365 * LONGEST_YEARS),
            "week" | "weeks" => (Span::Weeks(count), 52 * LONGEST_YEARS),
            "month" | "months" => (Span::Months(count), 12 * LONGEST_YEARS),
            "year" | "years" => (Span::Years(count), LONGEST_YEARS),
            _ => return None,
        };
        (0..=longest).contains(&count).then_some(span)
    }

    /// The last day of this length of time when it begins on the day after `since`; `None` without a limit. A month or year
    /// later that the calendar does not have (31 April, 29 February) is the last day of that month.
    pub fn last_day(self, since: Date) -> Option<Date> {
        let span = match self {
            Span::Days(count) => count.days(),
            Span::Weeks(count) => count.weeks(),
            Span::Months(count) => count.months(),
            Span::Years(count) => count.years(),
            Span::NoLimit => return None,
        };
        Some(since.saturating_add(span))
    }
}

impl TryFrom<String> for Span {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Span::parse(&text).ok_or_else(|| {
            format!(
                "{text:?} is not a length of time; write `30 days`, `6 months`, `2 years` (100 at most) or `no limit`"
            )
        })
    }
}

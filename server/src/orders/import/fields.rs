//! Single fields: texts, dates, amounts, ids. Every refusal is one English sentence that names the field.

use aftercart_shared::{
    money::{Currency, Money},
    time::Timestamp,
    validate::Contact,
};
use jiff::fmt::temporal::{DateTimeParser, Pieces, PiecesOffset};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Moves every date of a file by whole days, so that the demo shop's parcels are always on their way today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    pub days: i64,
}

/// What the fields of a file are read with.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The site's country, for telephone numbers without one.
    pub country: &'a str,
    pub shift: Shift,
}

/// A number or a string, kept exactly as written: ids beyond 2^53 and amounts never pass through a float.
#[derive(Clone, Debug, PartialEq, Eq, utoipa::ToSchema)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        match raw.as_bytes().first() {
            Some(b'"') => serde_json::from_str(raw).map(Scalar).map_err(D::Error::custom),
            Some(b'-' | b'0'..=b'9') => Ok(Scalar(raw.to_owned())),
            _ => Err(D::Error::custom(format!("expected a number or a string, found {}", kind_of(raw)))),
        }
    }
}

fn kind_of(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        _ => "null",
    }
}

/// Longest texts that are stored, in characters.
pub mod limit {
    pub const ID: usize = 100;
    pub const NAME: usize = 255;
    pub const TITLE: usize = 500;
    pub const URL: usize = 2_000;
    pub const EVENT: usize = 2_000;
    pub const CODE: usize = 100;
}

/// Checks a text that is stored as it is. Blank is absent.
pub fn text(field: &str, value: Option<String>, max: usize) -> Result<Option<String>, String> {
    let Some(value) = value else { return Ok(None) };
    if value.chars().any(is_refused) {
        return Err(format!("{field} contains a control or text-direction character"));
    }
    let value = value.trim();
    let length = value.chars().count();
    if length > max {
        return Err(format!("{field} has {length} characters; at most {max} are allowed"));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// The same for a text that must be there.
pub fn required(field: &str, value: Option<String>, max: usize) -> Result<String, String> {
    text(field, value, max)?.ok_or_else(|| format!("{field} is missing or empty"))
}

pub use aftercart_shared::validate::misleads as is_refused;

/// A moment with the offset at which it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub utc_offset_min: Option<i64>,
}

static DATES: DateTimeParser = DateTimeParser::new();
/// 1990 to 2100: an order outside of it is a typing or unit mistake.
const PLAUSIBLE_MS: std::ops::Range<i64> = 631_152_000_000..4_102_444_800_000;

impl Reading<'_> {
    /// An RFC 3339 date with time and zone.
    pub fn moment(&self, field: &str, value: &str) -> Result<Moment, String> {
        let value = value.trim();
        let wrong = || format!("{field} {value:?} is not a date with time and zone such as 2026-11-10T09:12:00+08:00");
        let pieces: Pieces = DATES.parse_pieces(value).map_err(|_| wrong())?;
        // `-00:00` and `Z` say the moment but not the local time.
        let (offset, utc_offset_min) = match pieces.offset().ok_or_else(wrong)? {
            PiecesOffset::Numeric(numeric) if !(numeric.is_negative() && numeric.offset().is_zero()) => {
                let offset = numeric.offset();
                (offset, Some(i64::from(offset.seconds()) / 60))
            }
            other => (other.to_numeric_offset(), None),
        };
        let local = pieces.date().to_datetime(pieces.time().ok_or_else(wrong)?);
        let ms = offset.to_timestamp(local).map_err(|_| wrong())?.as_millisecond();
        if !PLAUSIBLE_MS.contains(&ms) {
            return Err(format!("{field} {value:?} is not between the years 1990 and 2100"));
        }
        let at = Timestamp(ms).plus_ms(self.shift.days.saturating_mul(Timestamp::DAY_MS));
        Ok(Moment { at, utc_offset_min })
    }

    pub fn date(&self, field: &str, value: Option<&str>) -> Result<Option<Timestamp>, String> {
        value.filter(|v| !v.trim().is_empty()).map(|v| self.moment(field, v).map(|m| m.at)).transpose()
    }

    /// The telephone number as a key; the order's own country knows better than the site's.
    pub fn phone(&self, value: &str, country: Option<&str>) -> Option<String> {
        crate::orders::phone::phone_key(value, country.unwrap_or(self.country))
    }
}

/// The address in lower case; nothing when it is none.
pub fn email(value: &str) -> Option<String> {
    match Contact::parse(value) {
        Ok(Contact::Email(email)) => Some(email),
        _ => None,
    }
}

pub fn currency(field: &str, value: &str) -> Result<Currency, String> {
    Currency::parse(value).ok_or_else(|| format!("{field} {value:?} is not a three-letter currency code"))
}

pub fn amount(field: &str, value: &str, currency: Currency) -> Result<i64, String> {
    let wrong = || format!("{field} {value:?} is not an amount in {}", currency.code());
    Money::from_major(value, currency).map(|m| m.minor).ok_or_else(wrong)
}

/// An address that the shopper may be sent to.
pub fn https(value: &str) -> Option<&str> {
    let rest = value.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let clean = !value.contains(|c: char| c.is_whitespace() || is_refused(c) || matches!(c, '"' | '<' | '>' | '\\'));
    (clean && host.contains('.') && !host.contains('@')).then_some(value)
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;

//! Times as carriers write them: with an offset, in UTC, or as the clock on the wall where the parcel was.

use aftercart_shared::time::Timestamp;
use jiff::{
    civil::DateTime,
    fmt::temporal::{DateTimeParser, Pieces, PiecesOffset},
    tz::TimeZone,
};

static DATES: DateTimeParser = DateTimeParser::new();
/// 1990 to 2100: outside of it somebody's clock or unit is wrong.
const PLAUSIBLE_MS: std::ops::Range<i64> = 631_152_000_000..4_102_444_800_000;

/// A moment, and the offset in minutes at which it was written; `None` where it was written in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub utc_offset_min: Option<i64>,
}

/// Reads a date with time; `zone` (IANA) is where the clock hung if the text does not say. A date alone is its midnight.
pub fn moment(text: &str, zone: &str) -> Option<Moment> {
    let pieces: Pieces = DATES.parse_pieces(text.trim()).ok()?;
    let local: DateTime = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let (ms, utc_offset_min) = match pieces.offset() {
        Some(PiecesOffset::Numeric(numeric)) if !(numeric.is_negative() && numeric.offset().is_zero()) => {
            let offset = numeric.offset();
            (offset.to_timestamp(local).ok()?.as_millisecond(), Some(i64::from(offset.seconds()) / 60))
        }
        Some(other) => (other.to_numeric_offset().to_timestamp(local).ok()?.as_millisecond(), None),
        None => {
            let zoned = local.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC)).ok()?;
            (zoned.timestamp().as_millisecond(), Some(i64::from(zoned.offset().seconds()) / 60))
        }
    };
    PLAUSIBLE_MS.contains(&ms).then_some(Moment { at: Timestamp(ms), utc_offset_min })
}

/// The zone of a place by its country (ISO 3166, two or three letters) and, where the country has several, its state or
/// province. `None` where that does not tell.
pub fn zone_of(country: Option<&str>, state: Option<&str>) -> Option<&'static str> {
    let country = country?.trim().to_ascii_uppercase();
    let state = state.unwrap_or_default().trim().to_ascii_uppercase();
    let states = match country.as_str() {
        "US" | "USA" => AMERICAN,
        "CA" | "CAN" => CANADIAN,
        "AU" | "AUS" => AUSTRALIAN,
        other => {
            let found = COUNTRIES.iter().find(|(two, three, _)| *two == other || *three == other);
            return found.map(|(_, _, zone)| *zone);
        }
    };
    states.iter().find(|(names, _)| names.split(' ').any(|name| name == state)).map(|(_, zone)| *zone)
}

/// Countries of one zone (of several, those whose parcels nearly all travel in one).
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("CN", "CHN", "Asia/Shanghai"),
    ("HK", "HKG", "Asia/Hong_Kong"),
    ("MO", "MAC", "Asia/Macau"),
    ("TW", "TWN", "Asia/Taipei"),
    ("JP", "JPN", "Asia/Tokyo"),
    ("KR", "KOR", "Asia/Seoul"),
    ("SG", "SGP", "Asia/Singapore"),
    ("MY", "MYS", "Asia/Kuala_Lumpur"),
    ("TH", "THA", "Asia/Bangkok"),
    ("VN", "VNM", "Asia/Ho_Chi_Minh"),
    ("PH", "PHL", "Asia/Manila"),
    ("IN", "IND", "Asia/Kolkata"),
    ("AE", "ARE", "Asia/Dubai"),
    ("SA", "SAU", "Asia/Riyadh"),
    ("IL", "ISR", "Asia/Jerusalem"),
    ("TR", "TUR", "Europe/Istanbul"),
    ("GB", "GBR", "Europe/London"),
    ("IE", "IRL", "Europe/Dublin"),
    ("PT", "PRT", "Europe/Lisbon"),
    ("ES", "ESP", "Europe/Madrid"),
    ("FR", "FRA", "Europe/Paris"),
    ("BE", "BEL", "Europe/Brussels"),
    ("NL", "NLD", "Europe/Amsterdam"),
    ("LU", "LUX", "Europe/Luxembourg"),
    ("DE", "DEU", "Europe/Berlin"),
    ("CH", "CHE", "Europe/Zurich"),
    ("AT", "AUT", "Europe/Vienna"),
    ("IT", "ITA", "Europe/Rome"),
    ("PL", "POL", "Europe/Warsaw"),
    ("CZ", "CZE", "Europe/Prague"),
    ("HU", "HUN", "Europe/Budapest"),
    ("DK", "DNK", "Europe/Copenhagen"),
    ("SE", "SWE", "Europe/Stockholm"),
    ("NO", "NOR", "Europe/Oslo"),
    ("FI", "FIN", "Europe/Helsinki"),
    ("GR", "GRC", "Europe/Athens"),
    ("RO", "ROU", "Europe/Bucharest"),
    ("NZ", "NZL", "Pacific/Auckland"),
];

const AMERICAN: &[(&str, &str)] = &[
    ("CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV", "America/New_York"),
    ("AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI", "America/Chicago"),
    ("CO ID MT NM UT WY", "America/Denver"),
    ("AZ", "America/Phoenix"),
    ("CA NV OR WA", "America/Los_Angeles"),
    ("AK", "America/Anchorage"),
    ("HI", "Pacific/Honolulu"),
    ("PR", "America/Puerto_Rico"),
];

const CANADIAN: &[(&str, &str)] = &[
    ("ON QC", "America/Toronto"),
    ("MB", "America/Winnipeg"),
    ("SK", "America/Regina"),
    ("AB", "America/Edmonton"),
    ("BC", "America/Vancouver"),
    ("NB NS PE", "America/Halifax"),
    ("NL", "America/St_Johns"),
];

const AUSTRALIAN: &[(&str, &str)] = &[
    ("NSW ACT", "Australia/Sydney"),
    ("VIC", "Australia/Melbourne"),
    ("QLD", "Australia/Brisbane"),
    ("SA", "Australia/Adelaide"),
    ("WA", "Australia/Perth"),
    ("TAS", "Australia/Hobart"),
    ("NT", "Australia/Darwin"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_where_they_were_written() {
        for (text, zone, ms, offset) in [
            ("2026-11-12T08:00:00+08:00", "UTC", 1_794_441_600_000, Some(480)),
            ("2026-11-12T00:00:00Z", "Asia/Shanghai", 1_794_441_600_000, None),
            ("2026-11-12 08:00:00", "Asia/Shanghai", 1_794_441_600_000, Some(480)),
            ("2026-11-11T19:00:00", "America/New_York", 1_794_441_600_000, Some(-300)),
            ("2026-11-12", "Asia/Shanghai", 1_794_412_800_000, Some(480)),
            ("2026-07-01T12:00:00", "Europe/Berlin", 1_782_900_000_000, Some(120)),
            ("2026-11-12T00:00:00.250Z", "UTC", 1_794_441_600_250, None),
        ] {
            let read = moment(text, zone).unwrap();
            assert_eq!((read.at.0, read.utc_offset_min), (ms, offset), "{text} in {zone}");
        }
        for text in ["", "yesterday", "1970-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "12/11/2026"] {
            assert_eq!(moment(text, "UTC"), None, "{text}");
        }
    }

    #[test]
    fn every_zone_of_the_tables_exists() {
        let all = [AMERICAN, CANADIAN, AUSTRALIAN].concat().into_iter().map(|(_, zone)| zone);
        for zone in all.chain(COUNTRIES.iter().map(|(_, _, zone)| *zone)) {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
        assert_eq!(zone_of(Some("usa"), Some("fl")), Some("America/New_York"));
        assert_eq!(zone_of(Some("US"), None), None);
        assert_eq!(zone_of(Some("CHN"), Some("Guangdong")), Some("Asia/Shanghai"));
        assert_eq!(zone_of(Some("XX"), None), None);
    }
}

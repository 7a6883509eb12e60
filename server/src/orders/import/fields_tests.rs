use super::*;

const READING: Reading<'static> = Reading { country: "CN", shift: Shift { days: 0 } };

#[test]
fn dates_keep_their_offset() {
    for (written, ms, offset) in [
        ("1970-01-01T08:00:00+08:00", None, None),
        ("2026-11-10T09:12:00+08:00", Some(1_794_273_120_000), Some(480)),
        ("2026-11-10T01:12:00Z", Some(1_794_273_120_000), None),
        ("2026-11-10T01:12:00.250-00:00", Some(1_794_273_120_250), None),
        ("2026-11-10T01:12:00+00:00", Some(1_794_273_120_000), Some(0)),
        ("2026-11-09T21:42:00-03:30", Some(1_794_273_120_000), Some(-210)),
        (" 2026-11-10T06:57:00+05:45 ", Some(1_794_273_120_000), Some(345)),
        ("2026-11-10T09:12:00", None, None),
        ("2026-11-10", None, None),
        ("10.11.2026", None, None),
        ("yesterday", None, None),
        ("2026-02-30T09:12:00Z", None, None),
        ("", None, None),
        ("1794273120", None, None),
    ] {
        let read = READING.moment("placed_at", written);
        let expected = ms.map(|ms| Moment { at: Timestamp(ms), utc_offset_min: offset });
        assert_eq!(read.clone().ok(), expected, "{written}: {read:?}");
    }
}

#[test]
fn a_shift_moves_whole_days_and_nothing_else() {
    let reading = Reading { shift: Shift { days: 3 }, ..READING };
    let (here, there) =
        (READING.moment("at", "2026-11-10T09:12:00+08:00"), reading.moment("at", "2026-11-10T09:12:00+08:00"));
    let (Ok(here), Ok(there)) = (here, there) else { panic!("both are dates") };
    assert_eq!(there.at.0 - here.at.0, 3 * Timestamp::DAY_MS);
    assert_eq!(there.utc_offset_min, here.utc_offset_min);
}

#[test]
fn scalars_are_never_floats() {
    let read = |json: &str| serde_json::from_str::<Scalar>(json).map(|s| s.0).ok();
    assert_eq!(read("9223372036854775807"), Some("9223372036854775807".into()));
    assert_eq!(read("\"12.50\""), Some("12.50".into()));
    assert_eq!(read("0.10"), Some("0.10".into()));
    for refused in ["null", "true", "[]", "{}", "\"\\ud800\""] {
        assert_eq!(read(refused), None, "{refused}");
    }
}

#[test]
fn texts_that_would_lie_or_break_are_refused() {
    let read = |value: &str| text("title", Some(value.to_owned()), 5);
    assert_eq!(read(" 茶杯 "), Ok(Some("茶杯".into())));
    assert_eq!(read("  "), Ok(None));
    assert!(read("a\0").is_err());
    assert!(read("a\u{202E}b").is_err());
    assert_eq!(read("123456"), Err("title has 6 characters; at most 5 are allowed".into()));
    assert!(required("title", None, 5).is_err());
}

#[test]
fn only_https_addresses_are_shown_to_shoppers() {
    assert!(https("https://www.sf-express.com/track?no=SF1#x").is_some());
    for bad in [
        "http://ups.com/1",
        "javascript:alert(1)",
        "https://",
        "https://localhost/",
        "https://a.com@evil/",
        "https://a.com/\"><b>",
        "//ups.com",
        "https://a.com/a b",
    ] {
        assert_eq!(https(bad), None, "{bad}");
    }
}

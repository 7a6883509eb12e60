use super::*;

const WEEK: &str = "[week]\nmonday = [\"10:00-13:00\", \"14:00-20:00\"]\nfriday = [\"18:00-02:00\"]\n";

fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// `2026-11-23T10:00` by the clocks of `zone`.
fn when(local: &str, zone: &TimeZone) -> Timestamp {
    let local: jiff::civil::DateTime = local.parse().unwrap();
    Timestamp(zone.to_ambiguous_zoned(local).compatible().unwrap().timestamp().as_millisecond())
}

fn door(hours: &str, now: &str, zone: &TimeZone) -> Door {
    Hours::parse(hours).unwrap().door(when(now, zone), zone)
}

fn open(until: &str, zone: &TimeZone) -> Door {
    Door::Open { until: Some(when(until, zone)) }
}

fn closed(opens: &str, zone: &TimeZone) -> Door {
    Door::Closed { opens: Some(when(opens, zone)) }
}

#[test]
fn a_door_is_open_from_its_first_minute_to_its_last() {
    let zone = shanghai();
    // 2026-11-23 is a Monday.
    for (now, seen) in [
        ("2026-11-23T09:59:59", closed("2026-11-23T10:00", &zone)),
        ("2026-11-23T10:00", open("2026-11-23T13:00", &zone)),
        ("2026-11-23T12:59:59", open("2026-11-23T13:00", &zone)),
        ("2026-11-23T13:00", closed("2026-11-23T14:00", &zone)),
        ("2026-11-23T20:00", closed("2026-11-27T18:00", &zone)),
        // Friday night lasts into Saturday.
        ("2026-11-28T01:59", open("2026-11-28T02:00", &zone)),
        ("2026-11-28T02:00", closed("2026-11-30T10:00", &zone)),
    ] {
        assert_eq!(door(WEEK, now, &zone), seen, "{now}");
    }
}

#[test]
fn holidays_and_special_days_stand_before_the_week() {
    let zone = shanghai();
    let hours = format!(
        "{WEEK}[[day]]\nfrom = \"2026-11-23\"\nhours = []\n[[day]]\nfrom = \"2026-11-25\"\nto = \"2026-11-26\"\nhours = [\"09:00-12:00\"]\n"
    );
    assert_eq!(door(&hours, "2026-11-23T11:00", &zone), closed("2026-11-25T09:00", &zone));
    assert_eq!(door(&hours, "2026-11-26T11:00", &zone), open("2026-11-26T12:00", &zone));
    let hours = Hours::parse(&hours).unwrap();
    let day = |text: &str| text.parse::<Date>().unwrap();
    assert!(!hours.open_on(day("2026-11-23")) && hours.open_on(day("2026-11-26")));
    assert_eq!(hours.last_open(day("2026-11-20"), day("2026-11-29")), Some(day("2026-11-27")));
    assert_eq!(hours.last_open(day("2026-11-28"), day("2026-11-29")), None);
    assert_eq!(hours.last_open(day("2026-11-29"), day("2026-11-28")), None);
}

#[test]
fn a_door_that_never_shuts_or_never_opens_says_so() {
    let zone = shanghai();
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let always = format!("[week]\n{}", days.map(|day| format!("{day} = [\"00:00-24:00\"]\n")).concat());
    assert_eq!(door(&always, "2026-11-23T00:00", &zone), Door::Open { until: None });
    assert_eq!(door("[week]\n", "2026-11-23T00:00", &zone), Door::Closed { opens: None });
    // Open until midnight and again from midnight on is one stretch.
    let night = "[week]\nmonday = [\"22:00-24:00\"]\ntuesday = [\"00:00-03:00\"]\n";
    assert_eq!(door(night, "2026-11-23T23:00", &zone), open("2026-11-24T03:00", &zone));
}

#[test]
fn hours_follow_the_clocks_when_these_are_changed() {
    let london = TimeZone::get("Europe/London").unwrap();
    let nights = "[week]\nsaturday = [\"22:00-06:00\"]\n";
    // On 2026-10-25 the night is an hour longer: 1 o'clock comes twice.
    let opened = when("2026-10-24T22:00", &london);
    let Door::Open { until: Some(until) } = Hours::parse(nights).unwrap().door(opened, &london) else {
        panic!("it is shut at {opened:?}")
    };
    assert_eq!(until.0 - opened.0, 9 * Timestamp::HOUR_MS);
}

#[test]
fn what_is_wrong_in_a_file_is_named() {
    for (file, said) in [
        ("", "week"),
        ("[week]\nmoonday = []", "moonday"),
        ("[week]\nmonday = [\"10-22\"]", "monday: \"10-22\""),
        ("[week]\nmonday = [\"10:00-10:00\"]", "10:00-22:00"),
        ("[week]\nmonday = [\"24:00-10:00\"]", "10:00-22:00"),
        ("[week]\nmonday = [\"10:60-12:00\"]", "10:00-22:00"),
        ("[week]\nmonday = [\"10:00-14:00\", \"13:00-20:00\"]", "begins before"),
        ("[week]\n[[day]]\nfrom = \"5.2.2027\"\nhours = []", "2027-02-05"),
        ("[week]\n[[day]]\nfrom = \"2027-02-05\"\nto = \"2027-02-01\"\nhours = []", "before the beginning"),
        ("[week]\n[[day]]\nfrom = \"2027-02-05\"\nto = \"2037-02-05\"\nhours = []", "more than 366 days"),
        (
            "[week]\n[[day]]\nfrom = \"2027-02-05\"\nhours = []\n[[day]]\nfrom = \"2027-02-05\"\nhours = []",
            "2027-02-05 is there twice",
        ),
    ] {
        let wrong = Hours::parse(file).unwrap_err().join("\n");
        assert!(wrong.contains(said), "{file:?}: {wrong}");
    }
}

#[test]
fn only_open_hours_are_counted() {
    let zone = shanghai();
    let hours = Hours::parse(WEEK).unwrap();
    for (from, to, open) in [
        ("2026-11-21T12:00", "2026-11-23T15:00", 4),
        ("2026-11-23T12:00", "2026-11-27T19:00", 8),
        ("2026-11-23T13:10", "2026-11-23T13:50", 0),
        ("2026-11-28T01:00", "2026-11-28T01:00", 0),
        ("2026-11-28T01:00", "2026-11-27T23:00", 0),
        ("2026-11-27T20:00", "2026-11-28T04:00", 6),
    ] {
        let counted = hours.open_ms(when(from, &zone), when(to, &zone), &zone);
        assert_eq!(counted, open * Timestamp::HOUR_MS, "{from} to {to}");
    }
}

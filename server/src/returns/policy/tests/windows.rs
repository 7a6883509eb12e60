//! Until when: calendars, clock changes, leap days, extensions.

use super::*;

/// The same question under many policies: zone, what the policy says, what is asked, and what is expected.
fn windows(rows: &[(&str, &str, &str, &str)]) {
    for (name, zone, says, row) in rows {
        let policy = policy(&format!("time_zone = \"{zone}\"\n[otherwise]\n{says}\n"));
        table(&policy, &[(name, row)]);
    }
}

const LONDON: &str = "Europe/London";
const NEW_YORK: &str = "America/New_York";
const SHANGHAI: &str = "Asia/Shanghai";

#[test]
fn the_last_day_counts_to_midnight() {
    let days = "within = \"30 days\"";
    windows(&[
        ("the day after is the first", LONDON, days, "expect='approve'\nuntil='2026-04-03'"),
        ("the last minute", LONDON, days, "asked='2026-04-03T23:59:59'\nexpect='approve'"),
        ("midnight is the next day", LONDON, days, "asked='2026-04-04T00:00'\nexpect='refuse'\nuntil='2026-04-03'"),
        (
            "the hour of delivery does not matter",
            LONDON,
            days,
            "delivered='2026-03-04T00:00'\nexpect='approve'\nuntil='2026-04-03'",
        ),
        ("nor does a late one", LONDON, days, "delivered='2026-03-04T23:59'\nexpect='approve'\nuntil='2026-04-03'"),
        ("asked on the day of delivery", LONDON, days, "asked='2026-03-04T23:00'\nexpect='approve'"),
        ("one day", LONDON, "within = \"1 day\"", "asked='2026-03-05T23:59'\nexpect='approve'\nuntil='2026-03-05'"),
        ("no day", LONDON, "within = \"0 days\"", "asked='2026-03-04T23:59'\nexpect='approve'\nuntil='2026-03-04'"),
        ("weeks", LONDON, "within = \"2 weeks\"", "expect='approve'\nuntil='2026-03-18'"),
        ("the standard is fourteen days", LONDON, "", "expect='approve'\nuntil='2026-03-18'"),
        ("no limit", LONDON, "within = \"no limit\"", "asked='2099-01-01'\nexpect='approve'"),
    ]);
}

#[test]
fn days_are_those_of_the_shop() {
    let days = "within = \"7 days\"";
    windows(&[
        // 17:00 in London is 01:00 of the next day in Shanghai.
        (
            "delivered tomorrow",
            SHANGHAI,
            days,
            "delivered='2026-03-04T17:00:00Z'\nexpect='approve'\nuntil='2026-03-12'",
        ),
        ("delivered today", LONDON, days, "delivered='2026-03-04T17:00:00Z'\nexpect='approve'\nuntil='2026-03-11'"),
        (
            "still the last day in New York",
            NEW_YORK,
            days,
            "asked='2026-03-12T03:59:00Z'\nexpect='approve'\nuntil='2026-03-11'",
        ),
        ("no longer", NEW_YORK, days, "asked='2026-03-12T04:00:00Z'\nexpect='refuse'"),
        (
            "across the date line",
            "Pacific/Kiritimati",
            days,
            "delivered='2026-03-04T10:00:00Z'\nexpect='approve'\nuntil='2026-03-12'",
        ),
        (
            "a quarter of an hour off",
            "Asia/Kathmandu",
            days,
            "delivered='2026-03-04T18:15:00Z'\nexpect='approve'\nuntil='2026-03-12'",
        ),
        (
            "just before",
            "Asia/Kathmandu",
            days,
            "delivered='2026-03-04T18:14:00Z'\nexpect='approve'\nuntil='2026-03-11'",
        ),
    ]);
}

#[test]
fn clocks_that_change_neither_give_nor_take_a_day() {
    let days = "within = \"14 days\"";
    windows(&[
        // Clocks go forward on 29 March 2026 in London: 14 days are 14 × 24 − 1 hours.
        (
            "spring, last minute",
            LONDON,
            days,
            "delivered='2026-03-20'\nasked='2026-04-03T22:59:00Z'\nexpect='approve'\nuntil='2026-04-03'",
        ),
        ("spring, midnight", LONDON, days, "delivered='2026-03-20'\nasked='2026-04-03T23:00:00Z'\nexpect='refuse'"),
        // And back on 25 October 2026: one hour more.
        (
            "autumn, last minute",
            LONDON,
            days,
            "ordered='2026-10-10'\ndelivered='2026-10-20'\nasked='2026-11-03T23:59:00Z'\nexpect='approve'\nuntil='2026-11-03'",
        ),
        (
            "autumn, midnight",
            LONDON,
            days,
            "ordered='2026-10-10'\ndelivered='2026-10-20'\nasked='2026-11-04T00:00:00Z'\nexpect='refuse'",
        ),
        (
            "the last day has 25 hours",
            LONDON,
            days,
            "ordered='2026-10-10'\ndelivered='2026-10-11'\nasked='2026-10-25T23:59:59Z'\nexpect='approve'",
        ),
        (
            "and ends",
            LONDON,
            days,
            "ordered='2026-10-10'\ndelivered='2026-10-11'\nasked='2026-10-26T00:00:00Z'\nexpect='refuse'",
        ),
        (
            "delivered in the hour that comes twice",
            LONDON,
            days,
            "ordered='2026-10-10'\ndelivered='2026-10-25T01:30'\nasked='2026-11-08'\nexpect='approve'\nuntil='2026-11-08'",
        ),
        (
            "delivered in the hour that is not there",
            LONDON,
            days,
            "delivered='2026-03-29T01:30'\nasked='2026-04-12T12:00'\nexpect='approve'\nuntil='2026-04-12'",
        ),
        // Samoa had no 30 December 2011.
        (
            "a day that never was",
            "Pacific/Apia",
            days,
            "ordered='2011-12-20'\ndelivered='2011-12-29'\nasked='2012-01-12T12:00'\nexpect='approve'\nuntil='2012-01-12'",
        ),
        (
            "midnight that is not there",
            "Africa/Cairo",
            days,
            "ordered='2026-04-01'\ndelivered='2026-04-10'\nasked='2026-04-24T12:00'\nexpect='approve'\nuntil='2026-04-24'",
        ),
    ]);
}

#[test]
fn leap_days_and_short_months() {
    windows(&[
        (
            "over a leap day",
            LONDON,
            "within = \"30 days\"",
            "ordered='2028-02-10'\ndelivered='2028-02-15'\nasked='2028-03-16'\nexpect='approve'\nuntil='2028-03-16'",
        ),
        (
            "over none",
            LONDON,
            "within = \"30 days\"",
            "ordered='2027-02-10'\ndelivered='2027-02-15'\nasked='2027-03-17'\nexpect='approve'\nuntil='2027-03-17'",
        ),
        (
            "a year from a leap day",
            LONDON,
            "within = \"1 year\"",
            "ordered='2028-02-20'\ndelivered='2028-02-29'\nasked='2029-02-28'\nexpect='approve'\nuntil='2029-02-28'",
        ),
        (
            "and not a day more",
            LONDON,
            "within = \"1 year\"",
            "ordered='2028-02-20'\ndelivered='2028-02-29'\nasked='2029-03-01'\nexpect='refuse'",
        ),
        (
            "four years from a leap day",
            LONDON,
            "within = \"4 years\"",
            "ordered='2028-02-20'\ndelivered='2028-02-29'\nasked='2032-02-29'\nexpect='approve'\nuntil='2032-02-29'",
        ),
        (
            "a year to a leap year",
            LONDON,
            "within = \"1 year\"",
            "ordered='2027-02-20'\ndelivered='2027-02-28'\nasked='2028-02-28'\nexpect='approve'\nuntil='2028-02-28'",
        ),
        (
            "a month from the 31st",
            LONDON,
            "within = \"1 month\"",
            "ordered='2026-08-20'\ndelivered='2026-08-31'\nasked='2026-09-30'\nexpect='approve'\nuntil='2026-09-30'",
        ),
        (
            "a month from 31 January",
            LONDON,
            "within = \"1 month\"",
            "ordered='2026-01-20'\ndelivered='2026-01-31'\nasked='2026-02-28'\nexpect='approve'\nuntil='2026-02-28'",
        ),
        (
            "2100 has no leap day",
            LONDON,
            "within = \"1 day\"",
            "ordered='2100-02-20'\ndelivered='2100-02-28'\nasked='2100-03-01'\nexpect='approve'\nuntil='2100-03-01'",
        ),
        ("for life", LONDON, "within = \"100 years\"", "asked='2126-03-04'\nexpect='approve'\nuntil='2126-03-04'"),
    ]);
}

#[test]
fn it_is_counted_from_what_is_known() {
    let from = |word: &str| format!("within = \"14 days\"\ncounted_from = \"{word}\"");
    let (delivery, shipment, order) = (from("delivery"), from("shipment"), from("order"));
    windows(&[
        ("delivery", LONDON, &delivery, "sent='2026-03-02'\nexpect='approve'\nuntil='2026-03-18'"),
        ("else shipment", LONDON, &delivery, "sent='2026-03-02'\ndelivered='-'\nexpect='approve'\nuntil='2026-03-16'"),
        ("else order", LONDON, &delivery, "delivered='-'\nexpect='approve'\nuntil='2026-03-15'"),
        ("shipment, though it arrived", LONDON, &shipment, "sent='2026-03-02'\nexpect='approve'\nuntil='2026-03-16'"),
        ("shipment, else order", LONDON, &shipment, "expect='approve'\nuntil='2026-03-15'"),
        ("order", LONDON, &order, "sent='2026-03-02'\nexpect='approve'\nuntil='2026-03-15'"),
        ("not there yet", LONDON, &delivery, "sent='2026-03-02'\ndelivered='-'\nawaited=true\nexpect='refuse'"),
        ("not there yet, whatever it is counted from", LONDON, &order, "delivered='-'\nawaited=true\nexpect='refuse'"),
        ("the only parcel is the last", LONDON, &from("last_delivery"), "expect='approve'\nuntil='2026-03-18'"),
        (
            "the last parcel, untracked",
            LONDON,
            &from("last_delivery"),
            "sent='2026-03-02'\ndelivered='-'\nexpect='approve'\nuntil='2026-03-16'",
        ),
    ]);
}

#[test]
fn holidays_give_more_time_and_never_less() {
    let policy = policy(
        r#"
time_zone = "Asia/Shanghai"
[[rule]]
name = { en = "Singles’ Day", zh-CN = "双11" }
when = { ordered = { from = "11-01", until = "11-11" } }
then = { open_until = "11-30" }
[[rule]]
name = { en = "Winter", zh-CN = "冬季" }
when = { ordered = { from = "12-20", until = "01-05" } }
then = { open_until = "01-31" }
[[rule]]
name = { en = "Opening", zh-CN = "开业" }
when = { ordered = { from = "2026-05-01", until = "2026-05-31" } }
then = { open_until = "2026-12-31" }
[[rule]]
name = { en = "No time to spare", zh-CN = "不延长" }
when = { tags = ["strict"] }
then = { open_until = "none" }
[otherwise]
within = "7 days"
"#,
    );
    table(
        &policy,
        &[
            (
                "ordered in its first second",
                "ordered='2026-11-01T00:00'\ndelivered='2026-11-04'\nasked='2026-11-30T23:59'\nexpect='approve'\nuntil='2026-11-30'",
            ),
            (
                "ordered in its last",
                "ordered='2026-11-11T23:59:59'\ndelivered='2026-11-14'\nasked='2026-11-30'\nexpect='approve'\nuntil='2026-11-30'",
            ),
            (
                "ordered a second later",
                "ordered='2026-11-12T00:00'\ndelivered='2026-11-14'\nasked='2026-11-22'\nexpect='refuse'\nuntil='2026-11-21'",
            ),
            (
                "ordered the evening before",
                "ordered='2026-10-31T23:59:59'\ndelivered='2026-11-04'\nasked='2026-11-12'\nexpect='refuse'\nuntil='2026-11-11'",
            ),
            // 31 October, 16:00 UTC is 1 November in Shanghai.
            (
                "it is the shop's November",
                "ordered='2026-10-31T16:00:00Z'\ndelivered='2026-11-04'\nasked='2026-11-30'\nexpect='approve'\nuntil='2026-11-30'",
            ),
            (
                "delivered so late that the window is longer",
                "ordered='2026-11-11'\ndelivered='2026-11-28'\nasked='2026-12-05'\nexpect='approve'\nuntil='2026-12-05'",
            ),
            (
                "the window ends the same day",
                "ordered='2026-11-11'\ndelivered='2026-11-23'\nasked='2026-11-30'\nexpect='approve'\nuntil='2026-11-30'",
            ),
            (
                "after the extension",
                "ordered='2026-11-11'\ndelivered='2026-11-14'\nasked='2026-12-01'\nexpect='refuse'\nuntil='2026-11-30'",
            ),
            (
                "every year",
                "ordered='2027-11-05'\ndelivered='2027-11-07'\nasked='2027-11-30'\nexpect='approve'\nuntil='2027-11-30'",
            ),
            (
                "over the new year, before it",
                "ordered='2026-12-31T23:59'\ndelivered='2027-01-03'\nasked='2027-01-31'\nexpect='approve'\nuntil='2027-01-31'",
            ),
            (
                "over the new year, after it",
                "ordered='2027-01-05'\ndelivered='2027-01-07'\nasked='2027-01-31'\nexpect='approve'\nuntil='2027-01-31'",
            ),
            (
                "between the ends of winter",
                "ordered='2026-12-19'\ndelivered='2026-12-20'\nasked='2026-12-27'\nexpect='approve'\nuntil='2026-12-27'",
            ),
            (
                "just after it",
                "ordered='2027-01-06'\ndelivered='2027-01-07'\nasked='2027-01-15'\nexpect='refuse'\nuntil='2027-01-14'",
            ),
            (
                "once, in its year",
                "ordered='2026-05-31'\ndelivered='2026-06-03'\nasked='2026-12-31'\nexpect='approve'\nuntil='2026-12-31'",
            ),
            (
                "not the year before",
                "ordered='2025-05-10'\ndelivered='2025-05-12'\nasked='2025-05-30'\nexpect='refuse'\nuntil='2025-05-19'",
            ),
            (
                "nor the year after",
                "ordered='2027-05-10'\ndelivered='2027-05-12'\nasked='2027-05-30'\nexpect='refuse'\nuntil='2027-05-19'",
            ),
            (
                "the earlier rule was heard",
                "ordered='2026-11-11'\ntags=['strict']\ndelivered='2026-11-14'\nasked='2026-11-30'\nexpect='approve'\nuntil='2026-11-30'",
            ),
        ],
    );
}

#[test]
fn none_keeps_later_rules_from_giving_more_time() {
    let policy = policy(
        r#"
[[rule]]
name = { en = "Strict", zh-CN = "不延长" }
when = { tags = ["strict"] }
then = { open_until = "none" }
[[rule]]
name = { en = "Summer", zh-CN = "夏季" }
when = { ordered = { from = "03-01", until = "03-31" } }
then = { open_until = "08-31" }
"#,
    );
    table(
        &policy,
        &[
            ("strict", "tags=['strict']\nexpect='approve'\nuntil='2026-03-18'"),
            ("others", "expect='approve'\nuntil='2026-08-31'"),
        ],
    );
}

//! Which policy an order is under.

use super::*;
use crate::returns::policy::in_force;
use aftercart_shared::{returns::Day, time::Timestamp};

#[test]
fn an_order_stays_under_the_policy_it_was_placed_under() {
    let version =
        |day: &str, zone: &str| Policy::parse(&format!("in_force_from = \"{day}\"\ntime_zone = \"{zone}\"\n")).unwrap();
    let policies = [
        version("2026-06-01", "Asia/Shanghai"),
        version("2025-01-01", "Asia/Shanghai"),
        version("2026-12-01", "Europe/London"),
    ];
    let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
    for (placed, from) in [
        ("2025-06-01T00:00:00Z", "2025-01-01"),
        ("2026-05-31T15:59:59Z", "2025-01-01"),
        // Midnight in Shanghai.
        ("2026-05-31T16:00:00Z", "2026-06-01"),
        ("2026-11-30T16:00:00Z", "2026-06-01"),
        // The newest has London's calendar.
        ("2026-12-01T00:00:00Z", "2026-12-01"),
        ("2020-01-01T00:00:00Z", "2025-01-01"),
    ] {
        let found = in_force(&policies, "UTC", at(placed)).map(|policy| policy.in_force_from);
        assert_eq!(found, Day::parse(from), "{placed}");
    }
    assert_eq!(in_force(&[], "UTC", Timestamp(0)), None);
}

#[test]
fn without_a_zone_of_its_own_it_has_the_sites() {
    let policy = Policy::parse("in_force_from = \"2026-06-01\"\n").unwrap();
    let at = Timestamp("2026-05-31T16:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond());
    assert_eq!(policy.calendar("Asia/Shanghai").date(at).day(), 1);
    assert_eq!(policy.calendar("Europe/London").date(at).day(), 31);
    assert_eq!(policy.calendar("No/Where").date(at).day(), 31, "nobody knows it: UTC");
}

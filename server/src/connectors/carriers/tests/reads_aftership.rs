//! AfterShip’s own recorded answers, read.

use super::*;

#[test]
fn aftership_is_read() {
    let feed = Kind::AfterShip.feed();
    let account = account(Kind::AfterShip);
    let pushed = feed.push(&account, fixture!("aftership_push.json")).unwrap().remove(0);
    assert_eq!((pushed.carrier.as_deref(), pushed.status), (Some("usps"), OutForDelivery));
    // Zone-less times hang on the wall of the place: Florida in November is five hours behind, Texas six.
    told(
        &pushed,
        &[
            ("2026-11-10T14:31:00Z", Some(-300), Registered, Some("GX"), Some("ORLANDO, FL, 32809")),
            ("2026-11-12T06:45:00Z", Some(-300), InTransit, Some("10"), Some("JACKSONVILLE, FL, USA")),
            ("2026-11-13T13:10:00Z", Some(-360), OutForDelivery, Some("OF"), Some("AUSTIN, TX, 78701")),
        ],
    );
    assert_eq!(pushed.events[2].text.as_deref(), Some("Out for Delivery"));
    assert!(pushed.expected.is_some());

    let listed = feed.answer(&account, fixture!("aftership_list.json")).unwrap();
    told(
        &listed[0],
        &[
            ("2026-11-11T10:00:00Z", Some(0), Returning, Some("Exception_010"), Some("Leeds, GBR")),
            ("2026-11-12T10:00:00Z", Some(0), Returned, Some("Exception_011"), Some("London, GBR")),
        ],
    );
    assert_eq!(days(listed[0].expected), Some(("2026-11-12T09:00:00Z".into(), "2026-11-14T17:00:00Z".into())));
    // Given up: there is no scan of it, so it stands with the newest one.
    told(
        &listed[1],
        &[
            ("2026-10-01T00:00:00Z", Some(480), InTransit, Some("InTransit_001"), None),
            ("2026-10-01T00:00:00Z", None, Expired, Some("Expired_001"), None),
        ],
    );
    for (body, expected) in [
        (r#"{"meta":{"code":429,"type":"TooManyRequests"}}"#, Unreadable::Busy),
        (r#"{"meta":{"code":401},"data":{}}"#, Unreadable::Refused { code: "401".into() }),
        (r#"{"meta":{"code":200}}"#, Unreadable::Shape("no data".into())),
    ] {
        assert_eq!(feed.answer(&account, body.as_bytes()), Err(expected));
    }
}

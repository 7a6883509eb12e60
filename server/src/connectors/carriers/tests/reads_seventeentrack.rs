//! 17TRACK’s own recorded answers, read.

use super::*;

#[test]
fn seventeentrack_is_read() {
    let feed = Kind::SeventeenTrack.feed();
    let account = account(Kind::SeventeenTrack);
    let told_of = feed.answer(&account, fixture!("17track_info.json")).unwrap();
    assert_eq!(told_of.len(), 1, "nothing is known of the one that was just registered, and one was rejected");
    let report = &told_of[0];
    assert_eq!(
        (report.carrier.as_deref(), report.raw_status.as_deref()),
        (Some("Cainiao"), Some("InTransit_CustomsReleased"))
    );
    told(
        report,
        &[
            ("2026-11-14T08:30:00Z", Some(60), InTransit, Some("InTransit_CustomsReleased"), Some("Paris, FR")),
            ("2026-11-11T12:15:00Z", Some(480), InTransit, Some("Departure"), Some("Hangzhou, Zhejiang, CN")),
            ("2026-11-10T10:00:00Z", Some(480), Registered, Some("InfoReceived"), None),
        ],
    );
    assert_eq!(days(report.expected), Some(("2026-11-16T23:00:00Z".into(), "2026-11-19T22:59:59Z".into())));
    let pushed = feed.push(&account, fixture!("17track_push.json")).unwrap();
    told(
        &pushed[0],
        &[("2026-11-12T21:35:22Z", Some(-300), Returning, Some("Exception_Returning"), Some("AUSTIN, TX, US"))],
    );
    assert_eq!(pushed[0].expected, None);
    for (body, expected) in [
        (r#"{"code":429,"data":{}}"#, Unreadable::Busy),
        (
            r#"{"code":0,"data":{"errors":[{"code":-18010002,"message":"Invalid security key."}]}}"#,
            Unreadable::Refused { code: "-18010002".into() },
        ),
    ] {
        assert_eq!(feed.answer(&account, body.as_bytes()), Err(expected));
    }
}

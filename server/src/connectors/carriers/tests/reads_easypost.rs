//! EasyPost’s own recorded answers, read.

use super::*;

#[test]
fn easypost_is_read() {
    let feed = Kind::EasyPost.feed();
    let account = account(Kind::EasyPost);
    let pushed = feed.push(&account, fixture!("easypost_event.json")).unwrap().remove(0);
    assert_eq!((pushed.status, pushed.raw_status.as_deref()), (Returning, Some("return")));
    told(
        &pushed,
        &[
            ("2026-11-09T15:00:00Z", None, Registered, Some("OC"), Some("US")),
            ("2026-11-10T22:35:00Z", None, InTransit, Some("AR"), Some("ORLANDO, FL, US")),
            ("2026-11-12T18:50:00Z", None, Returning, Some("return"), Some("EDISON, NJ, US")),
        ],
    );
    assert_eq!(days(pushed.expected), Some(("2026-11-13T00:00:00Z".into(), "2026-11-13T23:59:59.999Z".into())));
    let listed = feed.answer(&account, fixture!("easypost_list.json")).unwrap();
    assert_eq!((listed[0].status, listed[0].events.len()), (Cancelled, 0));
    for (body, expected) in [
        (r#"{"error":{"code":"RATE_LIMITED","message":"x"}}"#, Unreadable::Busy),
        (
            r#"{"error":{"code":"APIKEY.INACTIVE","message":"x"}}"#,
            Unreadable::Refused { code: "APIKEY.INACTIVE".into() },
        ),
    ] {
        assert_eq!(feed.answer(&account, body.as_bytes()), Err(expected));
    }
}

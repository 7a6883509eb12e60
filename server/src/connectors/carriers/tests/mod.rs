//! What all services have in common; what each says stands in a file of its own.

use super::*;
use ParcelStatus::*;
use aftercart_shared::time::Timestamp;
use reqwest::header::HeaderValue;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../../tests/fixtures/carriers/", $name))
    };
}

// After the macro that they use.
mod reads_aftership;
mod reads_easypost;
mod reads_kuaidi100;
mod reads_seventeentrack;

fn account(kind: Kind) -> Account {
    let (credential, secret) = match kind {
        Kind::AfterShip => ("as-key", "as-secret"),
        Kind::SeventeenTrack => ("17-key", ""),
        Kind::EasyPost => ("ep-key", "sécret"),
        Kind::Kuaidi100 => ("KCUST:kkey", "pepper"),
    };
    Account::new(kind, kind.base_url(), credential, secret, "Asia/Shanghai")
}

fn parcel(number: &str, carrier: Option<&str>, tail: Option<&str>) -> Parcel {
    Parcel { tracking_number: number.into(), carrier: carrier.map(str::to_owned), phone_tail: tail.map(str::to_owned) }
}

fn signed(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

fn kuaidi_form(sign: &str) -> Vec<u8> {
    let param = String::from_utf8_lossy(fixture!("kuaidi100_push.json"));
    format!("sign={sign}&param={}", encode(&param)).into_bytes()
}

/// What a push of the fixture must look like: kind, headers, body.
fn pushes() -> Vec<(Kind, HeaderMap, Vec<u8>)> {
    vec![
        (
            Kind::AfterShip,
            signed("aftership-hmac-sha256", "afEnSfdKXR3AEf7oNjKFTmBvT38exstWr231M1N0xMY="),
            fixture!("aftership_push.json").to_vec(),
        ),
        (
            Kind::SeventeenTrack,
            signed("sign", "050cd5a01689eda9bd83cd58a3ac8fca497e0230bc8d55b0fd030521870fc0bf"),
            fixture!("17track_push.json").to_vec(),
        ),
        (
            Kind::EasyPost,
            signed(
                "x-hmac-signature",
                "hmac-sha256-hex=c9ba04a29437cdcd698acbc5210bf96ccaaafecb87638c0d233cabb350b4d7fa",
            ),
            fixture!("easypost_event.json").to_vec(),
        ),
        (Kind::Kuaidi100, HeaderMap::new(), kuaidi_form("BF38B847AA1904B88CFA29D826400EE3")),
    ]
}

/// The signatures were made by another program.
#[test]
fn a_push_is_believed_when_it_is_signed_and_only_then() {
    for (kind, headers, body) in pushes() {
        let account = account(kind);
        let reports = accept(kind, &headers, &body, &account).unwrap();
        assert_eq!(reports.len(), 1, "{kind:?}");
        assert_eq!(reports[0].source, kind.name());

        // One byte of the body, one of the signature, another secret, no secret, no signature.
        let mut changed = body.clone();
        let last = changed.len() - 2;
        changed[last] ^= 1;
        assert_eq!(accept(kind, &headers, &changed, &account), Err(Refused::Signature), "{kind:?}");
        let wrong: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let mut bytes = value.as_bytes().to_vec();
                let at = bytes.len() / 2;
                bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
                (name.clone(), HeaderValue::from_bytes(&bytes).unwrap())
            })
            .collect();
        let wrong_body =
            if kind == Kind::Kuaidi100 { kuaidi_form("BF38B847AA1904B88CFA29D826400EE4") } else { body.clone() };
        assert_eq!(accept(kind, &wrong, &wrong_body, &account), Err(Refused::Signature), "{kind:?}");
        for secret in ["another", ""] {
            let other = Account { webhook_secret: secret.into(), ..account.clone() };
            assert_eq!(accept(kind, &headers, &body, &other), Err(Refused::Signature), "{kind:?} {secret:?}");
        }
        let bare = if kind == Kind::Kuaidi100 { b"param={}".to_vec() } else { body };
        assert_eq!(accept(kind, &HeaderMap::new(), &bare, &account), Err(Refused::Signature), "{kind:?}");
    }
}

#[test]
fn what_is_signed_and_still_nonsense_is_refused_without_quoting_it() {
    let account = Account { webhook_secret: "k".into(), ..account(Kind::SeventeenTrack) };
    for body in ["", "[]", "{\"event\":1}", "王小明 13912345678"] {
        let error = Kind::SeventeenTrack.feed().push(&account, body.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("王小明"), "{error}");
    }
    // A push about something else is no report and no error.
    for (kind, body) in [
        (Kind::AfterShip, r#"{"event":"preferred_delivery_date","msg":{"tracking_number":"1"}}"#),
        (Kind::SeventeenTrack, r#"{"event":"TRACKING_STOPPED","data":{"number":"1"}}"#),
        (Kind::EasyPost, r#"{"description":"batch.created","result":{"id":"batch_1"}}"#),
    ] {
        assert_eq!(kind.feed().push(&self::account(kind), body.as_bytes()), Ok(vec![]), "{kind:?}");
    }
}

/// The table of neutral statuses, word by word.
#[test]
fn every_word_of_every_service_has_its_status() {
    for (word, subtag, expected) in [
        ("Pending", None, Unknown),
        ("InfoReceived", None, Registered),
        ("InTransit", Some("InTransit_001"), InTransit),
        ("OutForDelivery", None, OutForDelivery),
        ("AvailableForPickup", None, ReadyForPickup),
        ("AttemptFail", None, Attempted),
        ("Delivered", Some("Delivered_001"), Delivered),
        ("Exception", Some("Exception_001"), Exception),
        ("Exception", Some("Exception_010"), Returning),
        ("Exception", Some("Exception_011"), Returned),
        ("Expired", None, Expired),
        ("Teleported", None, Unknown),
    ] {
        assert_eq!(aftership::status(word, subtag), expected, "AfterShip {word} {subtag:?}");
    }
    for (word, expected) in [
        ("NotFound", Unknown),
        ("NotFound_InvalidCode", Unknown),
        ("InfoReceived", Registered),
        ("InTransit", InTransit),
        ("InTransit_PickedUp", InTransit),
        ("InTransit_CustomsRequiringInformation", InTransit),
        ("OutForDelivery_Other", OutForDelivery),
        ("AvailableForPickup_Other", ReadyForPickup),
        ("DeliveryFailure", Attempted),
        ("DeliveryFailure_NoBody", Attempted),
        ("Delivered_Other", Delivered),
        ("Exception", Exception),
        ("Exception_Lost", Exception),
        ("Exception_Returning", Returning),
        ("Exception_Returned", Returned),
        ("Exception_Cancel", Cancelled),
        ("Expired_Other", Expired),
        ("PickedUp", InTransit),
        ("Returning", Returning),
        ("Teleported", Unknown),
    ] {
        assert_eq!(seventeentrack::status(word), expected, "17TRACK {word}");
    }
    for (word, expected) in [
        ("unknown", Unknown),
        ("pre_transit", Registered),
        ("in_transit", InTransit),
        ("out_for_delivery", OutForDelivery),
        ("available_for_pickup", ReadyForPickup),
        ("delivered", Delivered),
        ("failure", Exception),
        ("error", Exception),
        ("return_to_sender", Returning),
        ("cancelled", Cancelled),
        ("teleported", Unknown),
    ] {
        assert_eq!(easypost::status(word), expected, "EasyPost {word}");
    }
    for (codes, expected) in [
        (&["101", "102"][..], Registered),
        (&["0", "1", "103", "1001", "1002", "1003", "7", "10", "11", "12", "揽收", "在途"], InTransit),
        (&["5", "派件"], OutForDelivery),
        (&["501"], ReadyForPickup),
        (&["3", "301", "302", "303", "304", "签收"], Delivered),
        (&["2", "13", "疑难"], Exception),
        (&["6", "14", "退回", "拒签"], Returning),
        (&["4", "退签"], Returned),
        (&["401"], Cancelled),
        (&["", "99", "瞬移"], Unknown),
    ] {
        for code in codes {
            assert_eq!(kuaidi100::status(code), expected, "Kuaidi100 {code}");
        }
    }
}

/// Time in UTC, minutes of offset, status, raw code, place.
type Told<'a> = (&'a str, Option<i64>, ParcelStatus, Option<&'a str>, Option<&'a str>);

fn told(report: &CarrierReport, expected: &[Told]) {
    let read: Vec<_> = report
        .events
        .iter()
        .map(|e| {
            let at = jiff::Timestamp::from_millisecond(e.at.0).unwrap().to_string();
            (at, e.utc_offset_min, e.status, e.raw_code.clone(), e.place.clone())
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(at, offset, status, code, place)| {
            ((*at).to_owned(), *offset, *status, code.map(str::to_owned), place.map(str::to_owned))
        })
        .collect();
    assert_eq!(read, expected, "{}", report.tracking_number);
}

fn days(promise: Option<Promise>) -> Option<(String, String)> {
    let text = |at: Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap().to_string();
    promise.map(|p| (text(p.earliest), text(p.latest)))
}

fn header<'a>(ask: &'a Ask, name: &str) -> &'a str {
    ask.headers.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

#[test]
fn every_service_is_asked_in_its_own_way() {
    let sf = [parcel("SF1234567890123", Some("sf"), Some("8000"))];
    let two = [parcel("1Z999AA10123456784", Some("ups"), None), parcel("A&B", None, None)];
    let text = |ask: &Ask| String::from_utf8(ask.body.clone()).unwrap();

    let (feed, us) = (Kind::AfterShip.feed(), account(Kind::AfterShip));
    let ask = feed.ask(&us, &two);
    assert_eq!((ask.method, header(&ask, "as-api-key")), ("GET", "as-key"));
    assert_eq!(
        ask.url,
        "https://api.aftership.com/tracking/2025-07/trackings?limit=50&tracking_numbers=1Z999AA10123456784%2CA%26B"
    );
    let ask = feed.register(&us, &sf).unwrap();
    assert_eq!(text(&ask), r#"{"slug":"sf-express","tracking_number":"SF1234567890123"}"#);

    let (feed, us) = (Kind::SeventeenTrack.feed(), account(Kind::SeventeenTrack));
    assert_eq!(feed.batch(), 40);
    let ask = feed.ask(&us, &two);
    assert_eq!(
        (ask.method, header(&ask, "17token"), ask.url.as_str()),
        ("POST", "17-key", "https://api.17track.net/track/v2.4/gettrackinfo")
    );
    assert_eq!(text(&ask), r#"[{"number":"1Z999AA10123456784"},{"number":"A&B"}]"#);
    assert_eq!(text(&feed.register(&us, &sf).unwrap()), r#"[{"number":"SF1234567890123","param":"8000"}]"#);
    assert!(feed.register(&us, &[]).is_none());

    let (feed, us) = (Kind::EasyPost.feed(), account(Kind::EasyPost));
    let ask = feed.ask(&us, &two[1..]);
    assert_eq!(header(&ask, "authorization"), "Basic ZXAta2V5Og==");
    assert_eq!(ask.url, "https://api.easypost.com/v2/trackers?page_size=1&tracking_code=A%26B");
    assert_eq!(
        text(&feed.register(&us, &two[..1]).unwrap()),
        r#"{"tracker":{"carrier":"UPS","tracking_code":"1Z999AA10123456784"}}"#
    );

    // The signatures were made by another program.
    let (feed, us) = (Kind::Kuaidi100.feed(), account(Kind::Kuaidi100));
    let ask = feed.ask(&us, &[parcel("YT7512345678901", Some("yto"), None)]);
    assert!(
        text(&ask).starts_with("customer=KCUST&sign=51EF2E6B8B1D48AD56A73FF6F6F75896&param=%7B%22com"),
        "{}",
        text(&ask)
    );
    assert!(text(&feed.ask(&us, &sf)).contains("sign=7D93FCE4D1CBBF892FA8BDE1FCB14C1B"), "SF asks for the phone's end");
    assert!(feed.register(&us, &sf).is_none(), "nowhere to push to");
    let us = Account { callback: Some("https://help.example/api/v1/webhooks/c1".into()), ..us };
    let ask = text(&feed.register(&us, &sf).unwrap());
    assert!(ask.starts_with("schema=json&param=%7B") && ask.contains("pepper") && ask.contains("shunfeng"), "{ask}");
    assert!(feed.register(&us, &[parcel("1", None, None)]).is_none(), "they detect no carriers");
}

#[test]
fn names_are_kept_for_ever() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
        assert!(kind.base_url().starts_with("https://") && kind.feed().batch() >= 1);
    }
    assert_eq!(Kind::from_name("vendure"), None);
}

use super::*;
use ParcelStatus::*;
use aftercart_shared::time::Timestamp;
use reqwest::header::HeaderValue;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/fixtures/carriers/", $name))
    };
}

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

#[test]
fn kuaidi100_is_read() {
    let feed = Kind::Kuaidi100.feed();
    let account = account(Kind::Kuaidi100);
    let report = feed.answer(&account, fixture!("kuaidi100_query.json")).unwrap().remove(0);
    assert_eq!((report.carrier.as_deref(), report.tracking_number.as_str()), (Some("yuantong"), "YT7512345678901"));
    // Beijing's clock, whoever reads it.
    told(
        &report,
        &[
            ("2026-11-13T10:02:11Z", Some(480), Delivered, Some("303"), Some("上海,浦东新区")),
            ("2026-11-13T01:12:40Z", Some(480), OutForDelivery, Some("5"), Some("上海,浦东新区")),
            ("2026-11-12T15:40:00Z", Some(480), InTransit, Some("1002"), Some("上海")),
            ("2026-11-11T12:00:03Z", Some(480), InTransit, Some("1"), Some("杭州")),
        ],
    );
    let pushed = feed.push(&account, &kuaidi_form("")).unwrap();
    assert_eq!(pushed.len(), 1);
    told(
        &pushed[0],
        &[
            ("2026-09-01T00:00:00Z", Some(480), InTransit, Some("1002"), None),
            ("2026-09-01T00:00:00Z", None, Expired, Some("abort"), None),
            ("2026-09-10T00:00:00Z", Some(480), InTransit, Some("在途"), Some("US")),
        ],
    );
    // Without the extended answer the state belongs to the newest step.
    let plain = r#"{"message":"ok","nu":"1","com":"ems","state":"5","status":"200","data":[
        {"time":"2026-11-13 09:00:00","context":"派件中"},{"time":"2026-11-12 09:00:00","context":"到达"}]}"#;
    let plain = feed.answer(&account, plain.as_bytes()).unwrap();
    assert_eq!(plain[0].events.iter().map(|e| e.status).collect::<Vec<_>>(), [OutForDelivery, Unknown]);
    for (body, expected) in [
        (r#"{"result":false,"returnCode":"500","message":"查询无结果，请隔段时间再查"}"#, Ok(vec![])),
        (
            r#"{"result":false,"returnCode":"503","message":"验证签名失败"}"#,
            Err(Unreadable::Refused { code: "503".into() }),
        ),
        (r#"{"result":false,"returnCode":601,"message":"key不可用"}"#, Err(Unreadable::Busy)),
    ] {
        assert_eq!(feed.answer(&account, body.as_bytes()), expected);
    }
    assert_eq!(feed.thanks().1, r#"{"result":true,"returnCode":"200","message":"成功"}"#);
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

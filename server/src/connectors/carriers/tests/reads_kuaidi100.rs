//! 快递100’s own recorded answers, read.

use super::*;

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

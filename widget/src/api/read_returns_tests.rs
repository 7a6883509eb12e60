//! Whatever the server writes of returns, the readers read.
#![allow(clippy::unwrap_used)]

use super::*;
use aftercart_shared::time::Timestamp;
use serde::Serialize;
use std::fmt::Debug;

fn survives<T: Read + Serialize + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(Json::parse(&text).and_then(|json| T::read(&json)).as_ref(), Some(value), "{text}");
}

fn summary() -> ReturnSummary {
    ReturnSummary {
        id: ReturnId("r1".into()),
        number: "R-7K2M9Q".into(),
        kind: ReturnKind::Claim,
        stage: ReturnStage::Sending,
        headline: "请在12月3日前寄出".into(),
        title: "粗陶饭碗，四只".into(),
        created_at: Timestamp(5),
    }
}

fn sum() -> ReturnSum {
    let line =
        SumLine { line: "l1".into(), title: "Mugs".into(), quantity: 2, paid: 6800, instead: Some("sand".into()) };
    ReturnSum {
        lines: vec![line],
        delivery: 395,
        restocking: 10,
        postage: 295,
        bonus: 340,
        exchanged: 150,
        adjusted: -100,
        total: 7230,
        to_gift_cards: 500,
        says: Some("Within 5 working days.".into()),
    }
}

#[test]
fn names_are_those_of_the_wire() {
    let name = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    for (known, kind) in KINDS {
        assert_eq!(known, name(serde_json::to_value(kind).unwrap()));
    }
    for (known, stage) in STAGES {
        assert_eq!(known, name(serde_json::to_value(stage).unwrap()));
    }
}

#[test]
fn options_survive_the_wire() {
    let reason = |id: &str, under: Option<&str>| ReasonView {
        id: id.into(),
        words: "坏了".into(),
        under: under.map(Into::into),
    };
    let answer = ReasonAnswer {
        reason: "damaged".into(),
        verdict: Verdict::Photo,
        photo: true,
        says: vec!["Please add a photo.".into()],
    };
    let line = ReturnableLine {
        line: "l1".into(),
        sku: Some("KT-CUP-2".into()),
        title: "Mugs".into(),
        bought: 3,
        left: 2,
        paid_each: Some(3400),
        answers: vec![answer],
        because: vec!["You can return it until 30 November 2026.".into()],
    };
    let bare = ReturnableLine { sku: None, paid_each: None, answers: vec![], left: 0, ..line.clone() };
    survives(&ReturnOptions {
        order_id: OrderId("o1".into()),
        number: "A-1021".into(),
        currency: "USD".into(),
        decimals: 2,
        reasons: vec![reason("damaged", None), reason("chipped", Some("damaged"))],
        lines: vec![line, bare],
        earlier: vec![summary()],
    });
}

#[test]
fn quotes_survive_the_wire() {
    let offer = ResolutionOffer {
        resolution: Resolution::StoreCredit,
        words: "Store credit".into(),
        total: Some(-0),
        goods_back: true,
        says: Some("Includes 5% more than a refund.".into()),
    };
    let keep = ResolutionOffer {
        resolution: Resolution::KeepItem,
        total: None,
        goods_back: false,
        says: None,
        ..offer.clone()
    };
    let method = MethodView { method: Method::DropOff, words: "Drop-off".into(), cost: 295, says: None };
    survives(&Quote {
        verdict: Verdict::Person,
        says: vec!["One of us looks at it.".into()],
        photos: vec!["l1".into()],
        resolutions: vec![offer, keep],
        methods: vec![method],
        sum: Some(sum()),
    });
    survives(&Quote {
        verdict: Verdict::Refuse,
        says: vec![],
        photos: vec![],
        resolutions: vec![],
        methods: vec![],
        sum: None,
    });
}

#[test]
fn variants_survive_the_wire() {
    let one = VariantView {
        id: "v\"1".into(),
        words: "橄榄绿 · M".into(),
        choosable: true,
        difference: -700,
        says: Some("每件退差价 ¥7.00".into()),
    };
    let other = VariantView { choosable: false, difference: 0, says: None, ..one.clone() };
    survives(&Variants { line: "l1".into(), variants: vec![one, other] });
}

#[test]
fn returns_survive_the_wire() {
    let line = ReturnedLine {
        line: "l1".into(),
        title: "Mugs".into(),
        sku: Some("KT-CUP-2".into()),
        quantity: 1,
        reason_words: "It arrived damaged".into(),
        photos: 2,
        instead: Some("olive · M".into()),
    };
    let whole = ReturnView {
        summary: summary(),
        state: "approved".into(),
        order_id: Some(OrderId("o1".into())),
        order_number: "A-1021".into(),
        currency: "USD".into(),
        decimals: 2,
        resolution: Resolution::Refund,
        resolution_words: "Refund".into(),
        method: Some(Method::DropOff),
        method_words: Some("Drop-off".into()),
        lines: vec![line],
        sum: Some(sum()),
        next: vec!["Pack it.".into(), "Show the code.".into()],
        code: Some(ReturnCode { text: "https://x/s/pk/return#t".into(), rows: vec!["#.".into(), ".#".into()] }),
        send_by: Some(Timestamp(9)),
        can_cancel: true,
        can_renew: true,
        history: vec![ReturnEventView { at: Timestamp(7), says: "Asked for".into() }],
    };
    survives(&whole);
    survives(&ReturnView {
        order_id: None,
        method: None,
        method_words: None,
        sum: None,
        code: None,
        send_by: None,
        can_cancel: false,
        history: vec![],
        ..whole
    });
    survives(&MyReturns { returns: vec![summary()] });
    survives(&WithdrawalReceived { number: "W-7K2M9Q".into(), received_at: Timestamp(1) });
    survives(&AttachmentView { id: "a1".into(), width: 4000, height: 3000, bytes: 900_000 });
}

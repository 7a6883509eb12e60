use super::{vendure_stand_in::Vendure, *};

fn vendure() -> (Box<dyn Commerce>, Arc<Engine<Vendure>>) {
    engine(Kind::Vendure, Vendure::new())
}

#[tokio::test]
async fn it_declares_what_it_can_do() {
    use super::super::Capability;
    for (kind, can) in [(Kind::Vendure, true), (Kind::Medusa, true), (Kind::Shopify, false), (Kind::Generic, false)] {
        let (shop, _) = engine(kind, Vendure::new());
        for capability in [Capability::CreateReturn, Capability::Receive, Capability::Refund] {
            assert_eq!(shop.capabilities().contains(&capability), can, "{kind:?} {}", capability.name());
        }
        assert_eq!(shop.returning().is_some(), can, "{kind:?}");
    }
}

#[tokio::test]
async fn a_return_is_noted_booked_in_and_paid_back_once() {
    let (shop, engine) = vendure();
    let shop = shop.returning().unwrap();
    let some = goods("7", KEY, &[("11", 1), ("12", 2)]);
    for _ in 0..3 {
        assert!(is_done(&shop.create_return(&some, &Notes::default()).await));
        assert!(is_done(&shop.receive(&some, &Notes::default()).await));
        assert!(is_done(&shop.refund(&back("7", 1_234, "USD"), &Notes::default()).await));
    }
    let records = engine.records.lock().unwrap();
    assert_eq!(records.lines, [("11".to_owned(), 1), ("12".to_owned(), 1)]);
    assert_eq!((records.refunds.len(), records.refunds[0].1), (1, 1_234));
    let kinds: Vec<&str> = records.history.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["ORDER_NOTE", "ORDER_CANCELLATION"]);
    let note = records.history[0].1["note"].as_str().unwrap();
    assert!(note.starts_with("R-7K2M9Q ") && note.contains("2 × Harbour lamp"), "{note}");
    let asked = engine.asked.lock().unwrap();
    // Deprecated, and needed.
    assert_eq!((&asked[2]["variables"]["input"]["shipping"], asked.len()), (&serde_json::json!(0), 3));
}

#[tokio::test]
async fn done_but_unheard_is_found_by_the_next_attempt() {
    let (shop, engine) = vendure();
    let shop = shop.returning().unwrap();
    let some = goods("7", KEY, &[("11", 1)]);
    let sum = back("7", 500, "USD");
    for act in ["note", "cancel", "refund"] {
        engine.next(&[Trouble::Unheard]);
        let notes = Notes::default();
        let tried = |notes: Notes| {
            let (some, sum) = (&some, &sum);
            async move {
                let acted = match act {
                    "note" => shop.create_return(some, &notes).await,
                    "cancel" => shop.receive(some, &notes).await,
                    _ => shop.refund(sum, &notes).await,
                };
                (acted, notes)
            }
        };
        let (first, notes) = tried(notes).await;
        assert!(matches!(first, Err(Setback::Fault(Fault::Unreachable(_)))), "{act}: {first:?}");
        let (second, _) = tried(notes.soon()).await;
        assert!(is_done(&second), "{act}: {second:?}");
    }
    assert_eq!(engine.asked(), 3);
    let records = engine.records.lock().unwrap();
    assert_eq!((records.lines[0].1, records.refunds.len(), records.history.len()), (1, 1, 2));
}

#[tokio::test]
async fn what_may_still_be_under_way_is_waited_for() {
    let (shop, engine) = vendure();
    let shop = shop.returning().unwrap();
    engine.next(&[Trouble::Lost]);
    let (notes, sum) = (Notes::default(), back("7", 500, "USD"));
    assert!(matches!(shop.refund(&sum, &notes).await, Err(Setback::Fault(_))));
    let notes = notes.soon();
    // Looked for and not found: it may come yet.
    for _ in 0..3 {
        assert_eq!(shop.refund(&sum, &notes).await, Err(Setback::InDoubt));
    }
    assert_eq!(engine.asked(), 1);
    assert!(is_done(&shop.refund(&sum, &notes.later()).await));
    assert_eq!((engine.asked(), engine.records.lock().unwrap().refunds.len()), (2, 1));
}

#[tokio::test]
async fn a_refund_that_lost_our_mark_is_not_made_again() {
    let (shop, engine) = vendure();
    engine.records.lock().unwrap().forgets = true;
    let shop = shop.returning().unwrap();
    let sum = back("7", 500, "USD");
    let notes = Notes::default();
    assert!(matches!(shop.refund(&sum, &notes).await, Err(Setback::No(_))));
    // Even where its answer was not heard.
    assert!(matches!(shop.refund(&sum, &notes.later()).await, Err(Setback::No(_))));
    assert_eq!(engine.records.lock().unwrap().refunds.len(), 1);
    let some = goods("7", KEY, &[("11", 1)]);
    assert!(matches!(shop.receive(&some, &Notes::default()).await, Err(Setback::No(_))));
    assert_eq!(engine.records.lock().unwrap().lines[0].1, 1);
}

#[tokio::test]
async fn an_error_in_an_answer_of_status_200_is_no_success_and_may_be_no_failure() {
    let (shop, engine) = vendure();
    let shop = shop.returning().unwrap();
    let said = shop.receive(&goods("7", KEY, &[("11", 3)]), &Notes::default()).await;
    assert!(matches!(&said, Err(Setback::No(why)) if why.contains("fewer pieces")), "{said:?}");
    // Somebody was quicker between looking and asking.
    engine.next(&[Trouble::Says(
        200,
        r#"{"data":{"done":{"errorCode":"QUANTITY_TOO_GREAT_ERROR","message":"The specified quantity is greater"}}}"#,
    )]);
    let said = shop.receive(&goods("7", KEY, &[("11", 1)]), &Notes::default()).await;
    assert!(matches!(&said, Err(Setback::No(why)) if why.contains("QUANTITY_TOO_GREAT_ERROR")), "{said:?}");
    engine.next(&[Trouble::Says(200, r#"{"data":{"done":{"errorCode":"REFUND_AMOUNT_ERROR","message":"too much"}}}"#)]);
    let said = shop.refund(&back("7", 500, "USD"), &Notes::default()).await;
    assert!(matches!(&said, Err(Setback::No(why)) if why.contains("REFUND_AMOUNT_ERROR")), "{said:?}");
    // Committed, though it complains.
    engine.records.lock().unwrap().complains = true;
    assert!(is_done(&shop.receive(&goods("7", KEY, &[("11", 1)]), &Notes::default()).await));
}

#[tokio::test]
async fn a_refund_waits_for_whoever_settles_it() {
    let (shop, engine) = vendure();
    engine.records.lock().unwrap().provider = "Pending";
    let shop = shop.returning().unwrap();
    let sum = back("7", 500, "USD");
    for _ in 0..2 {
        let said = shop.refund(&sum, &Notes::default()).await;
        assert!(matches!(&said, Ok(Act::Waiting { reference, .. }) if reference == "1"), "{said:?}");
    }
    engine.records.lock().unwrap().refunds[0].2 = "Settled".into();
    assert!(is_done(&shop.refund(&sum, &Notes::default()).await));
    assert_eq!(engine.asked(), 1);
}

#[tokio::test]
async fn a_provider_that_refuses_can_be_asked_again() {
    let (shop, engine) = vendure();
    engine.records.lock().unwrap().provider = "Failed";
    let shop = shop.returning().unwrap();
    let sum = back("7", 500, "USD");
    assert!(matches!(shop.refund(&sum, &Notes::default()).await, Err(Setback::No(_))));
    engine.records.lock().unwrap().provider = "Settled";
    assert!(is_done(&shop.refund(&sum, &Notes::default()).await));
    let states: Vec<String> = engine.records.lock().unwrap().refunds.iter().map(|r| r.2.clone()).collect();
    assert_eq!(states, ["Failed", "Settled"]);
}

#[tokio::test]
async fn several_payments_share_a_refund_and_none_gives_more_than_it_got() {
    let (shop, engine) = vendure();
    engine.records.lock().unwrap().payments = vec![("7".into(), 300), ("8".into(), 1_000)];
    let shop = shop.returning().unwrap();
    // The second part is done and not heard of.
    engine.next(&[Trouble::Fine, Trouble::Unheard]);
    let (notes, sum) = (Notes::default(), back("7", 1_200, "USD"));
    assert!(matches!(shop.refund(&sum, &notes).await, Err(Setback::Fault(_))));
    assert!(is_done(&shop.refund(&sum, &notes.soon()).await));
    let parts: Vec<(String, i64)> =
        engine.records.lock().unwrap().refunds.iter().map(|r| (r.0.clone(), r.1)).collect();
    assert_eq!(parts, [("7".to_owned(), 300), ("8".to_owned(), 900)]);
    let more = GiveBack { key: "another".into(), ..back("7", 101, "USD") };
    assert!(matches!(shop.refund(&more, &Notes::default()).await, Err(Setback::No(_))));
}

#[tokio::test]
async fn amounts_are_in_the_shop_s_own_unit() {
    for (code, precision, minor, sent) in
        [("JPY", 2, 120, 12_000), ("JPY", 0, 120, 120), ("USD", 2, 1_234, 1_234), ("KWD", 3, 1_234, 1_234)]
    {
        let (shop, engine) = vendure();
        engine.records.lock().unwrap().precision = precision;
        assert!(is_done(&shop.returning().unwrap().refund(&back("7", minor, code), &Notes::default()).await));
        assert_eq!(engine.records.lock().unwrap().refunds[0].1, sent, "{code} {precision}");
    }
    // 1.234 dinars where the shop counts hundredths.
    let (shop, engine) = vendure();
    let said = shop.returning().unwrap().refund(&back("7", 1_234, "KWD"), &Notes::default()).await;
    assert!(matches!(said, Err(Setback::No(_))), "{said:?}");
    assert_eq!(engine.asked(), 0);
}

#[tokio::test]
async fn bad_days_are_told_apart_and_end_in_one_record() {
    let (shop, engine) = vendure();
    let shop = shop.returning().unwrap();
    let sum = back("7", 500, "USD");
    let mut notes = Notes::default();
    let forbidden = r#"{"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}],"data":null}"#;
    for (trouble, is) in [
        (Trouble::Says(429, ""), (|f: &Fault| *f == Fault::Busy { retry_after_s: Some(7) }) as fn(&Fault) -> bool),
        (Trouble::Says(200, "<html>"), |f| matches!(f, Fault::Garbled(_))),
        (Trouble::Says(200, "{\"data\":{}}"), |f| matches!(f, Fault::Garbled(_))),
        (Trouble::Says(502, "bad gateway"), |f| matches!(f, Fault::Unreachable(_))),
        (Trouble::Says(200, forbidden), |f| matches!(f, Fault::Refused(_))),
    ] {
        engine.next(std::slice::from_ref(&trouble));
        let said = shop.refund(&sum, &notes).await;
        assert!(matches!(&said, Err(Setback::Fault(fault)) if is(fault)), "{trouble:?}: {said:?}");
        notes = notes.later();
    }
    assert!(is_done(&shop.refund(&sum, &notes).await));
    assert_eq!(engine.records.lock().unwrap().refunds.len(), 1);
}

#[tokio::test]
async fn our_mark_is_found_in_a_long_history() {
    let (shop, engine) = vendure();
    let shop = shop.returning().unwrap();
    let some = goods("7", KEY, &[("11", 1)]);
    assert!(is_done(&shop.receive(&some, &Notes::default()).await));
    let note = |n: usize| ("ORDER_NOTE".to_owned(), serde_json::json!({ "note": format!("call {n}") }));
    engine.records.lock().unwrap().history.extend((0..250).map(note));
    assert!(is_done(&shop.receive(&some, &Notes::default()).await));
    assert_eq!(engine.records.lock().unwrap().lines[0].1, 1);
}

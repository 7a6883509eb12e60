use super::{
    medusa_stand_in::{Medusa, ORDER},
    *,
};
use serde_json::json;

const RECEIPT: &str = "fedcba9876543210fedcba9876543210";

fn medusa() -> (Box<dyn Commerce>, Arc<Engine<Medusa>>) {
    engine(Kind::Medusa, Medusa::new("usd", "200.00"))
}

#[tokio::test]
async fn a_return_is_made_received_and_paid_back_once() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    let asked = goods(ORDER, KEY, &[("ordli_1", 1), ("ordli_2", 2)]);
    // One piece has not come.
    let came = goods(ORDER, RECEIPT, &[("ordli_1", 1), ("ordli_2", 1)]);
    for _ in 0..3 {
        assert!(is_done(&shop.create_return(&asked, &Notes::default()).await));
        assert!(is_done(&shop.receive(&came, &Notes::default()).await));
        assert!(is_done(&shop.refund(&back(ORDER, 6_725, "USD"), &Notes::default()).await));
    }
    let records = engine.records.lock().unwrap();
    assert_eq!((records.returns.len(), records.received(), records.refunds.len()), (1, 2, 1));
    assert_eq!(records.refunds[0]["raw_amount"]["value"], "67.25");
    // From where it was sent, not from where a packing was called off.
    assert_eq!(records.returns[0]["location_id"], "sloc_1");
    assert_eq!(records.returns[0]["metadata"]["number"], "R-7K2M9Q");
    assert_eq!(engine.asked(), 3 + 3 + 1);
}

/// Every request of the whole way in turn: done but unheard, and never arrived.
#[tokio::test]
async fn whatever_breaks_off_where_ends_in_one_record() {
    for trouble in [Trouble::Unheard, Trouble::Lost, Trouble::Says(502, "<html>"), Trouble::Says(200, "<html>")] {
        for at in 0..7 {
            let (shop, engine) = medusa();
            let shop = shop.returning().unwrap();
            let mut troubles = vec![Trouble::Fine; at];
            troubles.push(trouble.clone());
            engine.next(&troubles);
            let asked = goods(ORDER, KEY, &[("ordli_1", 1), ("ordli_2", 2)]);
            let came = goods(ORDER, RECEIPT, &[("ordli_1", 1), ("ordli_2", 2)]);
            let mut stumbled = 0;
            for act in 0..3 {
                let mut notes = Notes::default();
                loop {
                    let acted = match act {
                        0 => shop.create_return(&asked, &notes).await,
                        1 => shop.receive(&came, &notes).await,
                        _ => shop.refund(&back(ORDER, 500, "USD"), &notes).await,
                    };
                    match acted {
                        Ok(Act::Done { .. }) => break,
                        Err(Setback::Fault(_)) => notes = notes.soon(),
                        Err(Setback::InDoubt) => notes = notes.later(),
                        other => panic!("{trouble:?} at {at}: {other:?}"),
                    }
                    stumbled += 1;
                    assert!(stumbled < 5, "{trouble:?} at {at}");
                }
            }
            let records = engine.records.lock().unwrap();
            assert_eq!((records.returns.len(), records.received(), records.refunds.len()), (1, 3, 1), "{trouble:?} {at}");
            assert!(stumbled > 0, "{trouble:?} at {at}");
        }
    }
}

#[tokio::test]
async fn what_may_still_be_under_way_is_waited_for() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    let some = goods(ORDER, KEY, &[("ordli_1", 1)]);
    engine.next(&[Trouble::Lost]);
    let notes = Notes::default();
    assert!(matches!(shop.create_return(&some, &notes).await, Err(Setback::Fault(_))));
    let notes = notes.soon();
    assert_eq!(shop.create_return(&some, &notes).await, Err(Setback::InDoubt));
    assert_eq!(engine.asked(), 1);
    assert!(is_done(&shop.create_return(&some, &notes.later()).await));
}

/// Medusa writes a refund down before its provider has agreed, and may strike it out again.
#[tokio::test]
async fn a_refund_outside_of_the_books_is_not_believed_at_once() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    engine.records.lock().unwrap().books = false;
    engine.next(&[Trouble::Unheard]);
    let (notes, sum) = (Notes::default(), back(ORDER, 500, "USD"));
    assert!(matches!(shop.refund(&sum, &notes).await, Err(Setback::Fault(_))));
    let notes = notes.soon();
    assert_eq!(shop.refund(&sum, &notes).await, Err(Setback::InDoubt));
    // Struck out: the provider said no. Once more, when its time is over.
    engine.records.lock().unwrap().refunds.clear();
    engine.records.lock().unwrap().books = true;
    assert_eq!(shop.refund(&sum, &notes).await, Err(Setback::InDoubt));
    assert!(is_done(&shop.refund(&sum, &notes.later()).await));
    assert_eq!(engine.records.lock().unwrap().refunds.len(), 1);
}

#[tokio::test]
async fn an_order_that_somebody_edits_is_left_alone() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    let edit = json!({ "return_id": null, "status": "pending", "change_type": "edit", "internal_note": null });
    engine.records.lock().unwrap().changes.push(edit);
    let some = goods(ORDER, KEY, &[("ordli_1", 1)]);
    let said = shop.create_return(&some, &Notes::default()).await;
    assert_eq!(said, Err(Setback::Fault(Fault::Busy { retry_after_s: None })));
    assert_eq!(engine.asked(), 0);
    engine.records.lock().unwrap().changes[0]["status"] = json!("confirmed");
    assert!(is_done(&shop.create_return(&some, &Notes::default()).await));
}

#[tokio::test]
async fn two_returns_of_one_order_keep_apart() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    let one = goods(ORDER, KEY, &[("ordli_1", 1)]);
    let two = Goods { return_key: RECEIPT.into(), ..goods(ORDER, RECEIPT, &[("ordli_1", 1)]) };
    assert!(is_done(&shop.create_return(&one, &Notes::default()).await));
    assert!(is_done(&shop.create_return(&two, &Notes::default()).await));
    assert!(is_done(&shop.receive(&two, &Notes::default()).await));
    let records = engine.records.lock().unwrap();
    let received: Vec<&Value> = records.returns.iter().map(|r| &r["items"][0]["received_quantity"]).collect();
    assert_eq!(received, [0, 1]);
}

#[tokio::test]
async fn a_return_called_off_as_late_is_taken_in_after_all() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    let some = goods(ORDER, KEY, &[("ordli_1", 1)]);
    assert!(is_done(&shop.create_return(&some, &Notes::default()).await));
    for _ in 0..2 {
        assert!(is_done(&shop.cancel_return(&some, &Notes::default()).await));
    }
    assert_eq!(engine.asked(), 4);
    assert!(matches!(shop.create_return(&some, &Notes::default()).await, Err(Setback::No(_))));
    let came = goods(ORDER, RECEIPT, &[("ordli_1", 1)]);
    for _ in 0..2 {
        assert!(is_done(&shop.receive(&came, &Notes::default()).await));
    }
    let records = engine.records.lock().unwrap();
    assert_eq!((records.returns.len(), records.received()), (2, 1));
}

#[tokio::test]
async fn more_than_was_announced_is_not_booked_in() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    assert!(is_done(&shop.create_return(&goods(ORDER, KEY, &[("ordli_1", 1)]), &Notes::default()).await));
    let said = shop.receive(&goods(ORDER, RECEIPT, &[("ordli_1", 2)]), &Notes::default()).await;
    assert!(matches!(&said, Err(Setback::No(why)) if why.contains("fewer pieces")), "{said:?}");
    // Somebody has put something else into it.
    let (shop, engine2) = medusa();
    let shop = shop.returning().unwrap();
    engine2.next(&[Trouble::Fine, Trouble::Lost]);
    let some = goods(ORDER, KEY, &[("ordli_1", 1)]);
    let notes = Notes::default();
    assert!(matches!(shop.create_return(&some, &notes).await, Err(Setback::Fault(_))));
    let details = json!({ "reference_id": "ordli_2", "quantity": 1 });
    engine2.records.lock().unwrap().changes[0]["actions"] = json!([{ "action": "RETURN_ITEM", "details": details }]);
    assert!(matches!(shop.create_return(&some, &notes.later()).await, Err(Setback::No(_))));
    assert_eq!(engine.asked(), 3);
}

#[tokio::test]
async fn amounts_go_out_in_major_units_and_exactly() {
    for (code, captured, minor, sent) in [
        ("jpy", "20000", 1_299, "1299"),
        ("usd", "200.00", 435, "4.35"),
        ("usd", "90071992547409.93", 820, "8.20"),
        ("kwd", "200.000", 12_345, "12.345"),
    ] {
        let (shop, engine) = engine(Kind::Medusa, Medusa::new(code, captured));
        let shop = shop.returning().unwrap();
        assert!(is_done(&shop.refund(&back(ORDER, minor, code), &Notes::default()).await), "{code}");
        let records = engine.records.lock().unwrap();
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(records.refunds[0]["amount"], number(sent), "{code}");
    }
    // The shop's order is in another currency than ours: nothing is asked for.
    let (shop, engine) = medusa();
    let said = shop.returning().unwrap().refund(&back(ORDER, 500, "EUR"), &Notes::default()).await;
    assert!(matches!(said, Err(Setback::Fault(Fault::Garbled(_)))), "{said:?}");
    let said = shop.returning().unwrap().refund(&back(ORDER, 20_001, "USD"), &Notes::default()).await;
    assert!(matches!(said, Err(Setback::No(_))), "{said:?}");
    assert_eq!(engine.asked(), 0);
}

#[tokio::test]
async fn its_own_no_is_for_good_and_others_are_not() {
    let (shop, engine) = medusa();
    let shop = shop.returning().unwrap();
    let sum = back(ORDER, 500, "USD");
    let mut notes = Notes::default();
    for (trouble, for_good) in [
        (Trouble::Says(400, r#"{"type":"invalid_data","message":"You cannot refund more than what is captured"}"#), true),
        (Trouble::Says(400, "<html>blocked</html>"), false),
        (Trouble::Says(429, ""), false),
        (Trouble::Says(401, ""), false),
        (Trouble::Says(500, r#"{"message":"An unknown error occurred."}"#), false),
    ] {
        engine.next(std::slice::from_ref(&trouble));
        let said = shop.refund(&sum, &notes).await;
        assert_eq!(matches!(said, Err(Setback::No(_))), for_good, "{trouble:?}: {said:?}");
        assert!(said.is_err());
        notes = notes.later();
    }
    assert!(is_done(&shop.refund(&sum, &notes).await));
    assert_eq!(engine.records.lock().unwrap().refunds.len(), 1);
}

#![allow(clippy::unwrap_used)]
use super::*;
use serde_json::{Value, json};

fn read(row: &Value) -> Result<ImportedOrder, String> {
    let reading = Reading { country: "CN", shift: fields::Shift::default() };
    order(row.to_string().as_bytes(), &reading).map_err(|bad| match bad {
        Bad::Row(reason) => reason,
        Bad::Json(error) => error.to_string(),
    })
}

fn full() -> Value {
    json!({
        "id": "10001", "number": "A-1001", "placed_at": "2026-11-10T09:12:00+08:00", "currency": "CNY",
        "locale": "zh-CN", "state": "preparing", "email": "Li.Na@Example.cn", "phone": "138 0013 8000",
        "recipient": "王小明",
        "address": {"line1": "南京西路 1 号", "city": "上海市", "postcode": "200000", "country": "cn"},
        "refunded": "12.5",
        "lines": [
            {"id": "l1", "sku": 17, "title": "茶杯", "quantity": 2, "unit_price": "129.00", "refunded": 1},
            {"id": "l2", "title": "Lamp", "quantity": 1, "unit_price": 59}
        ],
        "shipments": [
            {"id": "s1", "carrier": "顺丰速运", "tracking_number": "SF1234567890123",
             "tracking_url": "https://www.sf-express.com/t", "shipped_at": "2026-11-11T08:00:00+08:00",
             "expected": {"earliest": "2026-11-13T09:00:00+08:00", "latest": "2026-11-14T18:00:00+08:00"},
             "lines": [{"line": "l1", "quantity": 1}],
             "events": [
                {"at": "2026-11-12T08:00:00+08:00", "status": "in_transit", "raw_code": 1, "place": "上海市"},
                {"at": "2026-11-13T08:00:00+08:00", "status": "delivered", "text": "已签收"}]},
            {"carrier": "ups", "status": "registered"}
        ]
    })
}

#[test]
fn a_full_order_is_read_to_the_last_field() {
    let order = read(&full()).unwrap();
    assert_eq!(order.email.as_deref(), Some("li.na@example.cn"));
    assert_eq!(order.phone.as_deref(), Some("+8613800138000"));
    assert_eq!(order.refunded, 1250);
    assert_eq!(order.lines[0].unit_price, Some(12_900));
    assert_eq!(order.lines[0].sku.as_deref(), Some("17"));
    assert_eq!((order.lines[0].refunded, order.lines[1].unit_price), (1, Some(5_900)));
    let [first, second] = &order.shipments[..] else { panic!("two parcels") };
    assert_eq!((first.carrier.as_deref(), first.carrier_name.as_deref()), (Some("sf"), Some("顺丰速运")));
    assert_eq!((first.status, first.delivered_at), (ParcelStatus::Delivered, Some(first.events[1].at)));
    assert_eq!(first.events[0].utc_offset_min, Some(480));
    // What it contains was left open: everything that is in no other parcel.
    assert_eq!(second.id, "2");
    let rest = |line: &str, quantity| ShipmentLine { line: line.into(), quantity };
    assert_eq!(second.lines, [rest("l1", 1), rest("l2", 1)]);
    assert_eq!(order.updated_at, first.events[1].at);
    assert_eq!(order.address.unwrap().country.as_deref(), Some("CN"));
}

#[test]
fn little_is_needed() {
    let order = read(&json!({"id": 9_007_199_254_740_993u64, "number": 1001, "placed_at": "2026-11-10T09:12:00Z",
        "currency": "usd", "phone": "650-253-0000", "address": {"country": "US"},
        "lines": [{"title": "Bag", "quantity": 1}]}))
    .unwrap();
    assert_eq!(order.external_id, "9007199254740993");
    assert_eq!(order.phone.as_deref(), Some("+16502530000"));
    assert_eq!((order.state, order.updated_at), (OrderState::Placed, order.placed_at));
    assert_eq!(order.lines[0].id, "1");
}

#[test]
fn every_bad_row_is_told_why() {
    let set = |pointer: &str, value: Value| {
        let mut row = full();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match row.pointer_mut(parent).unwrap() {
            Value::Object(object) => object.insert(field.to_owned(), value),
            Value::Array(list) => {
                list.push(value);
                None
            }
            _ => None,
        };
        row
    };
    let mut nobody = full();
    nobody.as_object_mut().unwrap().retain(|key, _| key != "email" && key != "phone");
    for (row, reason) in [
        (nobody, "neither email nor phone"),
        (set("/nubmer", json!("A-1")), "unknown field `nubmer`"),
        (set("/lines/0/colour", json!("red")), "unknown field `colour`"),
        (set("/number", json!("no digits")), "is not an order number"),
        (set("/number", json!("A-1\u{0}")), "number contains a control"),
        (set("/id", json!("")), "id is missing"),
        (set("/id", json!("x".repeat(101))), "id has 101 characters"),
        (set("/id", json!(null)), "expected a number or a string, found null"),
        (set("/placed_at", json!("2026-11-10")), "is not a date with time and zone"),
        (set("/placed_at", json!("0026-11-10T00:00:00Z")), "1990"),
        (set("/currency", json!("RMB1")), "three-letter currency"),
        (set("/locale", json!("fr")), "locale \"fr\" is not one of en, zh-CN, zh-TW"),
        (set("/state", json!("shipped")), "unknown variant `shipped`"),
        (set("/email", json!("li.na")), "email is not an e-mail address"),
        (set("/phone", json!("call me")), "phone is not a telephone number"),
        (set("/recipient", json!("a\u{202E}b")), "recipient contains a control"),
        (set("/address/country", json!("China")), "two-letter country"),
        (set("/refunded", json!("1,5")), "refunded \"1,5\" is not an amount in CNY"),
        (set("/lines", json!([])), "the order has no lines"),
        (set("/lines/0/quantity", json!(0)), "has the quantity 0"),
        (set("/lines/0/quantity", json!(-1)), "has the quantity -1"),
        (set("/lines/0/quantity", json!(1.5)), "invalid type: floating point"),
        (set("/lines/0/refunded", json!(3)), "3 refunded of 2"),
        (set("/lines/0/unit_price", json!("-1")), "negative price"),
        (set("/lines/0/unit_price", json!("1.999")), "is not an amount in CNY"),
        (set("/lines/0/title", json!("x".repeat(501))), "lines.title has 501 characters"),
        (set("/lines/1/id", json!("l1")), "two lines have the id \"l1\""),
        (set("/shipments/1/id", json!("s1")), "two shipments have the id \"s1\""),
        (set("/shipments/0/status", json!("lost")), "unknown variant `lost`"),
        (set("/shipments/0/tracking_url", json!("http://sf.com/")), "not an https:// address"),
        (set("/shipments/0/tracking_url", json!("javascript:alert(1)")), "not an https:// address"),
        (set("/shipments/0/lines/0/line", json!("l9")), "contains the unknown line \"l9\""),
        (set("/shipments/0/lines/0/quantity", json!(3)), "contains 3 of line \"l1\"; 2 were bought"),
        (set("/shipments/0/lines/0/quantity", json!(0)), "contains 0 of line"),
        (set("/shipments/0/lines/-", json!({"line": "l1", "quantity": 1})), "names the line \"l1\" twice"),
        (set("/shipments/1/lines", json!([{"line": "l1", "quantity": 2}])), "the shipments contain 3 of line"),
        (set("/shipments/0/expected/earliest", json!("2026-12-13T09:00:00Z")), "expected later than at the latest"),
        (set("/shipments/0/events/0/at", json!("12:00")), "events.at \"12:00\" is not a date"),
    ] {
        let said = read(&row).expect_err(reason);
        assert!(said.contains(reason), "{said:?} should say {reason:?}");
    }
}

#![allow(clippy::unwrap_used)]
use super::*;
use serde_json::{Value, json};

/// Written after the Order resource's documentation: every `shipment_status`, a split order, refunds, old exports.
const RECORDED: &str = include_str!("../../../tests/fixtures/shopify_orders.json");

fn read(row: &Value) -> Result<ImportedOrder, String> {
    let reading = Reading { country: "US", shift: fields::Shift::default() };
    order(row.to_string().as_bytes(), &reading).map_err(|bad| match bad {
        Bad::Row(reason) => reason,
        Bad::Json(error) => error.to_string(),
    })
}

fn recorded() -> Vec<Value> {
    let file: Value = serde_json::from_str(RECORDED).unwrap();
    file["orders"].as_array().unwrap().clone()
}

fn named(name: &str) -> ImportedOrder {
    read(recorded().iter().find(|order| order["name"] == name).unwrap()).unwrap()
}

#[test]
fn every_shipment_status_has_its_place_and_fulfilled_is_not_delivered() {
    let mut order = recorded().swap_remove(0);
    for (fulfillment, shipment, status, raw) in [
        (json!("success"), json!("label_printed"), ParcelStatus::Registered, "label_printed"),
        (json!("success"), json!("label_purchased"), ParcelStatus::Registered, "label_purchased"),
        (json!("success"), json!("confirmed"), ParcelStatus::Registered, "confirmed"),
        (json!("success"), json!("in_transit"), ParcelStatus::InTransit, "in_transit"),
        (json!("success"), json!("out_for_delivery"), ParcelStatus::OutForDelivery, "out_for_delivery"),
        (json!("success"), json!("ready_for_pickup"), ParcelStatus::ReadyForPickup, "ready_for_pickup"),
        (json!("success"), json!("attempted_delivery"), ParcelStatus::Attempted, "attempted_delivery"),
        (json!("success"), json!("delivered"), ParcelStatus::Delivered, "delivered"),
        (json!("success"), json!("failure"), ParcelStatus::Exception, "failure"),
        (json!("SUCCESS"), json!("IN_TRANSIT"), ParcelStatus::InTransit, "in_transit"),
        (json!("success"), json!("teleported"), ParcelStatus::Unknown, "teleported"),
        (json!("success"), json!(null), ParcelStatus::Registered, "success"),
        (json!("pending"), json!(null), ParcelStatus::Unknown, "pending"),
        (json!("open"), json!(null), ParcelStatus::Unknown, "open"),
        (json!("cancelled"), json!("in_transit"), ParcelStatus::Cancelled, "cancelled"),
        (json!("error"), json!(null), ParcelStatus::Cancelled, "error"),
        (json!("failure"), json!(null), ParcelStatus::Cancelled, "failure"),
    ] {
        order["fulfillments"][0]["status"] = fulfillment.clone();
        order["fulfillments"][0]["shipment_status"] = shipment.clone();
        let parcel = &read(&order).unwrap().shipments[0];
        assert_eq!((parcel.status, parcel.raw_status.as_deref()), (status, Some(raw)), "{fulfillment} {shipment}");
    }
}

#[test]
fn ids_beyond_javascript_are_exact_as_numbers_and_as_texts() {
    let order = named("#1001");
    assert_eq!(order.external_id, "9223372036854775807");
    assert_eq!(order.lines[0].id, "9007199254740993");
    assert_eq!(named("#1002").external_id, "820982911946154509");
}

#[test]
fn several_tracking_numbers_are_several_parcels() {
    let order = named("#1002");
    let ids: Vec<_> = order.shipments.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["4001", "4001-2", "4001-3", "4002"]);
    let numbers: Vec<_> = order.shipments.iter().filter_map(|s| s.tracking_number.as_deref()).collect();
    assert_eq!(numbers, ["1Z2345", "1Z2346", "1Z2347", "SF100200300"]);
    let urls: Vec<_> = order.shipments.iter().map(|s| s.tracking_url.as_deref()).collect();
    let ups = |number| Some(format!("https://www.ups.com/track?tracknum={number}"));
    // The second one's is http://.
    assert_eq!(urls, [ups("1Z2345").as_deref(), None, ups("1Z2347").as_deref(), None]);
    assert_eq!(order.shipments[0].lines.len(), 2);
    assert!(order.shipments[1].lines.is_empty() && order.shipments[2].lines.is_empty());
    assert_eq!(order.shipments[3].carrier.as_deref(), Some("sf"));
    assert_eq!(order.state, OrderState::Preparing);
    assert_eq!(order.shipments[0].shipped_at, Some(Timestamp(1_794_366_000_000)));
}

#[test]
fn refunds_count_pieces_and_money_that_really_went_back() {
    let order = named("#1003");
    assert_eq!(order.lines.iter().map(|l| l.refunded).collect::<Vec<_>>(), [2, 0]);
    // A failed try and a pending one are no refunds.
    assert_eq!((order.currency.code(), order.refunded), ("USD", 4_998));
}

#[test]
fn the_shopper_s_currency_is_taken_where_everything_is_said_in_it() {
    let order = named("#1004");
    assert_eq!((order.currency.code(), order.refunded), ("JPY", 2_980));
    assert_eq!(order.lines[0].unit_price, Some(2_980));
    let kuwait = named("#1005");
    assert_eq!((kuwait.currency.code(), kuwait.lines[0].unit_price), ("KWD", Some(12_345)));
    let mut row = recorded().into_iter().find(|o| o["name"] == "#1004").unwrap();
    row["line_items"][0]["price_set"] = Value::Null;
    assert!(read(&row).unwrap_err().contains("different currencies"));
}

#[test]
fn a_contact_is_found_wherever_the_platform_keeps_it() {
    let base = recorded().swap_remove(0);
    let cleared = {
        let mut row = base;
        for field in ["email", "contact_email", "phone", "customer", "shipping_address", "billing_address"] {
            row[field] = Value::Null;
        }
        row
    };
    let with = |field: &str, value: Value| {
        let mut row = cleared.clone();
        row[field] = value;
        let order = read(&row).unwrap();
        (order.email, order.phone)
    };
    let mail = |text: &str| (Some(text.to_owned()), None);
    let phone = |text: &str| (None, Some(text.to_owned()));
    assert_eq!(with("email", json!("A@b.com")), mail("a@b.com"));
    assert_eq!(with("email", json!("")), (None, None));
    assert_eq!(with("contact_email", json!("a@b.com")), mail("a@b.com"));
    assert_eq!(with("customer", json!({"email": "a@b.com"})), mail("a@b.com"));
    assert_eq!(with("phone", json!("+16502530000")), phone("+16502530000"));
    assert_eq!(with("customer", json!({"phone": "(650) 253-0000"})), phone("+16502530000"));
    assert_eq!(
        with("shipping_address", json!({"phone": "138 0013 8000", "country_code": "CN"})),
        phone("+8613800138000")
    );
    assert_eq!(
        with("billing_address", json!({"phone": "020 7183 8750", "country_code": "GB"})),
        phone("+442071838750")
    );
}

#[test]
fn cancelled_test_and_till_orders_are_orders_too() {
    let cancelled = named("#1006");
    assert_eq!(cancelled.state, OrderState::Cancelled);
    assert!(cancelled.cancelled_at.is_some());
    let digital = named("GIFT-1007");
    assert_eq!(digital.shipments[0].status, ParcelStatus::Delivered);
    assert_eq!(digital.recipient.as_deref(), Some("Noor Haddad"));
    let till = named("#1008");
    assert_eq!((till.email, till.phone, till.shipments.len()), (None, None, 0));
    assert_eq!(till.state, OrderState::Placed);
    // Brought over from another platform: the date the shopper knows.
    assert_eq!(till.placed_at, Timestamp(1_767_225_600_000));
}

#[test]
fn what_cannot_be_is_refused_and_what_is_new_is_passed_over() {
    let base = recorded().swap_remove(0);
    let with = |pointer: &str, value: Value| {
        let mut row = base.clone();
        *row.pointer_mut(pointer).unwrap() = value;
        read(&row)
    };
    for (pointer, value, reason) in [
        ("/name", json!("###"), "number is missing"),
        ("/line_items", json!([]), "has no lines"),
        ("/line_items/0/quantity", json!(-1), "has the quantity -1"),
        ("/line_items/0/price_set/presentment_money/amount", json!("1e3"), "is not an amount in USD"),
        ("/line_items/0/name", json!("a\u{0}"), "control"),
        ("/fulfillments/0/line_items/0/id", json!(77), "unknown line \"77\""),
        ("/fulfillments/0/line_items/0/quantity", json!(99), "99"),
        ("/created_at", json!("2026-11-10T09:12:00"), "is not a date with time and zone"),
        ("/currency", json!(null), "currency is missing"),
    ] {
        let said = with(pointer, value).err();
        assert!(said.as_deref().is_some_and(|s| s.contains(reason)), "{pointer}: {said:?}");
    }
    assert_eq!(with("/email", json!("nonsense")).unwrap().email.as_deref(), Some("olivia.hart@example.com"));
    assert_eq!(with("/order_status_url", json!({"quite": ["new"]})).unwrap(), read(&base).unwrap());
}

#[test]
fn discounts_delivery_and_taxes_add_up_to_what_was_paid() {
    let mut row = recorded().swap_remove(0);
    let bag = |amount: &str| json!({ "shop_money": { "amount": amount, "currency_code": "USD" } });
    row["taxes_included"] = json!(false);
    row["line_items"][0]["discount_allocations"] =
        json!([{ "amount": "4.99", "amount_set": bag("4.99") }, { "amount": "1.00" }]);
    row["line_items"][0]["tax_lines"] = json!([{ "price": "2.25", "price_set": bag("2.25") }, { "price": "0.50" }]);
    row["shipping_lines"] = json!([
        { "price": "7.00", "discounted_price": "7.00", "discount_allocations": [{ "amount": "7.00" }], "tax_lines": [] },
        { "price": "9.00", "discounted_price": "5.00", "tax_lines": [{ "price": "0.40" }] },
        { "price": "99.00", "is_removed": true },
    ]);
    row["transactions"] = json!([
        { "kind": "sale", "status": "success", "gateway": "gift_card", "amount": "10.00", "currency": "USD" },
        { "kind": "refund", "status": "success", "gateway": "gift_card", "amount": "3.00", "currency": "USD" },
        { "kind": "sale", "status": "success", "gateway": "bogus", "amount": "50.00", "currency": "USD" },
    ]);
    let order = read(&row).unwrap();
    assert_eq!((order.lines[0].discount, order.lines[0].tax), (599, 275));
    let expected =
        Charges { delivery: 500, delivery_tax: 40, taxes_added: true, gift_cards: 1_000, ..Charges::default() };
    assert_eq!(order.charges, expected);
    // Where no line has tax lines, the order's own tax is that of the goods and the delivery.
    for item in row["line_items"].as_array_mut().unwrap() {
        item["tax_lines"] = Value::Null;
    }
    row["total_tax"] = json!("3.15");
    assert_eq!(read(&row).unwrap().charges.tax, 275);
}

#[test]
fn what_is_charged_in_another_currency_alone_is_not_taken_for_the_shopper_s() {
    let mut row = recorded().into_iter().find(|o| o["name"] == "#1004").unwrap();
    row["refunds"] = json!([]);
    assert_eq!(read(&row).unwrap().currency.code(), "JPY");
    row["line_items"][0]["discount_allocations"] = json!([{ "amount": "1.00" }]);
    assert_eq!(read(&row).unwrap().currency.code(), "USD");
}

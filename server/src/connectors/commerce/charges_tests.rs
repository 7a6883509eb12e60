//! The money of whole orders: recorded answers with what the platforms' documentation adds to them. Whatever the form, the
//! parts are what was paid.
#![allow(clippy::unwrap_used)]
use super::{
    tests::{VENDURE, shop},
    *,
};
use crate::orders::import::model::Charges;
use serde_json::{Value, json};

const MEDUSA: &str = include_str!("../../../tests/fixtures/commerce/medusa_orders.json");
const SHOPIFY: &str = include_str!("../../../tests/fixtures/commerce/shopify_order.json");
const WOO: &str = include_str!("../../../tests/fixtures/commerce/woocommerce_orders.json");

/// What the goods, delivery and taxes come to: what was paid by whatever means.
fn paid(order: &ImportedOrder) -> i64 {
    let goods: i64 = order.lines.iter().map(|line| line.unit_price.unwrap() * line.quantity - line.discount).sum();
    let of = &order.charges;
    let taxes = of.tax + of.delivery_tax + order.lines.iter().map(|line| line.tax).sum::<i64>();
    goods - of.discount + of.delivery + if of.taxes_added { taxes } else { 0 }
}

async fn changed(kind: Kind, answer: String) -> Vec<ImportedOrder> {
    let (shop, _) = shop(kind, move |_| (200, answer.clone()));
    let page = shop.changed_since(&Cursor::at(Timestamp(0))).await.unwrap();
    assert_eq!(page.refused, Vec::<String>::new());
    page.orders
}

#[tokio::test]
async fn vendure_s_prorated_lines_are_exact_to_the_cent() {
    let mut recorded: Value = serde_json::from_str(VENDURE).unwrap();
    let order = &mut recorded["data"]["orders"]["items"][0];
    order["shippingWithTax"] = json!(600);
    let tin = &mut order["lines"][1];
    // Two at 21.90, of which an odd cent of the order's discount was taken.
    (tin["unitPriceWithTax"], tin["proratedUnitPriceWithTax"]) = (json!(2_190), json!(1_972));
    (tin["proratedLinePriceWithTax"], tin["proratedLinePrice"]) = (json!(3_943), json!(3_286));
    let order = changed(Kind::Vendure, recorded.to_string()).await.remove(0);
    let tin = &order.lines[1];
    assert_eq!((tin.unit_price, tin.discount, tin.tax), (Some(2_190), 437, 657));
    assert_eq!(order.charges, Charges { delivery: 600, ..Charges::default() });
    assert_eq!(paid(&order), 5_880 + 3_943 + 600);
}

#[tokio::test]
async fn vendure_s_cancelled_pieces_cost_what_a_piece_cost() {
    let mut recorded: Value = serde_json::from_str(VENDURE).unwrap();
    let tin = &mut recorded["data"]["orders"]["items"][0]["lines"][1];
    tin["quantity"] = json!(1);
    (tin["unitPriceWithTax"], tin["proratedUnitPriceWithTax"]) = (json!(2_190), json!(1_972));
    tin["proratedLinePriceWithTax"] = json!(1_972);
    let order = changed(Kind::Vendure, recorded.to_string()).await.remove(0);
    assert_eq!(
        (order.lines[1].quantity, order.lines[1].refunded, order.lines[1].discount),
        (2, 1, 2 * 2_190 - 2 * 1_972)
    );
}

#[tokio::test]
async fn medusa_s_totals_say_what_was_paid_with_and_without_tax_in_the_price() {
    for inclusive in [true, false] {
        let mut recorded: Value = serde_json::from_str(MEDUSA).unwrap();
        let order = &mut recorded["orders"][0];
        (order["shipping_total"], order["shipping_tax_total"]) = (json!(5.95), json!(0.95));
        order["credit_line_total"] = json!(20);
        for (item, total, tax) in [(0, 44.1, 3.6), (1, 33.33, 2.67)] {
            let item = &mut order["items"][item];
            (item["is_tax_inclusive"], item["total"], item["tax_total"]) = (json!(inclusive), json!(total), json!(tax));
        }
        let order = changed(Kind::Medusa, recorded.to_string()).await.remove(0);
        assert_eq!(paid(&order), 4_410 + 3_333 + 595, "{inclusive}");
        assert_eq!((order.charges.gift_cards, order.charges.taxes_added), (2_000, !inclusive));
        assert_eq!(order.charges.delivery, if inclusive { 595 } else { 500 });
        assert_eq!(order.lines.iter().map(|line| line.tax).collect::<Vec<_>>(), [360, 267]);
    }
}

#[tokio::test]
async fn shopify_s_allocations_delivery_tax_and_gift_cards_are_asked_for_and_read() {
    let money = |amount: &str| json!({ "shopMoney": { "amount": amount, "currencyCode": "USD" }, "presentmentMoney": { "amount": amount, "currencyCode": "USD" } });
    let mut recorded: Value = serde_json::from_str(SHOPIFY).unwrap();
    let order = &mut recorded["data"]["order"];
    order["taxesIncluded"] = json!(false);
    order["totalTaxSet"] = money("11.30");
    order["lineItems"]["nodes"][0]["discountAllocations"] =
        json!([{ "allocatedAmountSet": money("4.9") }, { "allocatedAmountSet": money("3.33") }]);
    order["shippingLines"] = json!({ "nodes": [
        { "isRemoved": false, "discountedPriceSet": money("7.00"), "taxLines": [{ "priceSet": money("0.60") }] },
        { "isRemoved": true, "discountedPriceSet": money("99.00"), "taxLines": [] },
    ] });
    let payment = |gateway: &str, kind: &str, status: &str, amount: &str| json!({ "gateway": gateway, "kind": kind, "status": status, "amountSet": money(amount) });
    order["transactions"] = json!([
        payment("gift_card", "SALE", "SUCCESS", "25.00"),
        payment("gift_card", "SALE", "FAILURE", "9.00"),
        payment("shopify_payments", "CAPTURE", "SUCCESS", "139.82"),
        payment("gift_card", "REFUND", "SUCCESS", "5.00"),
    ]);
    let (shop, _) = shop(Kind::Shopify, move |_| (200, recorded.to_string()));
    let order = shop.fetch("9223372036854775807").await.unwrap().unwrap();
    let expected =
        Charges { delivery: 700, delivery_tax: 60, tax: 1_070, taxes_added: true, gift_cards: 2_500, discount: 0 };
    assert_eq!(order.charges, expected);
    assert_eq!(order.lines.iter().map(|line| line.discount).collect::<Vec<_>>(), [823, 0]);
    assert_eq!(paid(&order), 2 * 4_900 - 823 + 3 * 1_825 + 700 + 1_130);
}

#[tokio::test]
async fn woocommerce_s_amounts_are_without_tax_and_its_price_is_an_average() {
    let mut recorded: Value = serde_json::from_str(WOO).unwrap();
    let order = &mut recorded[0];
    (order["shipping_total"], order["shipping_tax"]) = (json!("7.00"), json!("0.60"));
    order["gift_cards"] = json!([{ "id": 1, "code": "ABCD", "amount": "20.00" }]);
    let item = &mut order["line_items"][0];
    // Three for 100.00, of which a tenth was taken off.
    (item["quantity"], item["price"], item["subtotal"]) = (json!(3), json!(30.0), json!("100.00"));
    (item["total"], item["total_tax"]) = (json!("90.00"), json!("7.99"));
    let order = changed(Kind::WooCommerce, recorded.to_string()).await.remove(0);
    assert_eq!((order.lines[0].unit_price, order.lines[0].discount, order.lines[0].tax), (Some(3_334), 1_002, 799));
    assert_eq!((order.charges.delivery, order.charges.gift_cards, order.charges.taxes_added), (700, 2_000, true));
    assert_eq!(paid(&order), 9_000 + 1_825 + 799 + 760);
}

//! Writes N orders as Shopify's Admin REST API answers them: `generate_shopify_orders N > orders.json`.
//! The same N always gives the same bytes; the first orders of a larger N are those of a smaller one.

#![recursion_limit = "256"]

use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let Some(count) = std::env::args().nth(1).and_then(|n| n.parse::<u64>().ok()) else {
        eprintln!("usage: generate_shopify_orders N > orders.json");
        std::process::exit(2);
    };
    let mut out = BufWriter::new(io::stdout().lock());
    out.write_all(b"{\"orders\":[")?;
    for n in 0..count {
        out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &order(n))?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}

/// Spreads `n` over `0..below`, differently for each `salt`.
fn pick(n: u64, salt: u64, below: u64) -> u64 {
    let mut x = n.wrapping_add(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(1);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (x ^ (x >> 31)) % below
}

fn date(n: u64, days_later: u64) -> String {
    let day = 1 + (pick(n, 1, 20) + days_later) % 28;
    format!("2026-{:02}-{day:02}T{:02}:{:02}:00+08:00", 1 + pick(n, 2, 10), pick(n, 3, 24), pick(n, 4, 60))
}

fn money(amount: &str) -> Value {
    let one = json!({"amount": amount, "currency_code": "CNY"});
    json!({"shop_money": one.clone(), "presentment_money": one})
}

fn line(n: u64, i: u64) -> Value {
    const TITLES: [&str; 6] = ["Linen towel", "茶杯", "Desk lamp, brass", "帆布包", "Wool throw", "Cast-iron kettle"];
    let title = TITLES[pick(n, 10 + i, 6) as usize];
    let price = format!("{}.{:02}", 19 + pick(n, 20 + i, 400), pick(n, 30 + i, 100));
    json!({
        "id": 9_100_000_000_000_000u64 + n * 10 + i, "admin_graphql_api_id": format!("gid://shopify/LineItem/{n}{i}"),
        "current_quantity": 1, "fulfillable_quantity": 0, "fulfillment_service": "manual", "fulfillment_status": null,
        "gift_card": false, "grams": 350, "name": format!("{title} - {}", pick(n, 40 + i, 9)), "price": price,
        "price_set": money(&price), "product_exists": true, "product_id": 7_000_000_000u64 + pick(n, 50 + i, 500),
        "properties": [], "quantity": 1 + pick(n, 60 + i, 3), "requires_shipping": true,
        "sku": format!("HP-{:04}", pick(n, 50 + i, 500)), "taxable": true, "title": title, "total_discount": "0.00",
        "total_discount_set": money("0.00"), "variant_id": 41_000_000_000u64 + pick(n, 50 + i, 500),
        "variant_title": format!("{}", pick(n, 40 + i, 9)), "vendor": "Harbour & Pine", "tax_lines": [], "duties": [],
        "discount_allocations": [], "attributed_staffs": []
    })
}

fn fulfillment(n: u64, i: u64, items: &[Value]) -> Value {
    const STATUS: [&str; 9] = [
        "label_printed",
        "label_purchased",
        "confirmed",
        "in_transit",
        "out_for_delivery",
        "ready_for_pickup",
        "attempted_delivery",
        "delivered",
        "failure",
    ];
    let numbers: Vec<String> =
        (0..1 + pick(n, 70 + i, 8) / 7).map(|k| format!("SF{:013}", n * 100 + i * 10 + k)).collect();
    let urls: Vec<String> = numbers.iter().map(|t| format!("https://www.sf-express.com/track?no={t}")).collect();
    let shipment_status = STATUS.get(pick(n, 80 + i, 11) as usize);
    json!({
        "id": 5_000_000_000_000u64 + n * 10 + i, "admin_graphql_api_id": format!("gid://shopify/Fulfillment/{n}{i}"),
        "created_at": date(n, 2), "location_id": 72_000_000_000u64, "name": format!("#{}.{i}", 100_000 + n),
        "order_id": 6_000_000_000_000u64 + n, "origin_address": {}, "receipt": {}, "service": "manual",
        "shipment_status": shipment_status, "status": if pick(n, 90 + i, 25) == 0 { "cancelled" } else { "success" },
        "tracking_company": if pick(n, 95 + i, 2) == 0 { "SF Express" } else { "UPS" },
        "tracking_number": numbers[0], "tracking_numbers": numbers, "tracking_url": urls[0], "tracking_urls": urls,
        "updated_at": date(n, 3), "line_items": items
    })
}

fn address(n: u64) -> Value {
    json!({
        "first_name": "小明", "last_name": "王", "name": "王小明", "company": null, "address1": format!("南京西路 {n} 号"),
        "address2": format!("{} 室", pick(n, 5, 2_000)), "city": "上海市", "province": "上海", "province_code": "SH",
        "zip": "200041", "country": "China", "country_code": "CN",
        "phone": format!("138{:08}", pick(n, 6, 100_000_000)), "latitude": 31.23, "longitude": 121.46
    })
}

fn order(n: u64) -> Value {
    let lines: Vec<Value> = (0..1 + pick(n, 7, 4)).map(|i| line(n, i)).collect();
    let half = lines.len() / 2;
    let fulfillments = match pick(n, 8, 5) {
        0 => vec![],
        1 if half > 0 => vec![fulfillment(n, 0, &lines[..half]), fulfillment(n, 1, &lines[half..])],
        _ => vec![fulfillment(n, 0, &lines)],
    };
    let refunds = if pick(n, 9, 12) == 0 {
        json!([{"id": 8_000_000_000u64 + n, "created_at": date(n, 5), "note": null, "restock": true,
            "refund_line_items": [{"id": n, "line_item_id": lines[0]["id"], "quantity": 1, "restock_type": "return"}],
            "transactions": [{"id": n, "kind": "refund", "status": "success", "amount": lines[0]["price"],
                "currency": "CNY", "gateway": "alipay"}], "order_adjustments": []}])
    } else {
        json!([])
    };
    let email = format!("shopper{n}@example.cn");
    json!({
        "id": 6_000_000_000_000u64 + n, "admin_graphql_api_id": format!("gid://shopify/Order/{}", 6_000_000_000_000u64 + n),
        "app_id": 580_111, "browser_ip": null, "buyer_accepts_marketing": false, "cancel_reason": null,
        "cancelled_at": if pick(n, 11, 40) == 0 { json!(date(n, 1)) } else { Value::Null },
        "cart_token": null, "checkout_id": 35_000_000_000u64 + n, "client_details": null, "closed_at": null,
        "confirmation_number": format!("C{n:09}"), "confirmed": true, "contact_email": email, "created_at": date(n, 0),
        "currency": "CNY", "current_subtotal_price": "0.00", "current_subtotal_price_set": money("0.00"),
        "current_total_price": "0.00", "current_total_price_set": money("0.00"), "customer_locale": "zh-CN",
        "discount_codes": [], "email": email, "estimated_taxes": false, "financial_status": "paid",
        "fulfillment_status": if fulfillments.is_empty() { Value::Null } else { json!("fulfilled") },
        "landing_site": "/", "name": format!("#{}", 100_000 + n), "note": null, "note_attributes": [], "number": n,
        "order_number": 100_000 + n, "order_status_url": format!("https://shop.example.cn/orders/{n}/authenticate"),
        "payment_gateway_names": ["alipay"], "phone": null, "presentment_currency": "CNY", "processed_at": date(n, 0),
        "referring_site": null, "source_name": "web", "subtotal_price": "0.00", "tags": "", "tax_exempt": false,
        "tax_lines": [], "taxes_included": true, "test": false, "total_price": "0.00", "total_price_set": money("0.00"),
        "total_weight": 700, "updated_at": date(n, 6), "user_id": null, "billing_address": address(n),
        "customer": {"id": 31_000_000_000u64 + n, "email": email, "first_name": "小明", "last_name": "王", "phone": null,
            "state": "disabled", "verified_email": true, "tags": "", "currency": "CNY", "default_address": address(n)},
        "discount_applications": [], "fulfillments": fulfillments, "line_items": lines, "payment_terms": null,
        "refunds": refunds, "shipping_address": address(n), "shipping_lines": [{"id": n, "code": "Standard",
            "price": "0.00", "source": "shopify", "title": "Standard", "tax_lines": [], "discount_allocations": []}]
    })
}

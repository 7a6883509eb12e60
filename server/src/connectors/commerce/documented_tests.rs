//! Shopify against its published schema, WooCommerce after its documentation.
#![allow(clippy::unwrap_used)]
use super::{
    tests::{shop, wanted},
    *,
};
use aftercart_shared::tracking::{OrderState, ParcelStatus};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SCHEMA: &str = include_str!("../../../tests/fixtures/commerce/shopify_2026-07.graphql");
const ORDER: &str = include_str!("../../../tests/fixtures/commerce/shopify_order.json");
const LIST: &str = include_str!("../../../tests/fixtures/commerce/shopify_list.json");
const THROTTLED: &str = include_str!("../../../tests/fixtures/commerce/shopify_throttled.json");
const WOO: &str = include_str!("../../../tests/fixtures/commerce/woocommerce_orders.json");

fn valid(query: &str) -> bool {
    schema_tests::check(SCHEMA, query).is_ok()
}

/// Answers as Shopify would, and only queries that its schema knows.
fn shopify() -> (Box<dyn Commerce>, Arc<tests::Script>) {
    shop(Kind::Shopify, |call| {
        let question: Value = serde_json::from_slice(&call.body).unwrap();
        let query = question["query"].as_str().unwrap();
        assert!(valid(query), "{query}");
        assert!(call.headers.contains(&("x-shopify-access-token", "secret".to_owned())));
        assert_eq!(call.url, "https://shop.example/admin/api/2026-07/graphql.json");
        (200, if query.contains("query List") { LIST } else { ORDER }.to_owned())
    })
}

#[test]
fn every_query_is_valid_in_the_published_schema() {
    for query in [shopify::LIST, shopify::WHOLE] {
        schema_tests::check(SCHEMA, query).unwrap();
    }
    // And the check checks.
    for (query, from, to) in [
        (shopify::WHOLE, "legacyResourceId", "legacyId"),
        (shopify::WHOLE, "lineItems(first: 50)", "lineItems(most: 50)"),
        (shopify::WHOLE, "order(id: $id)", "order"),
        (shopify::WHOLE, "{ emailAddress }", ""),
        (shopify::WHOLE, "name sku", "name { sku }"),
        (shopify::WHOLE, "...Where", "...Elsewhere"),
        (shopify::LIST, "$first: Int!", "$first: String!"),
        (shopify::LIST, "sortKey: UPDATED_AT", "sortKey: LUCK"),
        (shopify::LIST, "after: $after", "after: $before"),
    ] {
        assert!(query.contains(from) && !valid(&query.replace(from, to)), "{from} → {to}");
    }
}

#[tokio::test]
async fn a_shopify_order_is_found_by_name_and_contact_only() {
    let (shopify, script) = shopify();
    let found = shopify.find_order(&wanted("1002", "ada@example.com")).await.unwrap().unwrap();
    assert_eq!(found.external_id, "9223372036854775807");
    assert_eq!(found.lines[0].id, "9007199254740993");
    assert_eq!(
        found.lines.iter().map(|l| (l.unit_price, l.refunded)).collect::<Vec<_>>(),
        [(Some(4_900), 0), (Some(1_825), 1)]
    );
    assert_eq!(found.refunded, 1_825);
    let parcels: Vec<_> = found.shipments.iter().map(|s| (s.status, s.carrier.as_deref())).collect();
    // FULFILLED is not delivered, nor even on its way.
    assert_eq!(parcels, [(ParcelStatus::Registered, Some("ups")), (ParcelStatus::InTransit, Some("sf"))]);
    {
        let asked = script.asked.lock().unwrap();
        assert!(asked.iter().all(|call| !String::from_utf8_lossy(&call.body).contains("ada@")));
        // `#10021` came too, and was not even looked at.
        assert_eq!(asked.len(), 2);
    }
    assert_eq!(shopify.find_order(&wanted("1002", "bo@example.com")).await.unwrap(), None);
    assert_eq!(shopify.find_order(&wanted("1003", "ada@example.com")).await.unwrap(), None);
    assert!(shopify.find_order(&wanted("#1002", "212 555 0100")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_number_cannot_lead_out_of_its_search_term() {
    let (shopify, script) = shopify();
    let mut sly = wanted("1002", "ada@example.com");
    sly.typed = "1002\" OR email:\"*".into();
    let _ = shopify.find_order(&sly).await;
    let asked = script.asked.lock().unwrap();
    let question: Value = serde_json::from_slice(&asked[0].body).unwrap();
    let query = question["variables"]["query"].as_str().unwrap();
    assert!(query.starts_with(r#"name:"1002\" OR email:\"*""#), "{query}");
}

#[tokio::test]
async fn shopify_s_changes_go_by_pages_and_its_throttle_is_obeyed() {
    let (shopify, script) = shopify();
    let page = shopify.changed_since(&Cursor::at(Timestamp(1_794_000_000_000))).await.unwrap();
    assert_eq!((page.orders.len(), page.more), (2, false));
    assert_eq!(page.next, Cursor::at(Timestamp(1_794_506_400_000)));
    let first: Value = serde_json::from_slice(&script.asked.lock().unwrap()[0].body).unwrap();
    assert_eq!(first["variables"]["query"], "updated_at:>='2026-11-06T21:20:00Z'");
    let (throttled, _) = shop(Kind::Shopify, |_| (200, THROTTLED.to_owned()));
    // 118 wanted, 18 there, 50 more each second.
    assert_eq!(throttled.fetch("1").await.unwrap_err(), Fault::Busy { retry_after_s: Some(2) });
}

fn signed(header: &str, body: &str, secret: &str) -> Headers {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    [(header.to_owned(), STANDARD.encode(mac.finalize().into_bytes()))].into()
}

#[test]
fn shopify_and_woocommerce_sign_the_body() {
    let now = Timestamp(0);
    // Beyond 2^53, and 2^63 - 1.
    let body = r##"{"id":9223372036854775807,"name":"#1002"}"##;
    let mut headers = signed("x-shopify-hmac-sha256", body, "app secret");
    headers.insert("x-shopify-topic".into(), "orders/updated".into());
    let told = verify_webhook(Kind::Shopify, &headers, body.as_bytes(), "app secret", now).unwrap();
    assert_eq!(told.order.as_deref(), Some("9223372036854775807"));
    // Another delivery of the same message is the same message, whatever its headers say.
    headers.insert("x-shopify-webhook-id".into(), "another".into());
    assert_eq!(verify_webhook(Kind::Shopify, &headers, body.as_bytes(), "app secret", now).unwrap(), told);
    assert_eq!(verify_webhook(Kind::Shopify, &headers, body.as_bytes(), "other secret", now), None);
    assert_eq!(verify_webhook(Kind::Shopify, &headers, &body.as_bytes()[1..], "app secret", now), None);
    let body = r#"{"id":4001,"order_id":820982911946154508,"status":"success"}"#;
    let mut headers = signed("x-shopify-hmac-sha256", body, "app secret");
    headers.insert("x-shopify-topic".into(), "fulfillments/update".into());
    let told = verify_webhook(Kind::Shopify, &headers, body.as_bytes(), "app secret", now).unwrap();
    assert_eq!(told.order.as_deref(), Some("820982911946154508"));

    let body = r#"{"id":727,"status":"completed"}"#;
    let headers = signed("x-wc-webhook-signature", body, "woo");
    let told = verify_webhook(Kind::WooCommerce, &headers, body.as_bytes(), "woo", now).unwrap();
    assert_eq!(told.order.as_deref(), Some("727"));
    assert_eq!(verify_webhook(Kind::WooCommerce, &headers, body.as_bytes(), "wo", now), None);
    assert_eq!(verify_webhook(Kind::WooCommerce, &Headers::new(), body.as_bytes(), "woo", now), None);
}

#[tokio::test]
async fn woocommerce_s_dates_have_no_zone_and_completed_is_not_delivered() {
    let (woo, script) = shop(Kind::WooCommerce, |_| (200, WOO.to_owned()));
    let page = woo.changed_since(&Cursor::at(Timestamp(1_794_000_000_000))).await.unwrap();
    assert_eq!((page.orders.len(), page.refused.len()), (2, 0));
    let order = &page.orders[0];
    // 09:12 in Greenwich, whatever `date_created` says in the shop's own zone.
    assert_eq!(order.placed_at, Timestamp(1_794_301_920_000));
    assert_eq!(order.state, OrderState::Preparing);
    assert_eq!(order.shipments[0].status, ParcelStatus::Registered);
    assert_eq!(order.shipments[0].carrier.as_deref(), Some("usps"));
    assert_eq!((order.refunded, order.lines[1].unit_price), (1_825, Some(1_825)));
    assert_eq!(order.phone.as_deref(), Some("+12125550100"));
    assert_eq!(page.orders[1].lines[0].unit_price, Some(12_990));
    assert!(script.asked.lock().unwrap()[0].url.contains("dates_are_gmt=true"));
}

#[tokio::test]
async fn a_woocommerce_search_is_fuzzy_and_shows_nobody_else_s() {
    let (woo, _) = shop(Kind::WooCommerce, |call| {
        if call.url.contains("search=") {
            return (200, WOO.to_owned());
        }
        (404, json!({ "code": "woocommerce_rest_shop_order_invalid_id" }).to_string())
    });
    assert_eq!(woo.find_order(&wanted("727", "ada@example.com")).await.unwrap().unwrap().number, "727");
    for (number, contact) in [("727", "bo@example.com"), ("728", "ada@example.com"), ("7", "ada@example.com")] {
        assert_eq!(woo.find_order(&wanted(number, contact)).await.unwrap(), None, "{number} {contact}");
    }
}

#[tokio::test]
async fn a_woocommerce_key_never_travels_in_the_clear() {
    let (_, script) = shop(Kind::WooCommerce, |_| (200, "[]".into()));
    let connection = Connection {
        base_url: "http://shop.example".into(),
        credential: "ck:cs".into(),
        country: "US".into(),
        http: script.clone(),
    };
    let woo = connect(Kind::WooCommerce, connection);
    assert!(matches!(woo.fetch("1").await, Err(Fault::Refused(_))));
    assert!(script.asked.lock().unwrap().is_empty());
}

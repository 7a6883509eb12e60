//! Recorded answers of the running engines (Vendure 3.7.3, Medusa 2.21.2) and of the platforms' documentation.
#![allow(clippy::unwrap_used)]
use super::{
    super::outgoing::{Answer, Call},
    *,
};
use aftercart_shared::tracking::{OrderState, ParcelStatus};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::sync::Mutex;

pub const VENDURE: &str = include_str!("../../../tests/fixtures/commerce/vendure_orders.json");
const VENDURE_FORBIDDEN: &str = include_str!("../../../tests/fixtures/commerce/vendure_forbidden.json");
const MEDUSA: &str = include_str!("../../../tests/fixtures/commerce/medusa_orders.json");
const MEDUSA_CUSTOMERS: &str = include_str!("../../../tests/fixtures/commerce/medusa_customers.json");

type Answers = Box<dyn Fn(&Call) -> (u16, String) + Send + Sync>;

/// Answers every call by its address, and remembers what was asked.
pub struct Script {
    answer: Answers,
    pub asked: Mutex<Vec<Call>>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Outgoing for Script {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Answer, Fault>> {
        let (status, body) = (self.answer)(&call);
        self.asked.lock().unwrap().push(call);
        let mut headers = HeaderMap::new();
        if status == 429 {
            headers.insert("retry-after", "7.0".parse().unwrap());
        }
        Box::pin(async move { Ok(Answer { status, headers, body: body.into_bytes() }) })
    }
}

pub fn shop(
    kind: Kind,
    answer: impl Fn(&Call) -> (u16, String) + Send + Sync + 'static,
) -> (Box<dyn Commerce>, Arc<Script>) {
    let script = Arc::new(Script { answer: Box::new(answer), asked: Mutex::default() });
    let connection = Connection {
        base_url: "https://shop.example".into(),
        credential: "secret".into(),
        country: "US".into(),
        http: script.clone(),
    };
    (connect(kind, connection), script)
}

pub fn wanted(number: &str, contact: &str) -> Wanted {
    Wanted {
        number: OrderNumber::parse(number).unwrap(),
        typed: number.to_owned(),
        contact: Contact::parse(contact).unwrap(),
    }
}

/// Whatever is asked, it shows everybody's orders: as an engine does that ignores the filter.
fn vendure() -> Box<dyn Commerce> {
    shop(Kind::Vendure, |_| (200, VENDURE.to_owned())).0
}

fn medusa() -> Box<dyn Commerce> {
    shop(Kind::Medusa, |call| {
        let url: reqwest::Url = call.url.parse().unwrap();
        let email = url.query_pairs().find(|(name, _)| name == "email").map(|(_, email)| email.into_owned());
        let customer = |email| json!({ "customers": [{ "id": "cus_1", "email": email }] }).to_string();
        (200, email.map_or_else(|| MEDUSA.to_owned(), customer))
    })
    .0
}

fn vendure_number(place: usize) -> String {
    let recorded: Value = serde_json::from_str(VENDURE).unwrap();
    recorded["data"]["orders"]["items"][place]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_stranger_s_order_is_never_the_first_row_that_comes() {
    for (shop, number) in [(vendure(), vendure_number(4)), (medusa(), "5".to_owned())] {
        // Bo's order, with Bo's address and Bo's phone as an American dials it.
        for contact in ["bo@example.com", "BO@example.com ", "(212) 555-0101"] {
            let found = shop.find_order(&wanted(&number, contact)).await.unwrap();
            assert_eq!(found.unwrap().number, number, "{contact}");
        }
        for contact in ["ada@example.com", "bo@example.org", "+12125550100", "+12125550199"] {
            assert_eq!(shop.find_order(&wanted(&number, contact)).await.unwrap(), None, "{contact}");
        }
        assert_eq!(shop.find_order(&wanted("A-9999", "bo@example.com")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn medusa_is_asked_by_customer_and_never_by_the_filters_that_lie() {
    let (medusa, script) = shop(Kind::Medusa, |call| {
        (200, if call.url.contains("/customers") { MEDUSA_CUSTOMERS } else { MEDUSA }.to_owned())
    });
    let found = medusa.find_order(&wanted("#2", "ada@example.com")).await.unwrap().unwrap();
    assert_eq!((found.number.as_str(), found.email.as_deref()), ("2", Some("ada@example.com")));
    let asked = script.asked.lock().unwrap();
    assert!(asked[1].url.contains("customer_id=cus_"), "{}", asked[1].url);
    assert!(asked.iter().all(|call| !call.url.contains("display_id=")));
    // `secret:` as Basic.
    assert_eq!(asked[0].headers[0], ("authorization", "Basic c2VjcmV0Og==".to_owned()));
}

#[tokio::test]
async fn a_customer_of_another_address_is_not_asked_for() {
    let (medusa, script) = shop(Kind::Medusa, |call| {
        (200, if call.url.contains("/customers") { MEDUSA_CUSTOMERS } else { MEDUSA }.to_owned())
    });
    assert_eq!(medusa.find_order(&wanted("5", "bo@example.com")).await.unwrap(), None);
    assert_eq!(script.asked.lock().unwrap().len(), 1, "the customer that came is Ada");
}

#[tokio::test]
async fn vendure_says_no_with_status_200() {
    let (vendure, _) = shop(Kind::Vendure, |_| (200, VENDURE_FORBIDDEN.to_owned()));
    let fault = vendure.fetch("1").await.unwrap_err();
    assert_eq!(fault, Fault::Refused("FORBIDDEN".into()));
    let (vendure, _) = shop(Kind::Vendure, |_| {
        // Half an answer beside an error is none.
        let mut half: Value = serde_json::from_str(VENDURE).unwrap();
        half["errors"] = json!([{ "message": "boom", "extensions": { "code": "INTERNAL_SERVER_ERROR" } }]);
        (200, half.to_string())
    });
    assert!(matches!(vendure.fetch("1").await, Err(Fault::Garbled(_))));
}

#[tokio::test]
async fn every_platform_s_bad_days_are_told_apart() {
    for kind in Kind::ALL {
        for (status, body) in [(200, "<html>"), (200, "{}"), (200, "[1]"), (302, ""), (400, "{}")] {
            let (shop, _) = shop(kind, move |_| (status, body.to_owned()));
            let said = shop.changed_since(&Cursor::at(Timestamp(0))).await;
            assert!(matches!(said, Err(Fault::Garbled(_))), "{kind:?} {status} {body}: {said:?}");
        }
        let said = |status| async move {
            let (shop, _) = shop(kind, move |_| (status, String::new()));
            shop.find_order(&wanted("1", "ada@example.com")).await.unwrap_err()
        };
        assert!(matches!(said(401).await, Fault::Refused(_)), "{kind:?}");
        assert_eq!(said(429).await, Fault::Busy { retry_after_s: Some(7) }, "{kind:?}");
        assert_eq!(said(503).await, Fault::Busy { retry_after_s: None }, "{kind:?}");
        assert!(matches!(said(500).await, Fault::Unreachable(_)), "{kind:?}");
    }
}

#[tokio::test]
async fn a_fault_quotes_nobody() {
    for kind in Kind::ALL {
        let (shop, _) =
            shop(kind, |_| (200, r#"{"orders":"emma@example.com","data":{"orders":"emma@example.com"}}"#.into()));
        let said = shop.changed_since(&Cursor::at(Timestamp(0))).await.unwrap_err().to_string();
        assert!(!said.contains("emma"), "{kind:?}: {said}");
    }
}

#[tokio::test]
async fn vendure_orders_become_neutral() {
    let page = vendure().changed_since(&Cursor::at(Timestamp(0))).await.unwrap();
    assert_eq!(page.refused, Vec::<String>::new());
    assert_eq!(page.orders.len(), 6);
    let by = |state: fn(&&ImportedOrder) -> bool| page.orders.iter().find(state).unwrap();
    let partly = by(|o| o.email.as_deref() == Some("wang@example.cn"));
    assert_eq!(partly.phone.as_deref(), Some("+8613800000000"));
    assert_eq!(partly.recipient.as_deref(), Some("伟 王"));
    let parcel = &partly.shipments[0];
    assert_eq!((parcel.carrier.as_deref(), parcel.status), (Some("sf"), ParcelStatus::InTransit));
    assert_eq!((parcel.lines.len(), parcel.lines[0].quantity), (1, 2));
    assert_eq!(partly.lines.iter().map(|l| l.quantity).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(partly.lines[0].unit_price, Some(5_880));
    let refunded = by(|o| o.lines.iter().any(|l| l.refunded > 0) && o.state != OrderState::Cancelled);
    // Its refund is pending: no money has gone back yet.
    assert_eq!(refunded.refunded, 0);
    // Cancelled after it was bought: still a line of one.
    assert_eq!((refunded.lines[0].quantity, refunded.lines[0].refunded), (1, 1));
    assert_eq!(refunded.shipments[0].status, ParcelStatus::Delivered);
    let cancelled = by(|o| o.state == OrderState::Cancelled);
    assert!(cancelled.cancelled_at.is_some() && cancelled.shipments.is_empty());
    // A parcel that moved is news, though the order's own date stands still.
    assert!(partly.updated_at >= parcel.shipped_at.unwrap());
    insta::assert_json_snapshot!("vendure_partly_shipped", partly);
}

#[tokio::test]
async fn a_cart_is_no_order() {
    let (vendure, _) = shop(Kind::Vendure, |_| {
        let mut carts: Value = serde_json::from_str(VENDURE).unwrap();
        carts["data"]["orders"]["items"][0]["orderPlacedAt"] = Value::Null;
        carts["data"]["orders"]["items"][1]["active"] = json!(true);
        (200, carts.to_string())
    });
    assert_eq!(vendure.changed_since(&Cursor::at(Timestamp(0))).await.unwrap().orders.len(), 4);
    let (medusa, _) = shop(Kind::Medusa, |_| {
        let mut drafts: Value = serde_json::from_str(MEDUSA).unwrap();
        drafts["orders"][0]["is_draft_order"] = json!(true);
        (200, drafts.to_string())
    });
    assert_eq!(medusa.changed_since(&Cursor::at(Timestamp(0))).await.unwrap().orders.len(), 5);
}

#[tokio::test]
async fn medusa_orders_become_neutral() {
    let page = medusa().changed_since(&Cursor::at(Timestamp(0))).await.unwrap();
    assert_eq!((page.orders.len(), page.refused.len(), page.more), (6, 0, false));
    let order = |number: &str| page.orders.iter().find(|o| o.number == number).unwrap();
    let partly = order("3");
    assert_eq!((partly.email.as_deref(), partly.phone.as_deref()), (Some("wang@example.cn"), Some("+8613800000000")));
    assert_eq!(partly.shipments[0].lines.iter().map(|l| l.quantity).collect::<Vec<_>>(), [2]);
    // `#` stands where nobody knows the page.
    assert_eq!(partly.shipments[0].tracking_url, None);
    assert!(order("2").shipments[0].tracking_url.as_deref().unwrap().starts_with("https://www.ups.com/"));
    let refunded = order("5");
    assert_eq!(refunded.refunded, 11_950);
    let prices: Vec<_> = refunded.lines.iter().map(|l| (l.unit_price, l.refunded)).collect();
    assert_eq!(prices, [(Some(11_950), 1), (Some(1_825), 0)]);
    assert_eq!(order("6").state, OrderState::Cancelled);
    assert_eq!(order("1").state, OrderState::Placed);
    insta::assert_json_snapshot!("medusa_partly_shipped", partly);
}

#[tokio::test]
async fn completed_and_shipped_are_not_delivered() {
    let (medusa, _) = shop(Kind::Medusa, |_| {
        let mut done: Value = serde_json::from_str(MEDUSA).unwrap();
        for order in done["orders"].as_array_mut().unwrap() {
            order["status"] = json!("completed");
            for parcel in order["fulfillments"].as_array_mut().unwrap() {
                parcel["delivered_at"] = Value::Null;
            }
        }
        (200, done.to_string())
    });
    let orders = medusa.changed_since(&Cursor::at(Timestamp(0))).await.unwrap().orders;
    assert!(orders.iter().flat_map(|o| &o.shipments).all(|s| s.status == ParcelStatus::InTransit));
    assert!(orders.iter().any(|o| !o.shipments.is_empty()));
}

#[tokio::test]
async fn one_bad_order_does_not_hold_up_the_others() {
    let (medusa, _) = shop(Kind::Medusa, |_| {
        let mut orders: Value = serde_json::from_str(MEDUSA).unwrap();
        orders["orders"][0]["currency_code"] = json!("dollars");
        orders["orders"][1]["email"] = Value::Null;
        orders["orders"][1]["shipping_address"]["phone"] = json!("none");
        (200, orders.to_string())
    });
    let page = medusa.changed_since(&Cursor::at(Timestamp(0))).await.unwrap();
    assert_eq!((page.orders.len(), page.refused.len()), (4, 2));
}

#[tokio::test]
async fn an_order_by_id_is_that_order() {
    // Both engines answer with another one.
    let (vendure, _) = shop(Kind::Vendure, |_| {
        let recorded: Value = serde_json::from_str(VENDURE).unwrap();
        let data = &recorded["data"];
        (
            200,
            json!({ "data": { "order": data["orders"]["items"][0], "globalSettings": data["globalSettings"] } })
                .to_string(),
        )
    });
    assert_eq!(vendure.fetch("99").await.unwrap(), None);
    assert_eq!(vendure.fetch("1").await.unwrap().unwrap().external_id, "1");
    let (medusa, script) = shop(Kind::Medusa, |_| {
        let orders: Value = serde_json::from_str(MEDUSA).unwrap();
        (200, json!({ "order": orders["orders"][0] }).to_string())
    });
    assert_eq!(medusa.fetch("order_other").await.unwrap(), None);
    assert_eq!(medusa.fetch("../../store").await.unwrap(), None);
    assert_eq!(script.asked.lock().unwrap().len(), 1, "an id that leads elsewhere is not asked for");
}

/// Vendure cancels what was taken back, and with the last piece the order.
#[tokio::test]
async fn an_order_that_came_back_whole_is_not_a_cancelled_one() {
    let (vendure, _) = shop(Kind::Vendure, |_| {
        let mut recorded: Value = serde_json::from_str(VENDURE).unwrap();
        for order in recorded["data"]["orders"]["items"].as_array_mut().unwrap() {
            order["state"] = json!("Cancelled");
        }
        (200, recorded.to_string())
    });
    let orders = vendure.changed_since(&Cursor::at(Timestamp(0))).await.unwrap().orders;
    let sent = |o: &&ImportedOrder| o.shipments.iter().any(|s| s.status == ParcelStatus::Delivered);
    assert!(orders.iter().filter(sent).count() > 1);
    assert!(orders.iter().filter(sent).all(|o| o.state == OrderState::Preparing && o.cancelled_at.is_none()));
    assert!(orders.iter().filter(|o| o.shipments.is_empty()).all(|o| o.state == OrderState::Cancelled));
}

#[tokio::test]
async fn a_settled_refund_is_money_that_went_back() {
    let (vendure, _) = shop(Kind::Vendure, |_| (200, VENDURE.replace("\"Pending\"", "\"Settled\"")));
    let orders = vendure.changed_since(&Cursor::at(Timestamp(0))).await.unwrap().orders;
    assert_eq!(orders.iter().map(|o| o.refunded).sum::<i64>(), 14_340);
}

#[tokio::test]
async fn vendure_counts_yen_in_hundredths() {
    let (vendure, _) = shop(Kind::Vendure, |_| {
        let mut yen: Value = serde_json::from_str(VENDURE).unwrap();
        let order = &mut yen["data"]["orders"]["items"][0];
        order["currencyCode"] = json!("JPY");
        order["lines"][0]["proratedUnitPriceWithTax"] = json!(129_900);
        (200, yen.to_string())
    });
    let orders = vendure.changed_since(&Cursor::at(Timestamp(0))).await.unwrap().orders;
    assert_eq!(orders[0].lines[0].unit_price, Some(1_299));
}

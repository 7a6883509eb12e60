//! Answers in EasyPost's documented form, from a stand-in that answers late, twice, or not at all after doing it.

use super::{
    super::outgoing::{Answer, Call, Outgoing},
    *,
};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::sync::Mutex;

const SETTINGS: &str = r#"
service = "GroundAdvantage"
valid_days = 30
[to]
name = "Harbour & Pine"
street1 = "1 Quay Street"
city = "Portland"
country = "US"
[parcel]
weight = 32.0
"#;

/// What the service keeps, and how it misbehaves.
#[derive(Debug, Default)]
struct Shop {
    shipments: Vec<Value>,
    bought: usize,
    /// Does what is asked for, and its answer is lost: this often.
    deaf: u32,
    /// A label is drawn only after so many looks.
    slow: u32,
    /// Says this to every purchase.
    refuses: Option<&'static str>,
}

#[derive(Clone, Debug, Default)]
struct StandIn(Arc<Mutex<Shop>>);

impl StandIn {
    fn answer(&self, call: &Call) -> (u16, Value) {
        let mut shop = self.0.lock().unwrap();
        let path = call.url.strip_prefix("https://labels.example/v2/shipments").unwrap().trim_start_matches('/');
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let at =
            |shop: &Shop, which: &str| shop.shipments.iter().position(|s| s["id"] == which || s["reference"] == which);
        let done = match (call.method.as_str(), path.split_once('/')) {
            ("GET", None) => {
                let Some(at) = at(&shop, path) else { return (404, json!({ "error": { "code": "NOT_FOUND" } })) };
                if shop.slow > 0 {
                    shop.slow -= 1;
                    if shop.slow == 0 && shop.shipments[at]["selected_rate"].is_object() {
                        shop.shipments[at]["postage_label"] = label();
                    }
                }
                return (200, shop.shipments[at].clone());
            }
            ("POST", None) => {
                let rate = |id: &str, service: &str, rate: &str| json!({ "id": id, "carrier": "USPS", "service": service, "rate": rate, "currency": "USD" });
                let made = json!({
                    "id": format!("shp_{}", shop.shipments.len() + 1), "reference": body["shipment"]["reference"],
                    "status": "unknown", "tracking_code": null, "postage_label": null, "selected_rate": null, "messages": [],
                    "rates": [rate("rate_1", "Priority", "5.00"), rate("rate_2", "GroundAdvantage", "12.10"), rate("rate_3", "GroundAdvantage", "7.58")],
                });
                shop.shipments.push(made.clone());
                made
            }
            ("POST", Some((id, "buy"))) => {
                if let Some(why) = shop.refuses {
                    return (422, json!({ "error": { "code": "SHIPMENT.POSTAGE.FAILURE", "message": why } }));
                }
                let at = at(&shop, id).unwrap();
                if shop.shipments[at]["selected_rate"].is_object() {
                    return (422, json!({ "error": { "message": "Postage already exists for this shipment." } }));
                }
                shop.bought += 1;
                let rate = shop.shipments[at]["rates"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|r| r["id"] == body["rate"]["id"])
                    .unwrap()
                    .clone();
                shop.shipments[at]["selected_rate"] = rate;
                shop.shipments[at]["tracking_code"] = json!("9400110898825022579493");
                if shop.slow == 0 {
                    shop.shipments[at]["postage_label"] = label();
                }
                shop.shipments[at].clone()
            }
            other => panic!("{other:?}"),
        };
        if shop.deaf > 0 {
            shop.deaf -= 1;
            return (502, json!({}));
        }
        (200, done)
    }
}

fn label() -> Value {
    json!({ "label_url": "https://labels.example/1.png", "label_pdf_url": "https://labels.example/1.pdf" })
}

impl Outgoing for StandIn {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Answer, Fault>> {
        assert!(call.headers.iter().any(|(name, value)| *name == "authorization" && value == "Basic a2V5Og=="));
        let (status, body) = self.answer(&call);
        Box::pin(async move { Ok(Answer { status, headers: HeaderMap::new(), body: body.to_string().into_bytes() }) })
    }
}

/// As the effect's own row keeps it.
#[derive(Debug, Default)]
struct Written {
    last: Mutex<Option<String>>,
    seen: Option<String>,
    fresh: bool,
}

impl Journal for Written {
    fn last(&self) -> Option<&str> {
        self.seen.as_deref()
    }

    fn fresh(&self) -> bool {
        self.fresh
    }

    fn before<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        *self.last.lock().unwrap() = Some(step.to_owned());
        Box::pin(async { Ok(()) })
    }
}

fn provider(shop: &StandIn) -> Box<dyn LabelProvider> {
    let connection = Connection {
        base_url: "https://labels.example/v2".into(),
        credential: "key".into(),
        settings: Settings::parse(SETTINGS).unwrap(),
        http: Arc::new(shop.clone()),
    };
    connect(Kind::EasyPost, connection)
}

fn wish() -> Wish {
    let from = Party { street1: Some("14 Larkspur Road".into()), ..Party::default() };
    Wish { key: "0f3a5c7d".into(), number: "R-7K2M9Q".into(), from, now: Timestamp(1_000_000) }
}

/// One attempt after another, each with what the one before has written down. `fresh`: right after it.
async fn until_made(shop: &StandIn, fresh: bool) -> (Made, usize) {
    let mut seen = None;
    for attempt in 1..20 {
        let journal = Written { seen: seen.clone(), fresh: fresh && seen.is_some(), ..Written::default() };
        let made = provider(shop).make(&wish(), &journal).await;
        seen = journal.last.into_inner().unwrap().or(seen);
        match made {
            Ok(Made::Label(label)) => return (Made::Label(label), attempt),
            Ok(Made::Waiting { .. }) | Err(Setback::Fault(_) | Setback::InDoubt) => {}
            Err(other) => panic!("{other}"),
        }
    }
    panic!("never made");
}

#[tokio::test]
async fn the_cheapest_that_is_allowed_is_bought_once() {
    let shop = StandIn::default();
    let (Made::Label(label), 1) = until_made(&shop, false).await else { panic!() };
    assert_eq!((label.reference.as_str(), label.carrier.as_deref()), ("shp_1", Some("USPS")));
    assert_eq!(label.tracking_number.as_deref(), Some("9400110898825022579493"));
    assert_eq!(label.url, "https://labels.example/1.pdf");
    assert_eq!(label.expires_at, Some(Timestamp(1_000_000).plus_ms(30 * Timestamp::DAY_MS)));
    assert_eq!(shop.0.lock().unwrap().shipments[0]["selected_rate"]["id"], "rate_3");
    // Asked for again, by anybody, it is the same.
    until_made(&shop, false).await;
    let shop = shop.0.lock().unwrap();
    assert_eq!((shop.bought, shop.shipments.len()), (1, 1));
}

#[tokio::test]
async fn what_was_done_and_not_heard_is_found_and_never_done_again() {
    // Each question is done, and its first answers are lost: the making, the buying, or both.
    for (deaf, fresh) in [(1, true), (1, false), (2, true), (2, false)] {
        let shop = StandIn::default();
        shop.0.lock().unwrap().deaf = deaf;
        let (made, attempts) = until_made(&shop, fresh).await;
        assert!(matches!(made, Made::Label(_)) && attempts > 1, "{deaf} {fresh}");
        let shop = shop.0.lock().unwrap();
        assert_eq!((shop.bought, shop.shipments.len()), (1, 1), "{deaf} {fresh}");
    }
}

#[tokio::test]
async fn two_under_one_key_are_still_one_label() {
    let shop = StandIn::default();
    until_made(&shop, false).await;
    // A late first question has made another shipment after all, and it comes first in every list.
    let mut late = shop.0.lock().unwrap().shipments[0].clone();
    (late["id"], late["selected_rate"], late["postage_label"]) = (json!("shp_9"), Value::Null, Value::Null);
    shop.0.lock().unwrap().shipments.insert(0, late);
    let journal = Written { seen: Some("buy shp_1".into()), ..Written::default() };
    let Made::Label(label) = provider(&shop).make(&wish(), &journal).await.unwrap() else { panic!() };
    assert_eq!((label.reference.as_str(), shop.0.lock().unwrap().bought), ("shp_1", 1));
}

#[tokio::test]
async fn a_label_that_is_still_drawn_is_waited_for() {
    let shop = StandIn::default();
    shop.0.lock().unwrap().slow = 3;
    let first = provider(&shop).make(&wish(), &Written::default()).await.unwrap();
    assert!(matches!(&first, Made::Waiting { reference, .. } if reference == "shp_1"), "{first:?}");
    let (_, attempts) = until_made(&shop, false).await;
    assert!(attempts > 1);
    assert_eq!(shop.0.lock().unwrap().bought, 1);
}

#[tokio::test]
async fn a_refusal_is_told_without_anybody_s_address() {
    let shop = StandIn::default();
    shop.0.lock().unwrap().refuses = Some("no funds for emma@example.com");
    let said = provider(&shop).make(&wish(), &Written::default()).await.unwrap_err().to_string();
    assert!(said.contains("no funds") && !said.contains('@'), "{said}");
}

#[tokio::test]
async fn where_the_parcel_is_comes_from_the_label() {
    let shop = StandIn::default();
    until_made(&shop, false).await;
    for (word, status) in [
        ("pre_transit", ParcelStatus::Registered),
        ("in_transit", ParcelStatus::InTransit),
        ("delivered", ParcelStatus::Delivered),
        ("new", ParcelStatus::Unknown),
    ] {
        shop.0.lock().unwrap().shipments[0]["status"] = json!(word);
        assert_eq!(provider(&shop).parcel("shp_1").await.unwrap(), status, "{word}");
    }
    assert!(provider(&shop).parcel("shp_2").await.is_err());
    assert!(provider(&shop).parcel("../users").await.is_err());
}

#[test]
fn settings_say_what_is_wrong_with_them() {
    assert!(Settings::parse(SETTINGS).unwrap().json().contains("1 Quay Street"));
    for (from, to, says) in [
        ("street1 = \"1 Quay Street\"", "", "street1"),
        ("weight = 32.0", "weight = 0.0", "above 0"),
        ("valid_days", "valid_dais", "valid_dais"),
        ("[parcel]\nweight = 32.0", "", "parcel"),
    ] {
        let said = Settings::parse(&SETTINGS.replace(from, to)).unwrap_err();
        assert!(said.contains(says), "{says}: {said}");
    }
}

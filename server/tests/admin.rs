//! The shop's own systems write orders.

use crate::{
    on_both,
    support::{TestApp, read},
};
use aftercart::admin::{key, openapi, store};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const KEY: &str = "sk_0123456789abcdef0123456789abcdef";

async fn give_key(app: &TestApp, site: &aftercart::sites::Site, key: &'static str) {
    let (site, now) = (site.id.clone(), app.app.clock.now());
    app.app
        .db
        .write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::insert_key(tx, &site, &key[3..11], &key::hash(key), "ERP", now).await })
        })
        .await
        .unwrap();
}

fn ask(app: &TestApp, method: Method, path: &str) -> RequestBuilder {
    reqwest::Client::new().request(method, format!("{}/api/v1/admin{path}", app.url)).bearer_auth(KEY)
}

fn order(id: &str, number: &str) -> Value {
    let mut order = openapi::example_order();
    order["id"] = json!(id);
    order["number"] = json!(number);
    order
}

on_both! {
    async fn an_order_is_written_once_and_found_at_once(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        for changed in [true, false] {
            let (status, body) = read(ask(&app, Method::PUT, "/orders/10001").json(&order("10001", "A-1001"))).await;
            assert_eq!((status, body), (200, json!({"id": "10001", "changed": changed})));
        }
        let mut second = order("10001", "A-1001");
        second["shipments"][0]["status"] = json!("delivered");
        second["shipments"][0]["events"][0]["status"] = json!("delivered");
        assert_eq!(read(ask(&app, Method::PUT, "/orders/10001").json(&second)).await.1["changed"], true);
        let (status, found) = app.lookup("A-1001", "li.na@example.cn").await;
        assert_eq!((status, &found["status"]), (200, &json!("delivered")));
        let (status, stored) = read(ask(&app, Method::GET, "/orders/10001")).await;
        assert_eq!((status, &stored["order"]["number"]), (200, &json!("A-1001")));
        assert_eq!(read(ask(&app, Method::GET, "/orders/10002")).await.0, 404);
        assert_eq!(read(ask(&app, Method::GET, "/connectors")).await, (200, json!({"connectors": []})));
    }

    async fn a_parcel_is_told_of_by_itself_and_the_others_stay(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        let mut whole = order("10001", "A-1001");
        whole["shipments"][0]["lines"] = json!([{"line": "l1", "quantity": 1}]);
        read(ask(&app, Method::PUT, "/orders/10001").json(&whole)).await;
        let path = "/orders/10001/shipments/s2";
        let second = json!({"carrier": "yto", "tracking_number": "YT1234567890123", "status": "registered"});
        for changed in [true, false] {
            let answer = read(ask(&app, Method::PUT, path).json(&second)).await;
            assert_eq!(answer, (200, json!({"id": "s2", "changed": changed})));
        }
        // Left open, it holds what is in no other parcel.
        let (_, found) = app.lookup("A-1001", "li.na@example.cn").await;
        let parcels: Vec<_> = found["parcels"].as_array().unwrap().iter()
            .map(|p| (p["id"].as_str().unwrap(), p["status"].as_str().unwrap(), p["items"].as_i64().unwrap())).collect();
        assert_eq!(parcels, [("s1", "in_transit", 1), ("s2", "registered", 1)]);
        // What was there of the first is there as it was, event and all.
        assert_eq!(found["parcels"][0]["events"][0]["text"], "快件已到达");
        // The rules of a whole order hold.
        let too_many = json!({"status": "registered", "lines": [{"line": "l1", "quantity": 2}]});
        assert_eq!(read(ask(&app, Method::PUT, path).json(&too_many)).await.0, 422);
        assert_eq!(read(ask(&app, Method::PUT, path).json(&json!({"id": "s9"}))).await.0, 422);
        assert_eq!(read(ask(&app, Method::PUT, "/orders/nobody/shipments/s1").json(&second)).await.0, 404);
        assert_eq!(app.lookup("A-1001", "li.na@example.cn").await.1["revision"], found["revision"]);
        // Two at once, of different parcels: neither is lost.
        let (a, b) = (json!({"status": "in_transit", "lines": []}), json!({"status": "delivered", "lines": []}));
        let (a, b) = tokio::join!(
            read(ask(&app, Method::PUT, "/orders/10001/shipments/s3").json(&a)),
            read(ask(&app, Method::PUT, "/orders/10001/shipments/s4").json(&b))
        );
        assert_eq!((a.0, b.0), (200, 200));
        assert_eq!(app.lookup("A-1001", "li.na@example.cn").await.1["parcels"].as_array().unwrap().len(), 4);
    }

    async fn events_are_added_once_and_kept(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        let mut bare = order("10001", "A-1001");
        bare["shipments"][0].as_object_mut().unwrap().remove("tracking_number");
        read(ask(&app, Method::PUT, "/orders/10001").json(&bare)).await;
        let path = "/orders/10001/shipments/s1/events";
        let scan = |id: &str, hour: u32, status: &str| {
            json!({"id": id, "at": format!("2026-11-13T{hour:02}:41:00+08:00"), "status": status, "place": "上海市"})
        };
        let events = json!({"events": [scan("e2", 15, "delivered"), scan("e1", 9, "out_for_delivery")]});
        for added in [2, 0] {
            assert_eq!(read(ask(&app, Method::POST, path).json(&events)).await, (200, json!({"added": added})));
        }
        let status = async |app: &TestApp| app.lookup("A-1001", "li.na@example.cn").await.1["parcels"][0].clone();
        let told = status(&app).await;
        assert_eq!((&told["status"], told["events"].as_array().unwrap().len()), (&json!("delivered"), 3));
        // The same id again is the same event, whatever else it says.
        let again = json!({"events": [scan("e2", 16, "exception"), scan("e3", 8, "in_transit")]});
        assert_eq!(read(ask(&app, Method::POST, path).json(&again)).await.1["added"], 1);
        assert_eq!(status(&app).await["status"], "delivered");
        // The order comes again, without them: they stay.
        bare["recipient"] = json!("李小娜");
        assert_eq!(read(ask(&app, Method::PUT, "/orders/10001").json(&bare)).await.1["changed"], true);
        let told = status(&app).await;
        assert_eq!((&told["status"], told["events"].as_array().unwrap().len()), (&json!("delivered"), 4));
        // All or none.
        let bad = json!({"events": [scan("e4", 9, "in_transit"), {"id": "e5", "at": "2030-01-01T00:00:00Z", "status": "in_transit"}]});
        assert_eq!(read(ask(&app, Method::POST, path).json(&bad)).await.0, 422);
        assert_eq!(read(ask(&app, Method::POST, path).json(&json!({"events": [scan("", 9, "in_transit")]}))).await.0, 422);
        for path in ["/orders/10001/shipments/s9/events", "/orders/nobody/shipments/s1/events"] {
            assert_eq!(read(ask(&app, Method::POST, path).json(&events)).await.0, 404);
        }
        assert_eq!(status(&app).await["events"].as_array().unwrap().len(), 4);
    }

    async fn a_batch_tells_of_each_and_stores_what_is_good(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        let mut bad = order("2", "A-2");
        bad["lines"][0]["quantity"] = json!(0);
        let body = json!({"orders": [order("1", "A-1"), bad, order("3", "A-3")]});
        let (status, answer) = read(ask(&app, Method::POST, "/orders/batch").json(&body)).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["results"][0], json!({"id": "1", "changed": true}));
        assert_eq!(answer["results"][1]["error"]["code"], "invalid");
        assert_eq!(answer["results"][2]["changed"], true);
        assert_eq!(app.lookup("A-2", "li.na@example.cn").await.0, 404);
        assert_eq!(app.lookup("A-3", "li.na@example.cn").await.0, 200);

        let many: Vec<Value> = (0..201).map(|n| order(&n.to_string(), &format!("A-{n}"))).collect();
        let (status, answer) = read(ask(&app, Method::POST, "/orders/batch").json(&json!({"orders": many}))).await;
        assert_eq!((status, &answer["field"]), (422, &json!("orders")));
    }

    async fn without_a_key_of_this_site_nothing_happens(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        const OTHER: &str = "sk_ffffffffffffffffffffffffffffffff";
        give_key(&app, &other, OTHER).await;
        read(ask(&app, Method::PUT, "/orders/10001").json(&order("10001", "A-1001"))).await;

        let client = reqwest::Client::new();
        let url = format!("{}/api/v1/admin/orders/10001", app.url);
        assert_eq!(read(client.get(&url)).await.1["code"], "key_invalid");
        for wrong in ["sk_1", "", "pk_test", &KEY[..20], &format!("{KEY}0")] {
            assert_eq!(read(client.get(&url).bearer_auth(wrong)).await.0, 401, "{wrong}");
        }
        let from_a_page = client.get(&url).bearer_auth(KEY).header("origin", "https://shop.example");
        assert_eq!(read(from_a_page).await.0, 401);
        // Another shop's key reads nothing of ours, and writes to its own shop alone.
        assert_eq!(read(client.get(&url).bearer_auth(OTHER)).await.0, 404);
        assert_eq!(read(client.put(&url).bearer_auth(OTHER).json(&order("10001", "B-1"))).await.0, 200);
        assert_eq!(app.lookup("A-1001", "li.na@example.cn").await.0, 200);
        assert_eq!(app.lookup("B-1", "li.na@example.cn").await.0, 404);

        let (id, now) = (site.id.clone(), app.app.clock.now());
        let revoke = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::revoke_key(tx, &id, &KEY[3..11], now).await })
        });
        assert!(revoke.await.unwrap());
        assert_eq!(read(ask(&app, Method::GET, "/orders/10001")).await.0, 401);
    }

    async fn bad_bodies_name_what_is_wrong(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        let put = || ask(&app, Method::PUT, "/orders/10001");
        let mut unknown = order("10001", "A-1001");
        unknown["shipments"][0]["staus"] = json!("delivered");
        let (status, body) = read(put().json(&unknown)).await;
        assert_eq!((status, &body["field"]), (422, &json!("shipments[0].staus")), "{body}");
        let (status, body) = read(put().json(&order("10002", "A-1001"))).await;
        assert_eq!((status, &body["field"]), (422, &json!("id")));
        let mut nobody = order("10001", "A-1001");
        nobody.as_object_mut().unwrap().retain(|key, _| key != "email" && key != "phone");
        assert_eq!(read(put().json(&nobody)).await.0, 422);
        assert_eq!(read(put().header("content-type", "application/json").body("{")).await.0, 400);
        assert_eq!(read(put().body("{}")).await.0, 415);
        let huge = "x".repeat(5 * 1024 * 1024);
        assert_eq!(read(put().header("content-type", "application/json").body(huge)).await.0, 413);
    }

    async fn the_document_describes_what_is_there(app) {
        let site = app.site.clone();
        give_key(&app, &site, KEY).await;
        let (status, document) = read(app.get("/api/openapi.json")).await;
        assert_eq!(status, 200);
        assert!(document["openapi"].as_str().unwrap().starts_with("3."));
        let client = reqwest::Client::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path}");
                // Every example body is one that the server takes.
                let body = &operation["requestBody"]["content"]["application/json"]["example"];
                let url = format!("{}{}", app.url, path.replace("{id}", "10001").replace("{shipment_id}", "s1").replace("{slug}", "none").replace("/search", "/search?q=refund"));
                let request = client.request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), url);
                let request = request.bearer_auth(KEY).header("aftercart-site", crate::support::KEY);
                let request = if body.is_null() { request } else { request.json(body) };
                let (status, answer) = read(request).await;
                let known = operation["responses"].as_object().unwrap().contains_key(&status.to_string());
                assert!(known && ![400, 405, 415, 422].contains(&status), "{method} {path}: {status} {answer}");
            }
        }
        let page = reqwest::get(format!("{}/api/docs", app.url)).await.unwrap().text().await.unwrap();
        for wanted in ["/api/v1/admin/orders/batch", "id=\"type-OrderView\"", "&quot;A-1001&quot;", "<td><code>rated</code></td>"] {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert!(!page.contains("<script"));
    }
}

//! Whom an agent talks with: what is certain of her, and nothing else.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        order, read,
        returns::{MING, READER, arrived, key, wish},
        talk::{Talk, message},
    },
};
use aftercart::agents::Role;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const HOUR: i64 = 3_600_000;

fn list(answer: &Value, part: &str, field: &str) -> Vec<String> {
    let all = answer[part].as_array().unwrap_or_else(|| panic!("{answer}"));
    all.iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

fn customer_of(talk: &Talk) -> String {
    format!("/conversations/{}/customer", talk.id)
}

impl TestApp {
    async fn close_talk(&self, talk: &Talk) {
        assert_eq!(self.agent_does(talk, "close", json!({ "agent": MING })).await.0, 200);
    }

    /// The next conversation of the same browser.
    async fn again(&self, talk: &Talk) -> Talk {
        let (status, opened) = self.open(Some(&talk.token), None).await;
        assert_eq!(status, 200, "{opened}");
        Talk { id: opened["conversation"]["id"].as_str().unwrap().to_owned(), token: talk.token.clone() }
    }
}

on_both! {
    async fn who_has_proved_nothing_has_nothing(app) {
        app.open_desk().await;
        app.import(&[order("A-1001")]).await;
        let ming = app.seated(MING).await;
        // She names Emma's order and address, and proves neither.
        let opening = json!({ "locale": "en", "subject": { "order": "A-1001" } });
        let talk = Talk::of(&read(app.post("/api/v1/conversations").json(&opening)).await.1);
        app.tell(&talk, "1", message(EMMA)).await;
        app.close_talk(&talk).await;
        let next = app.again(&talk).await;
        app.begin().await;
        let customer = ming.sees(&customer_of(&next)).await;
        let nobody = json!({ "certainty": "anonymous", "shopper": null, "proof": null, "name": null, "email": null, "phone": null });
        assert_eq!(customer["visitor"], nobody);
        assert_eq!((&customer["orders"], &customer["returns"]), (&json!([]), &json!([])));
        // What this very browser has talked about before.
        assert_eq!(list(&customer, "earlier", "id"), [talk.id.as_str()]);
        assert_eq!(list(&ming.sees(&customer_of(&talk)).await, "earlier", "id"), [next.id.as_str()]);
    }

    async fn a_verified_shopper_has_hers_and_nobody_elses(app) {
        app.open_desk().await;
        let mut of_li = order("A-1002");
        of_li["email"] = json!("li.na@example.cn");
        of_li["phone"] = Value::Null;
        app.import(&[order("A-1001"), of_li, arrived("A-1003", 2)]).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import_to(&other, &[order("B-2001")]).await;
        let ming = app.seated(MING).await;
        let emma = app.sign_in(EMMA).await;
        let (status, made) = app.submit(&emma, &app.order_id("A-1003").await, &wish(&key(), 1)).await;
        assert_eq!(status, 201, "{made}");
        // Begun before she proved it, on one device; gone on with on another.
        let begun = app.begin().await;
        app.close_talk(&begun).await;
        let first = app.begin_as(&emma).await;
        app.close_talk(&first).await;
        app.clock.forward_ms(1);
        let talk = app.begin_as(&app.sign_in(EMMA).await).await;
        let customer = ming.sees(&customer_of(&talk)).await;
        assert_eq!((&customer["visitor"]["certainty"], &customer["visitor"]["email"]), (&json!("verified"), &json!(EMMA)));
        let mut orders = list(&customer, "orders", "number");
        orders.sort();
        assert_eq!(orders, ["A-1001", "A-1003"]);
        assert_eq!(list(&customer, "returns", "number"), [made["summary"]["number"].as_str().unwrap()]);
        assert_eq!(customer["returns"][0]["state"], made["state"]);
        assert_eq!(list(&customer, "earlier", "id"), [first.id.as_str()]);
        for theirs in ["A-1002", "B-2001", &begun.id] {
            assert!(!customer.to_string().contains(theirs), "{theirs}: {customer}");
        }
        // In the agent's own language.
        let chinese = ming.sees(&format!("{}?locale=zh-CN", customer_of(&talk))).await;
        assert_ne!(chinese["returns"][0]["headline"], customer["returns"][0]["headline"]);
        // Adopted, what was begun anonymously is hers.
        app.close_talk(&talk).await;
        let before = app.begin().await;
        app.open(Some(&before.token), Some(&emma)).await;
        assert_eq!(list(&ming.sees(&customer_of(&before)).await, "earlier", "id"), [talk.id.as_str(), first.id.as_str()]);
    }

    async fn an_order_is_shown_whole_and_that_is_written_down(app) {
        app.open_desk().await;
        app.import(&[order("A-1001")]).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import_to(&other, &[order("B-2001")]).await;
        let (ming, reader) = (app.seated(MING).await, app.seated(READER).await);
        let path = format!("/orders/{}", app.order_id("A-1001").await);
        let full = ming.sees(&path).await;
        assert_eq!((&full["email"], &full["phone"]), (&json!(EMMA), &json!("+8613800138000")));
        assert_eq!((&full["order"]["recipient"], &full["order"]["watch"]), (&json!("Emma Wilson"), &Value::Null));
        assert!(full["order"]["parcels"][0]["events"].to_string().contains("13912345678"));
        let seen = async || {
            let (_, acts) = app.desk("/acts").await;
            let acts = acts["acts"].as_array().unwrap().clone();
            acts.iter().filter(|act| act["act"] == "see_order").count()
        };
        assert_eq!(seen().await, 1);
        // The same again within the hour is the same; somebody else, and another hour, are not.
        ming.sees(&path).await;
        assert_eq!(seen().await, 1);
        reader.sees(&path).await;
        assert_eq!(seen().await, 2);
        app.clock.forward_ms(HOUR);
        ming.sees(&path).await;
        assert_eq!(seen().await, 3);
        // What is not there, or another shop's, or not for her role, leaves nothing behind.
        #[derive(sqlx::FromRow)]
        struct There {
            order_id: String,
        }
        let sql = aftercart::sql!("SELECT order_id FROM orders WHERE site_id = $1 ");
        let there = app.app.db.fetch_optional::<There>(sql, aftercart::args![&other.id]).await.unwrap().unwrap().order_id;
        let analyst = app.seated(&app.hire(Role::Analyst, 1).await[0]).await;
        let before = app.tables().await;
        for id in [there.as_str(), "nonsense", "%00", &"x".repeat(200)] {
            let (status, answer) = ming.get(&format!("/orders/{id}")).await;
            assert_eq!((status, &answer["code"]), (404, &json!("order_not_found")), "{id}");
        }
        assert_eq!(analyst.get(&path).await.0, 403);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn nobody_looks_at_another_shops_customer(app) {
        app.open_desk().await;
        app.another_site("pk_other", "https://other.example").await;
        let there = app.begin_at("pk_other").await;
        let ming = app.seated(MING).await;
        let analyst = app.seated(&app.hire(Role::Analyst, 1).await[0]).await;
        for path in ["customer", "notes"] {
            for id in [there.id.as_str(), "00000000000000000000000000000000", "%00", "x"] {
                let (status, answer) = ming.get(&format!("/conversations/{id}/{path}")).await;
                assert_eq!((status, &answer["code"]), (404, &json!("conversation_not_found")), "{path} {id}");
            }
            let ours = app.begin().await;
            assert_eq!(analyst.get(&format!("/conversations/{}/{path}", ours.id)).await.0, 403, "{path}");
        }
    }
}

//! A shopper sends something back: what she is offered, what it comes to, and that it happens once.

use crate::{
    on_both,
    support::{
        TestApp, order, read,
        returns::{POLICY, arrived, key, wish, with_line},
    },
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const DAY: i64 = 86_400_000;

/// Emma, with an order of two lamps that arrived.
async fn emma(app: &TestApp) -> (String, String) {
    app.set_policy(POLICY).await;
    app.import(&[arrived("A-1001", 2)]).await;
    let emma = app.sign_in(EMMA).await;
    let order = app.order_id("A-1001").await;
    (emma, order)
}

fn names<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
}

on_both! {
    async fn she_sees_what_may_come_back_until_when_and_why_not(app) {
        app.set_policy(POLICY).await;
        let mixed = with_line(arrived("A-1001", 2), "l2", "SALE-1", "Sale lamp", 1, Some("50.00"));
        app.import(&[mixed, order("A-1002")]).await;
        let emma = app.sign_in(EMMA).await;
        let options = app.return_options(&emma, &app.order_id("A-1001").await).await;
        let [lamp, sale] = [&options["lines"][0], &options["lines"][1]];
        assert_eq!((&options["currency"], &options["decimals"], &lamp["left"], &lamp["paid_each"]), (&json!("CNY"), &json!(2), &json!(2), &json!(12900)));
        assert_eq!(lamp["because"], json!(["You can return this until 20 December 2026. It arrived on 20 November 2026."]));
        assert_eq!(lamp["answers"].as_array().unwrap().len(), 9);
        let answer = |reason: &str| lamp["answers"].as_array().unwrap().iter().find(|a| a["reason"] == reason).unwrap().clone();
        assert_eq!((&answer("damaged")["verdict"], &answer("damaged")["photo"]), (&json!("photo"), &json!(true)));
        assert_eq!(answer("faulty")["verdict"], "person");
        assert_eq!(sale["because"], json!(["This was sold as final sale, so it can’t come back. Faulty goods always can."]));
        assert_eq!(names(&sale["answers"], "reason"), ["damaged", "faulty", "wrong_item", "missing"]);
        assert_eq!(options["reasons"][0], json!({ "id": "changed_mind", "words": "I changed my mind", "under": null }));
        // What is on its way cannot come back yet.
        let options = app.return_options(&emma, &app.order_id("A-1002").await).await;
        assert_eq!(options["lines"][0]["because"], json!(["It hasn’t arrived yet. You can return it once it’s with you."]));
        assert_eq!(options["lines"][0]["answers"], json!([]));
        let (_, chinese) = read(app.get(&format!("/api/v1/me/orders/{}/returns/options?locale=zh-CN", app.order_id("A-1001").await)).bearer_auth(&emma)).await;
        assert_eq!(chinese["reasons"][0]["words"], "不想要了");
    }

    async fn the_sum_is_the_servers_and_adds_up(app) {
        let (emma, order) = emma(&app).await;
        let mut ask = json!({ "locale": "en", "lines": [{ "line": "l1", "quantity": 2, "reason": "changed_mind" }] });
        let (status, quote) = app.quote(&emma, &order, &ask).await;
        assert_eq!((status, &quote["verdict"], &quote["sum"]), (200, &json!("approve"), &json!(null)));
        // Which other colours there are nobody tells, so none are offered.
        assert_eq!(names(&quote["resolutions"], "resolution"), ["refund", "store_credit"]);
        assert_eq!(quote["resolutions"][0]["total"], 25800 - 2580);
        assert_eq!(quote["resolutions"][1]["total"], 23220 + 1161);
        assert_eq!(quote["resolutions"][1]["says"], "Includes 5% more than a refund.");
        assert_eq!(names(&quote["methods"], "method"), ["drop_off", "pickup", "ship_later"]);
        assert_eq!(quote["methods"][0]["cost"], 1200);
        ask["resolution"] = json!("refund");
        ask["method"] = json!("drop_off");
        let (_, quote) = app.quote(&emma, &order, &ask).await;
        let sum = &quote["sum"];
        assert_eq!(sum["lines"], json!([{ "line": "l1", "title": "Harbour lamp", "quantity": 2, "paid": 25800 }]));
        assert_eq!((&sum["restocking"], &sum["postage"], &sum["total"]), (&json!(2580), &json!(1200), &json!(22020)));
        assert_eq!(sum["says"], "Within 5 working days of the goods reaching us.");
        ask["resolution"] = json!("store_credit");
        let (_, quote) = app.quote(&emma, &order, &ask).await;
        assert_eq!((&quote["sum"]["bonus"], &quote["sum"]["total"]), (&json!(1101), &json!(23121)));
        // What is stored is what was said.
        let mut wanted = wish(&key(), 2);
        wanted["resolution"] = json!("store_credit");
        let (status, made) = app.submit(&emma, &order, &wanted).await;
        assert_eq!((status, &made["sum"]), (201, &quote["sum"]));
    }

    async fn a_return_is_approved_at_once_and_shown_with_its_code(app) {
        let (emma, order) = emma(&app).await;
        let (status, made) = app.submit(&emma, &order, &wish(&key(), 1)).await;
        assert_eq!(status, 201, "{made}");
        assert_eq!((&made["state"], &made["summary"]["kind"], &made["summary"]["stage"]), (&json!("approved"), &json!("return"), &json!("sending")));
        assert_eq!(made["summary"]["headline"], "Accepted. Please send it by 5 December 2026");
        assert_eq!(made["next"][1], "Show the code at any drop-off point by 5 December 2026.");
        assert_eq!((&made["can_cancel"], &made["send_by"]), (&json!(true), &json!(1_796_486_399_999_i64)));
        let number = made["summary"]["number"].as_str().unwrap();
        assert!(number.len() == 8 && number.starts_with("R-"), "{number}");
        let id = &made["summary"]["id"];
        assert_eq!(app.my_return(&emma, id).await, (200, made.clone()));
        let (_, mine) = read(app.get("/api/v1/me/returns?locale=en").bearer_auth(&emma)).await;
        assert_eq!(mine["returns"], json!([made["summary"]]));
        assert_eq!(app.return_options(&emma, &order).await["earlier"], json!([made["summary"]]));
        assert_eq!(app.return_options(&emma, &order).await["lines"][0]["left"], 1);
        // Asked for outside: the shop's own return, and the mail.
        assert_eq!(app.effects(id).await, ["engine_return", "mail_approved 2"]);
        // Whoever has the code sees what comes back, and nothing of money.
        let text = made["code"]["text"].as_str().unwrap();
        let (address, token) = text.split_once('#').unwrap();
        assert_eq!(address, format!("{}/s/{}/return", app.app.config.public_url, app.site_key()));
        let (status, opened) = app.open_code("198.51.100.7", token).await;
        assert_eq!((status, &opened["summary"]["number"], &opened["lines"]), (200, &made["summary"]["number"], &made["lines"]));
        assert_eq!((&opened["sum"], &opened["order_id"], &opened["can_cancel"]), (&json!(null), &json!(null), &json!(false)));
    }

    async fn the_same_key_is_the_same_return(app) {
        let (emma, order) = emma(&app).await;
        let key = key();
        let (status, made) = app.submit(&emma, &order, &wish(&key, 1)).await;
        assert_eq!(status, 201);
        assert_eq!(app.submit(&emma, &order, &wish(&key, 1)).await, (200, made));
        let (status, reused) = app.submit(&emma, &order, &wish(&key, 2)).await;
        assert_eq!((status, &reused["code"]), (409, &json!("key_reused")));
        // Another order under the same key is another wish.
        app.import(&[arrived("A-1009", 2)]).await;
        let other = app.order_id("A-1009").await;
        assert_eq!(app.submit(&emma, &other, &wish(&key, 1)).await.1["code"], "key_reused");
        assert_eq!(app.return_options(&emma, &other).await["lines"][0]["left"], 2);
    }

    async fn it_can_be_called_off_until_it_is_sent(app) {
        let (emma, order) = emma(&app).await;
        let (_, made) = app.submit(&emma, &order, &wish(&key(), 2)).await;
        let id = &made["summary"]["id"];
        let (status, ended) = app.call_off(&emma, id).await;
        assert_eq!((status, &ended["state"], &ended["summary"]["stage"], &ended["code"]), (200, &json!("cancelled"), &json!("ended"), &json!(null)));
        assert_eq!(names(&ended["history"], "says"), ["You asked for it", "Accepted", "Called off"]);
        assert_eq!(app.call_off(&emma, id).await.1["code"], "not_possible_now");
        // Its pieces are free again.
        assert_eq!(app.return_options(&emma, &order).await["lines"][0]["left"], 2);
        assert_eq!(app.submit(&emma, &order, &wish(&key(), 2)).await.0, 201);
    }

    async fn what_nobody_sends_expires(app) {
        let (emma, order) = emma(&app).await;
        let (_, made) = app.submit(&emma, &order, &wish(&key(), 2)).await;
        let id = &made["summary"]["id"];
        app.clock.forward_ms(14 * DAY);
        app.run_jobs().await;
        let emma = app.sign_in(EMMA).await;
        assert_eq!(app.my_return(&emma, id).await.1["state"], "approved");
        app.clock.forward_ms(DAY);
        app.run_jobs().await;
        let emma = app.sign_in(EMMA).await;
        let (_, expired) = app.my_return(&emma, id).await;
        assert_eq!((&expired["state"], &expired["code"]), (&json!("expired"), &json!(null)));
        assert_eq!(app.return_options(&emma, &order).await["lines"][0]["left"], 2);
        assert_eq!(app.call_off(&emma, id).await.0, 409);
    }
}

/// With another window, for orders placed from `day` on.
fn version(day: &str, within: &str) -> String {
    POLICY.replace("2026-01-01", day).replace("within = \"30 days\"", &format!("within = \"{within}\""))
}

on_both! {
    async fn an_order_stays_under_the_policy_it_was_placed_under(app) {
        let window = |options: &Value| options["lines"][0]["because"][0].as_str().unwrap().split('.').next().unwrap().to_owned();
        app.import(&[arrived("A-1001", 1)]).await;
        let emma = app.sign_in(EMMA).await;
        let order = app.order_id("A-1001").await;
        // Without any policy a person decides, within a fortnight.
        let options = app.return_options(&emma, &order).await;
        assert_eq!((&options["lines"][0]["answers"][0]["verdict"], window(&options)), (&json!("person"), "You can return this until 4 December 2026".into()));
        // Placed on the 18th.
        app.set_policy(&version("2026-01-01", "20 days")).await;
        app.clock.forward_ms(1);
        app.set_policy(&version("2026-11-19", "90 days")).await;
        assert_eq!(window(&app.return_options(&emma, &order).await), "You can return this until 10 December 2026");
        // A mended version for the same day takes the place of the one before.
        app.clock.forward_ms(1);
        app.set_policy(&version("2026-01-01", "21 days")).await;
        assert_eq!(window(&app.return_options(&emma, &order).await), "You can return this until 11 December 2026");
        app.set_policy(&version("2026-11-18", "25 days")).await;
        assert_eq!(window(&app.return_options(&emma, &order).await), "You can return this until 15 December 2026");
    }
}

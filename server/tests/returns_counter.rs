//! Bringing something back to a shop that may be closed.

use crate::{
    on_both,
    support::{
        TestApp,
        returns::{POLICY, arrived, key, wish},
    },
};
use aftercart::clock::Clock;
use aftercart::sites::{hours::Hours, store};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
const HOUR: i64 = 3_600_000;

/// Open every day from ten to eight, closed in December.
const HOURS: &str = r#"
[week]
monday = ["10:00-20:00"]
tuesday = ["10:00-20:00"]
wednesday = ["10:00-20:00"]
thursday = ["10:00-20:00"]
friday = ["10:00-20:00"]
saturday = ["10:00-20:00"]
sunday = ["10:00-20:00"]
[[day]]
from = "2026-11-30"
to = "2026-12-31"
hours = []
"#;

async fn set_hours(app: &TestApp, hours: Option<&str>) {
    let (site, hours) = (app.site.id.clone(), hours.map(|hours| Hours::parse(hours).unwrap()));
    let now = app.clock.now();
    let stored = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
        Box::pin(async move { store::set_counter_hours(tx, &site, hours.as_ref(), now).await })
    });
    assert!(stored.await.unwrap());
}

/// Emma, who may bring her lamps to a shop.
async fn emma(app: &TestApp, hours: Option<&str>) -> (String, String) {
    set_hours(app, hours).await;
    app.set_policy(&POLICY.replace(r#""drop_off", "pickup""#, r#""drop_off", "in_store", "pickup""#)).await;
    app.import(&[arrived("A-1001", 2)]).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

async fn says(app: &TestApp, session: &str, order: &str, locale: &str) -> String {
    let lines = json!([{ "line": "l1", "quantity": 1, "reason": "changed_mind" }]);
    let (status, quote) =
        app.quote(session, order, &json!({ "locale": locale, "lines": lines, "resolution": "refund" })).await;
    assert_eq!(status, 200, "{quote}");
    let methods = quote["methods"].as_array().unwrap();
    let in_store = methods.iter().find(|one| one["method"] == "in_store").unwrap();
    in_store["says"].as_str().unwrap().to_owned()
}

on_both! {
    async fn whoever_brings_it_in_hears_whether_anybody_is_there(app) {
        let (emma, order) = emma(&app, Some(HOURS)).await;
        // It is four in the afternoon of 21 November in Shanghai.
        assert_eq!(says(&app, &emma, &order, "en").await, "Bring it in and show the code at the till. Open now, until 20:00.");
        assert_eq!(says(&app, &emma, &order, "zh-CN").await, "带到门店，在收银台出示二维码。现在营业，20:00 打烊。");
        app.clock.forward_ms(5 * HOUR);
        let emma = app.sign_in(EMMA).await;
        assert_eq!(says(&app, &emma, &order, "en").await, "Bring it in and show the code at the till. Closed just now. Opens on 22 November 2026 at 10:00.");
        app.clock.forward_ms(4 * HOUR);
        let emma = app.sign_in(EMMA).await;
        assert_eq!(says(&app, &emma, &order, "zh-CN").await, "带到门店，在收银台出示二维码。现在未营业，今天 10:00 开门。");
    }

    async fn a_last_day_on_which_nobody_is_there_is_not_the_last_day(app) {
        let (emma, order) = emma(&app, Some(HOURS)).await;
        let mut wish = wish(&key(), 1);
        wish["method"] = json!("in_store");
        let (status, made) = app.submit(&emma, &order, &wish).await;
        assert_eq!(status, 201, "{made}");
        let next: Vec<&str> = made["next"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let [bring, by, now] = next[..] else { panic!("{next:?}") };
        assert!(bring.starts_with("Bring it to one of our shops by ") && bring.contains("December 2026"), "{bring}");
        assert_eq!((by, now), ("Closed on that day: please come by 29 November 2026.", "Open now, until 20:00."));
    }

    async fn where_nobody_has_told_the_hours_nothing_is_said_of_them(app) {
        let (emma, order) = emma(&app, None).await;
        assert_eq!(says(&app, &emma, &order, "en").await, "Bring it in and show the code at the till.");
        let mut wish = wish(&key(), 1);
        wish["method"] = json!("in_store");
        let (_, made) = app.submit(&emma, &order, &wish).await;
        assert_eq!(made["next"].as_array().map(Vec::len), Some(1), "{}", made["next"]);
        assert_ne!(made["next"][0], Value::Null);
    }
}

//! Another size or colour: what there is, what it comes to, whose the last one is, and what is sent.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::{MING, POLICY, arrived, key, with_line},
        shop::{StandIn, never},
    },
};
use aftercart::{
    connectors::commerce::Kind,
    returns::{exchange::variants_file::import_variants, record::Happened},
};
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

fn variant(id: &str, sku: &str, colour: (&str, &str), price: &str, stock: Option<i64>) -> Value {
    let name = json!({ "en": "Colour", "zh-CN": "颜色" });
    json!({
        "product": "lamp", "id": id, "sku": sku, "prices": { "CNY": price }, "stock": stock,
        "options": [{ "name": name, "value": { "en": colour.0, "zh-CN": colour.1 } }],
    })
}

/// The lamp of the tests in five more colours.
fn lamps() -> Vec<Value> {
    vec![
        variant("br", "LAMP", ("brass", "黄铜"), "129.00", Some(9)),
        variant("bk", "LAMP-BK", ("black", "黑"), "129.00", Some(2)),
        variant("wh", "LAMP-WH", ("white", "白"), "129.00", Some(0)),
        variant("gr", "LAMP-GR", ("green", "绿"), "99.00", Some(50)),
        variant("go", "LAMP-GO", ("gold", "金"), "199.00", Some(50)),
        variant("cu", "LAMP-CU", ("copper", "铜"), "129.00", None),
    ]
}

async fn tell(app: &TestApp, variants: &[Value]) {
    let text: Vec<String> = variants.iter().map(Value::to_string).collect();
    let told = import_variants(&app.app.db, &*app.clock, &app.site.id, text.join("\n").as_bytes()).await;
    assert_eq!(told, Ok(variants.len()));
}

async fn emma(app: &TestApp, pieces: i64) -> (String, String) {
    app.set_policy(POLICY).await;
    app.open_desk().await;
    app.import(&[arrived("A-1001", pieces)]).await;
    tell(app, &lamps()).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

async fn variants(app: &TestApp, session: &str, order: &str, query: &str) -> (u16, Value) {
    let path = format!("/api/v1/me/orders/{order}/returns/variants?line=l1&{query}");
    read(app.get(&path).bearer_auth(session)).await
}

fn exchange(variant: &str, quantity: i64) -> Value {
    json!({
        "key": key(), "locale": "en", "resolution": "exchange_variant", "method": "pickup",
        "lines": [{ "line": "l1", "quantity": quantity, "reason": "changed_mind" }],
        "variants": [{ "line": "l1", "variant": variant }],
    })
}

fn asking(wish: &Value) -> Value {
    let mut ask = wish.clone();
    ask.as_object_mut().unwrap().remove("key");
    ask
}

on_both! {
    async fn what_there_is_and_why_the_rest_cannot_be_had(app) {
        let (emma, order) = emma(&app, 3).await;
        let (status, told) = variants(&app, &emma, &order, "locale=en").await;
        assert_eq!(status, 200, "{told}");
        let seen = |told: &Value| -> Vec<(String, bool, i64, String)> {
            told["variants"].as_array().unwrap().iter().map(|v| (
                v["words"].as_str().unwrap().to_owned(), v["choosable"].as_bool().unwrap(),
                v["difference"].as_i64().unwrap(), v["says"].as_str().unwrap_or_default().to_owned(),
            )).collect()
        };
        let row = |words: &str, can, difference, says: &str| (words.to_owned(), can, difference, says.to_owned());
        assert_eq!(seen(&told), [
            row("black", true, 0, "Only 2 left"),
            row("white", false, 0, "Sold out"),
            row("green", true, -3_000, "CN¥30.00 back for each"),
            row("gold", false, 7_000, "CN¥70.00 more. We can’t take a payment here, so please ask us."),
            row("copper", true, 0, "We check that it’s there first"),
        ]);
        // Three of two.
        let (_, three) = variants(&app, &emma, &order, "quantity=3&locale=zh-CN").await;
        assert_eq!(seen(&three)[0], row("黑", false, 0, "仅剩 2 件"));
        let path = format!("/api/v1/me/orders/{order}/returns/variants?line=l9");
        assert_eq!(read(app.get(&path).bearer_auth(&emma)).await.0, 422);
    }

    async fn the_difference_is_in_the_sum_and_goes_back_once(app) {
        let (emma, order) = emma(&app, 3).await;
        let wish = exchange("gr", 2);
        let (status, quote) = app.quote(&emma, &order, &asking(&wish)).await;
        assert_eq!((status, &quote["verdict"]), (200, &json!("approve")), "{quote}");
        let sum = &quote["sum"];
        assert_eq!((&sum["lines"][0]["paid"], &sum["exchanged"], &sum["total"]), (&json!(25_800), &json!(19_800), &json!(6_000)));
        assert_eq!(sum["restocking"], 0);
        assert!(sum["says"].as_str().unwrap().ends_with("the difference is refunded then."), "{sum}");
        let (status, made) = app.submit(&emma, &order, &wish).await;
        assert_eq!(status, 201, "{made}");
        assert_eq!((&made["summary"]["kind"], &made["state"], &made["sum"]), (&json!("exchange"), &json!("reserved"), sum));
        assert_eq!((&made["lines"][0]["instead"], &made["summary"]["stage"]), (&json!("green"), &json!("sending")));
        let id = made["summary"]["id"].clone();
        let came = json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 2, "grade": "as_new" }] });
        assert_eq!(app.act(&id, "receive", came).await.0, 200);
        assert_eq!(app.act(&id, "refund", json!({ "agent": MING })).await.0, 200);
        app.run_jobs().await;
        // Whoever packs it reads what to send.
        let (_, all) = app.desk(&format!("/returns/{}/effects", id.as_str().unwrap())).await;
        let of = |all: &Value, kind: &str| -> Vec<Value> {
            all["effects"].as_array().unwrap().iter().filter(|e| e["kind"] == kind).cloned().collect()
        };
        let sent = of(&all, "replacement");
        assert_eq!(sent[0]["says"], "The goods are to be sent by hand: 2 × Harbour lamp → green (LAMP-GR).");
        assert!(of(&all, "refund").is_empty());
        let path = format!("effects/{}/confirm", sent[0]["id"].as_str().unwrap());
        let confirmed = app.act(&id, &path, json!({ "agent": MING, "reference": "SF1" })).await;
        assert_eq!(confirmed.0, 200, "{confirmed:?}");
        app.run_jobs().await;
        let (_, all) = app.desk(&format!("/returns/{}/effects", id.as_str().unwrap())).await;
        let back = of(&all, "refund");
        assert_eq!((back.len(), &back[0]["amount"], &back[0]["needs_person"]), (1, &json!(6_000), &json!(true)), "{all}");
        let path = format!("effects/{}/confirm", back[0]["id"].as_str().unwrap());
        assert_eq!(app.act(&id, &path, json!({ "agent": MING, "reference": "till 7" })).await.0, 200);
        app.run_jobs().await;
        let (_, shown) = app.my_return(&emma, &id).await;
        assert_eq!(shown["state"], "completed");
        let says: Vec<&str> = shown["history"].as_array().unwrap().iter().map(|e| e["says"].as_str().unwrap()).collect();
        assert_eq!(says[says.len() - 2..], ["The new one was sent", "The difference was refunded"]);
        let subjects: Vec<String> = app.mails().await.into_iter().map(|mail| mail.subject).collect();
        assert_eq!(subjects.iter().filter(|s| s.starts_with("Your refund of CN¥60.00")).count(), 1, "{subjects:?}");
        let approved = app.mails().await.into_iter().find(|mail| mail.subject.contains("approved")).unwrap();
        assert!(approved.plain.contains("2 × Harbour lamp · In exchange: green"), "{}", approved.plain);
        // The third lamp is still hers to send back, for what was paid for it.
        let rest = json!({ "locale": "en", "lines": [{ "line": "l1", "quantity": 1, "reason": "changed_mind" }] });
        let (_, quote) = app.quote(&emma, &order, &rest).await;
        assert_eq!(quote["resolutions"][0]["total"], 12_900 - 1_290);
    }

    async fn what_does_not_come_back_is_not_paid_for(app) {
        let (emma, order) = emma(&app, 3).await;
        let (_, made) = app.submit(&emma, &order, &exchange("gr", 3)).await;
        let id = made["summary"]["id"].clone();
        let came = json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 1, "grade": "as_new" }] });
        let (status, seen) = app.act(&id, "receive", came).await;
        assert_eq!((status, &seen["total"]), (200, &json!(3_000)), "{seen}");
    }

    async fn the_last_one_goes_to_one_of_two(app) {
        let (emma, order) = emma(&app, 3).await;
        app.import(&[{ let mut other = arrived("A-1009", 3); other["email"] = json!("li@example.cn"); other["phone"] = json!("+8613900139000"); other }]).await;
        let (li, lis) = (app.sign_in("li@example.cn").await, app.order_id("A-1009").await);
        let wishes = [exchange("bk", 2), exchange("bk", 1)];
        let (one, other) = tokio::join!(app.submit(&emma, &order, &wishes[0]), app.submit(&li, &lis, &wishes[1]));
        let mut statuses = [one.0, other.0];
        statuses.sort();
        assert_eq!(statuses, [201, 409], "{one:?} {other:?}");
        let (lost, won) = if one.0 == 409 { (&one.1, &other.1) } else { (&other.1, &one.1) };
        if one.0 == 409 {
            // One of two is left for whoever wants one.
            assert_eq!(app.submit(&emma, &order, &exchange("bk", 1)).await.0, 201);
        } else {
            assert_eq!((&lost["code"], &lost["field"]), (&json!("variant_gone"), &json!("variants[0].variant")));
            assert_eq!(lost["message"], "That one has just sold out. Please choose another; everything else is still here.");
            let (_, told) = variants(&app, &li, &lis, "locale=en").await;
            assert_eq!(told["variants"][0]["says"], "Sold out");
            // Called off, it is free again.
            assert_eq!(app.call_off(&emma, &won["summary"]["id"]).await.0, 200);
            assert_eq!(app.submit(&li, &lis, &exchange("bk", 1)).await.0, 201);
        }
    }

    async fn what_was_sent_counts_until_the_shop_tells_its_stock_anew(app) {
        let (emma, order) = emma(&app, 4).await;
        let (_, made) = app.submit(&emma, &order, &exchange("bk", 2)).await;
        let id = made["summary"]["id"].clone();
        let came = json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": 2, "grade": "as_new" }] });
        assert_eq!(app.act(&id, "receive", came).await.0, 200);
        assert!(app.happened(&id, Happened::ReplacementSent).await);
        let says = |told: &Value| told["variants"][0]["says"].clone();
        assert_eq!(says(&variants(&app, &emma, &order, "locale=en").await.1), "Sold out");
        app.clock.forward_ms(1_000);
        tell(&app, &lamps()).await;
        assert_eq!(says(&variants(&app, &emma, &order, "locale=en").await.1), "Only 2 left");
    }

    async fn a_wish_that_cannot_be_is_refused_and_nothing_happens(app) {
        let (emma, order) = emma(&app, 3).await;
        let with = |change: &dyn Fn(&mut Value)| { let mut wish = exchange("bk", 1); change(&mut wish); wish };
        let before = app.tables().await;
        for (wish, status, code) in [
            (exchange("wh", 1), 409, "variant_gone"),
            (exchange("go", 1), 409, "variant_gone"),
            (exchange("bk", 3), 409, "variant_gone"),
            (exchange("br", 1), 409, "variant_gone"),
            (exchange("nothing", 1), 409, "variant_gone"),
            (with(&|w| w["variants"] = json!([])), 422, "required"),
            (with(&|w| w["variants"][0]["line"] = json!("l9")), 422, "invalid"),
            (with(&|w| w["variants"] = json!([w["variants"][0], w["variants"][0]])), 422, "invalid"),
            (with(&|w| w["variants"][0]["price"] = json!(1)), 422, "invalid"),
            (with(&|w| w["resolution"] = json!("refund")), 422, "invalid"),
            (with(&|w| w["method"] = Value::Null), 422, "required"),
            (with(&|w| w["lines"][0]["quantity"] = json!(4)), 422, "quantity_invalid"),
        ] {
            let (was, answer) = app.submit(&emma, &order, &wish).await;
            assert_eq!((was, answer["code"].as_str().unwrap()), (status, code), "{wish} {answer}");
        }
        assert_eq!(crate::support::digest::differing(&before, &app.tables().await, &[]), [""; 0]);
        // What nobody counts a person looks for first.
        let (status, made) = app.submit(&emma, &order, &exchange("cu", 1)).await;
        assert_eq!((status, &made["state"]), (201, &json!("requested")), "{made}");
    }

    async fn goods_without_other_variants_are_not_exchanged(app) {
        app.set_policy(POLICY).await;
        app.import(&[with_line(arrived("A-1001", 1), "l2", "KIT-1", "Kit", 1, Some("10.00"))]).await;
        tell(&app, &lamps()).await;
        let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
        let offers = |lines: Value| {
            let (app, emma, order) = (&app, &emma, &order);
            async move {
                let (_, quote) = app.quote(emma, order, &json!({ "locale": "en", "lines": lines })).await;
                quote["resolutions"].as_array().unwrap().iter().any(|r| r["resolution"] == "exchange_variant")
            }
        };
        let lamp = json!({ "line": "l1", "quantity": 1, "reason": "changed_mind" });
        let kit = json!({ "line": "l2", "quantity": 1, "reason": "changed_mind" });
        assert!(offers(json!([lamp])).await);
        assert!(!offers(json!([kit])).await);
        assert!(!offers(json!([lamp, kit])).await);
        assert_eq!(app.submit(&emma, &order, &exchange("bk", 1)).await.0, 201);
    }
}

/// The order came by a connector of this kind.
async fn by_connector(app: &TestApp, shop: &StandIn) -> (String, String) {
    app.set_policy(POLICY).await;
    app.connect(Kind::Generic, shop).await;
    app.import(&[arrived("A-1001", 3)]).await;
    let site = app.site.id.clone();
    let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
        Box::pin(async move {
            let sql = aftercart::sql!("UPDATE orders SET source = 'generic' WHERE site_id = $1");
            tx.execute(sql, aftercart::args![&site]).await
        })
    });
    assert_eq!(write.await.unwrap(), 1);
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

on_both! {
    async fn a_connected_shop_is_asked_and_asked_again(app) {
        let shop = StandIn::start().await;
        let (emma, order) = by_connector(&app, &shop).await;
        let stock = |stock: i64| move |asked: &(String, String, String)| {
            if asked.1 != "/orders/ext-A-1001/lines/l1/variants" {
                return (404, json!({}));
            }
            let variants: Vec<Value> = lamps().into_iter().map(|mut lamp| {
                lamp.as_object_mut().unwrap().remove("product");
                lamp["stock"] = json!(stock);
                lamp
            }).collect();
            (200, json!({ "bought": "br", "variants": variants }))
        };
        shop.answers(stock(1));
        let (status, told) = variants(&app, &emma, &order, "locale=en").await;
        assert_eq!((status, &told["variants"][0]["says"]), (200, &json!("Only 1 left")), "{told}");
        let wish = exchange("bk", 1);
        // Sold to somebody else in the meantime.
        shop.answers(stock(0));
        let (status, lost) = app.submit(&emma, &order, &wish).await;
        assert_eq!((status, &lost["code"]), (409, &json!("variant_gone")));
        shop.answers(stock(1));
        let (status, made) = app.submit(&emma, &order, &wish).await;
        assert_eq!(status, 201, "{made}");
        // The same again asks nobody.
        shop.forget();
        assert_eq!(app.submit(&emma, &order, &wish).await, (200, made));
        assert_eq!(shop.asked().len(), 0);
        // The shop does not know yet that it is spoken for; we do.
        assert_eq!(app.submit(&emma, &order, &exchange("bk", 1)).await.1["code"], "variant_gone");
    }

    async fn a_shop_that_is_down_leaves_the_other_ways(app) {
        let shop = StandIn::start().await;
        let (emma, order) = by_connector(&app, &shop).await;
        shop.answers(|_| (502, json!({})));
        let (status, told) = variants(&app, &emma, &order, "locale=en").await;
        assert_eq!((status, &told["code"]), (503, &json!("variants_unavailable")), "{told}");
        let before = app.tables().await;
        assert_eq!(app.submit(&emma, &order, &exchange("bk", 1)).await.1["code"], "variants_unavailable");
        assert_eq!(crate::support::digest::differing(&before, &app.tables().await, &["connectors"]), [""; 0]);
        shop.answers(|_| (200, json!({ "variants": [{ "id": "x" }] })));
        assert_eq!(variants(&app, &emma, &order, "locale=en").await.0, 503);
        assert!(app.health(&app.site).await[0].last_error.is_some());
        let refund = crate::support::returns::wish(&key(), 1);
        assert_eq!(app.submit(&emma, &order, &refund).await.0, 201);
        // A shop that knows no such line has no other sizes of it.
        shop.answers(|_| (404, json!({})));
        assert_eq!(variants(&app, &emma, &order, "locale=en").await.1["variants"], json!([]));
    }

    async fn a_shop_that_never_answers_is_not_waited_for(app) {
        let shop = StandIn::start().await;
        let (emma, order) = by_connector(&app, &shop).await;
        shop.says(never());
        let begun = std::time::Instant::now();
        assert_eq!(variants(&app, &emma, &order, "locale=en").await.0, 503);
        assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    }
}

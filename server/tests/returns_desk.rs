//! The shop's people: what each act does, who may, and what becomes impossible by it.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        read,
        returns::{MING, POLICY, READER, SECRET_KEY, WEI, WEIS_PASSWORD, arrived, key, wish, with_line},
    },
};
use aftercart::returns::record::Happened;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

/// Emma, with two lamps and three cups, and a desk.
async fn emma(app: &TestApp) -> (String, String) {
    app.set_policy(POLICY).await;
    app.open_desk().await;
    app.import(&[with_line(arrived("A-1001", 5), "l3", "CUP-1", "Cup", 3, Some("30.00"))]).await;
    (app.sign_in(EMMA).await, app.order_id("A-1001").await)
}

async fn asked(app: &TestApp, session: &str, order: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut body = wish(&key(), 1);
    change(&mut body);
    let (status, made) = app.submit(session, order, &body).await;
    assert_eq!(status, 201, "{made}");
    made["summary"]["id"].clone()
}

fn by(agent: &str) -> Value {
    json!({ "agent": agent })
}

fn came(quantity: i64, grade: &str) -> Value {
    json!({ "agent": MING, "lines": [{ "line": "l1", "quantity": quantity, "grade": grade, "serial": "SN 1" }] })
}

fn state(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["view"]["state"].as_str().or(answer.1["code"].as_str()).unwrap())
}

on_both! {
    async fn received_and_refunded_by_two_people_once(app) {
        let (emma, order) = emma(&app).await;
        let id = asked(&app, &emma, &order, |b| b["lines"][0]["quantity"] = json!(5)).await;
        // Nothing is paid on a carrier's word alone.
        assert!(app.happened(&id, Happened::Scanned).await && app.happened(&id, Happened::CarrierDelivered).await);
        assert_eq!(state(&app.act(&id, "refund", by(MING)).await), (409, "not_possible_now"));
        let received = app.act(&id, "receive", came(5, "as_new")).await;
        assert_eq!(state(&received), (200, "received"));
        // 645.00 less a tenth and the postage is above what one person may pay out.
        assert_eq!((&received.1["total"], &received.1["needs_second"]), (&json!(56_850), &json!(true)));
        assert_eq!(app.act(&id, "refund", by(MING)).await.1["field"], "second");
        let second = |agent: &str| json!({ "agent": MING, "second": { "agent": agent, "password": WEIS_PASSWORD } });
        for (agent, status) in [(MING, 422), (READER, 403), ("nobody@shop.example", 403)] {
            assert_eq!(app.act(&id, "refund", second(agent)).await.0, status, "{agent}");
        }
        let both = second(WEI);
        assert_eq!(state(&app.act(&id, "refund", both.clone()).await), (200, "refunding"));
        // Again is too late; "provider pending" is said as what it is.
        assert_eq!(state(&app.act(&id, "refund", both.clone()).await), (409, "not_possible_now"));
        assert_eq!(app.effects(&id).await, ["engine_receive", "engine_return", "mail_approved 2", "mail_received 5", "refund"]);
        assert!(app.happened(&id, Happened::RefundFailed { reason: "card expired".into() }).await);
        assert!(app.happened(&id, Happened::RefundRetried).await);
        assert!(app.happened(&id, Happened::RefundSucceeded).await);
        assert!(!app.happened(&id, Happened::RefundSucceeded).await);
        let effects = app.effects(&id).await;
        assert_eq!(effects.iter().filter(|effect| effect.starts_with("refund")).count(), 1);
        let (_, seen) = app.my_return(&emma, &id).await;
        assert_eq!(seen["summary"]["headline"], "Refunded on 21 November 2026");
        let (_, desk) = app.desk(&format!("/returns/{}", id.as_str().unwrap())).await;
        let events: Vec<String> = desk["events"].as_array().unwrap().iter()
            .map(|e| format!("{} {}>{} {}", e["seq"], e["from"].as_str().unwrap(), e["to"].as_str().unwrap(), e["actor"].as_str().unwrap())).collect();
        assert_eq!(events, [
            "1 >requested shopper", "2 requested>approved system", "3 approved>in_transit system", "4 in_transit>arrived system",
            "5 arrived>received agent", "6 received>refunding agent", "7 refunding>refund_failed system",
            "8 refund_failed>refunding system", "9 refunding>refunded system",
        ]);
        assert!(desk["events"][5]["note"]["second"].is_string());
        assert_eq!((&desk["lines"][0]["grade"], &desk["lines"][0]["serial"], &desk["lines"][0]["received"]), (&json!("as_new"), &json!("SN 1"), &json!(5)));
        assert_eq!(desk["lines"][0]["says"][0], "You can return this until 20 December 2026. It arrived on 20 November 2026.");
        assert_eq!(desk["view"]["code"], Value::Null);
    }

    async fn fewer_pieces_are_fewer_refunded_and_the_others_are_hers_still(app) {
        let (emma, order) = emma(&app).await;
        let id = asked(&app, &emma, &order, |b| b["lines"][0]["quantity"] = json!(3)).await;
        for (bad, code) in [
            (came(4, "used"), "quantity_invalid"), (came(-1, "used"), "quantity_invalid"),
            (json!({ "agent": MING, "lines": [] }), "required"),
            (json!({ "agent": MING, "lines": [{ "line": "l9", "quantity": 1, "grade": "used" }] }), "invalid"),
            (came(1, "nice"), "invalid"),
        ] {
            assert_eq!(app.act(&id, "receive", bad).await.1["code"], code);
        }
        let (_, received) = app.act(&id, "receive", came(2, "opened")).await;
        assert_eq!((&received["total"], &received["view"]["sum"]["lines"][0]["paid"]), (&json!(22_020), &json!(25_800)));
        assert_eq!(app.return_options(&emma, &order).await["lines"][0]["left"], 3);
        assert_eq!(state(&app.act(&id, "receive", came(2, "opened")).await), (409, "not_possible_now"));
        // Scratched: less, and never more than was paid.
        let adjust = |total: i64, note: &str| json!({ "agent": MING, "total": total, "note": note });
        assert_eq!(app.act(&id, "adjust", adjust(25_801, "x")).await.1["field"], "total");
        assert_eq!(app.act(&id, "adjust", adjust(-1, "x")).await.1["field"], "total");
        assert_eq!(app.act(&id, "adjust", adjust(20_000, " \u{202E}")).await.1["field"], "note");
        let (status, adjusted) = app.act(&id, "adjust", adjust(20_000, "Shade scratched")).await;
        assert_eq!((status, &adjusted["total"], &adjusted["view"]["sum"]["adjusted"]), (200, &json!(20_000), &json!(-2_020)));
        assert_eq!(state(&app.act(&id, "refund", by(WEI)).await), (200, "refunding"));
        assert_eq!(app.act(&id, "adjust", adjust(1, "late")).await.0, 409);
    }

    async fn a_person_decides_refuses_and_opens_again(app) {
        let (emma, order) = emma(&app).await;
        let faulty = |b: &mut Value| b["lines"][0]["reason"] = json!("faulty");
        let id = asked(&app, &emma, &order, faulty).await;
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "requested");
        assert_eq!(app.effects(&id).await, [""; 0]);
        assert_eq!(app.act(&id, "refuse", json!({ "agent": MING, "reason": " " })).await.1["field"], "reason");
        let no = json!({ "agent": MING, "reason": "It works here." });
        assert_eq!(state(&app.act(&id, "refuse", no.clone()).await), (200, "refused"));
        let (_, seen) = app.my_return(&emma, &id).await;
        assert_eq!(seen["history"][1]["says"], "Not accepted: It works here.");
        assert_eq!(state(&app.act(&id, "approve", by(MING)).await), (409, "not_possible_now"));
        // Its pieces are free, and somebody takes them: it cannot be opened again.
        let other = asked(&app, &emma, &order, |b| b["lines"][0]["quantity"] = json!(5)).await;
        assert_eq!(state(&app.act(&id, "reopen", by(MING)).await), (409, "not_possible_now"));
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "refused");
        app.call_off(&emma, &other).await;
        let fast = app.act(&id, "receive", came(1, "used")).await;
        assert_eq!(fast.0, 409, "{fast:?}");
        assert_eq!(state(&app.act(&id, "reopen", by(MING)).await), (200, "requested"));
        assert_eq!(state(&app.act(&id, "approve", by(MING)).await), (200, "approved"));
        assert_eq!(state(&app.act(&id, "receive", came(1, "not_ours")).await), (200, "received"));
        assert_eq!(state(&app.act(&id, "refuse", no).await), (200, "rejected"));
        assert_eq!(state(&app.act(&id, "refund", by(MING)).await), (409, "not_possible_now"));
        let (_, list) = app.desk("/returns?state=rejected").await;
        assert_eq!(list["returns"].as_array().unwrap().len(), 1);
    }

    async fn a_parcel_that_comes_late_takes_its_pieces_only_while_they_are_free(app) {
        let (emma, order) = emma(&app).await;
        let all = |b: &mut Value| b["lines"][0]["quantity"] = json!(5);
        let late = asked(&app, &emma, &order, all).await;
        app.clock.forward_ms(15 * 86_400_000);
        app.run_jobs().await;
        let emma = app.sign_in(EMMA).await;
        assert_eq!(app.my_return(&emma, &late).await.1["state"], "expired");
        let other = asked(&app, &emma, &order, all).await;
        assert!(!app.happened(&late, Happened::Scanned).await);
        assert_eq!(app.act(&late, "receive", came(5, "as_new")).await.0, 409);
        app.call_off(&emma, &other).await;
        assert!(app.happened(&late, Happened::Scanned).await);
        assert_eq!(app.return_options(&emma, &order).await["lines"][0]["left"], 0);
        let (_, desk) = app.desk(&format!("/returns/{}", late.as_str().unwrap())).await;
        assert_eq!(desk["signals"], json!([]));
    }

    async fn what_may_stay_is_paid_at_once_and_never_sent(app) {
        let (emma, order) = emma(&app).await;
        let body = |quantity: i64, reason: &str| json!({
            "key": key(), "locale": "en", "resolution": "keep_item",
            "lines": [{ "line": "l3", "quantity": quantity, "reason": reason }],
        });
        // For what is broken there is to be a photo.
        let (status, said) = app.submit(&emma, &order, &body(1, "damaged")).await;
        assert_eq!((status, &said["code"]), (422, &json!("photo_required")));
        let (_, quote) = app.quote(&emma, &order, &json!({ "locale": "en", "lines": body(1, "damaged")["lines"], "resolution": "keep_item" })).await;
        assert_eq!((&quote["photos"], &quote["methods"], &quote["sum"]["total"]), (&json!(["l3"]), &json!([]), &json!(3_000)));
        assert_eq!(quote["resolutions"][0]["goods_back"], false);
        let (status, made) = app.submit(&emma, &order, &body(2, "changed_mind")).await;
        assert_eq!((status, &made["state"], &made["code"], &made["can_cancel"]), (201, &json!("refunding"), &Value::Null, &json!(false)));
        // Nothing is made saleable again, nothing is posted.
        assert_eq!(made["sum"]["total"], 6_000);
        let id = &made["summary"]["id"];
        assert_eq!(app.effects(id).await, ["mail_approved 2", "refund"]);
        assert_eq!(app.call_off(&emma, id).await.0, 409);
        assert!(app.happened(id, Happened::RefundSucceeded).await);
        assert_eq!(app.my_return(&emma, id).await.1["next"][0], "The item is yours to keep. There’s nothing to send back.");
    }

    async fn a_missing_part_is_a_claim_and_is_sent_again(app) {
        app.set_policy(POLICY).await;
        app.import(&[with_line(arrived("A-1001", 1), "l3", "KIT-1", "Shelf", 1, Some("300.00"))]).await;
        let (emma, order) = (app.sign_in(EMMA).await, app.order_id("A-1001").await);
        let (status, made) = app.submit(&emma, &order, &json!({
            "key": key(), "locale": "en", "resolution": "replacement",
            "lines": [{ "line": "l3", "quantity": 1, "reason": "missing" }],
        })).await;
        assert_eq!((status, &made["summary"]["kind"], &made["state"], &made["sum"]), (201, &json!("claim"), &json!("approved"), &Value::Null));
        let id = &made["summary"]["id"];
        assert_eq!(app.effects(id).await, ["mail_approved 2", "replacement"]);
        assert!(app.happened(id, Happened::ReplacementSent).await && !app.happened(id, Happened::ReplacementSent).await);
        assert_eq!(app.my_return(&emma, id).await.1["summary"]["headline"], "The new one was sent on 21 November 2026");
    }

    async fn goods_for_goods_are_an_exchange(app) {
        let (emma, order) = emma(&app).await;
        let id = asked(&app, &emma, &order, |b| {
            b["lines"][0]["reason"] = json!("faulty");
            b["resolution"] = json!("replacement");
            b["method"] = json!("ship_later");
        }).await;
        assert_eq!(state(&app.act(&id, "approve", by(MING)).await), (200, "reserved"));
        let (_, seen) = app.my_return(&emma, &id).await;
        assert_eq!((&seen["summary"]["kind"], &seen["sum"], &seen["can_cancel"]), (&json!("exchange"), &Value::Null, &json!(true)));
        assert_eq!(app.act(&id, "adjust", json!({ "agent": MING, "total": 1, "note": "x" })).await.0, 409);
        assert_eq!(state(&app.act(&id, "receive", came(1, "damaged")).await), (200, "received"));
        assert!(!app.effects(&id).await.contains(&"replacement".to_owned()));
        assert_eq!(app.act(&id, "refund", by(MING)).await.0, 200);
        assert_eq!(app.act(&id, "refund", by(MING)).await.0, 409);
        assert!(app.effects(&id).await.contains(&"replacement".to_owned()));
        assert!(app.happened(&id, Happened::ReplacementSent).await);
        assert_eq!(app.my_return(&emma, &id).await.1["state"], "completed");
    }

    async fn only_this_shop_s_people_act(app) {
        let (emma, order) = emma(&app).await;
        let id = asked(&app, &emma, &order, |b| b["lines"][0]["reason"] = json!("faulty")).await;
        let before = app.tables().await;
        for agent in [READER, "emma.wilson@example.com", "", "nobody", "MING\u{0}@shop.example"] {
            for (act, body) in [
                ("approve", by(agent)), ("reopen", by(agent)), ("refund", by(agent)),
                ("refuse", json!({ "agent": agent, "reason": "x" })),
                ("adjust", json!({ "agent": agent, "total": 1, "note": "x" })),
                ("receive", json!({ "agent": agent, "lines": [] })),
            ] {
                let answer = app.act(&id, act, body).await;
                assert_eq!((answer.0, &answer.1["code"]), (403, &json!("agent_not_allowed")), "{agent} {act}");
            }
        }
        assert_eq!(app.act(&json!("0f"), "approve", by(MING)).await.1["code"], "return_not_found");
        assert_eq!(app.act(&id, "approve", json!({ "agent": MING, "total": 1 })).await.0, 422);
        assert_eq!(app.act(&id, "pay", by(MING)).await.0, 404);
        let browser = reqwest::Client::new().post(format!("{}/api/v1/admin/returns/{}/approve", app.url, id.as_str().unwrap()));
        assert_eq!(read(browser.bearer_auth(SECRET_KEY).header("origin", "https://shop.example").json(&by(MING))).await.0, 401);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }

    async fn two_agents_at_once_are_one_act(app) {
        let (emma, order) = emma(&app).await;
        let id = asked(&app, &emma, &order, |_| {}).await;
        app.act(&id, "receive", came(1, "as_new")).await;
        let (a, b) = tokio::join!(app.act(&id, "refund", by(MING)), app.act(&id, "refund", by(WEI)));
        let mut statuses = [a.0, b.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(app.effects(&id).await.iter().filter(|effect| *effect == "refund").count(), 1);
    }

    async fn the_list_goes_page_by_page(app) {
        let (emma, order) = emma(&app).await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(asked(&app, &emma, &order, |_| {}).await);
            app.clock.forward_ms(1_000);
        }
        all.reverse();
        let (mut seen, mut path) = (Vec::new(), "/returns?limit=2".to_owned());
        loop {
            let (_, page) = app.desk(&path).await;
            seen.extend(page["returns"].as_array().unwrap().iter().map(|one| one["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/returns?limit=2&before={next}");
        }
        assert_eq!(seen, all);
        let (_, found) = app.desk("/returns?number=A-1001&kind=return&state=approved&locale=zh-CN").await;
        assert_eq!(found["returns"].as_array().unwrap().len(), 5);
        assert_eq!(app.desk("/returns?number=A-9999").await.1["returns"], json!([]));
        for bad in ["/returns?before=x", "/returns?before=1_%00", "/returns?colour=red"] {
            assert_eq!(app.desk(bad).await.0, 422, "{bad}");
        }
    }
}

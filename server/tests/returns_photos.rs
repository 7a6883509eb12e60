//! Where the shop wants to see it: with a photo the return goes through by itself.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        pictures::jpeg,
        read,
        returns::{POLICY, arrived, key, with_line},
    },
};
use aftercart::returns::record::Happened;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";

impl TestApp {
    async fn attach(&self, session: &str) -> String {
        let request = self.post("/api/v1/me/attachments").bearer_auth(session).header("content-type", "image/jpeg");
        let (status, stored) = read(request.body(jpeg(32, 24))).await;
        assert_eq!(status, 201, "{stored}");
        stored["id"].as_str().unwrap().to_owned()
    }
}

/// Cups that arrived broken; what they are worth may stay.
fn broken(photos: &[&str]) -> Value {
    let photos: Vec<Value> = photos.iter().map(|id| json!({ "line": "l3", "attachment": id })).collect();
    json!({
        "key": key(), "locale": "en", "resolution": "keep_item", "photos": photos,
        "lines": [{ "line": "l3", "quantity": 1, "reason": "damaged" }],
    })
}

on_both! {
    async fn a_claim_with_a_photo_is_paid_at_once(app) {
        app.set_policy(POLICY).await;
        app.open_desk().await;
        app.import(&[with_line(arrived("A-1001", 1), "l3", "CUP-1", "Cup", 3, Some("30.00"))]).await;
        let mut of_li = arrived("A-2001", 1);
        of_li["email"] = json!("li.na@example.cn");
        of_li["phone"] = Value::Null;
        app.import(&[of_li]).await;
        let (emma, li, order) = (app.sign_in(EMMA).await, app.sign_in("li.na@example.cn").await, app.order_id("A-1001").await);
        let (hers, lis) = (app.attach(&emma).await, app.attach(&li).await);
        let before = app.tables().await;
        // Another's photo, one that is not there, and none.
        for (photos, code) in [(vec![lis.as_str()], "invalid"), (vec!["0f"], "invalid"), (vec![&hers, &lis], "invalid"), (vec![], "photo_required")] {
            let (status, answer) = app.submit(&emma, &order, &broken(&photos)).await;
            assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!(code), &json!("photos")), "{photos:?}");
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        let wish = broken(&[&hers]);
        let (status, made) = app.submit(&emma, &order, &wish).await;
        assert_eq!((status, &made["summary"]["kind"], &made["state"]), (201, &json!("claim"), &json!("refunding")));
        assert_eq!((&made["lines"][0]["photos"], &made["sum"]["total"], &made["code"]), (&json!(1), &json!(3_000), &Value::Null));
        let id = &made["summary"]["id"];
        assert_eq!(app.effects(id).await, ["mail_approved 2", "refund"]);
        // The same again is the same; the photo proves nothing a second time.
        assert_eq!(app.submit(&emma, &order, &wish).await, (200, made.clone()));
        assert_eq!(app.submit(&emma, &order, &broken(&[&hers])).await.1["field"], "photos");
        let (_, desk) = app.desk(&format!("/returns/{}", id.as_str().unwrap())).await;
        assert_eq!((&desk["photos"], &desk["verdict"]), (&json!([{ "line": "l3", "attachment": hers }]), &json!("approve")));
        assert_eq!(desk["lines"][0]["rules"], json!(["Cups stay", "Trouble"]));
        assert!(app.happened(id, Happened::RefundSucceeded).await);
    }
}

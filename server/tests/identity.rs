//! The shop says who its shopper is; sessions, and what is hers.

use crate::{
    on_both,
    support::{TestApp, order, read},
};
use aftercart::{cli::insert_identity_key, random::SystemRandom, shoppers::identity_key::IdentityKey, sites::Site};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Client;
use serde_json::{Value, json};

const EMMA: &str = "emma.wilson@example.com";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
const MINUTE: i64 = 60_000;

impl TestApp {
    pub async fn give_key(&self, site: &Site, secret: &str) {
        let key = IdentityKey::secret(secret).unwrap();
        insert_identity_key(&self.app.db, &self.app.secret, &SystemRandom, site, &key).await.unwrap();
    }

    pub fn claims(&self) -> Value {
        use aftercart::clock::Clock;
        let now = self.clock.now().0 / 1000;
        json!({ "sub": "customer-7", "aud": "pk_test", "iat": now, "exp": now + 300, "nonce": "n1", "email": EMMA })
    }

    pub async fn identify(&self, claims: &Value) -> (u16, Value) {
        read(self.post("/api/v1/identify").json(&json!({ "token": signed(claims, SECRET) }))).await
    }

    async fn own(&self, path: &str, token: &str) -> (u16, Value) {
        read(self.get(path).bearer_auth(token)).await
    }

    /// As [`TestApp::own`], of another site.
    async fn own_at(&self, site: &str, path: &str, token: &str) -> (u16, Value) {
        let request = Client::new().get(format!("{}{path}", self.url)).header("aftercart-site", site);
        read(request.bearer_auth(token)).await
    }

    async fn sign_out(&self, token: &str) -> u16 {
        let request = Client::new().delete(format!("{}/api/v1/session", self.url)).header("aftercart-site", "pk_test");
        read(request.bearer_auth(token)).await.0
    }
}

fn signed(claims: &Value, secret: &str) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

/// Li's, beside Emma's.
fn of_li(number: &str) -> Value {
    let mut order = order(number);
    order["email"] = json!("li.na@example.cn");
    order["phone"] = Value::Null;
    order
}

on_both! {
    async fn a_signed_token_opens_her_orders_once(app) {
        app.give_key(&app.site, SECRET).await;
        app.import(&[order("A-1001"), of_li("A-1002")]).await;
        let (status, started) = app.identify(&app.claims()).await;
        assert_eq!(status, 200, "{started}");
        let token = started["token"].as_str().unwrap();
        let (_, me) = app.own("/api/v1/me", token).await;
        assert_eq!((&me["kind"], &me["email"]), (&json!("customer"), &json!("e***@example.com")));
        let (_, mine) = app.own("/api/v1/me/orders", token).await;
        assert_eq!((mine["orders"].as_array().unwrap().len(), &mine["orders"][0]["number"]), (1, &json!("A-1001")));
        // The same token again, and at once by many.
        let (status, refused) = app.identify(&app.claims()).await;
        assert_eq!((status, &refused["code"]), (401, &json!("identity_refused")));
        let mut fresh = app.claims();
        fresh["nonce"] = json!("n2");
        let at_once = futures_util::future::join_all((0..20).map(|_| app.identify(&fresh))).await;
        assert_eq!(at_once.iter().filter(|(status, _)| *status == 200).count(), 1);
    }

    async fn a_token_that_is_not_for_us_now_is_refused(app) {
        app.give_key(&app.site, SECRET).await;
        let other = app.another_site("pk_other", "https://other.example").await;
        let now = app.claims()["iat"].as_i64().unwrap();
        let with = |name: &str, value: Value| {
            let mut claims = app.claims();
            claims[name] = value;
            claims
        };
        let unsigned = |claims: &Value| {
            use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
            let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
        };
        for token in [
            signed(&with("exp", json!(now - 1)), SECRET),
            signed(&with("exp", json!(now + 601)), SECRET),
            signed(&with("aud", json!("pk_other")), SECRET),
            signed(&with("nonce", json!("")), SECRET),
            signed(&with("email", json!("nonsense")), SECRET),
            signed(&with("phone", json!("nonsense")), SECRET),
            signed(&app.claims(), "another secret, which is long enough"),
            unsigned(&app.claims()),
            "nonsense".into(),
        ] {
            let (status, answer) = read(app.post("/api/v1/identify").json(&json!({ "token": token }))).await;
            assert_eq!((status, &answer["code"]), (401, &json!("identity_refused")), "{token}");
        }
        assert_eq!(app.sessions().await, 0);
        // A site without a key trusts nobody; with one, still no token of another site's.
        let there = |token: String| {
            let body = json!({ "token": token });
            read(Client::new().post(format!("{}/api/v1/identify", app.url)).header("aftercart-site", "pk_other").json(&body))
        };
        assert_eq!(there(signed(&with("aud", json!("pk_other")), SECRET)).await.0, 401);
        app.give_key(&other, SECRET).await;
        assert_eq!(there(signed(&app.claims(), SECRET)).await.0, 401);
        // What was refused is not used up.
        assert_eq!(app.identify(&app.claims()).await.0, 200);
    }

    async fn verified_shoppers_see_everything_of_their_own(app) {
        let mut waiting = order("A-1001");
        waiting["shipments"][0]["status"] = json!("ready_for_pickup");
        waiting["shipments"][0]["events"] = json!([
            { "at": "2026-11-20T08:00:00+08:00", "status": "ready_for_pickup", "text": "取件码：12-3-4567，电话：13912345678" },
        ]);
        app.import(&[waiting]).await;
        let token = app.sign_in(EMMA).await;
        let (_, mine) = app.own("/api/v1/me/orders", &token).await;
        let (status, full) = app.own(&format!("/api/v1/me/orders/{}", mine["orders"][0]["id"].as_str().unwrap()), &token).await;
        assert_eq!(status, 200);
        assert_eq!(full["lines"][0]["title"], "Harbour lamp");
        assert_eq!((&full["lines"][0]["unit_price"], &full["lines_total"], &full["decimals"]), (&json!(12_900), &json!(25_800), &json!(2)));
        assert_eq!(full["address"], json!(["Shanghai", "1 Quay Street", "200000 CN"]));
        assert_eq!(full["order"]["recipient"], "Emma Wilson");
        assert!(full["order"]["parcels"][0]["events"][0]["text"].as_str().unwrap().contains("13912345678"));
        assert_eq!(full["contents"][0]["pickup_code"], "12-3-4567");
        assert_eq!((&full["email"], &full["phone"]), (&json!("e***@example.com"), &json!("***********00")));
        // Whoever only knows number and contact still sees none of it.
        let (_, known) = app.lookup("A-1001", EMMA).await;
        for secret in ["Quay", "Harbour lamp", "12900", "Wilson", "12-3-4567"] {
            assert!(!known.to_string().contains(secret), "{secret} is told");
        }
    }

    async fn a_list_goes_on_where_it_ended(app) {
        let orders: Vec<Value> = (0..7).map(|n| {
            let mut order = order(&format!("A-10{n}0"));
            // Two at one moment.
            order["placed_at"] = json!(format!("2026-11-1{}T09:12:00+08:00", n / 2));
            order
        }).collect();
        app.import(&orders).await;
        let token = app.sign_in(EMMA).await;
        let (mut seen, mut page) = (Vec::new(), "/api/v1/me/orders?limit=3".to_owned());
        loop {
            let (_, mine) = app.own(&page, &token).await;
            seen.extend(mine["orders"].as_array().unwrap().iter().map(|o| o["number"].as_str().unwrap().to_owned()));
            let Some(next) = mine["next"].as_str() else { break };
            page = format!("/api/v1/me/orders?limit=3&before={next}");
        }
        assert_eq!(seen.len(), 7);
        assert_eq!(seen[0], "A-1060");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 7);
        assert_eq!(app.own("/api/v1/me/orders?before=nonsense", &token).await.0, 422);
    }

    async fn what_is_not_hers_does_not_exist(app) {
        let other = app.another_site("pk_other", "https://other.example").await;
        app.import(&[order("A-1001"), of_li("A-1002")]).await;
        let mut emmas_elsewhere = order("B-1");
        emmas_elsewhere["number"] = json!("B-2001");
        app.import_to(&other, &[emmas_elsewhere]).await;
        let (emma, li) = (app.sign_in(EMMA).await, app.sign_in("li.na@example.cn").await);
        let ids = |mine: &Value| -> Vec<String> {
            mine["orders"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect()
        };
        let emmas = ids(&app.own("/api/v1/me/orders", &emma).await.1);
        let lis = ids(&app.own("/api/v1/me/orders", &li).await.1);
        assert_eq!((emmas.len(), lis.len()), (1, 1));
        for (token, id) in [(&emma, &lis[0]), (&li, &emmas[0]), (&emma, &"no-such-order".to_owned())] {
            let (status, answer) = app.own(&format!("/api/v1/me/orders/{id}"), token).await;
            assert_eq!((status, &answer["code"]), (404, &json!("order_not_found")));
        }
        // A session of one shop is none in another, on every route, and ends nothing there.
        for path in ["/api/v1/me", "/api/v1/me/orders", &format!("/api/v1/me/orders/{}", emmas[0])] {
            let (status, answer) = app.own_at("pk_other", path, &emma).await;
            assert_eq!((status, &answer["code"]), (401, &json!("session_expired")), "{path}");
        }
        let elsewhere = Client::new().delete(format!("{}/api/v1/session", app.url)).header("aftercart-site", "pk_other");
        assert_eq!(read(elsewhere.bearer_auth(&emma)).await.0, 401);
        assert_eq!(app.own("/api/v1/me", &emma).await.0, 200);
    }

    /// One address, three proofs: three shoppers, and none sees what another's session holds.
    async fn equal_addresses_do_not_make_one_shopper(app) {
        app.give_key(&app.site, SECRET).await;
        app.import(&[order("A-1001")]).await;
        let by_mail = app.sign_in(EMMA).await;
        let (_, started) = app.identify(&app.claims()).await;
        let mut elsewhere = app.claims();
        elsewhere["sub"] = json!("customer-8");
        elsewhere["nonce"] = json!("n3");
        app.identify(&elsewhere).await;
        assert_eq!(app.shoppers().await, ["customer customer-7", "customer customer-8", &format!("email {EMMA}")]);
        // The code's session goes on beside it, as what it was.
        assert_eq!(app.own("/api/v1/me", &by_mail).await.1["kind"], "email");
        assert_eq!(app.own("/api/v1/me", started["token"].as_str().unwrap()).await.1["kind"], "customer");
        // A shopper whom the shop names without an address has no orders, whatever her id looks like.
        let mut bare = app.claims();
        bare["sub"] = json!(EMMA);
        bare["nonce"] = json!("n4");
        bare.as_object_mut().unwrap().remove("email");
        let (_, started) = app.identify(&bare).await;
        let (_, mine) = app.own("/api/v1/me/orders", started["token"].as_str().unwrap()).await;
        assert_eq!(mine["orders"], json!([]));
    }

    async fn signing_out_ends_it_everywhere(app) {
        app.import(&[order("A-1001")]).await;
        let token = app.sign_in(EMMA).await;
        let (_, mine) = app.own("/api/v1/me/orders", &token).await;
        let id = mine["orders"][0]["id"].as_str().unwrap();
        assert_eq!(app.sign_out(&token).await, 204);
        for path in ["/api/v1/me", "/api/v1/me/orders", &format!("/api/v1/me/orders/{id}")] {
            for token in [token.as_str(), "", "nonsense"] {
                let (status, answer) = app.own(path, token).await;
                assert_eq!((status, &answer["code"]), (401, &json!("session_expired")), "{path} {token}");
            }
            let (status, answer) = read(app.get(path)).await;
            assert_eq!((status, &answer["code"]), (401, &json!("session_expired")));
        }
        assert_eq!(app.sign_out(&token).await, 401);
    }

    async fn a_session_slides_while_it_is_used_and_ends_all_the_same(app) {
        app.import(&[order("A-1001")]).await;
        let token = app.sign_in(EMMA).await;
        for _ in 0..24 {
            app.clock.forward_ms(29 * MINUTE);
            assert_eq!(app.own("/api/v1/me", &token).await.0, 200);
        }
        // 11 hours 36 minutes; twelve hours are the end of it.
        app.clock.forward_ms(24 * MINUTE);
        assert_eq!(app.own("/api/v1/me", &token).await.0, 401);
        let token = app.sign_in(EMMA).await;
        app.clock.forward_ms(30 * MINUTE);
        assert_eq!(app.own("/api/v1/me", &token).await.0, 401);
        aftercart::shoppers::sweep(&app.app.db, aftercart::clock::Clock::now(&*app.clock)).await.unwrap();
        assert_eq!(app.sessions().await, 0);
    }

    async fn on_a_shared_device_it_is_short(app) {
        app.import(&[order("A-1001")]).await;
        let (_, sent) = app.ask_code(json!({ "contact": EMMA })).await;
        let body = json!({ "code": app.mailed_code().await, "shared_device": true });
        let path = format!("/api/v1/codes/{}/redeem", sent["id"].as_str().unwrap());
        let (_, started) = read(app.post(&path).json(&body)).await;
        let token = started["token"].as_str().unwrap();
        for _ in 0..7 {
            app.clock.forward_ms(4 * MINUTE);
            assert_eq!(app.own("/api/v1/me", token).await.0, 200);
        }
        app.clock.forward_ms(2 * MINUTE);
        assert_eq!(app.own("/api/v1/me", token).await.0, 401);
    }

    /// Whoever planted or stole the token before must not become somebody by it.
    async fn proving_who_one_is_begins_a_new_session(app) {
        app.give_key(&app.site, SECRET).await;
        app.import(&[order("A-1001")]).await;
        let before = app.sign_in(EMMA).await;
        let request = app.post("/api/v1/identify").bearer_auth(&before);
        let (status, started) = read(request.json(&json!({ "token": signed(&app.claims(), SECRET) }))).await;
        assert_eq!(status, 200);
        assert_ne!(started["token"], json!(before));
        assert_eq!(app.own("/api/v1/me", &before).await.0, 401);
        assert_eq!(app.own("/api/v1/me", started["token"].as_str().unwrap()).await.0, 200);
    }
}

impl TestApp {
    async fn shoppers(&self) -> Vec<String> {
        #[derive(sqlx::FromRow)]
        struct Row {
            kind: String,
            subject: String,
        }
        let sql = aftercart::sql!("SELECT kind, subject FROM shoppers WHERE site_id = $1 ORDER BY kind, subject");
        let rows = self.app.db.fetch_all::<Row>(sql, aftercart::args![&self.site.id]).await.unwrap();
        rows.into_iter().map(|row| format!("{} {}", row.kind, row.subject)).collect()
    }
}

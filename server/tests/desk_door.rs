//! The door of the desk: who comes in, who does not and learns nothing, and what a session is worth to whom.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        door::{OFFICE, cookie_of},
        read,
        returns::{MING, READER, SECRET_KEY, WEI, WEIS_PASSWORD, hash_of, password_hash},
        talk::{message, texts},
    },
};
use aftercart::{
    agents::{
        Role,
        log_in::{DEMO_PASSWORD, seal_secret},
        session::{IDLE_MS, LIFE_MS},
        store, totp,
    },
    random::SystemRandom,
};
use aftercart_shared::{ids::AgentId, time::Timestamp};
use futures_util::future::join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};

const HOME: &str = "198.51.100.20";
const MINUTE_MS: i64 = 60_000;

fn with(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// What everybody may know of a refusal.
fn without_id(mut answer: Value) -> Value {
    answer.as_object_mut().unwrap().remove("request_id");
    answer
}

impl TestApp {
    async fn disable(&self, email: &str, disabled_at: Option<Timestamp>) {
        let (site, email) = (self.site.id.clone(), email.to_owned());
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_disabled(tx, &site, &email, disabled_at).await })
        });
        assert!(write.await.unwrap().is_some());
    }

    async fn authenticator(&self, email: &str, secret: &[u8]) {
        let agent = store::active(&self.app.db, &self.site.id, email).await.unwrap().unwrap();
        let (site, agent) = (self.site.id.clone(), AgentId(agent.agent_id));
        let sealed = seal_secret(&self.app.secret, &SystemRandom, &agent, secret);
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_totp(tx, &site, &agent, Some(&sealed)).await })
        });
        assert!(write.await.unwrap().is_some());
    }
}

on_both! {
    async fn whoever_has_the_password_comes_in_answers_and_goes_out(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        assert_eq!(app.tell(&talk, "1", message("Is it on its way?")).await.0, 200);

        let answer = app.knock_from(OFFICE, &with("  Ming@Shop.example ", WEIS_PASSWORD)).await;
        let cookie = cookie_of(&answer).unwrap();
        let (value, flags) = cookie.split_once("; ").unwrap();
        assert!(value.starts_with("aftercart-desk=") && value.len() == "aftercart-desk=".len() + 43, "{cookie}");
        assert_eq!(flags, "Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let me: Value = answer.json().await.unwrap();
        assert_eq!((&me["email"], &me["role"]), (&json!(MING), &json!("agent")));
        assert_eq!(me["may"], json!(["read_conversations", "answer", "decide_returns"]));
        assert_eq!(me["shop"], json!({ "site": "pk_test", "name": "Test & Shop", "time_zone": "Asia/Shanghai", "currency": "CNY" }));

        let ming = app.at_desk(MING).await;
        assert_eq!(ming.get("/desk/me").await, (200, me));
        let (_, list) = ming.get("/admin/conversations?state=queued").await;
        assert_eq!(list["conversations"][0]["id"], json!(talk.id));
        let path = format!("/admin/conversations/{}", talk.id);
        assert_eq!(ming.post(&format!("{path}/assign"), json!({})).await.1["agent_email"], json!(MING));
        let said = json!({ "client_id": "1", "said": message("It left this morning.") });
        assert_eq!(ming.post(&format!("{path}/events"), said).await.0, 200);
        let (_, heard) = app.heard(&talk).await;
        assert_eq!(texts(&heard), ["Is it on its way?", "assigned", "It left this morning."]);
        assert_eq!(heard["events"][2]["from"]["name"], json!(MING));
        let (_, colleagues) = ming.get("/desk/colleagues").await;
        let expected = json!([{ "email": MING, "name": MING, "open": 1 }, { "email": WEI, "name": WEI, "open": 0 }]);
        assert_eq!(colleagues["colleagues"], expected);

        // Whoever reads the database does not get in by what she finds.
        let tables = app.tables().await;
        assert_eq!(tables["desk_sessions"].len(), 2);
        assert!(!tables.values().flatten().any(|row| row.contains(ming.token())));

        let out = ming.ask(Method::POST, "/desk/log-out").send().await.unwrap();
        assert_eq!(out.status(), 204);
        assert!(cookie_of(&out).unwrap().starts_with("aftercart-desk=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
        assert_eq!(ming.get("/desk/me").await.1["code"], "session_expired");
        assert_eq!(ming.get("/admin/conversations").await.1["code"], "session_expired");
        assert_eq!(app.tables().await["desk_sessions"].len(), 1);
    }

    async fn whoever_is_refused_learns_nothing(app) {
        app.open_desk().await;
        app.disable(WEI, Some(app.now())).await;
        app.another_site("pk_other", "https://other.example").await;
        let refused = [
            with(MING, "not her password"),
            with(MING, ""),
            with(MING, &WEIS_PASSWORD.to_uppercase()),
            with(WEI, WEIS_PASSWORD),
            with("nobody@shop.example", WEIS_PASSWORD),
            with("no address", WEIS_PASSWORD),
            with("", ""),
            with("a\u{0}@shop.example", "x\u{0}"),
            json!({ "email": MING, "password": WEIS_PASSWORD, "site": "pk_other" }),
            json!({ "email": MING, "password": WEIS_PASSWORD, "site": "pk_none" }),
        ];
        let mut told = Vec::new();
        for (n, body) in refused.iter().enumerate() {
            let answer = app.knock_from(&format!("198.51.100.{n}"), body).await;
            assert_eq!(answer.status(), 401, "{body}");
            assert_eq!(cookie_of(&answer), None);
            told.push(without_id(answer.json().await.unwrap()));
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["code"], "log_in_refused");
        assert_eq!(app.tables().await["desk_sessions"].len(), 0);
        // What only we set, and what is missing, is told by its name.
        for (body, field) in [
            (json!({ "email": MING, "password": WEIS_PASSWORD, "role": "owner" }), "role"),
            (json!({ "email": MING }), "password"),
        ] {
            let (status, answer) = app.knock(OFFICE, &body).await;
            assert_eq!(status, 422);
            assert!(answer["message"].as_str().unwrap().contains(field), "{answer}");
        }
        app.disable(WEI, None).await;
        assert_eq!(app.knock(OFFICE, &with(WEI, WEIS_PASSWORD)).await.0, 200);
    }

    async fn five_wrong_tries_shut_nobody_out_elsewhere(app) {
        app.open_desk().await;
        let wrong = with(MING, "not her password");
        // Twenty at once are no way around.
        let burst = join_all((0..20).map(|_| app.knock(HOME, &wrong))).await;
        let count = |status: u16| burst.iter().filter(|(of, _)| *of == status).count();
        assert_eq!((count(401), count(429)), (5, 15));
        app.clock.forward_ms(30 * MINUTE_MS);
        for spelled in [" MING@SHOP.example", "<ming@shop.example>", "mailto:ming@shop.example", "ｍing@shop.example"] {
            assert_eq!(app.knock(HOME, &with(spelled, WEIS_PASSWORD)).await.0, 429, "{spelled}");
        }
        let (status, answer) = app.knock(HOME, &with(MING, WEIS_PASSWORD)).await;
        assert_eq!((status, &answer["code"], &answer["retry_after"]), (429, &json!("rate_limited"), &json!(1801)));
        // She, at her own desk, and somebody else at that very place.
        assert_eq!(app.knock(OFFICE, &with(MING, WEIS_PASSWORD)).await.0, 200);
        assert_eq!(app.knock(HOME, &with(WEI, WEIS_PASSWORD)).await.0, 200);
        app.clock.forward_ms(30 * MINUTE_MS);
        assert_eq!(app.knock(HOME, &with(MING, WEIS_PASSWORD)).await.0, 200);
        // Whoever has come in begins anew.
        for _ in 0..2 {
            for _ in 0..4 {
                assert_eq!(app.knock(HOME, &wrong).await.0, 401);
            }
            assert_eq!(app.knock(HOME, &with(MING, WEIS_PASSWORD)).await.0, 200);
        }
    }

    async fn nobody_tries_one_password_on_everybody(app) {
        app.open_desk().await;
        let agents = app.hire(Role::Agent, 21).await;
        let mut tried = 0;
        for agent in &agents {
            for _ in 0..5 {
                let (status, _) = app.knock(HOME, &with(agent, "summer in the harbour")).await;
                tried += 1;
                assert_eq!(status, if tried <= 100 { 401 } else { 429 }, "{tried}");
            }
        }
        assert_eq!(app.knock(HOME, &with(MING, WEIS_PASSWORD)).await.0, 429);
        assert_eq!(app.knock(OFFICE, &with(MING, WEIS_PASSWORD)).await.0, 200);
    }

    async fn one_address_at_two_shops(app) {
        app.open_desk().await;
        let other = app.another_site("pk_other", "https://other.example").await;
        app.employ(&other, MING, Role::Lead).await;
        let both = with(MING, WEIS_PASSWORD);
        let answer = app.knock_from(OFFICE, &both).await;
        assert_eq!((answer.status().as_u16(), cookie_of(&answer)), (409, None));
        let which: Value = answer.json().await.unwrap();
        let shops = json!([{ "site": "pk_other", "name": "Test & Shop" }, { "site": "pk_test", "name": "Test & Shop" }]);
        let mut told = which["shops"].as_array().unwrap().clone();
        told.sort_by_key(|shop| shop["site"].to_string());
        assert_eq!((&which["code"], &which["field"], &json!(told)), (&json!("site_required"), &json!("site"), &shops));
        // Nobody else hears of the shops.
        let (status, answer) = app.knock(HOME, &with(MING, "not her password")).await;
        assert_eq!((status, answer.get("shops")), (401, None));
        for (site, role) in [("pk_test", "agent"), ("pk_other", "lead")] {
            let (status, me) = app.knock(OFFICE, &json!({ "email": MING, "password": WEIS_PASSWORD, "site": site })).await;
            assert_eq!((status, &me["role"], &me["shop"]["site"]), (200, &json!(role), &json!(site)));
        }
        // With a password for each she need not say which.
        app.employ_with(&other, WEI, Role::Agent, hash_of("another lamp entirely")).await;
        assert_eq!(app.knock(OFFICE, &with(WEI, WEIS_PASSWORD)).await.1["shop"]["site"], "pk_test");
        assert_eq!(app.knock(OFFICE, &with(WEI, "another lamp entirely")).await.1["shop"]["site"], "pk_other");
        // At the other shop's desk nothing of ours is to be seen.
        let talk = app.begin().await;
        let there = app.at_desk_with(&json!({ "email": MING, "password": WEIS_PASSWORD, "site": "pk_other" })).await;
        assert_eq!(there.get("/admin/conversations").await.1["conversations"], json!([]));
        assert_eq!(there.get("/desk/colleagues").await.1["colleagues"].as_array().unwrap().len(), 2);
        assert_eq!(there.get(&format!("/admin/conversations/{}", talk.id)).await.0, 404);
    }

    async fn an_authenticators_code_works_once(app) {
        app.open_desk().await;
        let secret = *b"12345678901234567890";
        app.authenticator(MING, &secret).await;
        let code = |steps: i64| totp::code_of(&secret, totp::step_at(app.now()) + steps);
        let shown = |code: &str| json!({ "email": MING, "password": WEIS_PASSWORD, "code": code });
        let (status, answer) = app.knock(OFFICE, &with(MING, WEIS_PASSWORD)).await;
        assert_eq!((status, &answer["code"], &answer["field"]), (401, &json!("code_required"), &json!("code")));
        // A wrong password does not say that there is one.
        assert_eq!(app.knock(HOME, &with(MING, "not her password")).await.1["code"], "log_in_refused");
        let guess = json!({ "email": MING, "password": "not her password", "code": code(0) });
        assert_eq!(app.knock(HOME, &guess).await.1["code"], "log_in_refused");
        for wrong in ["", "000", &code(-2), &code(2)] {
            assert_eq!(app.knock(OFFICE, &shown(wrong)).await.1["code"], "code_invalid", "{wrong}");
        }
        assert_eq!(app.knock(OFFICE, &shown(&code(0))).await.0, 200);
        // Somebody has looked over her shoulder.
        for seen in [code(0), code(-1)] {
            let (status, answer) = app.knock(HOME, &shown(&seen)).await;
            assert_eq!((status, &answer["code"]), (401, &json!("code_invalid")));
        }
        app.clock.forward_ms(30_000);
        assert_eq!(app.knock(OFFICE, &shown(&code(0))).await.0, 200);
        // Of two who show the same code at once one gets in.
        app.clock.forward_ms(30_000);
        let body = shown(&code(0));
        let both = join_all([OFFICE, "192.0.2.2"].map(|place| app.knock(place, &body))).await;
        let mut statuses = [both[0].0, both[1].0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
        // Whoever knows the password guesses no more than thirty times an hour, from however many places.
        let mut left = 0;
        for n in 0..40 {
            let (status, _) = app.knock(&format!("203.0.113.{n}"), &shown("000000")).await;
            left += usize::from(status == 401);
            assert!(matches!(status, 401 | 429));
        }
        assert!((25..=30).contains(&left), "{left}");
        // Nobody reads the secret in the database.
        let plain = ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "12345678901234567890", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"];
        let tables = app.tables().await;
        assert!(!tables["agents"].iter().any(|row| plain.iter().any(|secret| row.contains(secret))));
    }

    async fn ones_own_sessions_are_listed_and_ended(app) {
        app.open_desk().await;
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0";
        let request = Client::new().post(format!("{}/api/v1/desk/log-in", app.url)).header("user-agent", firefox);
        assert_eq!(read(request.json(&with(MING, WEIS_PASSWORD))).await.0, 200);
        app.clock.forward_ms(MINUTE_MS);
        let (ming, wei) = (app.at_desk(MING).await, app.at_desk(WEI).await);
        let (_, list) = ming.get("/desk/sessions").await;
        let sessions = list["sessions"].as_array().unwrap();
        let marks: Vec<(&Value, &Value)> = sessions.iter().map(|one| (&one["current"], &one["device"])).collect();
        assert_eq!(marks, [(&json!(true), &json!("")), (&json!(false), &json!("Firefox on Windows"))]);
        // Only her own, and nothing that is none.
        let weis = wei.session_id().await;
        let before = app.tables().await;
        for id in [weis.as_str(), "0f", "%00", "00000000000000000000000000000000"] {
            let (status, _) = read(ming.ask(Method::DELETE, &format!("/desk/sessions/{id}"))).await;
            assert_eq!(status, 404, "{id}");
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        let other = sessions[1]["id"].as_str().unwrap();
        assert_eq!(read(ming.ask(Method::DELETE, &format!("/desk/sessions/{other}"))).await.0, 204);
        assert_eq!(ming.get("/desk/sessions").await.1["sessions"].as_array().unwrap().len(), 1);
        // Ended from elsewhere it is worth nothing at once.
        let again = app.at_desk(MING).await;
        let path = format!("/desk/sessions/{}", ming.session_id().await);
        assert_eq!(read(again.ask(Method::DELETE, &path)).await.0, 204);
        assert_eq!(ming.get("/desk/me").await.0, 401);
        // Who logs in anew in the same browser has one session there, not two.
        let request = again.ask(Method::POST, "/desk/log-in").json(&with(MING, WEIS_PASSWORD));
        assert_eq!(read(request).await.0, 200);
        assert_eq!(again.get("/desk/me").await.0, 401);
        assert_eq!(app.tables().await["desk_sessions"].len(), 2);
    }

    async fn a_session_ends_by_rest_by_age_and_with_its_account(app) {
        app.open_desk().await;
        let ming = app.at_desk(MING).await;
        app.clock.forward_ms(IDLE_MS - 1);
        assert_eq!(ming.get("/desk/me").await.0, 200);
        app.clock.forward_ms(IDLE_MS - 1);
        assert_eq!(ming.get("/desk/me").await.0, 200);
        app.clock.forward_ms(IDLE_MS);
        assert_eq!(ming.get("/desk/me").await.1["code"], "session_expired");
        let said = json!({ "client_id": "1", "said": message("x") });
        let talk = app.begin().await;
        assert_eq!(ming.post(&format!("/admin/conversations/{}/events", talk.id), said).await.0, 401);
        // However busy: thirty days.
        let wei = app.at_desk(WEI).await;
        let hours = LIFE_MS / Timestamp::HOUR_MS;
        for _ in 0..hours / 11 {
            app.clock.forward_ms(11 * Timestamp::HOUR_MS);
            assert_eq!(wei.get("/desk/me").await.0, 200);
        }
        app.clock.forward_ms((hours % 11) * Timestamp::HOUR_MS - 1);
        assert_eq!(wei.get("/desk/me").await.0, 200);
        app.clock.forward_ms(1);
        assert_eq!(wei.get("/desk/me").await.0, 401);
        aftercart::agents::log_in::sweep(&app.app).await.unwrap();
        assert_eq!(app.tables().await["desk_sessions"].len(), 0);

        let (ming, reader) = (app.at_desk(MING).await, app.at_desk(READER).await);
        app.disable(MING, Some(app.now())).await;
        assert_eq!((ming.get("/desk/me").await.0, reader.get("/desk/me").await.0), (401, 200));
        // Enabled again she comes in anew; what was is not.
        app.disable(MING, None).await;
        assert_eq!(ming.get("/desk/me").await.0, 401);
        let ming = app.at_desk(MING).await;
        let (site, hash) = (app.site.id.clone(), hash_of("another lamp entirely"));
        let write = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_password(tx, &site, MING, &hash).await })
        });
        assert!(write.await.unwrap().is_some());
        assert_eq!((ming.get("/desk/me").await.0, reader.get("/desk/me").await.0), (401, 200));
        assert_eq!(app.knock(OFFICE, &with(MING, WEIS_PASSWORD)).await.0, 401);
        let ming = app.at_desk_with(&with(MING, "another lamp entirely")).await;
        app.authenticator(MING, b"12345678901234567890").await;
        assert_eq!(ming.get("/desk/me").await.0, 401);
    }

    async fn a_foreign_page_does_nothing_with_her_cookie(app) {
        app.open_desk().await;
        let (talk, ming) = (app.begin().await, app.at_desk(MING).await);
        let path = format!("/admin/conversations/{}/events", talk.id);
        let said = json!({ "client_id": "1", "said": message("x") });
        let before = app.tables().await;
        // No header; a header, from a page that the shop lists as its own; a form.
        let bare = ming.bare(Method::POST, &path).json(&said);
        let shop = ming.ask(Method::POST, &path).header("origin", "https://shop.example").json(&said);
        let sandboxed = ming.ask(Method::POST, &path).header("origin", "null").json(&said);
        for request in [bare, shop, sandboxed] {
            let (status, answer) = read(request).await;
            assert_eq!((status, &answer["code"]), (403, &json!("origin_not_allowed")));
        }
        let form = ming.bare(Method::POST, &path).form(&[("client_id", "1")]);
        assert_eq!(read(form).await.0, 403);
        let form = ming.ask(Method::POST, &path).form(&[("client_id", "1")]);
        assert_eq!(read(form).await.0, 415);
        let read_there = ming.ask(Method::GET, "/admin/conversations").header("origin", "https://shop.example");
        assert_eq!(read(read_there).await.0, 403);
        // She acts as herself, also where she says so.
        for agent in [WEI, MING] {
            let mut body = said.clone();
            body["agent"] = json!(agent);
            let (status, answer) = ming.post(&path, body).await;
            assert_eq!((status, &answer["field"]), (422, &json!("agent")));
        }
        // Nobody is logged in by a page of somebody else's, and none may ask for more.
        let log_in = Client::new().post(format!("{}/api/v1/desk/log-in", app.url)).header("origin", "https://shop.example");
        assert_eq!(read(log_in.json(&with(MING, WEIS_PASSWORD))).await.0, 403);
        let preflight = app.options("/api/v1/desk/me").header("origin", "https://shop.example");
        let preflight = preflight.header("access-control-request-method", "POST").send().await.unwrap();
        assert_eq!((preflight.status().as_u16(), preflight.headers().get("access-control-allow-origin")), (405, None));
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);

        // Our own page, and whatever sends no Origin.
        let ours = ming.ask(Method::POST, &path).header("origin", &app.url).json(&said);
        assert_eq!(read(ours).await.0, 200);
        let looked = ming.bare(Method::GET, "/desk/me").send().await.unwrap();
        assert_eq!((looked.status().as_u16(), looked.headers()["cross-origin-resource-policy"].clone()), (200, "same-origin".parse().unwrap()));
        // With a key it is the key that counts, and nobody acts without a name.
        let keyed = |body: Value| read(ming.ask(Method::POST, &path).bearer_auth(SECRET_KEY).json(&body));
        assert_eq!(keyed(json!({ "client_id": "2", "said": message("x") })).await.1["field"], "agent");
        assert_eq!(keyed(json!({ "agent": WEI, "client_id": "2", "said": message("x") })).await.0, 200);
        assert_eq!(read(ming.ask(Method::GET, "/desk/me").bearer_auth("sk_1")).await.0, 200);
        assert_eq!(read(ming.ask(Method::GET, "/admin/conversations").bearer_auth("sk_1")).await.0, 401);
    }

    async fn a_role_does_what_it_is_for(app) {
        app.open_desk().await;
        let talk = app.begin().await;
        let path = format!("/admin/conversations/{}", talk.id);
        for role in Role::ALL {
            app.employ(&app.site, &format!("{}@shop.example", role.name()), role).await;
        }
        for role in Role::ALL {
            let browser = app.at_desk(&format!("{}@shop.example", role.name())).await;
            let (_, me) = browser.get("/desk/me").await;
            let may = |what: &str| me["may"].as_array().unwrap().contains(&json!(what));
            let or = |what: &str, status: u16| if may(what) { status } else { 403 };
            let tried = [
                (browser.get(&path).await, or("read_conversations", 200)),
                (browser.get("/admin/returns").await, or("read_conversations", 200)),
                (browser.get("/desk/colleagues").await, or("read_conversations", 200)),
                (browser.post(&format!("{path}/typing"), json!({})).await, or("answer", 204)),
                (browser.post("/admin/returns/0f/approve", json!({})).await, or("decide_returns", 404)),
                (browser.get("/admin/acts").await, or("settings", 200)),
                (browser.get("/admin/connectors").await, or("settings", 200)),
                (browser.get("/admin/orders/1").await, or("read_conversations", 404)),
                // Orders come from where they are made.
                (read(browser.ask(Method::PUT, "/admin/orders/1").json(&json!({}))).await, 401),
            ];
            for (n, ((status, answer), expected)) in tried.iter().enumerate() {
                assert_eq!(status, expected, "{role:?} {n}: {answer}");
            }
        }
        // Who hands over what is a colleague's.
        let (ming, wei) = (app.at_desk(MING).await, app.at_desk(WEI).await);
        assert_eq!(wei.post(&format!("{path}/assign"), json!({})).await.0, 200);
        assert_eq!(ming.post(&format!("{path}/assign"), json!({ "to": MING })).await.0, 409);
        assert_eq!(wei.post(&format!("{path}/assign"), json!({ "to": MING })).await.1["agent_email"], json!(MING));
    }

    async fn the_demos_password_opens_nothing_but_the_demo(app) {
        app.employ_with(&app.site, MING, Role::Agent, hash_of(DEMO_PASSWORD)).await;
        assert_eq!(app.knock(OFFICE, &with(MING, DEMO_PASSWORD)).await.1["code"], "log_in_refused");
    }
}

/// Browsers take such a cookie from nobody but this host, and send it over TLS only.
#[tokio::test]
async fn behind_tls_the_cookie_is_this_hosts_alone() {
    let app = TestApp::with(|config| config.public_url = "https://help.shop.example".into(), false).await;
    app.employ_with(&app.site, MING, Role::Agent, password_hash()).await;
    let answer = app.knock_from(OFFICE, &with(MING, WEIS_PASSWORD)).await;
    let cookie = cookie_of(&answer).unwrap();
    assert!(cookie.starts_with("__Host-aftercart-desk="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000; Secure"), "{cookie}");
    let ming = app.at_desk(MING).await;
    assert_eq!(ming.get("/desk/me").await.0, 200);
    let ours = ming.ask(Method::POST, "/desk/log-out").header("origin", "https://help.shop.example");
    assert_eq!(read(ours).await.0, 204);
}

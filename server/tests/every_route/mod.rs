//! On every route of the API: another shop's key, session or token, another shopper's order, and a role that does not reach,
//! get the answer that says nothing, and leave nothing behind. The router itself says which routes there are.

mod door;
mod inbox;
mod people;
mod talk;
mod webhooks;
mod world;

use crate::{
    on_both,
    support::{
        digest::differing,
        pictures::jpeg,
        read,
        returns::{MING, key as key_, wish},
    },
};
use aftercart::{admin::openapi, sites::Site};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use world::{EMMA, LI, OURS, SECRET, SECRET_THERE, THEIRS, World, lookup, signed};

type Route = (&'static str, &'static str);

/// Every route, each with a test below that comes from the wrong side.
const COVERED: &[Route] = &[
    ("POST", "/api/v1/orders/lookup"),
    ("GET", "/api/v1/orders/watch"),
    ("POST", "/api/v1/orders/dispute"),
    ("POST", "/api/v1/orders/share"),
    ("POST", "/api/v1/orders/shared"),
    ("POST", "/api/v1/orders/subscribe"),
    ("POST", "/api/v1/notices/confirm"),
    ("POST", "/api/v1/notices/stop"),
    ("POST", "/api/v1/codes"),
    ("POST", "/api/v1/codes/{id}/redeem"),
    ("POST", "/api/v1/identify"),
    ("DELETE", "/api/v1/session"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/me/orders"),
    ("GET", "/api/v1/me/orders/{order_id}"),
    ("GET", "/api/v1/me/notices"),
    ("POST", "/api/v1/me/notices/seen"),
    ("GET", "/api/v1/articles"),
    ("GET", "/api/v1/articles/search"),
    ("GET", "/api/v1/articles/{slug}"),
    ("POST", "/api/v1/articles/{slug}/feedback"),
    ("POST", "/api/v1/webhooks/{connector}"),
    ("GET", "/api/v1/admin/connectors"),
    ("POST", "/api/v1/admin/orders/batch"),
    ("GET", "/api/v1/admin/orders/{id}"),
    ("PUT", "/api/v1/admin/orders/{id}"),
    ("PUT", "/api/v1/admin/orders/{id}/shipments/{shipment_id}"),
    ("POST", "/api/v1/admin/orders/{id}/shipments/{shipment_id}/events"),
    // Mail programs press this one; it names its site itself.
    ("POST", "/n/{site}/stop/{token}"),
    // What comes back, from here on in their own tries.
    ("GET", "/api/v1/me/orders/{order_id}/returns/options"),
    ("POST", "/api/v1/me/orders/{order_id}/returns/quote"),
    ("POST", "/api/v1/me/orders/{order_id}/returns"),
    ("GET", "/api/v1/me/returns"),
    ("GET", "/api/v1/me/returns/{id}"),
    ("POST", "/api/v1/me/returns/{id}/cancel"),
    ("POST", "/api/v1/returns/open"),
    ("POST", "/api/v1/withdrawals"),
    ("GET", "/api/v1/admin/returns"),
    ("GET", "/api/v1/admin/returns/{id}"),
    ("POST", "/api/v1/admin/returns/{id}/approve"),
    ("POST", "/api/v1/admin/returns/{id}/refuse"),
    ("POST", "/api/v1/admin/returns/{id}/receive"),
    ("POST", "/api/v1/admin/returns/{id}/adjust"),
    ("POST", "/api/v1/admin/returns/{id}/refund"),
    ("POST", "/api/v1/admin/returns/{id}/reopen"),
    ("GET", "/api/v1/admin/withdrawals"),
    ("GET", "/api/v1/me/returns/{id}/slip.pdf"),
    ("GET", "/api/v1/admin/returns/{id}/effects"),
    ("POST", "/api/v1/admin/returns/{id}/effects/{effect}/retry"),
    ("POST", "/api/v1/admin/returns/{id}/effects/{effect}/confirm"),
    ("POST", "/api/v1/me/attachments"),
    ("GET", "/api/v1/me/attachments/{id}"),
    ("GET", "/api/v1/me/orders/{order_id}/returns/variants"),
    ("POST", "/api/v1/gifts"),
    ("POST", "/api/v1/me/returns/{id}/renew"),
    // What the shop's people do besides.
    ("POST", "/api/v1/admin/returns/{id}/clear"),
    ("POST", "/api/v1/admin/returns/scanned"),
    ("POST", "/api/v1/admin/returns/{id}/photos/{attachment}/open"),
    ("POST", "/api/v1/admin/withdrawals/{id}/handled"),
    ("GET", "/api/v1/admin/guard-entries"),
    ("POST", "/api/v1/admin/guard-entries"),
    ("POST", "/api/v1/admin/guard-entries/{id}/remove"),
    ("GET", "/api/v1/admin/acts"),
    // What is told to the shop's own systems.
    ("GET", "/api/v1/admin/webhooks"),
    ("POST", "/api/v1/admin/webhooks"),
    ("GET", "/api/v1/admin/webhooks/{id}"),
    ("PUT", "/api/v1/admin/webhooks/{id}"),
    ("DELETE", "/api/v1/admin/webhooks/{id}"),
    ("POST", "/api/v1/admin/webhooks/{id}/rotate"),
    ("GET", "/api/v1/admin/webhooks/{id}/deliveries"),
    ("POST", "/api/v1/admin/webhooks/{id}/deliveries/{delivery}/replay"),
    ("POST", "/api/v1/admin/webhooks/{id}/replay"),
    ("POST", "/api/v1/admin/webhooks/{id}/ping"),
    // Somebody to talk to.
    ("GET", "/api/v1/queue"),
    ("POST", "/api/v1/conversations"),
    ("GET", "/api/v1/socket"),
    ("GET", "/api/v1/conversations/{id}/events"),
    ("POST", "/api/v1/conversations/{id}/events"),
    ("POST", "/api/v1/conversations/{id}/read"),
    ("POST", "/api/v1/conversations/{id}/typing"),
    ("GET", "/api/v1/conversations/{id}/attachments/{attachment_id}"),
    ("GET", "/api/v1/conversations/{id}/answer-mail"),
    ("PUT", "/api/v1/conversations/{id}/answer-mail"),
    ("DELETE", "/api/v1/conversations/{id}/answer-mail"),
    ("POST", "/api/v1/answer-mails/confirm"),
    ("POST", "/api/v1/answer-mails/stop"),
    ("POST", "/api/v1/inbound/mail"),
    ("GET", "/api/v1/admin/conversations"),
    ("GET", "/api/v1/admin/conversations/{id}"),
    ("GET", "/api/v1/admin/conversations/{id}/events"),
    ("POST", "/api/v1/admin/conversations/{id}/events"),
    ("GET", "/api/v1/admin/conversations/{id}/attachments/{attachment_id}"),
    ("POST", "/api/v1/admin/conversations/{id}/assign"),
    ("POST", "/api/v1/admin/conversations/{id}/close"),
    ("POST", "/api/v1/admin/conversations/{id}/read"),
    ("POST", "/api/v1/admin/conversations/{id}/typing"),
    // The door of the desk.
    ("POST", "/api/v1/desk/log-in"),
    ("POST", "/api/v1/desk/log-out"),
    ("GET", "/api/v1/desk/me"),
    ("GET", "/api/v1/desk/sessions"),
    ("DELETE", "/api/v1/desk/sessions/{id}"),
    ("GET", "/api/v1/desk/colleagues"),
    // What the shop's people have before them.
    ("GET", "/api/v1/desk/availability"),
    ("PUT", "/api/v1/desk/availability"),
    ("GET", "/api/v1/desk/inbox"),
    ("GET", "/api/v1/desk/inbox/changes"),
    ("GET", "/api/v1/desk/conversations/{id}/customer"),
    ("GET", "/api/v1/desk/conversations/{id}/notes"),
    ("POST", "/api/v1/desk/conversations/{id}/notes"),
    ("GET", "/api/v1/desk/orders/{order_id}"),
    ("GET", "/api/v1/desk/canned-replies"),
    ("PUT", "/api/v1/desk/canned-replies/{shortcut}"),
    ("DELETE", "/api/v1/desk/canned-replies/{shortcut}"),
];

/// Out of the router's own text: `.route("/me", get(…))` gives `GET /me`, under what its router is nested at.
fn routes() -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string("../src/router.rs").unwrap();
    let mut found = BTreeSet::new();
    let mut prefix = "";
    let mut rest = text.as_str();
    loop {
        let next = ["let api = ", "let admin = ", "let desk = ", "    Router::new()", ".route("].into_iter();
        let Some((at, mark)) = next.filter_map(|mark| Some((rest.find(mark)?, mark))).min() else { return found };
        rest = &rest[at + mark.len()..];
        match mark {
            "let api = " => (prefix, rest) = ("/api/v1", &rest["Router::new()".len()..]),
            "let admin = " => (prefix, rest) = ("/api/v1/admin", &rest["Router::new()".len()..]),
            "let desk = " => (prefix, rest) = ("/api/v1/desk", &rest["Router::new()".len()..]),
            "    Router::new()" => prefix = "",
            _ => {
                let path = rest.split('"').nth(1).unwrap();
                let mut depth = 1;
                let end = rest.find(|c| {
                    depth += match c {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
                    depth == 0
                });
                let how = &rest[..end.unwrap()];
                for method in ["get", "post", "put", "delete", "patch", "any"] {
                    if how.contains(&format!(" {method}(")) || how.contains(&format!(").{method}(")) {
                        found.insert((method.to_uppercase(), format!("{prefix}{path}")));
                    }
                }
            }
        }
    }
}

fn covered() -> BTreeSet<(String, String)> {
    COVERED.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect()
}

#[test]
fn no_route_is_left_out() {
    let routes = routes();
    assert!(routes.len() > 45, "the router was not read: {routes:?}");
    // Pages and files are the same for everybody; whatever takes a method that writes is in the table all the same.
    let ours = |(method, path): &&(String, String)| path.starts_with("/api/v1") || method != "GET" && method != "ANY";
    let there: BTreeSet<_> = routes.iter().filter(ours).cloned().collect();
    assert_eq!(there, covered(), "a route without a test, or a test without a route");
}

#[test]
fn every_route_is_documented() {
    let document = openapi::document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        documented.extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    let mut expected = covered();
    // Spoken by the platforms, as each of them documents it; pressed by mail programs, as RFC 8058 says.
    expected.retain(|(_, path)| !path.starts_with("/api/v1/webhooks/") && !path.starts_with("/n/"));
    assert_eq!(documented, expected);
}

impl World {
    /// Whoever comes from the wrong side: what is asked, the status it gets, the tables in which it may be counted.
    fn tries(&self) -> Vec<(Route, RequestBuilder, u16, &'static [&'static str])> {
        let app = &self.app;
        let post = |path: &str, body: Value| app.post(path).json(&body);
        let with = |watch: &str, method: Method, path: &str| {
            let request = if method == Method::GET { app.get(path) } else { app.post(path) };
            request.header("aftercart-watch", watch)
        };
        let alien = &self.watch_there;
        let mut tries = Vec::new();
        let mut add = |at: usize, request: RequestBuilder, status: u16, may: &'static [&'static str]| {
            tries.push((COVERED[at], request, status, may));
        };
        // Their order's number is none of ours; Li's contact does not open Emma's.
        add(0, post("/api/v1/orders/lookup", lookup("B-2001", EMMA)), 404, &["lookup_failures", "connectors"]);
        add(0, post("/api/v1/orders/lookup", lookup("A-1001", LI)), 404, &["lookup_failures", "connectors"]);
        add(1, with(alien, Method::GET, "/api/v1/orders/watch?wait=0"), 401, &[]);
        let missing = json!({ "parcel": "s1", "missing": true });
        add(2, with(alien, Method::POST, "/api/v1/orders/dispute").json(&missing), 401, &[]);
        add(
            2,
            with(&self.watch, Method::POST, "/api/v1/orders/dispute").json(&json!({ "parcel": "s9", "missing": true })),
            404,
            &[],
        );
        add(3, with(alien, Method::POST, "/api/v1/orders/share"), 401, &[]);
        add(4, post("/api/v1/orders/shared", json!({ "token": self.link_there })), 404, &[]);
        let wish = json!({ "email": EMMA, "locale": "en" });
        add(5, with(alien, Method::POST, "/api/v1/orders/subscribe").json(&wish), 401, &[]);
        add(
            5,
            with(&self.watch, Method::POST, "/api/v1/orders/subscribe").bearer_auth(&self.emma_there).json(&wish),
            401,
            &[],
        );
        add(6, post("/api/v1/notices/confirm", json!({ "token": self.confirm_there })), 404, &[]);
        add(7, post("/api/v1/notices/stop", json!({ "token": self.stop_there })), 404, &[]);
        // Answered like any other, and nobody is written to.
        // The job asks this shop's own system for the order.
        let counted = &["shopper_codes", "shopper_code_sends", "shopper_code_requests", "jobs"];
        add(8, post("/api/v1/codes", json!({ "contact": LI, "number": "B-2001" })), 202, counted);
        let (id, code) = &self.code_there;
        add(9, post(&format!("/api/v1/codes/{id}/redeem"), json!({ "code": code })), 404, &[]);
        for (aud, secret) in [("pk_other", SECRET_THERE), ("pk_test", SECRET_THERE), ("pk_other", SECRET)] {
            let claims = json!({ "sub": "7", "aud": aud, "iat": self.now_s(), "exp": self.now_s() + 300, "nonce": "m", "email": EMMA });
            add(10, post("/api/v1/identify", json!({ "token": signed(&claims, secret) })), 401, &[]);
        }
        let end = Client::new().delete(format!("{}/api/v1/session", app.url)).header("aftercart-site", "pk_test");
        add(11, end.bearer_auth(&self.emma_there), 401, &[]);
        let own = |path: &str, session: &str| app.get(path).bearer_auth(session);
        add(12, own("/api/v1/me", &self.emma_there), 401, &[]);
        add(13, own("/api/v1/me/orders", &self.emma_there), 401, &[]);
        let (emmas, theirs) = (&self.emmas, &self.emmas_there);
        add(14, own(&format!("/api/v1/me/orders/{emmas}"), &self.li), 404, &[]);
        add(14, own(&format!("/api/v1/me/orders/{theirs}"), &self.emma), 404, &[]);
        add(14, own(&format!("/api/v1/me/orders/{theirs}"), &self.emma_there), 401, &[]);
        add(15, own("/api/v1/me/notices", &self.emma_there), 401, &[]);
        let seen = json!({ "keys": ["0f"], "dismissed": true });
        add(16, post("/api/v1/me/notices/seen", seen.clone()).bearer_auth(&self.emma_there), 401, &[]);
        add(16, post("/api/v1/me/notices/seen", seen).bearer_auth(&self.li), 204, &[]);
        // Help is for everybody, of one's own shop.
        let theirs = |path: &str| self.there(Method::GET, path);
        add(17, theirs("/api/v1/articles?locale=en"), 200, &[]);
        add(18, theirs("/api/v1/articles/search?locale=en&q=ours"), 200, &[]);
        add(19, theirs("/api/v1/articles/ours?locale=en"), 404, &[]);
        let vote = json!({ "locale": "en", "helpful": true });
        add(20, self.there(Method::POST, "/api/v1/articles/ours/feedback").json(&vote), 404, &[]);
        let admin = |method: Method, path: &str, key: &str| self.admin(method, path, key);
        let parcel = json!({ "status": "delivered" });
        let events = json!({ "events": [{ "id": "e1", "at": "2026-11-13T09:41:00+08:00", "status": "delivered" }] });
        let batch = json!({ "orders": [openapi::example_order()] });
        let (put, shipment) = (openapi::example_order(), "/orders/10001/shipments/s1");
        add(24, admin(Method::GET, "/orders/10001", OURS), 404, &[]);
        add(26, admin(Method::PUT, shipment, OURS).json(&parcel), 404, &[]);
        add(27, admin(Method::POST, &format!("{shipment}/events"), OURS).json(&events), 404, &[]);
        // No shopper is a shop, and no public key a secret one.
        for key in ["", "pk_other", self.emma_there.as_str(), "sk_00000000000000000000000000000000"] {
            add(22, admin(Method::GET, "/connectors", key), 401, &[]);
            add(23, admin(Method::POST, "/orders/batch", key).json(&batch), 401, &[]);
            add(24, admin(Method::GET, "/orders/10001", key), 401, &[]);
            add(25, admin(Method::PUT, "/orders/10001", key).json(&put), 401, &[]);
            add(26, admin(Method::PUT, shipment, key).json(&parcel), 401, &[]);
            add(27, admin(Method::POST, &format!("{shipment}/events"), key).json(&events), 401, &[]);
        }
        add(28, app.post(&format!("/n/pk_test/stop/{}", self.stop_there)), 404, &[]);
        self.tries_of_returns(&mut add);
        self.tries_of_people(&mut add);
        self.tries_of_talk(&mut add);
        self.tries_of_inbox(&mut add);
        self.tries_of_door(&mut add);
        self.tries_of_webhooks(&mut add);
        let attach = app.post("/api/v1/me/attachments").header("content-type", "image/jpeg").body(jpeg(16, 16));
        add(50, attach.bearer_auth(&self.emma_there), 401, &[]);
        let (here, there) = (&self.picture, &self.picture_there);
        for (id, session, status) in [
            (here, &self.li, 404),
            (there, &self.emma, 404),
            (there, &self.emma_there, 401),
            (here, &self.emma_there, 401),
        ] {
            add(51, own(&format!("/api/v1/me/attachments/{id}"), session), status, &[]);
        }
        tries
    }
}

type Add<'a> = dyn FnMut(usize, RequestBuilder, u16, &'static [&'static str]) + 'a;

impl World {
    fn tries_of_returns(&self, add: &mut Add) {
        let app = &self.app;
        let asked = json!({ "locale": "en", "lines": wish("", 1)["lines"] });
        let request = |at: usize, path: &str| {
            let request = if COVERED[at].0 == "GET" { app.get(path) } else { app.post(path) };
            match at {
                30 => request.json(&asked),
                31 => request.json(&wish(&key_(), 1)),
                _ => request,
            }
        };
        let (emmas, theirs) = (&self.emmas, &self.emmas_there);
        for at in [29, 30, 31] {
            let path = |order: &str| COVERED[at].1.replace("{order_id}", order);
            add(at, request(at, &path(emmas)).bearer_auth(&self.li), 404, &[]);
            add(at, request(at, &path(theirs)).bearer_auth(&self.emma), 404, &[]);
            add(at, request(at, &path(theirs)).bearer_auth(&self.emma_there), 401, &[]);
            add(at, request(at, &path(emmas)), 401, &[]);
        }
        let variants = |order: &str| app.get(&format!("{}?line=l1", COVERED[52].1.replace("{order_id}", order)));
        add(52, variants(emmas).bearer_auth(&self.li), 404, &[]);
        add(52, variants(theirs).bearer_auth(&self.emma), 404, &[]);
        add(52, variants(theirs).bearer_auth(&self.emma_there), 401, &[]);
        add(52, variants(emmas), 401, &[]);
        // Neither shop has a policy: nobody gets in this way, whatever she knows.
        let gift = json!({ "number": "B-2001", "postcode": "200000", "email": LI, "locale": "en" });
        add(53, app.post("/api/v1/gifts").json(&gift), 409, &[]);
        add(32, app.get("/api/v1/me/returns").bearer_auth(&self.emma_there), 401, &[]);
        add(32, app.get("/api/v1/me/returns").bearer_auth(&self.li), 200, &[]);
        for at in [33, 34, 54] {
            let path = |id: &str| COVERED[at].1.replace("{id}", id);
            add(at, request(at, &path(&self.return_here)).bearer_auth(&self.li), 404, &[]);
            add(at, request(at, &path(&self.return_there)).bearer_auth(&self.emma), 404, &[]);
            add(at, request(at, &path(&self.return_here)).bearer_auth(&self.emma_there), 401, &[]);
        }
        let code = json!({ "token": self.return_code_there, "locale": "en" });
        add(35, app.post("/api/v1/returns/open").json(&code), 404, &["lookup_failures"]);
        let slip = |id: &str| app.get(&COVERED[46].1.replace("{id}", id));
        add(46, slip(&self.return_here).bearer_auth(&self.li), 404, &[]);
        add(46, slip(&self.return_there).bearer_auth(&self.emma), 404, &[]);
        add(46, slip(&self.return_here).bearer_auth(&self.emma_there), 401, &[]);
        // Taken like any other, and told to the address that was typed.
        let counted = &["withdrawals", "mails", "jobs", "shopper_code_requests"];
        let stranger = json!({ "key": key_(), "locale": "en", "name": "Li", "number": "B-2001", "contact": LI });
        add(36, app.post("/api/v1/withdrawals").json(&stranger), 201, counted);
        let acts = [
            (39, json!({ "agent": MING })),
            (40, json!({ "agent": MING, "reason": "x" })),
            (41, json!({ "agent": MING, "lines": [] })),
            (42, json!({ "agent": MING, "total": 1, "note": "x" })),
            (43, json!({ "agent": MING })),
            (44, json!({ "agent": MING })),
        ];
        // A real effect's id, of either shop's return.
        let kind = aftercart::returns::effects::EffectKind::Refund;
        let effect = |site: &Site, id: &str| aftercart::returns::effects::effect_id(&site.id, kind, &id.into(), "");
        let of_effect = |at: usize, id: &str, effect: &str| {
            COVERED[at].1.replace("/api/v1/admin", "").replace("{id}", id).replace("{effect}", effect)
        };
        let on_effects = [(48, json!({ "agent": MING })), (49, json!({ "agent": MING, "reference": "SEPA 1" }))];
        add(47, self.admin(Method::GET, &of_effect(47, &self.return_there, ""), OURS), 404, &[]);
        for (at, body) in &on_effects {
            let theirs = effect(&self.there, &self.return_there);
            for (id, effect) in [(&self.return_there, &theirs), (&self.return_here, &theirs)] {
                add(*at, self.admin(Method::POST, &of_effect(*at, id, effect), OURS).json(body), 404, &[]);
            }
            let path = of_effect(*at, &self.return_there, &theirs);
            add(*at, self.admin(Method::POST, &path, THEIRS).json(body), 403, &[]);
        }
        let path = |at: usize, id: &str| COVERED[at].1.replace("/api/v1/admin", "").replace("{id}", id);
        add(38, self.admin(Method::GET, &path(38, &self.return_there), OURS), 404, &[]);
        for (at, body) in &acts {
            add(*at, self.admin(Method::POST, &path(*at, &self.return_there), OURS).json(body), 404, &[]);
            // Their key, our agent.
            add(*at, self.admin(Method::POST, &path(*at, &self.return_there), THEIRS).json(body), 403, &[]);
        }
        for key in ["", "pk_other", self.emma_there.as_str(), "sk_00000000000000000000000000000000"] {
            for at in [37, 38, 45, 47] {
                add(at, self.admin(Method::GET, &path(at, &self.return_here), key), 401, &[]);
            }
            for (at, body) in &acts {
                add(*at, self.admin(Method::POST, &path(*at, &self.return_here), key).json(body), 401, &[]);
            }
            for (at, body) in &on_effects {
                let own = effect(&self.app.site, &self.return_here);
                add(*at, self.admin(Method::POST, &of_effect(*at, &self.return_here, &own), key).json(body), 401, &[]);
            }
        }
    }
}

on_both! {
    async fn the_wrong_side_gets_nothing_and_leaves_nothing(app) {
        let world = World::new(app).await;
        let mut tried = BTreeSet::new();
        let mut before = world.app.tables().await;
        for ((method, path), request, expected, may) in world.tries() {
            let (status, answer) = read(request).await;
            assert_eq!(status, expected, "{method} {path}: {answer}");
            let told = answer.to_string();
            for secret in ["B-2001", "A-1001", "Harbour", "Quay", "Ours", "emma"] {
                assert!(!told.contains(secret), "{method} {path} tells of {secret}: {told}");
            }
            let after = world.app.tables().await;
            let left = differing(&before, &after, may);
            assert!(left.is_empty(), "{method} {path} left something in {left:?}");
            before = after;
            tried.insert((method.to_owned(), path.to_owned()));
        }
        // Webhooks sign over the moment, so they have a way of their own.
        let before = world.app.tables().await;
        let body = json!({ "type": "order.changed", "data": { "id": "10001" } }).to_string();
        let wrong = world.app.webhook(&world.connector_there.id, &world.here.secret, "msg_1", &body).await;
        assert_eq!(wrong.0, 401);
        assert_eq!(differing(&before, &world.app.tables().await, &[]), [""; 0]);
        tried.insert(("POST".into(), "/api/v1/webhooks/{connector}".into()));
        assert_eq!(tried, covered());
    }

    async fn a_write_with_our_key_touches_our_shop_alone(app) {
        let world = World::new(app).await;
        let of_theirs = |tables: &crate::support::digest::Tables| -> Vec<String> {
            let rows = tables.values().flatten().filter(|row| row.contains("site-pk_other"));
            rows.cloned().collect()
        };
        let before = of_theirs(&world.app.tables().await);
        assert!(before.len() > 10, "{before:?}");
        // The very ids that the other shop uses.
        let mut order = openapi::example_order();
        order["recipient"] = json!("Somebody Else");
        for request in [
            world.admin(Method::PUT, "/orders/10001", OURS).json(&order),
            world.admin(Method::POST, "/orders/batch", OURS).json(&json!({ "orders": [order] })),
            world.admin(Method::PUT, "/orders/10001/shipments/s1", OURS).json(&json!({ "status": "returned" })),
            world.admin(Method::POST, "/orders/10001/shipments/s1/events", OURS)
                .json(&json!({ "events": [{ "id": "e1", "at": "2026-11-13T09:41:00+08:00", "status": "returned" }] })),
        ] {
            assert_eq!(read(request).await.0, 200);
        }
        let (_, connectors) = read(world.admin(Method::GET, "/connectors", OURS)).await;
        assert_eq!(connectors["connectors"].as_array().unwrap().len(), 1);
        assert!(!connectors.to_string().contains(&world.connector_there.id));
        assert_eq!(of_theirs(&world.app.tables().await), before);
    }

    async fn a_shop_that_is_none_is_told_so_everywhere(app) {
        let before = app.tables().await;
        // A socket names its shop in the first frame, and a mail in its address.
        let elsewhere = ["/admin/", "/desk/", "/inbound/", "/webhooks/", "/socket"];
        let of_a_shop = |path: &str| path.starts_with("/api/v1") && !elsewhere.iter().any(|part| path.contains(part));
        for (method, path) in COVERED.iter().filter(|(_, path)| of_a_shop(path)) {
            let path = path.replace(['{', '}'], "");
            let query = if path.ends_with("/search") { "?q=a" } else { "" };
            for site in [Some("pk_nobody"), None] {
                let request = Client::new().request(method.parse().unwrap(), format!("{}{path}{query}", app.url));
                let request = if *method == "GET" { request } else { request.json(&json!({})) };
                let request = site.into_iter().fold(request, |request, site| request.header("aftercart-site", site));
                let (status, answer) = read(request).await;
                assert_eq!((status, &answer["code"]), (404, &json!("unknown_site")), "{method} {path} {site:?}: {answer}");
            }
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }
}

//! On every route of the desk: no session, one that has ended, another shop's, a role that does not reach, and a page of
//! somebody else's that makes a browser send the right cookie.

use super::{
    Add, COVERED,
    world::{EMMA, World},
};
use crate::support::{
    door::Browser,
    returns::{READER, WEIS_PASSWORD},
    talk::message,
};
use aftercart::{
    agents::Role,
    returns::effects::{EffectKind, effect_id},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const ANALYST: &str = "analyst@shop.example";
const LEAD_THERE: &str = "lead@other.example";

/// For whoever is logged in, whatever the role.
const FOR_EVERYBODY: [&str; 4] =
    ["/api/v1/desk/log-out", "/api/v1/desk/me", "/api/v1/desk/sessions", "/api/v1/desk/sessions/{id}"];

/// For the shop's own systems: no cookie opens it.
fn by_key_only((method, path): (&str, &str)) -> bool {
    method != "GET" && path.starts_with("/api/v1/admin/orders/")
}

/// Who stands at the door.
#[derive(Default)]
pub struct Door {
    ming: Browser,
    mings: String,
    reader: Browser,
    analyst: Browser,
    ended: Browser,
    there: Browser,
}

impl Door {
    pub async fn new(world: &World) -> Door {
        let app = &world.app;
        app.employ(&app.site, ANALYST, Role::Analyst).await;
        app.employ(&world.there, LEAD_THERE, Role::Lead).await;
        let (ming, ended) = (app.at_desk(crate::support::returns::MING).await, app.at_desk(READER).await);
        assert_eq!(ended.post("/desk/log-out", json!({})).await.0, 204);
        Door {
            mings: ming.session_id().await,
            ming,
            reader: app.at_desk(READER).await,
            analyst: app.at_desk(ANALYST).await,
            ended,
            there: app.at_desk(LEAD_THERE).await,
        }
    }
}

/// What is asked for, where the other shop's people could ask for it.
fn body_of(path: &str, code: &str) -> Value {
    match path.rsplit('/').next().unwrap() {
        "{id}" if path.contains("/webhooks/") => {
            json!({ "url": "https://evil.example/", "events": ["*"], "active": true })
        }
        "webhooks" => json!({ "url": "https://evil.example/", "events": ["*"] }),
        "replay" if !path.contains("/deliveries/") => json!({ "since": 0 }),
        "events" => json!({ "client_id": "9", "said": message("x") }),
        "read" => json!({ "seq": 1 }),
        "refuse" => json!({ "reason": "x" }),
        "receive" => json!({ "lines": [] }),
        "adjust" => json!({ "total": 1, "note": "x" }),
        "clear" | "handled" => json!({ "note": "x" }),
        "confirm" => json!({ "reference": "SEPA 1" }),
        "scanned" => json!({ "code": code }),
        "guard-entries" => json!({ "list": "block", "by": "email", "value": EMMA, "reason": "x" }),
        _ => json!({}),
    }
}

impl World {
    /// A route with ids of ours in it.
    fn path_here(&self, path: &str) -> String {
        let effect = effect_id(&self.app.site.id, EffectKind::Refund, &self.return_here.as_str().into(), "");
        let id = match path {
            _ if path.contains("/returns/") => &self.return_here,
            _ if path.contains("/conversations/") => &self.talk.id,
            _ if path.contains("/sessions/") => &self.door.mings,
            _ if path.contains("/webhooks/") => &self.webhook,
            _ => "10001",
        };
        let named = [
            ("{id}", id),
            ("{attachment}", &self.picture),
            ("{attachment_id}", &self.talk_picture),
            ("{effect}", &effect),
            ("{shipment_id}", "s1"),
            ("{order_id}", &self.emmas),
        ];
        let path = path.strip_prefix("/api/v1").unwrap().to_owned();
        named.into_iter().fold(path, |path, (name, value)| path.replace(name, value))
    }

    pub fn tries_of_door(&self, add: &mut Add) {
        let door = &self.door;
        for (place, (method, route)) in COVERED.iter().enumerate() {
            let at_desk = route.starts_with("/api/v1/desk/") || route.starts_with("/api/v1/admin/");
            if !at_desk || *route == "/api/v1/desk/log-in" {
                continue;
            }
            let (method, path) = (Method::from_bytes(method.as_bytes()).unwrap(), self.path_here(route));
            let changes = method != Method::GET;
            let asked = |request: RequestBuilder| {
                if changes { request.json(&body_of(route, &self.return_code_here)) } else { request }
            };
            let by = |browser: &Browser| asked(browser.ask(method.clone(), &path));
            let keyed = by_key_only((method.as_str(), route));
            let or_key = |status: u16| if keyed { 401 } else { status };
            let nobody = Browser { cookie: "other=1".into(), ..door.ming.clone() };
            let unknown = Browser { cookie: format!("aftercart-desk={}", "A".repeat(43)), ..door.ming.clone() };
            for browser in [&nobody, &unknown, &door.ended] {
                add(place, by(browser), 401, &[]);
            }
            // The right cookie, from the wrong page.
            for origin in ["https://shop.example", "https://evil.example", "null"] {
                add(place, by(&door.ming).header("origin", origin), or_key(403), &[]);
            }
            if changes {
                add(place, asked(door.ming.bare(method.clone(), &path)), or_key(403), &[]);
            }
            if *route == "/api/v1/desk/sessions/{id}" {
                // Not hers.
                for browser in [&door.analyst, &door.reader, &door.there] {
                    add(place, by(browser), 404, &[]);
                }
            }
            if FOR_EVERYBODY.contains(route) {
                continue;
            }
            add(place, by(&door.analyst), or_key(403), &[]);
            if changes {
                add(place, by(&door.reader), or_key(403), &[]);
            }
            // Whoever leads the other shop finds nothing by an id of ours.
            let named = route.contains('{') || route.ends_with("/scanned");
            if route.starts_with("/api/v1/admin/") && named && !keyed && !route.contains("/admin/orders/") {
                add(place, by(&door.there), 404, &[]);
            }
        }
        let place = COVERED.iter().position(|route| route.1 == "/api/v1/desk/log-in").unwrap();
        let knock = |email: &str, password: &str| {
            let body = json!({ "email": email, "password": password });
            self.app.post("/api/v1/desk/log-in").json(&body)
        };
        add(place, knock(READER, "not her password"), 401, &["log_in_tries"]);
        add(place, knock("nobody@shop.example", WEIS_PASSWORD), 401, &["log_in_tries"]);
        add(place, knock(READER, WEIS_PASSWORD).header("origin", "https://shop.example"), 403, &[]);
    }
}

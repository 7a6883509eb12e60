//! What the shop's people do besides: lists, pictures, withdrawals and codes are their shop's alone, and an agent is of
//! one shop.

use super::{
    Add, COVERED,
    world::{EMMA, OURS, THEIRS, World},
};
use crate::support::returns::MING;
use reqwest::Method;
use serde_json::json;

/// Where a route stands in the table.
pub fn at(method: &str, path: &str) -> usize {
    COVERED.iter().position(|route| *route == (method, path)).unwrap_or_else(|| panic!("{method} {path}"))
}

impl World {
    pub fn tries_of_people(&self, add: &mut Add) {
        let (theirs, photo) = (&self.return_there, &self.picture_there);
        let entry = json!({ "agent": MING, "list": "block", "by": "email", "value": EMMA, "reason": "x" });
        let posts = [
            ("/returns/{id}/clear", format!("/returns/{theirs}/clear"), json!({ "agent": MING, "note": "x" }), 404),
            (
                "/returns/scanned",
                "/returns/scanned".into(),
                json!({ "agent": MING, "code": self.return_code_there }),
                404,
            ),
            (
                "/returns/{id}/photos/{attachment}/open",
                format!("/returns/{theirs}/photos/{photo}/open"),
                json!({ "agent": MING }),
                404,
            ),
            (
                "/returns/{id}/photos/{attachment}/open",
                format!("/returns/{}/photos/{photo}/open", self.return_here),
                json!({ "agent": MING }),
                404,
            ),
            ("/withdrawals/{id}/handled", "/withdrawals/0f/handled".into(), json!({ "agent": MING, "note": "x" }), 404),
            ("/guard-entries/{id}/remove", "/guard-entries/0f/remove".into(), json!({ "agent": MING }), 404),
            ("/guard-entries", "/guard-entries".into(), entry, 0),
        ];
        for (route, path, body, status) in &posts {
            let place = at("POST", &format!("/api/v1/admin{route}"));
            if *status > 0 {
                add(place, self.admin(Method::POST, path, OURS).json(body), *status, &[]);
            }
            // Their key, our agent.
            add(place, self.admin(Method::POST, path, THEIRS).json(body), 403, &[]);
            for key in ["", "pk_other", self.emma_there.as_str(), "sk_00000000000000000000000000000000"] {
                add(place, self.admin(Method::POST, path, key).json(body), 401, &[]);
            }
        }
        for path in ["/guard-entries", "/acts"] {
            let place = at("GET", &format!("/api/v1/admin{path}"));
            add(place, self.admin(Method::GET, path, "pk_other"), 401, &[]);
            add(place, self.admin(Method::GET, path, OURS), 200, &[]);
        }
    }
}

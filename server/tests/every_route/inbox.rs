//! What the shop's people have before them: it takes a desk of the very shop, and a role that allows it.

use super::{
    Add,
    people::at,
    world::{OURS, THEIRS, World},
};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

impl World {
    pub fn tries_of_inbox(&self, add: &mut Add) {
        let note = json!({ "client_id": "1", "text": "x" });
        let texts = json!({ "texts": [{ "locale": "en", "text": "x" }] });
        let (ours, theirs) = (&self.talk.id, &self.talk_there.id);
        let routes: [(Method, &str, String, Value); 11] = [
            (Method::GET, "/availability", "/availability".into(), Value::Null),
            (Method::PUT, "/availability", "/availability".into(), json!({ "available": true })),
            (Method::GET, "/inbox", "/inbox?view=all".into(), Value::Null),
            (Method::GET, "/inbox/changes", "/inbox/changes?since=0".into(), Value::Null),
            (Method::GET, "/conversations/{id}/customer", format!("/conversations/{ours}/customer"), Value::Null),
            (Method::GET, "/conversations/{id}/notes", format!("/conversations/{ours}/notes"), Value::Null),
            (Method::POST, "/conversations/{id}/notes", format!("/conversations/{ours}/notes"), note.clone()),
            (Method::GET, "/orders/{order_id}", format!("/orders/{}", self.emmas), Value::Null),
            (Method::GET, "/canned-replies", "/canned-replies".into(), Value::Null),
            (Method::PUT, "/canned-replies/{shortcut}", "/canned-replies/x".into(), texts.clone()),
            (Method::DELETE, "/canned-replies/{shortcut}", "/canned-replies/x".into(), Value::Null),
        ];
        let with = |request: RequestBuilder, body: &Value| if body.is_null() { request } else { request.json(body) };
        for (method, route, path, body) in &routes {
            let place = at(method.as_str(), &format!("/api/v1/desk{route}"));
            let bare =
                || with(Client::new().request(method.clone(), format!("{}/api/v1/desk{path}", self.app.url)), body);
            add(place, bare(), 401, &[]);
            add(place, bare().header("aftercart-desk", "1"), 401, &[]);
            add(place, bare().header("cookie", "aftercart-desk=mZ1cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 401, &[]);
            // No shopper is at a desk, and no public key a secret one.
            for key in ["pk_other", self.emma.as_str(), self.talk.token.as_str(), "sk_00000000000000000000000000000000"]
            {
                add(place, bare().bearer_auth(key), 401, &[]);
            }
            // A page of somebody else's, in the very browser in which she is logged in.
            let hers = || with(self.ming.request(method.clone(), path), body);
            add(place, hers().header("origin", "https://evil.example"), 403, &[]);
            if *method != Method::GET {
                add(place, with(self.ming.forged(method.clone(), path), body), 403, &[]);
            }
        }
        let place = |method: &Method, route: &str| at(method.as_str(), &format!("/api/v1/desk{route}"));
        let (get, post) = (Method::GET, Method::POST);
        let there = |what: &str| format!("/conversations/{theirs}/{what}");
        add(place(&get, "/conversations/{id}/customer"), self.ming.request(get.clone(), &there("customer")), 404, &[]);
        let notes = place(&get, "/conversations/{id}/notes");
        add(notes, self.ming.request(get.clone(), &there("notes")), 404, &[]);
        let by_key = |id: &str, key: &str| {
            Client::new().get(format!("{}/api/v1/desk/conversations/{id}/notes", self.app.url)).bearer_auth(key)
        };
        add(notes, by_key(theirs, OURS), 404, &[]);
        add(notes, by_key(ours, THEIRS), 404, &[]);
        let write = place(&post, "/conversations/{id}/notes");
        add(write, self.ming.request(post.clone(), &there("notes")).json(&note), 404, &[]);
        let path = format!("/conversations/{ours}/notes");
        add(write, self.reader.request(post.clone(), &path).json(&note), 403, &[]);
        let order = format!("/orders/{}", self.emmas_there);
        add(place(&get, "/orders/{order_id}"), self.ming.request(get.clone(), &order), 404, &[]);
        // Whoever answers does not settle what is said.
        for who in [&self.ming, &self.reader] {
            let path = "/canned-replies/x";
            let put = place(&Method::PUT, "/canned-replies/{shortcut}");
            add(put, who.request(Method::PUT, path).json(&texts), 403, &[]);
            add(place(&Method::DELETE, "/canned-replies/{shortcut}"), who.request(Method::DELETE, path), 403, &[]);
        }
    }
}

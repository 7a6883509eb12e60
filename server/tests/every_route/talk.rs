//! Conversations: a token opens its visitor's own and nothing else, and an agent is of one shop and may do what the role allows.

use super::{
    Add,
    people::at,
    world::{EMMA, OURS, SECRET, THEIRS, World},
};
use crate::support::{
    KEY,
    returns::{MING, READER},
    talk::{Talk, message},
};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

const UNKNOWN: &str = "mZ1cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl World {
    pub fn tries_of_talk(&self, add: &mut Add) {
        self.tries_of_visitors(add);
        self.tries_of_answers(add);
    }

    fn tries_of_visitors(&self, add: &mut Add) {
        let app = &self.app;
        let begin = at("POST", "/api/v1/conversations");
        let opening = || app.post("/api/v1/conversations").json(&json!({ "locale": "en" }));
        add(begin, opening().header("aftercart-visitor", UNKNOWN), 401, &[]);
        add(begin, opening().header("aftercart-visitor", &self.talk_there.token), 401, &[]);
        add(begin, opening().bearer_auth(&self.emma_there), 401, &[]);
        // Says nothing of anybody, and only to the shop's own pages.
        add(at("GET", "/api/v1/queue"), app.get("/api/v1/queue").header("origin", "https://evil.example"), 403, &[]);
        // Whatever else is tried on a socket has stories of its own.
        let socket = at("GET", "/api/v1/socket");
        add(socket, app.get("/api/v1/socket").header("origin", "https://evil.example"), 403, &[]);
        add(socket, app.get("/api/v1/socket").header("aftercart-visitor", &self.talk_there.token), 426, &[]);
        let said = json!({ "client_id": "9", "said": message("x") });
        let picture = format!("attachments/{}", self.talk_picture);
        let routes: [(Method, &str, &str, Value); 5] = [
            (Method::GET, "events", "events", Value::Null),
            (Method::POST, "events", "events", said),
            (Method::POST, "read", "read", json!({ "seq": 1 })),
            (Method::POST, "typing", "typing", Value::Null),
            (Method::GET, "attachments/{attachment_id}", &picture, Value::Null),
        ];
        for (method, route, path, body) in &routes {
            let place = at(method.as_str(), &format!("/api/v1/conversations/{{id}}/{route}"));
            let with = |request: RequestBuilder, token: Option<&str>| {
                let request = if body.is_null() { request } else { request.json(body) };
                token.into_iter().fold(request, |request, token| request.header("aftercart-visitor", token))
            };
            let here = |talk: &Talk, token: Option<&str>| {
                let path = talk.path(path);
                with(if *method == Method::GET { app.get(&path) } else { app.post(&path) }, token)
            };
            let (ours, theirs) = (&self.talk, &self.talk_there);
            for token in [None, Some(UNKNOWN), Some(theirs.token.as_str()), Some(self.emma.as_str())] {
                add(place, here(ours, token), 401, &[]);
            }
            add(place, here(ours, Some(&self.talk_stranger.token)), 404, &[]);
            add(place, here(theirs, Some(&ours.token)), 404, &[]);
            for id in ["0f", "00000000000000000000000000000000", "%00", "..%2f"] {
                add(place, here(&Talk { id: id.into(), ..ours.clone() }, Some(&ours.token)), 404, &[]);
            }
            // At the other shop our token is none.
            add(place, with(self.there(method.clone(), &ours.path(path)), Some(&ours.token)), 401, &[]);
        }
        let wish = json!({ "email": "x@example.com", "locale": "en" });
        for (method, body) in [(Method::GET, None), (Method::PUT, Some(&wish)), (Method::DELETE, None)] {
            let place = at(method.as_str(), "/api/v1/conversations/{id}/answer-mail");
            let with = |site: &str, talk: &Talk, token: Option<&str>| {
                let url = format!("{}{}", app.url, talk.path("answer-mail"));
                let request = Client::new().request(method.clone(), url).header("aftercart-site", site);
                let request = body.into_iter().fold(request, |request, body| request.json(body));
                token.into_iter().fold(request, |request, token| request.header("aftercart-visitor", token))
            };
            for token in [None, Some(UNKNOWN), Some(self.talk_there.token.as_str()), Some(self.emma.as_str())] {
                add(place, with(KEY, &self.talk, token), 401, &[]);
            }
            add(place, with(KEY, &self.talk, Some(&self.talk_stranger.token)), 404, &[]);
            add(place, with(KEY, &self.talk_there, Some(&self.talk.token)), 404, &[]);
            add(place, with("pk_other", &self.talk, Some(&self.talk.token)), 401, &[]);
        }
        // Whatever stands in no mail of ours.
        for what in ["confirm", "stop"] {
            let path = format!("/api/v1/answer-mails/{what}");
            let place =
                at("POST", if what == "stop" { "/api/v1/answer-mails/stop" } else { "/api/v1/answer-mails/confirm" });
            for token in
                ["", "x", &format!("{}.AAAAAAAAAAAAAAAAAAAAAA", self.talk.id), &format!("{}.", self.talk_there.id)]
            {
                add(place, app.post(&path).json(&json!({ "token": token })), 404, &[]);
            }
        }
        // A shop that takes no mail. Those that do are told of in inbound.rs.
        let mail = format!("From: {EMMA}\r\nTo: reply+{}@shop.example\r\n\r\nhello", "a".repeat(50));
        add(
            at("POST", "/api/v1/inbound/mail"),
            app.post("/api/v1/inbound/mail").bearer_auth(SECRET).body(mail),
            404,
            &[],
        );
        // A picture of another conversation, and of none.
        let pictures = at("GET", "/api/v1/conversations/{id}/attachments/{attachment_id}");
        add(pictures, app.get_talk(&self.talk_stranger, &picture), 404, &[]);
        add(pictures, app.get_talk(&self.talk, &format!("attachments/{}", self.picture)), 404, &[]);
    }

    fn tries_of_answers(&self, add: &mut Add) {
        let (ours, theirs) = (&self.talk.id, &self.talk_there.id);
        let path = |id: &str, what: &str| format!("/conversations/{id}{what}");
        let picture = format!("/attachments/{}", self.talk_picture);
        let keys =
            ["", "pk_other", self.emma_there.as_str(), self.talk.token.as_str(), "sk_00000000000000000000000000000000"];
        for (route, what) in [("", ""), ("/events", "/events"), ("/attachments/{attachment_id}", picture.as_str())] {
            let place = at("GET", &format!("/api/v1/admin/conversations/{{id}}{route}"));
            add(place, self.admin(Method::GET, &path(theirs, what), OURS), 404, &[]);
            add(place, self.admin(Method::GET, &path(ours, what), THEIRS), 404, &[]);
            for key in keys {
                add(place, self.admin(Method::GET, &path(ours, what), key), 401, &[]);
            }
        }
        let list = at("GET", "/api/v1/admin/conversations");
        for key in keys {
            add(list, self.admin(Method::GET, "/conversations", key), 401, &[]);
        }
        let by = |agent: &str, body: &Value| {
            let mut body = body.clone();
            body["agent"] = json!(agent);
            body
        };
        let acts = [
            ("/events", json!({ "client_id": "9", "said": message("x") })),
            ("/assign", json!({})),
            ("/close", json!({})),
            ("/read", json!({ "seq": 1 })),
            ("/typing", json!({})),
        ];
        for (act, body) in &acts {
            let place = at("POST", &format!("/api/v1/admin/conversations/{{id}}{act}"));
            let post =
                |id: &str, key: &str, agent: &str| self.admin(Method::POST, &path(id, act), key).json(&by(agent, body));
            add(place, post(theirs, OURS, MING), 404, &[]);
            // Their key, our agent; an account that only looks, and none.
            add(place, post(theirs, THEIRS, MING), 403, &[]);
            add(place, post(ours, OURS, READER), 403, &[]);
            add(place, post(ours, OURS, "nobody@shop.example"), 403, &[]);
            for key in keys {
                add(place, post(ours, key, MING), 401, &[]);
            }
        }
    }
}

//! What is told to a shop's own systems: set up by that shop alone, and by whoever may change its settings.

use super::{
    Add,
    people::at,
    world::{OURS, THEIRS, World},
};
use aftercart::{sites::Site, webhooks::endpoints};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

impl World {
    /// An endpoint of this shop's: its id.
    pub async fn listens(app: &crate::support::TestApp, site: &Site) -> String {
        let wish = endpoints::Wish {
            url: "https://hooks.example/".into(),
            events: vec!["rating.given".into()],
            description: String::new(),
        };
        let tools = endpoints::Tools {
            db: &app.app.db,
            secret: &app.app.secret,
            client: &app.app.webhooks,
            random: &*app.app.random,
            now: app.now(),
        };
        endpoints::create(tools, &site.id, wish, None).await.unwrap().0.endpoint_id
    }

    pub fn tries_of_webhooks(&self, add: &mut Add) {
        let new = json!({ "url": "https://evil.example/", "events": ["*"] });
        let mut change = new.clone();
        change["active"] = json!(true);
        let (get, post) = (Method::GET, Method::POST);
        let routes = [
            (get.clone(), "", Value::Null),
            (post.clone(), "", new),
            (get.clone(), "/{id}", Value::Null),
            (Method::PUT, "/{id}", change),
            (Method::DELETE, "/{id}", Value::Null),
            (post.clone(), "/{id}/rotate", json!({})),
            (get, "/{id}/deliveries", Value::Null),
            (post.clone(), "/{id}/deliveries/{delivery}/replay", Value::Null),
            (post.clone(), "/{id}/replay", json!({ "since": 0 })),
            (post, "/{id}/ping", Value::Null),
        ];
        let with = |request: RequestBuilder, body: &Value| if body.is_null() { request } else { request.json(body) };
        for (method, route, body) in &routes {
            let place = at(method.as_str(), &format!("/api/v1/admin/webhooks{route}"));
            let path = |id: &str| format!("/webhooks{}", route.replace("{id}", id).replace("{delivery}", "msg_0f"));
            let own = path(&self.webhook);
            if !route.is_empty() {
                for (id, key) in [(&self.webhook_there, OURS), (&self.webhook, THEIRS)] {
                    add(place, with(self.admin(method.clone(), &path(id), key), body), 404, &[]);
                }
            }
            for key in ["", "pk_other", self.emma.as_str(), "sk_00000000000000000000000000000000"] {
                add(place, with(self.admin(method.clone(), &own, key), body), 401, &[]);
            }
            let bare = Client::new().request(method.clone(), format!("{}/api/v1/admin{own}", self.app.url));
            add(place, with(bare, body), 401, &[]);
            // Who answers, and who looks, sets nothing up; nor does a page of somebody else's.
            let admin = format!("/../admin{own}");
            for who in [&self.ming, &self.reader] {
                add(place, with(who.request(method.clone(), &admin), body), 403, &[]);
            }
            let evil = self.ming.request(method.clone(), &admin).header("origin", "https://evil.example");
            add(place, with(evil, body), 403, &[]);
            if *method != Method::GET {
                add(place, with(self.ming.forged(method.clone(), &admin), body), 403, &[]);
            }
        }
    }
}

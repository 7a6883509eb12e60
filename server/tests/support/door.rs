//! Browsers at the desk.

use super::{
    TestApp, read,
    returns::{WEIS_PASSWORD, password_hash},
};
use aftercart::{
    agents::{self, Role, store::NewAgent},
    random::{Random, SystemRandom},
    sites::Site,
};
use aftercart_shared::ids::AgentId;
use reqwest::{Client, Method, RequestBuilder, Response, header::SET_COOKIE};
use serde_json::{Value, json};

/// Where nobody has tried before.
pub const OFFICE: &str = "192.0.2.1";

/// Somebody who is logged in, as long as her cookie is worth something.
#[derive(Clone, Default)]
pub struct Browser {
    pub url: String,
    /// `aftercart-desk=…`
    pub cookie: String,
}

impl Browser {
    /// As the desk's own page asks: with the cookie, and the header on what changes something.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.bare(method.clone(), path);
        if method == Method::GET { request } else { request.header("aftercart-desk", "1") }
    }

    /// With nothing but what a browser sends by itself.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new().request(method, format!("{}/api/v1{path}", self.url)).header("cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        read(self.ask(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.ask(Method::POST, path).json(&body)).await
    }

    /// What the cookie says.
    pub fn token(&self) -> &str {
        self.cookie.split_once('=').unwrap().1
    }

    pub async fn session_id(&self) -> String {
        let (_, list) = self.get("/desk/sessions").await;
        let own = list["sessions"].as_array().unwrap().iter().find(|one| one["current"] == true);
        own.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

/// The cookie that an answer sets, with everything that is said of it.
pub fn cookie_of(answer: &Response) -> Option<String> {
    answer.headers().get(SET_COOKIE).map(|value| value.to_str().unwrap().to_owned())
}

impl TestApp {
    pub async fn knock_from(&self, source: &str, body: &Value) -> Response {
        let request = Client::new().post(format!("{}/api/v1/desk/log-in", self.url)).header("x-forwarded-for", source);
        request.json(body).send().await.unwrap()
    }

    /// Status and body.
    pub async fn knock(&self, source: &str, body: &Value) -> (u16, Value) {
        let answer = self.knock_from(source, body).await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Logs somebody in with everybody's password.
    pub async fn at_desk(&self, email: &str) -> Browser {
        self.at_desk_with(&json!({ "email": email, "password": WEIS_PASSWORD })).await
    }

    pub async fn at_desk_with(&self, body: &Value) -> Browser {
        let answer = self.knock_from(OFFICE, body).await;
        assert_eq!(answer.status(), 200, "{body}");
        let cookie = cookie_of(&answer).unwrap();
        Browser { url: self.url.clone(), cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// An account with everybody's password.
    pub async fn employ(&self, site: &Site, email: &str, role: Role) -> AgentId {
        self.employ_with(site, email, role, password_hash()).await
    }

    pub async fn employ_with(&self, site: &Site, email: &str, role: Role, password_hash: String) -> AgentId {
        let id = AgentId(SystemRandom.id());
        let agent = NewAgent { id: id.clone(), email: email.into(), name: email.into(), role, password_hash };
        let (site, now) = (site.id.clone(), self.now());
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { agents::store::insert(tx, &site, &agent, now).await })
        });
        write.await.unwrap();
        id
    }
}

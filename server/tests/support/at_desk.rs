//! The shop's people at their desks, logged in.

use super::{TestApp, read};
use aftercart::{
    agents::{
        self,
        session::{self, Draft},
        session_store,
    },
    random::SystemRandom,
    sites::Site,
};
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;

/// Somebody who is logged in.
#[derive(Clone, Debug, Default)]
pub struct AtDesk {
    url: String,
    cookie: String,
}

impl TestApp {
    /// Without the door, which has stories of its own.
    pub async fn seated(&self, email: &str) -> AtDesk {
        self.seated_of(&self.site, email).await
    }

    pub async fn seated_of(&self, site: &Site, email: &str) -> AtDesk {
        let account = agents::account(&self.app.db, &site.id, email).await.unwrap();
        let account = account.unwrap_or_else(|| panic!("no account of {email}"));
        let Draft { token, row } = Draft::new(&SystemRandom, &self.app.secret, account.id, &HeaderMap::new());
        let (site, now) = (site.id.clone(), self.now());
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { session_store::insert(tx, &site, &row, now).await })
        });
        write.await.unwrap();
        let cookie = session::cookie(&self.app, &token);
        AtDesk { url: self.url.clone(), cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// Ends every session of an account.
    pub async fn log_out_everywhere(&self, email: &str) {
        let account = agents::account(&self.app.db, &self.site.id, email).await.unwrap().unwrap();
        let site = self.site.id.clone();
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { session_store::end_all(tx, &site, &account.id).await })
        });
        write.await.unwrap();
    }
}

impl AtDesk {
    /// At another node.
    pub fn via(&self, url: &str) -> AtDesk {
        AtDesk { url: url.to_owned(), cookie: self.cookie.clone() }
    }

    /// A path of the desk's API.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = Client::new().request(method, format!("{}/api/v1/desk{path}", self.url));
        request.header("cookie", &self.cookie).header("aftercart-desk", "1")
    }

    /// As a page of somebody else's could send it: with the cookie, and nothing that only we can add.
    pub fn forged(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new().request(method, format!("{}/api/v1/desk{path}", self.url)).header("cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::GET, path)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::DELETE, path)).await
    }

    /// What is good.
    pub async fn sees(&self, path: &str) -> Value {
        let (status, answer) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

//! Somebody who listens: keeps what came, answers as told, and checks signatures by the specification alone.

use crate::support::{TestApp, read, returns::SECRET_KEY};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    pub id: String,
    pub time: String,
    pub signature: String,
    pub body: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// What was said, or else the type.
    pub fn text(&self) -> String {
        let json = self.json();
        json["data"]["text"].as_str().unwrap_or(json["type"].as_str().unwrap()).to_owned()
    }

    /// Whether one of its signatures is made with this secret: by the words of the specification, with nothing of ours.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        self.signature.split(' ').any(|one| one == signature(secret, &self.id, &self.time, &self.body))
    }
}

/// `v1,` and the base64 of the HMAC-SHA256 of id, timestamp and body with dots between, keyed with what the secret is the
/// base64 of.
pub fn signature(secret: &str, id: &str, time: &str, body: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{time}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What is answered: a status, headers, a body; or nothing, ever.
#[derive(Clone, Debug)]
pub enum Says {
    Status(u16, Vec<(&'static str, String)>, String),
    /// This to what holds these words, and 200 to the rest.
    RefusesOnly(String),
    Nothing,
}

struct Inner {
    got: UnboundedSender<Got>,
    says: Mutex<Says>,
}

pub struct Listener {
    pub url: String,
    inner: Arc<Inner>,
    got: UnboundedReceiver<Got>,
}

impl Listener {
    pub async fn start() -> Listener {
        let (sender, got) = unbounded_channel();
        let inner = Arc::new(Inner { got: sender, says: Mutex::new(Says::Status(200, vec![], String::new())) });
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", socket.local_addr().unwrap());
        let routes = Router::new().fallback(take).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(socket, routes).await });
        Listener { url, inner, got }
    }

    pub fn says(&self, says: Says) {
        *self.inner.says.lock().unwrap() = says;
    }

    pub fn answers(&self, status: u16) {
        self.says(Says::Status(status, vec![], "no, thank you".into()));
    }

    /// What has come by now.
    pub fn all(&mut self) -> Vec<Got> {
        std::iter::from_fn(|| self.got.try_recv().ok()).collect()
    }

    pub fn texts(&mut self) -> Vec<String> {
        self.all().iter().map(Got::text).collect()
    }

    /// Waits for one.
    pub async fn next(&mut self) -> Got {
        tokio::time::timeout(Duration::from_secs(20), self.got.recv()).await.expect("something comes").unwrap()
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(header("content-type"), "application/json");
    let got = Got {
        id: header("webhook-id"),
        time: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let says = inner.says.lock().unwrap().clone();
    let refused = matches!(&says, Says::RefusesOnly(words) if got.body.contains(words.as_str()));
    inner.got.send(got).unwrap();
    match says {
        Says::Nothing => std::future::pending().await,
        Says::RefusesOnly(_) => {
            if refused { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }.into_response()
        }
        Says::Status(status, headers, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
    }
}

/// An endpoint that was set up.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub id: String,
    pub secret: String,
}

impl TestApp {
    /// The admin API with the shop's key.
    pub async fn hooks(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = Client::new().request(method, format!("{}/api/v1/admin/webhooks{path}", self.url));
        let request = request.bearer_auth(SECRET_KEY);
        read(body.iter().fold(request, |request, body| request.json(body))).await
    }

    pub async fn tell_to(&self, listener: &Listener, events: &[&str]) -> Endpoint {
        let body = json!({ "url": listener.url, "events": events, "description": "Ours" });
        let (status, made) = self.hooks(Method::POST, "", Some(body)).await;
        assert_eq!(status, 201, "{made}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Endpoint { id: text(&made["webhook"]["id"]), secret: text(&made["secret"]) }
    }

    pub async fn hook(&self, endpoint: &Endpoint) -> Value {
        let (status, shown) = self.hooks(Method::GET, &format!("/{}", endpoint.id), None).await;
        assert_eq!(status, 200, "{shown}");
        shown
    }

    /// Newest first.
    pub async fn deliveries(&self, endpoint: &Endpoint, query: &str) -> Vec<Value> {
        let (status, shown) = self.hooks(Method::GET, &format!("/{}/deliveries{query}", endpoint.id), None).await;
        assert_eq!(status, 200, "{shown}");
        shown["deliveries"].as_array().unwrap().clone()
    }

    /// Sends whatever is due by the test's clock.
    pub async fn send_webhooks(&self) {
        aftercart::webhooks::worker::run_due(&self.app).await.unwrap();
    }
}

//! A shop system that a test plays: answers what it is told to, and remembers what it was asked.

use super::TestApp;
use aftercart::{
    connectors::{
        Kind,
        store::{self, Health, NewConnector},
    },
    jobs,
    random::{Random, SystemRandom},
    sites::Site,
    sync::reconcile,
    tracking,
};
use aftercart_shared::time::Timestamp;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::{Arc, Mutex};

/// Method, path with query, and body.
pub type Asked = (String, String, String);
type Answer = dyn Fn(&Asked) -> BoxFuture<'static, Response> + Send + Sync;

#[derive(Clone)]
pub struct StandIn {
    pub url: String,
    answer: Arc<Mutex<Arc<Answer>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl StandIn {
    pub async fn start() -> StandIn {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = StandIn { url, answer: Arc::new(Mutex::new(status(500))), asked: Arc::default() };
        let routes = Router::new().fallback(handle).with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        stand_in
    }

    /// From now on.
    pub fn answers(&self, answer: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) {
        let answer = move |asked: &Asked| -> BoxFuture<'static, Response> {
            let (status, body) = answer(asked);
            Box::pin(async move { (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response() })
        };
        *self.answer.lock().unwrap() = Arc::new(answer);
    }

    /// Whatever is asked.
    pub fn says(&self, answer: Arc<Answer>) {
        *self.answer.lock().unwrap() = answer;
    }

    /// These orders, as our own contract wants them answered.
    pub fn has(&self, orders: Vec<Value>) {
        self.answers(move |(method, path, body)| {
            let found = |keep: &dyn Fn(&Value) -> bool| {
                json!({ "orders": orders.iter().filter(|o| keep(o)).collect::<Vec<_>>(), "next": null })
            };
            match (method.as_str(), path.split('?').next().unwrap_or_default()) {
                ("POST", "/orders/find") => {
                    let wanted: Value = serde_json::from_str(body).unwrap();
                    let key = |n: &Value| n.as_str().unwrap_or_default().replace('-', "");
                    (200, found(&|o| key(&o["number"]) == key(&wanted["number"])))
                }
                // A lazy shop: it shows everything whatever the moment.
                ("GET", "/orders") => (200, found(&|_| true)),
                (_, path) => match orders.iter().find(|o| path == format!("/orders/{}", o["id"].as_str().unwrap())) {
                    Some(order) => (200, order.clone()),
                    None => (404, json!({})),
                },
            }
        });
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

async fn handle(State(shop): State<StandIn>, request: Request) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().to_string());
    let body: Bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let asked = (method, path, String::from_utf8(body.to_vec()).unwrap());
    shop.asked.lock().unwrap().push(asked.clone());
    let answer = shop.answer.lock().unwrap().clone();
    answer(&asked).await
}

pub fn status(status: u16) -> Arc<Answer> {
    Arc::new(move |_| Box::pin(async move { StatusCode::from_u16(status).unwrap().into_response() }))
}

/// Takes the question and never answers.
pub fn never() -> Arc<Answer> {
    Arc::new(|_| Box::pin(std::future::pending()))
}

/// A connector of a site.
pub struct Connected {
    pub id: String,
    pub secret: String,
}

impl TestApp {
    pub async fn connect(&self, kind: impl Into<Kind>, shop: &StandIn) -> Connected {
        self.connect_to(&self.site, kind, shop).await
    }

    pub async fn connect_to(&self, site: &Site, kind: impl Into<Kind>, shop: &StandIn) -> Connected {
        let (kind, id) = (kind.into(), SystemRandom.id());
        let secret = format!("whsec_{}", STANDARD.encode(&id));
        let new = NewConnector {
            site: site.id.clone(),
            connector_id: id.clone(),
            kind,
            base_url: shop.url.clone(),
            credential: "open sesame".into(),
            webhook_secret: secret.clone(),
            since: Timestamp(1_790_000_000_000),
        };
        let (app, now) = (self.app.clone(), self.app.clock.now());
        self.app
            .db
            .write::<_, aftercart::db::Error, _>(move |tx| {
                Box::pin(async move {
                    store::insert(tx, &new, &app.secret, &SystemRandom, now).await?;
                    let job = match kind {
                        Kind::Commerce(_) => reconcile::job(new.site.clone(), &new.connector_id, now),
                        Kind::Carrier(_) => tracking::job::job(new.site.clone(), &new.connector_id, now),
                    };
                    jobs::enqueue(tx, job, now).await.map(|_| ())
                })
            })
            .await
            .unwrap();
        Connected { id, secret }
    }

    pub async fn health(&self, site: &Site) -> Vec<Health> {
        store::health(&self.app.db, &site.id).await.unwrap()
    }

    /// Sends a webhook as Standard Webhooks says, at the test's time.
    pub async fn webhook(&self, connector: &str, secret: &str, message: &str, body: &str) -> (u16, String) {
        let time = (self.app.clock.now().0 / 1000).to_string();
        let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{message}.{time}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/webhooks/{connector}", self.url))
            .header("webhook-id", message)
            .header("webhook-timestamp", time)
            .header("webhook-signature", signature)
            .body(body.to_owned());
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

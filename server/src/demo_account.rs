//! The demo shop's signed-in customers: signs tokens as a retailer's server would. Exists under `--demo` only.

use crate::{
    app::App,
    cli,
    clock::Clock,
    random::{Random, hex},
    shoppers::identity_key::IdentityKey,
};
use aftercart_shared::ids::SiteKey;
use axum::{
    Json,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Long enough to reach for the launcher; the panel asks again when it was not.
const LIFE_S: i64 = 300;

/// What the shop's server holds: the secret that it shares with Aftercart, made anew at every start.
#[derive(Clone)]
pub struct Signer {
    key: EncodingKey,
    audience: SiteKey,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Signer {
    /// Makes the secret and gives it to the demo's site.
    ///
    /// # Errors
    /// In words, when the site is not there or the database does not answer.
    pub async fn new(app: &App, site: &str) -> Result<Signer, String> {
        let site = app.sites.by_key(site).await.map_err(|e| e.to_string())?;
        let mut bytes = [0; 32];
        app.random.fill(&mut bytes);
        let secret = hex(&bytes);
        cli::insert_identity_key(&app.db, &app.secret, &*app.random, &site, &IdentityKey::secret(&secret)?).await?;
        Ok(Signer {
            key: EncodingKey::from_secret(secret.as_bytes()),
            audience: site.key.clone(),
            clock: app.clock.clone(),
            random: app.random.clone(),
        })
    }

    /// `who` signs in: one of the demo's customers.
    fn sign(&self, who: &str) -> Option<String> {
        let now = self.clock.now().0 / 1000;
        let (subject, name, email, locale) = match who {
            _ if who.starts_with("zh") => ("customer-1024", "李娜", "li.na@example.cn", "zh-CN"),
            // Their parcels are in trouble.
            "daniel" => ("customer-1011", "Daniel Brooks", "daniel.brooks@example.com", "en"),
            "ethan" => ("customer-1032", "Ethan Walker", "ethan.walker@example.com", "en"),
            // A customer who has bought nothing yet.
            "nobody" => ("customer-1", "Nora Body", "nora.body@example.com", "en"),
            _ => ("customer-1001", "Emma Wilson", "emma.wilson@example.com", "en"),
        };
        let claims = json!({
            "sub": subject, "name": name, "email": email, "locale": locale,
            "aud": self.audience, "iat": now, "exp": now + LIFE_S, "nonce": self.random.id(),
        });
        encode(&Header::new(Algorithm::HS256), &claims, &self.key).ok()
    }
}

#[derive(Deserialize)]
pub struct Customer {
    #[serde(default)]
    customer: String,
}

#[derive(Serialize)]
struct Token {
    token: String,
}

/// `POST /account/token` of the demo shop. A real shop asks its own session who is signed in.
pub async fn token(State(signer): State<Signer>, Query(who): Query<Customer>) -> Response {
    match signer.sign(&who.customer) {
        Some(token) => ([(header::CACHE_CONTROL, "no-store")], Json(Token { token })).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

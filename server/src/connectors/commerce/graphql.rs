//! GraphQL calls: an answer of status 200 may still be a refusal.

use super::super::outgoing::{Answer, Call, Fault, Outgoing};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Serialize)]
struct Question<'a, V> {
    query: &'a str,
    variables: &'a V,
}

#[derive(Deserialize)]
struct Reply<T> {
    data: Option<T>,
}

/// What an answer says beside its data. Read first: with errors, `data` may be null or of no known form.
#[derive(Deserialize)]
struct Beside {
    #[serde(default)]
    errors: Vec<GraphQlError>,
    extensions: Option<Cost>,
}

#[derive(Deserialize)]
struct GraphQlError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
struct Extensions {
    #[serde(default)]
    code: String,
}

/// Shopify's account of what a query costs.
#[derive(Deserialize)]
struct Cost {
    cost: Option<Costs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Costs {
    requested_query_cost: f64,
    throttle_status: Throttle,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Throttle {
    currently_available: f64,
    restore_rate: f64,
}

impl Costs {
    /// Seconds until there is enough for the same query.
    fn wait_s(&self) -> u64 {
        let missing = (self.requested_query_cost - self.throttle_status.currently_available).max(0.0);
        // Saturates; nothing here is exact.
        (missing / self.throttle_status.restore_rate.max(1.0)).ceil().max(1.0) as u64
    }
}

/// Asks and reads the data.
///
/// # Errors
/// Also for an answer of status 200 with errors in it: half an answer could be somebody's order without its owner.
pub async fn ask<T: DeserializeOwned>(
    http: &dyn Outgoing,
    url: String,
    credential: (&'static str, String),
    query: &str,
    variables: &impl Serialize,
) -> Result<T, Fault> {
    let call = Call::post_json(url, &Question { query, variables }).header(credential.0, credential.1);
    read(http.send(call).await?)
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Fault> {
    let retry_after_s = answer.retry_after_s();
    let body = answer.ok()?;
    let beside: Beside = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("GraphQL", &e))?;
    if let Some(error) = beside.errors.into_iter().next() {
        let wait = || beside.extensions.and_then(|e| e.cost).map(|cost| cost.wait_s());
        return Err(match error.extensions.code.as_str() {
            "FORBIDDEN" | "UNAUTHORIZED" | "UNAUTHENTICATED" | "ACCESS_DENIED" => Fault::Refused(error.extensions.code),
            "THROTTLED" => Fault::Busy { retry_after_s: retry_after_s.or_else(wait) },
            // No shopper's contact is ever in a query, so none can be quoted.
            "" => Fault::Garbled(format!("GraphQL error: {}", error.message.chars().take(80).collect::<String>())),
            code => Fault::Garbled(format!("GraphQL error {}", code.chars().take(80).collect::<String>())),
        });
    }
    let reply: Reply<T> = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("GraphQL", &e))?;
    reply.data.ok_or_else(|| Fault::Garbled("GraphQL without data".into()))
}

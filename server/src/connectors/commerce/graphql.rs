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
    #[serde(default)]
    errors: Vec<GraphQlError>,
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
    // Read twice: with errors, `data` may be null or of no known form.
    #[derive(Deserialize)]
    struct Errors {
        #[serde(default)]
        errors: Vec<GraphQlError>,
    }
    let Errors { errors } = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("GraphQL", &e))?;
    if let Some(error) = errors.into_iter().next() {
        return Err(match error.extensions.code.as_str() {
            "FORBIDDEN" | "UNAUTHORIZED" | "UNAUTHENTICATED" | "ACCESS_DENIED" => Fault::Refused(error.extensions.code),
            "THROTTLED" => Fault::Busy { retry_after_s },
            // The message may quote what was asked for: only its beginning, and only where a code is missing.
            "" => Fault::Garbled(format!("GraphQL error: {}", error.message.chars().take(80).collect::<String>())),
            code => Fault::Garbled(format!("GraphQL error {}", code.chars().take(80).collect::<String>())),
        });
    }
    let reply: Reply<T> = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("GraphQL", &e))?;
    debug_assert!(reply.errors.is_empty());
    reply.data.ok_or_else(|| Fault::Garbled("GraphQL without data".into()))
}

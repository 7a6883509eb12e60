//! For load balancers and people on call.

use crate::{app::App, error::Error};
use axum::extract::State;

/// The process runs.
pub async fn alive() -> &'static str {
    "ok"
}

/// The process can serve: its database answers.
pub async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    app.db.ping().await?;
    Ok("ready")
}

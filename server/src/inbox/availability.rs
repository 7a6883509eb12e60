//! `/api/v1/desk/availability`: whether she is there to be given conversations.

use crate::{
    app::App,
    conversations::routing,
    error::Error,
    http::{Acting, Json, Staff, staff::Answer},
};
use aftercart_shared::{
    api::desk::{Availability, SetAvailability},
    error::WireError,
    ids::{AgentId, SiteId},
};
use axum::extract::State;

crate::act_bodies!(; without agent: SetAvailability);

/// See whether one is given conversations
///
/// `routed` says whether the shop gives any away by itself.
#[utoipa::path(
    get, path = "/api/v1/desk/availability", tag = "desk", security(("desk_session" = [])),
    responses(
        (status = 200, body = Availability, example = json!({"routed": true, "available": false})),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
    )
)]
pub async fn see(State(app): State<App>, staff: Staff<Answer>) -> Result<Json<Availability>, Error> {
    // The shop's own systems are nobody.
    let account = staff.account.ok_or(Error::SessionExpired)?;
    view(&app, &staff.site.id, &account.id).await.map(Json)
}

/// Say whether one is there
///
/// Until she says something else, and as long as her desk gives a sign of life: reading what is new in the queue is one. What
/// she has already stays with her.
#[utoipa::path(
    put, path = "/api/v1/desk/availability", tag = "desk", security(("desk_session" = [])),
    request_body(content = SetAvailability, example = json!({"available": true})),
    responses(
        (status = 200, body = Availability),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
    )
)]
pub async fn set(State(app): State<App>, acting: Acting<Answer, SetAvailability>) -> Result<Json<Availability>, Error> {
    routing::set_available(&app, &acting.site.id, &acting.account.id, acting.body.available).await?;
    view(&app, &acting.site.id, &acting.account.id).await.map(Json)
}

async fn view(app: &App, site: &SiteId, agent: &AgentId) -> Result<Availability, Error> {
    Ok(Availability {
        routed: app.sites.by_id(site).await?.routing.is_some(),
        available: routing::is_available(app, site, agent).await?,
    })
}

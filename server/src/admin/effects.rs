//! `/api/v1/admin/returns/{id}/effects…`: what a return makes happen outside, and what the shop's people do when it
//! does not.

use super::returns::return_id;
use crate::{
    app::App,
    error::Error,
    http::{
        Acting, Json, Staff,
        staff::{DecideReturns, ReadConversations},
    },
    orders,
    returns::{
        effects::{self, Confirmed, EffectRow},
        record::Actor,
        store,
    },
};
use aftercart_shared::{
    error::ErrorCode,
    error::WireError,
    ids::{ReturnId, SiteId},
    time::Timestamp,
};
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Of what a payment is called elsewhere, in characters.
const REFERENCE_MAX: usize = 200;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskEffects {
    /// In the order in which they were asked for.
    pub effects: Vec<DeskEffect>,
}

/// Something outside of our own tables: in the shop's system, with money, in a mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskEffect {
    pub id: String,
    /// `engine_return`, `engine_receive`, `engine_cancel`, `refund`, `store_credit`, `gift_card`, `replacement`, `label`, `mail_…`
    pub kind: String,
    /// `pending`, `done`, `failed`
    pub state: String,
    /// Nothing of ours can do it: do it by hand, then confirm it.
    pub needs_person: bool,
    /// In minor units of the return's currency.
    pub amount: Option<i64>,
    /// What it is called where it was done.
    pub reference: Option<String>,
    /// `connector:…`, `provider:…`, `agent:…`, `mail`, `till`, `none`
    pub done_by: Option<String>,
    /// In a row, without coming further.
    pub attempts: i64,
    /// Why it is not done yet, or how it was done.
    pub says: Option<String>,
    pub updated_at: Timestamp,
}

impl From<EffectRow> for DeskEffect {
    fn from(row: EffectRow) -> DeskEffect {
        DeskEffect {
            id: row.effect_id,
            kind: row.kind,
            state: row.state,
            needs_person: row.needs_person,
            amount: row.amount,
            reference: row.reference,
            done_by: row.done_by,
            attempts: row.attempts,
            says: row.last_error,
            updated_at: Timestamp(row.updated_at),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// What it is called where it was done: a payment's number, a parcel's. At most 200 characters.
    pub reference: String,
}

async fn all(app: &App, site: &SiteId, id: &ReturnId) -> Result<Json<DeskEffects>, Error> {
    let rows = effects::of_return(&app.db, site, id).await?;
    Ok(Json(DeskEffects { effects: rows.into_iter().map(DeskEffect::from).collect() }))
}

/// The return is this site's, and the effect is this return's.
async fn check(app: &App, site: &SiteId, id: &ReturnId, effect: Option<&str>) -> Result<(), Error> {
    store::by_id(&mut &app.db, site, id).await?.ok_or(Error::ReturnNotFound)?;
    let Some(effect) = effect else { return Ok(()) };
    let rows = effects::of_return(&app.db, site, id).await?;
    if rows.iter().any(|row| row.effect_id == effect) { Ok(()) } else { Err(Error::ReturnNotFound) }
}

crate::act_bodies!(RetryRequest, ConfirmRequest);

/// See what a return makes happen
///
/// In the shop's system, with money, by mail; why something is not done yet.
#[utoipa::path(
    get, path = "/api/v1/admin/returns/{id}/effects", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    responses(
        (status = 200, body = DeskEffects),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 404, body = WireError, description = "`return_not_found`"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path(id): Path<String>,
) -> Result<Json<DeskEffects>, Error> {
    let id = return_id(id)?;
    check(&app, &staff.site.id, &id, None).await?;
    all(&app, &staff.site.id, &id).await
}

/// Try an effect again
///
/// At once; what may have been done already is looked for first.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/effects/{effect}/retry", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("effect" = String, Path, description = "`DeskEffect::id`"),
    ),
    request_body(content = RetryRequest, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskEffects),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: it is done"),
    )
)]
pub async fn retry(
    State(app): State<App>,
    Path((id, effect)): Path<(String, String)>,
    acting: Acting<DecideReturns, RetryRequest>,
) -> Result<Json<DeskEffects>, Error> {
    let (shop, actor, id) = (acting.site, Actor::Agent(acting.account.id), return_id(id)?);
    check(&app, &shop.id, &id, Some(&effect)).await?;
    let (site, now, patience) = (shop.id.clone(), app.clock.now(), app.config.outgoing.patience_ms);
    let tried = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { Ok(effects::retry(tx, &site, &effect, patience, actor, now).await?) })
    });
    if !tried.await? {
        return Err(Error::NotPossibleNow { message: "it is done".into() });
    }
    all(&app, &shop.id, &id).await
}

/// Confirm an effect
///
/// It was done by hand.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/effects/{effect}/confirm", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("effect" = String, Path, description = "`DeskEffect::id`"),
    ),
    request_body(content = ConfirmRequest, example = json!({"agent": "ming@shop.example", "reference": "SEPA 2026-0117"})),
    responses(
        (status = 200, body = DeskEffects),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: it was done before"),
        (status = 422, body = WireError, description = "No reference, or too long a one"),
    )
)]
pub async fn confirm(
    State(app): State<App>,
    Path((id, effect)): Path<(String, String)>,
    acting: Acting<DecideReturns, ConfirmRequest>,
) -> Result<Json<DeskEffects>, Error> {
    let (shop, actor, id) = (acting.site, Actor::Agent(acting.account.id), return_id(id)?);
    let reference: String = acting.body.reference.trim().chars().filter(|c| !c.is_control()).collect();
    match reference.chars().count() {
        0 => return Err(Error::invalid(ErrorCode::Required, "reference")),
        n if n > REFERENCE_MAX => return Err(Error::invalid(ErrorCode::TooLong, "reference")),
        _ => {}
    }
    check(&app, &shop.id, &id, Some(&effect)).await?;
    let (site, now) = (shop.id.clone(), app.clock.now());
    let confirmed = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { Ok(effects::confirm(tx, &site, &effect, reference, actor, now).await?) })
    });
    match confirmed.await? {
        Confirmed::Done => {}
        Confirmed::DoneBefore => return Err(Error::NotPossibleNow { message: "it was done before".into() }),
        Confirmed::NotFound => return Err(Error::ReturnNotFound),
    }
    // The giver's panel is not even told to look.
    if let Some(row) = store::by_id(&mut &app.db, &shop.id, &id).await?
        && row.gift_to.is_none()
    {
        orders::news::changed(&app, &shop.id, &row.order_id);
    }
    all(&app, &shop.id, &id).await
}

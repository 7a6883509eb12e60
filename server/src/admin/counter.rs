//! `/api/v1/admin/returns/scanned` and `…/photos/…`: what is done with a return at the counter, and its pictures.

use super::returns::{DeskReturn, return_id, shown};
use crate::{
    agents::acts_store,
    app::App,
    attachments,
    error::Error,
    http::{Acting, Json, staff::DecideReturns},
    orders,
    returns::{number, order_store, record::Actor, scan, store},
};
use aftercart_shared::{error::WireError, ids::OrderId};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    /// What the code says: the whole address, or what stands behind its `#`.
    pub code: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenPhotoRequest {
    /// E-mail address of the account that looks. With the secret key only: whoever is logged in looks herself.
    #[serde(default)]
    pub agent: Option<String>,
}

crate::act_bodies!(ScanRequest, OpenPhotoRequest);

/// Take goods in by their code
///
/// The shopper has handed them over; nobody has looked into the parcel yet. Where the policy says so this starts the
/// refund, unless a person has to look first.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/scanned", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    request_body(content = ScanRequest, example = json!({"agent": "ming@shop.example", "code": "7K2M9Q.mZ1c…"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`: none of this shop's codes"),
        (status = 409, body = WireError, description = "`not_possible_now`: scanned before, or not approved"),
    )
)]
pub async fn scanned(
    State(app): State<App>,
    acting: Acting<DecideReturns, ScanRequest>,
) -> Result<Json<DeskReturn>, Error> {
    let Acting { site: shop, account, body, .. } = acting;
    let actor = Actor::Agent(account.id);
    let typed = body.code.trim();
    let token = typed.rsplit_once('#').map_or(typed, |(_, token)| token);
    let number = number::open(&app.secret, &shop.id, token).ok_or(Error::ReturnNotFound)?;
    let found = store::by_number(&app.db, &shop.id, &number).await?.ok_or(Error::ReturnNotFound)?;
    let policies = Arc::new(app.policies.of(&app.db, &shop.id, &shop.time_zone).await?);
    let (site, now) = (shop.id.clone(), app.clock.now());
    let row = app
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // The order first, as everybody does who takes a step.
                order_store::hold(tx, &site, &OrderId(found.order_id.clone())).await?;
                let mut row = store::by_id(tx, &site, &found.id()).await?.ok_or(Error::ReturnNotFound)?;
                let stood = row.state.clone();
                let note = serde_json::json!({ "by": "code" });
                if !scan::scanned(tx, &site, &policies, &mut row, &actor, note, now).await? {
                    return Err(Error::NotPossibleNow {
                        message: format!("it cannot be taken in while it is {stood}"),
                    });
                }
                Ok(row)
            })
        })
        .await?;
    orders::news::changed(&app, &shop.id, &row.order_id);
    shown(&app, &shop, row, None).await.map(Json)
}

/// Open a picture of a return
///
/// As the shopper attached it, drawn anew. Who looked at it is written down.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/photos/{attachment}/open", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("attachment" = String, Path, description = "`DeskPhoto::attachment`"),
    ),
    request_body(content = OpenPhotoRequest, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`, or `not_found`: no picture of this return"),
    )
)]
pub async fn photo(
    State(app): State<App>,
    Path((id, attachment)): Path<(String, String)>,
    acting: Acting<DecideReturns, OpenPhotoRequest>,
) -> Result<Response, Error> {
    let (site, agent, id) = (acting.site.id.clone(), acting.account.id, return_id(id)?);
    store::by_id(&mut &app.db, &site, &id).await?.ok_or(Error::ReturnNotFound)?;
    let pictures = attachments::part_of(&app.db, &site, &format!("return:{id}")).await?;
    let picture = pictures.into_iter().find(|one| one.attachment_id == attachment).ok_or(Error::NotFound)?;
    let jpeg = app.desk.files.get(&picture.object_key).await?;
    // Written down before it is shown: who looked is never lost.
    let (act_id, now, subject) = (app.random.id(), app.clock.now(), picture.attachment_id.clone());
    let note = format!("return {id}");
    let written = app.db.write::<_, crate::db::Error, _>(move |tx| {
        Box::pin(
            async move { acts_store::insert(tx, &site, &act_id, &agent, ("open_photo", &subject, &note), now).await },
        )
    });
    written.await?;
    Ok(attachments::routes::file(&picture, jpeg))
}

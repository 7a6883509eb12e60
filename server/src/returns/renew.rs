//! `/api/v1/me/returns/{id}/renew`: a code that has expired, made good once more where the policy still allows it.

use super::{
    asking::Asked,
    assess::assess,
    exchange::variant_store,
    order_store,
    record::{self, Actor, Kind, ReturnRow},
    routes::{Language, full, own},
    store,
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Query, Verified},
    orders::{self, access},
    sites::Site,
};
use aftercart_shared::{
    api::returns::{AskedLine, ReturnView},
    error::{ErrorCode, WireError},
    ids::OrderId,
    locale::Locale,
    returns::Verdict,
};
use axum::extract::{Path, State};
use serde_json::json;

/// Get a new code in the place of one that has expired
///
/// Where the policy would still take the same goods back today. The return goes on under its number; its last day is new.
#[utoipa::path(
    post, path = "/api/v1/me/returns/{id}/renew", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = ReturnView),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`return_not_found`: none of hers"),
        (status = 409, body = WireError, description = "`not_possible_now`: it has not expired, or its goods are in another return"),
        (status = 422, body = WireError, description = "`not_returnable`: the policy's time is over; `message` says when it was"),
    )
)]
pub async fn renew(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<ReturnView>, Error> {
    let (mut row, locale) = (own(&app, &session.proof, id).await?, language.of(&site));
    allowed(&app, &site, &session.proof, &row, locale).await?;
    let (site_id, now, actor) = (site.id.clone(), app.clock.now(), Actor::Shopper(session.shopper_id));
    let row = app
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                order_store::hold(tx, &site_id, &OrderId(row.order_id.clone())).await?;
                if !record::step(tx, &site_id, &mut row, "reopen", &actor, json!({}), now).await? {
                    return Err(impossible());
                }
                Ok(row)
            })
        })
        .await?;
    if row.gift_to.is_none() {
        orders::news::changed(&app, &site.id, &row.order_id);
    }
    full(&app, &site, row, locale).await.map(Json)
}

fn impossible() -> Error {
    Error::NotPossibleNow { message: "it has not expired, or its goods are in another return".into() }
}

/// Whether the policy would take the same goods back today.
///
/// # Errors
/// Why not.
pub async fn allowed(
    app: &App,
    site: &Site,
    who: &access::Verified,
    row: &ReturnRow,
    locale: Locale,
) -> Result<(), Error> {
    // What was set aside for an exchange may be sold by now: that is asked for anew.
    let mut db = &app.db;
    let set_aside = !variant_store::exchanges(&mut db, &site.id, &row.return_id).await?.is_empty();
    if row.state != "expired" || row.kind()? == Kind::Claim || set_aside {
        return Err(impossible());
    }
    let asked = Asked::read(app, site, who, &OrderId(row.order_id.clone())).await?;
    let line = |line: store::LineRow| AskedLine { line: line.line_id, quantity: line.quantity, reason: line.reason };
    let lines = store::lines(&mut db, &site.id, &row.return_id).await?;
    let lines: Vec<AskedLine> = lines.into_iter().map(line).collect();
    let assessed = assess(&asked.facts, asked.question(app.clock.now(), locale), &lines).map_err(|_| impossible())?;
    if assessed.verdict == Verdict::Refuse {
        return Err(Error::ruled(ErrorCode::NotReturnable, "lines", assessed.says.join(" ")));
    }
    Ok(())
}

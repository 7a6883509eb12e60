//! `/api/v1/me/orders/{order_id}/returns/variants`

use super::{
    look_up::of_line,
    variant_store,
    weigh::{Chance, Difference, weigh},
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json, Query, Verified},
    returns::{asking::Asked, policy::wording::ServerWording, submit::is_id},
};
use aftercart_shared::{
    api::returns::{VariantView, Variants},
    error::{ErrorCode, WireError},
    ids::OrderId,
    locale::Locale,
    money::Money,
};
use axum::extract::{Path, State};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    line: String,
    #[serde(default)]
    quantity: Option<i64>,
    #[serde(default)]
    locale: Option<Locale>,
}

/// See which other sizes and colours a line could be exchanged for
///
/// Asks the shop's system, while the shopper waits, for at most six seconds. What cannot be had stays in the list, with
/// the reason.
#[utoipa::path(
    get, path = "/api/v1/me/orders/{order_id}/returns/variants", tag = "shoppers",
    security(("site_key" = [], "session" = [])),
    params(
        ("order_id" = String, Path, description = "`MyOrder::id`"),
        ("line" = String, Query, description = "`ReturnableLine::line`"),
        ("quantity" = Option<i64>, Query, description = "How many are wanted; 1"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = Variants, example = json!({"line": "l1", "variants": [
            {"id": "BG-POUCH-SA", "words": "sand", "choosable": true, "difference": 0, "says": "Only 3 left"},
            {"id": "BG-POUCH-IN", "words": "indigo", "choosable": false, "difference": 0, "says": "Sold out"}
        ]})),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`order_not_found`: none of hers"),
        (status = 422, body = WireError, description = "`invalid`: the order has no such line"),
        (status = 503, body = WireError, description = "`variants_unavailable`: nobody can tell just now"),
    )
)]
pub async fn variants(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(order_id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Json<Variants>, Error> {
    let order = if is_id(&order_id) { OrderId(order_id) } else { return Err(Error::OrderNotFound) };
    let asked = Asked::read(&app, &site, &session.proof, &order).await?;
    let facts = &asked.facts;
    let place = facts.place(&which.line).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "line"))?;
    let found = of_line(&app, &site, facts, place).await?;
    let held = variant_store::held(&mut &app.db, &site.id, &found.source, found.told_at).await?;
    let locale = which.locale.unwrap_or_else(|| site.locale_for(""));
    let (wording, quantity) = (ServerWording(locale), which.quantity.unwrap_or(1).max(1));
    let money = |minor| Money { minor, currency: facts.order.currency };
    let candidates = weigh(&found.siblings, facts.lines[place].unit_price, &held);
    let view = |candidate: &super::weigh::Candidate| VariantView {
        id: candidate.variant.id.clone(),
        words: Some(candidate.words(locale))
            .filter(|words| !words.is_empty())
            .or_else(|| candidate.variant.sku.clone())
            .unwrap_or_else(|| candidate.variant.id.clone()),
        choosable: matches!(candidate.chance(quantity), Chance::Yes | Chance::Perhaps),
        difference: match candidate.difference {
            Difference::Cheaper(back) => -back,
            Difference::Dearer(more) => more,
            Difference::Same | Difference::Unknown => 0,
        },
        says: candidate.says(quantity, money, &wording),
    };
    Ok(Json(Variants { line: which.line, variants: candidates.iter().map(view).collect() }))
}

//! `GET /api/v1/me/returns/{id}/slip.pdf`: the paper that goes with the goods.

use super::{
    code,
    policy::{window::ShopCalendar, wording::ServerWording},
    routes::{Language, own},
    slip::{self, Slip, SlipItem},
    store,
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Query, Verified},
};
use aftercart_shared::{error::WireError, ids::OrderId, locale::Locale, returns::Wording, time::Timestamp};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

/// Print a return's slip
///
/// One A4 page as PDF: its QR code for handing it over, and a list for the parcel. While the goods are to be handed over.
#[utoipa::path(
    get, path = "/api/v1/me/returns/{id}/slip.pdf", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`return_not_found`: none of hers"),
        (status = 409, body = WireError, description = "`not_possible_now`: there is nothing to hand over; `label_expired`"),
    )
)]
pub async fn pdf(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Response, Error> {
    let row = own(&app, &session.proof, id).await?;
    let late = row.send_by.is_some_and(|by| by < app.clock.now().0);
    if row.state == "expired" || late && matches!(row.state.as_str(), "approved" | "reserved") {
        return Err(Error::LabelExpired);
    }
    let none = || Error::NotPossibleNow { message: "there is nothing to hand over".into() };
    if !row.goods_back || !matches!(row.state.as_str(), "approved" | "reserved" | "in_transit") {
        return Err(none());
    }
    let locale = language.of(&site);
    let calendar = ShopCalendar::of_zone(&site.time_zone).unwrap_or_else(ShopCalendar::utc);
    let order = super::order_store::any(&mut &app.db, &site.id, &OrderId(row.order_id.clone())).await?;
    let lines = store::lines(&mut &app.db, &site.id, &row.return_id).await?;
    let slip = Slip {
        shop: site.name(locale).to_owned(),
        code: code::text(&app.config.public_url, &app.secret, &site, &row.number),
        order: order.map(|order| order.number).unwrap_or_default(),
        items: lines.into_iter().map(|line| SlipItem { title: line.title, quantity: line.quantity }).collect(),
        send_by: row.send_by.map(|by| ServerWording(locale).day(calendar.day(Timestamp(by)))),
        // No setting says where a shop takes returns.
        address: vec![],
        number: row.number,
        locale,
    };
    let pdf = slip::pdf(&slip).ok_or_else(none)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{}.pdf\"", slip.number)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, pdf).into_response())
}

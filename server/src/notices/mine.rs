//! What a verified shopper should know of her orders without asking: a parcel that is late, stuck or in other trouble,
//! or that waits for her. Keyed to her contacts and not to a browser, so that what she has seen stays seen.

use super::{alert, mine_store};
use crate::{
    app::App,
    db::{self, Db},
    error::Error,
    http::{CurrentSite, Json, Query, Verified},
    orders::{access, own_store, view, watch},
    random::hex,
    secret::Secret,
    shoppers::session::Session,
    sites::Site,
};
use aftercart_shared::{
    api::notices::{MyNotices, NoticeView, NoticesSeen},
    error::{ErrorCode, WireError},
    i18n::Messages,
    locale::Locale,
    time::Timestamp,
};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;

/// Orders older than this are settled in some other way by now.
const ORDERS_MS: i64 = 90 * Timestamp::DAY_MS;
/// The newest of her unsettled orders that are looked at: each costs a few reads, on every page of the shop.
const ORDERS_MAX: u32 = 10;
/// What was seen is remembered for longer than any order is looked at.
const SEEN_MS: i64 = 2 * ORDERS_MS;
/// No panel shows more at once.
const KEYS_MAX: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    locale: Option<String>,
}

/// See what is wrong with one's orders
///
/// For a verified shopper: at most one notice for each of her orders of the last 90 days, the newest trouble first.
/// What she has dismissed is left out.
#[utoipa::path(
    get, path = "/api/v1/me/notices", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(("locale" = Option<String>, Query, description = "Of the texts: `en`, `zh-CN`; otherwise the site's first")),
    responses(
        (status = 200, body = MyNotices, example = json!({
            "notices": [{
                "key": "5d0c9f0c3a7b41f2b7b3c1e0a9d8e7f6", "order_id": "2f1c7a90b3d84e5fa6b7c8d9e0f1a2b3",
                "number": "A-1001", "trouble": "late", "since": 1_795_276_799_000_i64,
                "title": "Your parcel is late",
                "text": "Order A-1001 should be with you by now. It is still on its way. If you can’t wait any longer, tell us and we’ll chase it.",
                "seen": false
            }],
            "unseen": 1, "headline": "Your parcel is late: see what we can do"
        })),
        (status = 401, body = WireError, description = "`session_expired`: nobody has proved who she is"),
    )
)]
pub async fn list(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Query(asked): Query<Asked>,
) -> Result<Json<MyNotices>, Error> {
    let locale = site.locale_for(asked.locale.as_deref().unwrap_or_default());
    let notices = current(&app, &site, &session, locale).await?;
    let unseen = notices.iter().filter(|notice| !notice.seen);
    let headline = unseen.clone().next().map(|first| Messages::new(locale).alert_launcher(&first.title));
    let unseen = u32::try_from(unseen.count()).unwrap_or(u32::MAX);
    Ok(Json(MyNotices { notices, unseen, headline }))
}

/// Mark notices as seen
///
/// For the same shopper on every device. `dismissed` ones are not shown again. Keys that are none of her notices now
/// are passed over.
#[utoipa::path(
    post, path = "/api/v1/me/notices/seen", tag = "shoppers", security(("site_key" = [], "session" = [])),
    request_body(content = NoticesSeen, example = json!({"keys": ["0f3a5c…"], "dismissed": false})),
    responses(
        (status = 204),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 422, body = WireError, description = "More keys than anybody has notices"),
    )
)]
pub async fn seen(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Json(request): Json<NoticesSeen>,
) -> Result<StatusCode, Error> {
    if request.keys.len() > KEYS_MAX {
        return Err(Error::invalid(ErrorCode::TooLong, "keys"));
    }
    let hers = current(&app, &site, &session, site.locale_for("")).await?.into_iter().map(|notice| notice.key);
    let keys: Vec<String> = hers.filter(|key| request.keys.contains(key)).collect();
    let contacts: Vec<String> = contacts(&app.secret, &session.proof).into_iter().flatten().collect();
    let (site, now, dismissed) = (site.id.clone(), app.clock.now(), request.dismissed);
    let marked = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            for key in &keys {
                for contact in &contacts {
                    mine_store::mark(tx, &site, contact, key, dismissed, now).await?;
                }
            }
            Ok(())
        })
    });
    marked.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Those that she has not dismissed.
async fn current(app: &App, site: &Site, session: &Session, locale: Locale) -> Result<Vec<NoticeView>, Error> {
    let now = app.clock.now();
    let orders = own_store::unsettled(&app.db, &session.proof, now.plus_ms(-ORDERS_MS), ORDERS_MAX).await?;
    let mut notices = Vec::new();
    for found in orders {
        let known = view::known_order(&found, &site.time_zone);
        let order = watch::complete(app, site, &found, known).await?;
        notices.extend(alert::of(&found.order.order_id, &order, locale));
    }
    if notices.is_empty() {
        return Ok(notices);
    }
    let [email, phone] = contacts(&app.secret, &session.proof);
    let seen = mine_store::seen(&app.db, &site.id, email.as_deref(), phone.as_deref()).await?;
    notices.retain(|notice| !seen.iter().any(|seen| seen.notice_key == notice.key && seen.dismissed_at.is_some()));
    for notice in &mut notices {
        notice.seen = seen.iter().any(|seen| seen.notice_key == notice.key);
    }
    notices.sort_by_key(|notice| std::cmp::Reverse(notice.since));
    Ok(notices)
}

/// Under what it is written down that the owner of a contact has seen something.
fn contacts(secret: &Secret, who: &access::Verified) -> [Option<String>; 2] {
    let hash = |kind: &str, contact: &str| {
        let parts = [who.site().as_str().as_bytes(), kind.as_bytes(), contact.as_bytes()];
        hex(&secret.hmac("notice seen", &parts)[..16])
    };
    [who.email().map(|email| hash("email", email)), who.phone().map(|phone| hash("phone", phone))]
}

/// Forgets what was seen of orders that are settled by now.
///
/// # Errors
/// The database's.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<(), db::Error> {
    db.write(move |tx| Box::pin(async move { mine_store::forget(tx, now.plus_ms(-SEEN_MS)).await })).await
}

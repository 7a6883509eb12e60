//! What she is told who waits: her place, how long it takes from there, and when we are back if nobody is there.

use super::{
    access::{Looking, Side},
    place_store::{self, PlaceRow, ServedRow},
    waits::{self, Pace, Waited},
};
use crate::{
    app::App,
    error::Error,
    http::{CurrentSite, Json},
    sites::{Site, hours::Door},
};
use aftercart_shared::{
    api::conversations::{ConversationState, QueueView},
    error::WireError,
    ids::{ConversationId, SiteId},
    time::Timestamp,
};
use axum::extract::State;
use jiff::tz::TimeZone;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// What is older says little of how it goes now.
const LATELY_MS: i64 = 14 * Timestamp::DAY_MS;
/// Of those who were taken on lately, so many of the last.
const SERVED_MAX: i64 = 500;
/// Reckoned anew this often: for everybody who waits, it is the same.
const FRESH_MS: i64 = Timestamp::MINUTE_MS;

/// At what pace each shop has lately taken people on.
#[derive(Debug, Default)]
pub struct Paces(Mutex<HashMap<SiteId, (Timestamp, Option<Pace>)>>);

impl Paces {
    fn known(&self, site: &SiteId, now: Timestamp) -> Option<Option<Pace>> {
        let paces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paces.get(site).filter(|(at, _)| (0..FRESH_MS).contains(&(now.0 - at.0))).map(|(_, pace)| *pace)
    }

    fn keep(&self, site: &SiteId, now: Timestamp, pace: Option<Pace>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(site.clone(), (now, pace));
    }
}

/// What to expect
///
/// What somebody finds who would ask now: her place in the queue, about how long it takes, and when somebody answers again
/// if nobody does at this hour.
#[utoipa::path(
    get, path = "/api/v1/queue", tag = "shoppers", security(("site_key" = [])),
    responses(
        (status = 200, body = QueueView, example = json!({"position": 3, "minutes": {"from": 4, "to": 9}, "closed": false})),
        (status = 403, body = WireError, description = "`origin_not_allowed`"),
    )
)]
pub async fn queue(State(app): State<App>, site: CurrentSite) -> Result<Json<QueueView>, Error> {
    let waiting = place_store::line(&app.db, &site.id).await?.map_or(0, |line| line.waiting);
    told(&app, &site, waiting + 1, None).await.map(Json)
}

/// For her whose it is, while she waits.
pub(super) async fn of(app: &App, looking: &Looking, state: ConversationState) -> Result<Option<QueueView>, Error> {
    match looking.side {
        Side::Visitor if state == ConversationState::Queued => stands(app, &looking.site, &looking.id).await,
        _ => Ok(None),
    }
}

/// `None`: somebody has it by now.
pub(super) async fn stands(app: &App, site: &SiteId, id: &ConversationId) -> Result<Option<QueueView>, Error> {
    let Some(row) = place_store::place(&app.db, site, id).await? else { return Ok(None) };
    let site = app.sites.by_id(site).await?;
    told(app, &site, row.ahead + 1, Some(&row)).await.map(Some)
}

async fn told(app: &App, site: &Site, place: i64, hers: Option<&PlaceRow>) -> Result<QueueView, Error> {
    let now = app.clock.now();
    Ok(view(site, place, hers, pace(app, site, now).await?, now))
}

pub(super) fn view(site: &Site, place: i64, hers: Option<&PlaceRow>, pace: Option<Pace>, now: Timestamp) -> QueueView {
    let zone = site.zone();
    let position = u32::try_from(place).unwrap_or(u32::MAX);
    if let Some(Door::Closed { opens }) = site.chat_hours.as_deref().map(|hours| hours.door(now, &zone)) {
        return QueueView { position, minutes: None, closed: true, opens_at: opens };
    }
    let begun = hers.and_then(|row| Some((row.begun_place?, open_ms(site, &zone, Timestamp(row.queued_at), now))));
    let minutes = pace.and_then(|pace| pace.left(place, begun));
    QueueView { position, minutes, closed: false, opens_at: None }
}

pub(super) async fn pace(app: &App, site: &Site, now: Timestamp) -> Result<Option<Pace>, Error> {
    if let Some(known) = app.paces.known(&site.id, now) {
        return Ok(known);
    }
    let rows = place_store::served(&app.db, &site.id, now.plus_ms(-LATELY_MS), SERVED_MAX).await?;
    let zone = site.zone();
    let waited: Vec<Waited> = rows.iter().map(|row| waited(site, &zone, row)).collect();
    let pace = waits::pace(&waited, hour(&zone, now));
    app.paces.keep(&site.id, now, pace);
    Ok(pace)
}

fn waited(site: &Site, zone: &TimeZone, row: &ServedRow) -> Waited {
    let (came, taken) = (Timestamp(row.queued_at), Timestamp(row.assigned_at));
    Waited { hour: hour(zone, came), open_ms: open_ms(site, zone, came, taken), place: row.begun_place }
}

/// Nobody is blamed for the night.
fn open_ms(site: &Site, zone: &TimeZone, from: Timestamp, to: Timestamp) -> i64 {
    site.chat_hours.as_deref().map_or(to.0 - from.0, |hours| hours.open_ms(from, to, zone))
}

fn hour(zone: &TimeZone, at: Timestamp) -> i8 {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(moment).hour()
}

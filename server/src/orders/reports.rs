//! What tracking services say, put to the parcels it is about: once, in whatever order it arrives.

use super::{
    carriers::{self, CarrierEvent, CarrierReport, tracking_key},
    import::fields::{is_refused, limit},
    reports_store as store,
};
use crate::{
    clock::Clock,
    db::{self, Db},
    random::hex,
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
};
use sha2::{Digest, Sha256};

/// Carriers give their numbers out again. What happened long before the order was placed …
const BEFORE_ORDER_MS: i64 = 30 * Timestamp::DAY_MS;
/// … or long after is another parcel's story.
const AFTER_ORDER_MS: i64 = 365 * Timestamp::DAY_MS;
/// A clock may run ahead by a zone; what is later has not happened.
const AHEAD_MS: i64 = Timestamp::DAY_MS;
/// Of one report: far above any journey.
const EVENTS_MAX: usize = 1_000;
/// Reports to a transaction.
const BATCH: usize = 50;

/// The source of events that the shop's own system tells of one by one.
pub const SHOP: &str = "api";

/// A report ready to be stored.
#[derive(Debug)]
pub struct Ready {
    pub key: String,
    /// One of our codes; `None` for one that we do not know.
    pub carrier: Option<&'static str>,
    pub source: &'static str,
    /// With their ids.
    pub events: Vec<(String, CarrierEvent)>,
    /// Of the events.
    pub newest: Option<Timestamp>,
    /// Earliest and latest.
    pub promise: Option<(Timestamp, Timestamp)>,
}

/// Adds what is new to every parcel of the site with the report's number, and derives its status anew
/// ([`aftercart_shared::tracking::current_status`]). Returns the orders that changed: the caller tells their panels
/// (`orders::news`). Numbers that no parcel has are ignored. The same reports again, in any order, change nothing.
///
/// # Errors
/// The database's; what was stored before in another batch stays.
pub async fn apply(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    reports: Vec<CarrierReport>,
) -> Result<Vec<OrderId>, db::Error> {
    let now = clock.now();
    let mut ready: Vec<Ready> = reports.into_iter().filter_map(|report| prepare(report, now)).collect();
    // Always in one order: two writers at once must not wait for each other.
    ready.sort_by(|a, b| a.key.cmp(&b.key));
    let mut changed: Vec<OrderId> = Vec::new();
    while !ready.is_empty() {
        let batch: Vec<Ready> = ready.drain(..ready.len().min(BATCH)).collect();
        let site = site.clone();
        let orders = db.write(move |tx| Box::pin(async move { store::apply(tx, &site, &batch, now).await })).await?;
        changed.extend(orders);
    }
    changed.sort_unstable_by(|a: &OrderId, b| a.as_str().cmp(b.as_str()));
    changed.dedup();
    Ok(changed)
}

/// Adds what the shop's own system tells of one parcel, each event known by the shop's own id for it: how many were
/// new. `None`: the order has no such parcel.
///
/// # Errors
/// The database's; then nothing is stored.
pub async fn add(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    order_id: &OrderId,
    shipment_id: &str,
    events: Vec<(String, CarrierEvent)>,
) -> Result<Option<u64>, db::Error> {
    let (site, order, shipment, now) = (site.clone(), order_id.clone(), shipment_id.to_owned(), clock.now());
    let events: Vec<_> = events.into_iter().map(|(id, event)| (own_id(&id), cleaned(event))).collect();
    db.write(move |tx| Box::pin(async move { store::add_own(tx, &site, &order, &shipment, &events, now).await })).await
}

/// Never equal to the id of what a service reports.
fn own_id(id: &str) -> String {
    let mut hash = Sha256::new();
    for part in [SHOP, id] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
}

fn prepare(report: CarrierReport, now: Timestamp) -> Option<Ready> {
    let key = tracking_key(&report.tracking_number)?;
    let known = report.carrier.as_deref().map(carriers::code).filter(|code| *code != carriers::OTHER);
    let mut events: Vec<CarrierEvent> =
        report.events.into_iter().filter(|event| event.at <= now.plus_ms(AHEAD_MS)).map(cleaned).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(EVENTS_MAX);
    let newest = events.first().map(|event| event.at);
    let events = events.into_iter().map(|event| (event_id(report.source, &event), event)).collect();
    let promise = report.expected.map(|promise| (promise.earliest, promise.latest));
    Some(Ready { key, carrier: known, source: report.source, events, newest, promise })
}

/// Does the event belong to this order's parcel, or to an older or newer one with the same number?
pub fn is_of(event_at: Timestamp, placed_at: Timestamp) -> bool {
    (placed_at.plus_ms(-BEFORE_ORDER_MS)..=placed_at.plus_ms(AFTER_ORDER_MS)).contains(&event_at)
}

/// Equal for two reports of one happening by one source.
fn event_id(source: &str, event: &CarrierEvent) -> String {
    let mut hash = Sha256::new();
    let at = event.at.0.to_string();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (code, place, words) = (text(&event.raw_code), text(&event.place), text(&event.text));
    for part in [source, &at, event.status.name(), &code, &place, &words] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
}

/// Carriers' texts hold line ends, control and direction characters; none of them is worth losing the event.
fn cleaned(event: CarrierEvent) -> CarrierEvent {
    let tidy = |text: Option<String>, max: usize| {
        let spaced = text?.chars().map(|c| if is_refused(c) { ' ' } else { c }).collect::<String>();
        let text: String = spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect();
        (!text.is_empty()).then_some(text)
    };
    CarrierEvent {
        raw_code: tidy(event.raw_code, limit::CODE),
        place: tidy(event.place, limit::NAME),
        text: tidy(event.text, limit::EVENT),
        ..event
    }
}

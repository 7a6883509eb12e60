//! Where a return's parcel is, asked of whoever made its label, until it has arrived. Its first scan is news, and may start
//! the refund; that it was delivered is written down, and pays nothing.

use super::{
    effects, label_store, order_store,
    policies::SitePolicies,
    record::{self, Actor},
    scan, store,
};
use crate::{
    app::App,
    db::{self, Tx},
    jobs::{Job, NewJob, Outcome},
    orders,
};
use aftercart_shared::{
    ids::{OrderId, ReturnId, SiteId},
    time::Timestamp,
    tracking::ParcelStatus,
};
use serde_json::json;
use std::sync::Arc;

/// The kind of job.
pub const KIND: &str = "return_label_watch";
/// A parcel's first scan comes within the day; nobody stands and waits for it.
const ROUND_MS: i64 = 3 * Timestamp::HOUR_MS;
/// A label that nobody has used after so long is not going to be.
const LONGEST_MS: i64 = 90 * Timestamp::DAY_MS;

pub fn job(site: &SiteId, return_id: &ReturnId, now: Timestamp) -> NewJob {
    NewJob {
        site: site.clone(),
        kind: KIND,
        key: return_id.to_string(),
        payload: "{}".into(),
        run_at: now.plus_ms(ROUND_MS),
    }
}

pub async fn run(app: App, job: Job) -> Outcome {
    match round(&app, &job.site, &ReturnId(job.key)).await {
        Ok(Some(next)) => Outcome::Again(next),
        Ok(None) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// When to come again; `None`: there is nothing more to hear.
async fn round(app: &App, site: &SiteId, return_id: &ReturnId) -> Result<Option<Timestamp>, db::Error> {
    let mut db = &app.db;
    let label = label_store::of_return(&mut db, site, return_id.as_str()).await?;
    let row = store::by_id(&mut db, site, return_id).await?;
    let (Some(label), Some(row)) = (label, row) else { return Ok(None) };
    let now = app.clock.now();
    let travels =
        matches!(row.state.as_str(), "approved" | "reserved" | "in_transit" | "expired" | "refunding" | "refunded");
    if !travels || label.created_at < now.0 - LONGEST_MS {
        return Ok(None);
    }
    let next = Some(now.plus_ms(ROUND_MS));
    let Ok(Some((provider, _))) = effects::provider(app, site).await else { return Ok(next) };
    let status = match provider.parcel(&label.reference).await {
        Ok(status) => status,
        Err(fault) => {
            tracing::warn!(%fault, "a label's provider did not say where its parcel is");
            return Ok(next);
        }
    };
    if status.name() == label.seen {
        return Ok(if status.is_final() { None } else { next });
    }
    // The one that the return is under, by its id: no calendar is asked.
    let policies = Arc::new(app.policies.of(&app.db, site, "UTC").await?);
    let (site_id, id) = (site.clone(), return_id.clone());
    let changed = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { heard(tx, &site_id, &policies, &id, status, now).await })
    });
    if changed.await? {
        orders::news::changed(app, site, &row.order_id);
    }
    Ok(if status.is_final() { None } else { next })
}

/// Writes down what was heard. Whether the return has changed by it.
async fn heard(
    tx: &mut Tx,
    site: &SiteId,
    policies: &SitePolicies,
    return_id: &ReturnId,
    status: ParcelStatus,
    now: Timestamp,
) -> Result<bool, db::Error> {
    label_store::set_seen(tx, site, return_id.as_str(), status).await?;
    let Some(found) = store::by_id(tx, site, return_id).await? else { return Ok(false) };
    // The order first, as everybody does who takes a step.
    order_store::hold(tx, site, &OrderId(found.order_id)).await?;
    let Some(mut row) = store::by_id(tx, site, return_id).await? else { return Ok(false) };
    let note = json!({ "parcel": status.name() });
    match status {
        // Nobody has heard of a scan before: the refund waits for the goods.
        ParcelStatus::Delivered => record::step(tx, site, &mut row, "carrier_deliver", &Actor::System, note, now).await,
        ParcelStatus::InTransit
        | ParcelStatus::OutForDelivery
        | ParcelStatus::ReadyForPickup
        | ParcelStatus::Attempted
        | ParcelStatus::Exception => scan::scanned(tx, site, policies, &mut row, &Actor::System, note, now).await,
        _ => Ok(false),
    }
}

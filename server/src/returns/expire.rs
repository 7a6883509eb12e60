//! Approved goods that nobody sends: after a while the return has expired, and its pieces are free again.

use super::{
    record::{self, Actor},
    store,
};
use crate::{
    app::App,
    db,
    jobs::{Job, NewJob, Outcome},
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    time::Timestamp,
};
use serde_json::json;

/// The kind of job.
pub const KIND: &str = "return_expire";

/// A return that is opened again has another last moment, and so another job.
pub fn job(site: &SiteId, return_id: &ReturnId, send_by: Timestamp) -> NewJob {
    NewJob {
        site: site.clone(),
        kind: KIND,
        key: format!("{return_id} {}", send_by.0),
        payload: return_id.0.clone(),
        run_at: send_by.plus_ms(1),
    }
}

pub async fn run(app: App, job: Job) -> Outcome {
    let (site, id, now) = (job.site, ReturnId(job.payload), app.clock.now());
    let expired = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            let Some(mut row) = store::by_id(tx, &site, &id).await? else { return Ok(None) };
            match row.send_by {
                Some(send_by) if send_by < now.0 => {
                    // What has been sent, cancelled or expired already has no such step.
                    record::step(tx, &site, &mut row, "expire", &Actor::System, json!({}), now).await?;
                    Ok(None)
                }
                later => Ok(later),
            }
        })
    });
    match expired.await {
        Ok(None) => Outcome::Done,
        Ok(Some(later)) => Outcome::Again(Timestamp(later).plus_ms(1)),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

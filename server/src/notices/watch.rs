//! The job that looks for news, once for each site that has a subscriber.

use super::{
    mails::{self, Links},
    store::{self, News},
};
use crate::{
    app::App,
    error::Error,
    jobs::{Job, NewJob, Outcome},
    notifications,
    sites::Site,
};
use aftercart_shared::{ids::SiteId, time::Timestamp, tracking::ParcelStatus};

pub const JOB: &str = "notices";

/// A mail may be late by this much.
const EVERY_MS: i64 = 10_000;
/// News to one round; what is left comes in the next, at once.
const AT_ONCE: i64 = 200;
/// Whoever has not said yes by then has not said it.
const PENDING_MS: i64 = 7 * Timestamp::DAY_MS;
/// No parcel is awaited for longer.
const KEPT_MS: i64 = 180 * Timestamp::DAY_MS;

/// The site's job; asking for it again changes nothing.
pub fn job(site: &SiteId, now: Timestamp) -> NewJob {
    NewJob { site: site.clone(), kind: JOB, key: "look".into(), payload: "null".into(), run_at: now }
}

/// Tells every subscriber what she has not been told.
pub async fn look(app: App, job: Job) -> Outcome {
    match round(&app, &job.site).await {
        Ok(more) => {
            let now = app.clock.now();
            Outcome::Again(if more { now } else { now.plus_ms(EVERY_MS) })
        }
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

async fn round(app: &App, site: &SiteId) -> Result<bool, Error> {
    let site = app.sites.by_id(site).await?;
    let news = store::untold(&app.db, &site.id, AT_ONCE).await?;
    let more = news.len() as i64 == AT_ONCE;
    for one in news {
        tell(app, &site, one).await?;
    }
    let (id, now) = (site.id.clone(), app.clock.now());
    let (pending, rest) = (now.plus_ms(-PENDING_MS), now.plus_ms(-KEPT_MS));
    app.db
        .write::<_, crate::db::Error, _>(move |tx| Box::pin(async move { store::forget(tx, &id, pending, rest).await }))
        .await?;
    Ok(more)
}

async fn tell(app: &App, site: &Site, news: News) -> Result<(), Error> {
    let status = ParcelStatus::from_name(&news.status).unwrap_or(ParcelStatus::Unknown);
    let links = Links { public_url: &app.config.public_url, secret: &app.secret, site };
    let mail = mails::is_news(status).then(|| mails::news(links, &news, status));
    let (id, now) = (site.id.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if store::told(tx, &id, &news, now).await?
                    && let Some(mail) = mail
                {
                    notifications::queue_mail(tx, mail, now).await?;
                }
                Ok(())
            })
        })
        .await
}

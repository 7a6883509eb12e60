//! The job that keeps a tracking service asked: one for each connector, for as long as that stands.

use super::{
    account::{NoAccount, account},
    follow::{Following, Round, back_off_ms},
    store,
};
use crate::{
    app::App,
    connectors::{
        Kind,
        carriers::Kind as Service,
        store::{self as connectors, ConnectorRow},
    },
    db,
    jobs::{Job, NewJob, Outcome},
    orders,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

pub const KIND: &str = "follow_parcels";

/// Asked for once, when the connector is added; it never ends.
pub fn job(site: SiteId, connector_id: &str, now: Timestamp) -> NewJob {
    NewJob { site, kind: KIND, key: connector_id.to_owned(), payload: "{}".into(), run_at: now }
}

pub async fn run(app: App, job: Job) -> Outcome {
    match work(&app, &job).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

async fn work(app: &App, job: &Job) -> Result<Outcome, db::Error> {
    let Some(row) = connectors::by_id(&app.db, &job.key).await?.filter(|row| row.site() == job.site) else {
        // Removed: what was followed for it is nobody's any more.
        store::forget(&app.db, &job.site, &job.key).await?;
        return Ok(Outcome::Done);
    };
    let Kind::Carrier(service) = row.kind()? else { return Ok(Outcome::Failed("it tracks no parcels".into())) };
    let round = round(app, &row, service).await?;
    for order in &round.changed {
        orders::news::changed(app, &job.site, order.as_str());
    }
    let next = round.next;
    noted(app, &row, round).await?;
    Ok(Outcome::Again(next))
}

async fn round(app: &App, row: &ConnectorRow, service: Service) -> Result<Round, db::Error> {
    let stopped = |why: String| Round {
        changed: Vec::new(),
        next: app.clock.now().plus_ms(back_off_ms(row.failures + 1, None)),
        trouble: Some(why),
    };
    let account = match account(app, row, service).await {
        Ok(account) => account,
        Err(NoAccount::Site(crate::error::Error::Db(error))) => return Err(error),
        Err(why) => return Ok(stopped(why.to_string())),
    };
    let site = row.site();
    let following = Following {
        db: &app.db,
        clock: &*app.clock,
        site: &site,
        connector_id: &row.connector_id,
        kind: service,
        account: &account,
        carry: &app.http,
        failures: row.failures,
    };
    following.round().await
}

/// Writes down how it went and when it goes on, for whoever looks at the connector.
async fn noted(app: &App, row: &ConnectorRow, round: Round) -> Result<(), db::Error> {
    let (site, id, now) = (row.site(), row.connector_id.clone(), app.clock.now());
    let Round { changed, next, trouble } = round;
    if let Some(error) = &trouble {
        tracing::warn!(connector = id, kind = row.kind, error, "a tracking service failed");
    }
    app.db
        .write(move |tx| {
            Box::pin(async move {
                match trouble {
                    Some(why) => connectors::went_wrong(tx, &site, &id, &why, now).await.map(|_| ())?,
                    None => connectors::went_well(tx, &site, &id, !changed.is_empty(), now).await?,
                }
                connectors::postpone(tx, &site, &id, next).await
            })
        })
        .await
}

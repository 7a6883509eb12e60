//! The job behind a webhook: asks for the order that it named.

use super::{Shop, Trouble, reconcile, went_wrong};
use crate::{
    app::App,
    connectors::{outgoing::Fault, store},
    db,
    jobs::{Job, Outcome},
};
use serde::{Deserialize, Serialize};

pub const KIND: &str = "fetch_order";
/// Where a platform asks for patience without saying how much.
const PAUSE_S: i64 = 10;

#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    connector_id: &'a str,
    /// The platform's own id; none: look at everything that changed.
    order: Option<&'a str>,
}

pub fn payload(connector_id: &str, order: Option<&str>) -> String {
    serde_json::to_string(&Payload { connector_id, order }).unwrap_or_default()
}

pub async fn run(app: App, job: Job) -> Outcome {
    let Ok(Payload { connector_id, order }) = serde_json::from_str(&job.payload) else {
        return Outcome::Failed("the payload cannot be read".into());
    };
    let row = match store::by_id(&app.db, connector_id).await {
        // Removed since, or never this site's.
        Ok(row) => match row.filter(|row| row.site() == job.site) {
            Some(row) => row,
            None => return Outcome::Done,
        },
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let done = match order {
        Some(order) => one(&app, &row, order).await,
        None => reconcile::round(&app, &row).await.map(|_| ()),
    };
    let Err(trouble) = done else { return Outcome::Done };
    if let Err(error) = went_wrong(&app, &row, &trouble).await {
        return Outcome::Retry(error.to_string());
    }
    match trouble {
        Trouble::Fault(Fault::Busy { retry_after_s }) => {
            let wait = retry_after_s.and_then(|s| i64::try_from(s).ok()).unwrap_or(PAUSE_S).clamp(1, 3_600);
            Outcome::Again(app.clock.now().plus_ms(wait * 1_000))
        }
        other => Outcome::Retry(other.to_string()),
    }
}

async fn one(app: &App, row: &store::ConnectorRow, order: &str) -> Result<(), Trouble> {
    let shop = Shop::new(app, row.clone()).await?;
    let found = shop.commerce.fetch(order).await?;
    let changed = keep(app, &shop, found.into_iter().collect()).await?;
    shop.went_well(app, changed).await?;
    Ok(())
}

async fn keep(
    app: &App,
    shop: &Shop,
    orders: Vec<crate::orders::import::model::ImportedOrder>,
) -> Result<bool, db::Error> {
    Ok(!orders.is_empty() && shop.keep(app, orders).await? > 0)
}

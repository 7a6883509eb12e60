//! Asking again: every connector, once a period, for whatever changed. Finds what webhooks lost.

use super::{Shop, Trouble, went_wrong};
use crate::{
    app::App,
    connectors::{
        commerce::AT_ONCE,
        outgoing::Fault,
        store::{self, ConnectorRow},
    },
    db,
    jobs::{Job, NewJob, Outcome},
    orders::open_store,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

pub const KIND: &str = "reconcile";
/// Pages in one go; the rest follows at once, with others' work in between.
const PAGES: usize = 10;
/// Open orders asked for anew in one round: ten questions.
const SWEEP: usize = 10 * AT_ONCE;
/// An older order is no longer expected to move.
const SWEEP_MS: i64 = 60 * Timestamp::DAY_MS;
/// Failures in a row double the pause, up to this.
const PAUSE_MAX_MS: i64 = 15 * 60 * 1000;

/// The job that keeps a connector read; asked for once, it never ends.
pub fn job(site: SiteId, connector_id: &str, now: Timestamp) -> NewJob {
    NewJob { site, kind: KIND, key: connector_id.to_owned(), payload: "{}".into(), run_at: now }
}

pub async fn run(app: App, job: Job) -> Outcome {
    let row = match store::by_id(&app.db, &job.key).await {
        Ok(row) => match row.filter(|row| row.site() == job.site) {
            Some(row) => row,
            None => return Outcome::Done,
        },
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let period = i64::try_from(app.config.connectors.reconcile_every_s).unwrap_or(60).clamp(1, 86_400) * 1_000;
    let pause = match round(&app, &row).await {
        Ok(true) => 0,
        Ok(false) => period,
        Err(trouble) => match went_wrong(&app, &row, &trouble).await {
            Ok(failures) => pause_after(&trouble, failures, period),
            Err(error) => return Outcome::Retry(error.to_string()),
        },
    };
    let next = app.clock.now().plus_ms(pause);
    let (site, id) = (row.site(), row.connector_id);
    let noted = app.db.write(move |tx| Box::pin(async move { store::postpone(tx, &site, &id, next).await })).await;
    match noted {
        Ok(()) => Outcome::Again(next),
        Err(error) => Outcome::Retry(db::Error::to_string(&error)),
    }
}

fn pause_after(trouble: &Trouble, failures: i64, period_ms: i64) -> i64 {
    let doubled = period_ms.saturating_mul(1 << failures.clamp(0, 20)).min(PAUSE_MAX_MS.max(period_ms));
    match trouble {
        // The platform's own word counts.
        Trouble::Fault(Fault::Busy { retry_after_s: Some(s) }) => {
            i64::try_from(*s).unwrap_or(3_600).clamp(1, 3_600).saturating_mul(1_000)
        }
        _ => doubled,
    }
}

/// One round, or as much of it as is done in one go: `true` when there is more.
pub async fn round(app: &App, row: &ConnectorRow) -> Result<bool, Trouble> {
    let shop = Shop::new(app, row.clone()).await?;
    let mut cursor = row.cursor()?.resume();
    let mut changed = 0;
    let mut more = true;
    for _ in 0..PAGES {
        let page = shop.commerce.changed_since(&cursor).await?;
        for reason in page.refused {
            tracing::warn!(connector = row.connector_id, reason, "an order cannot be read");
        }
        changed += shop.keep(app, page.orders).await?;
        (cursor, more) = (page.next, page.more);
        let (site, id, reached) = (row.site(), row.connector_id.clone(), cursor.clone());
        app.db.write(move |tx| Box::pin(async move { store::reached(tx, &site, &id, &reached).await })).await?;
        if !more {
            break;
        }
    }
    if !more && !shop.commerce.sees_parcels() {
        changed += sweep(app, &shop).await?;
    }
    shop.went_well(app, changed > 0).await?;
    Ok(more)
}

/// Asks for open orders anew, the newest first, going on where the last round ended.
async fn sweep(app: &App, shop: &Shop) -> Result<usize, Trouble> {
    let now = app.clock.now();
    let until = shop.row.sweep.parse().map_or(Timestamp(i64::MAX), Timestamp);
    let site = shop.row.site();
    let open = open_store::open(&app.db, &site, &shop.row.source, now.plus_ms(-SWEEP_MS), until, SWEEP as i64).await?;
    let mut changed = 0;
    let ids: Vec<String> = open.iter().map(|order| order.external_id.clone()).collect();
    for ids in ids.chunks(AT_ONCE) {
        changed += shop.keep(app, shop.commerce.fetch_many(ids).await?).await?;
    }
    // Fewer than asked for: the next round begins with the newest again.
    let next = open.last().filter(|_| open.len() == SWEEP).map(|order| (order.placed_at - 1).to_string());
    let (id, next) = (shop.row.connector_id.clone(), next.unwrap_or_default());
    app.db.write(move |tx| Box::pin(async move { store::swept(tx, &site, &id, &next).await })).await?;
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_a_platform_s_own_word_counts() {
        let down = Trouble::Fault(Fault::Unreachable("down".into()));
        let busy = Trouble::Fault(Fault::Busy { retry_after_s: Some(7) });
        assert_eq!(pause_after(&down, 1, 60_000), 120_000);
        assert_eq!(pause_after(&down, 3, 60_000), 480_000);
        assert_eq!(pause_after(&down, 40, 60_000), PAUSE_MAX_MS);
        assert_eq!(pause_after(&down, 40, 3_600_000), 3_600_000);
        assert_eq!(pause_after(&busy, 9, 60_000), 7_000);
    }
}

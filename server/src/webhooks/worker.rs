//! Sends what is due, on every node; the claim in the database keeps two nodes apart. Beside the jobs and not one of them: a
//! stranger's slow server must not stand in the way of our own mails and refunds.

use super::{
    deliver,
    endpoint_store::{self, EndpointRow},
    store,
};
use crate::{app::App, db};
use std::{collections::HashMap, time::Duration};
use tokio::task::{Id, JoinError, JoinSet};

/// Looked for this often.
const IDLE: Duration = Duration::from_millis(250);
/// Under way at a time: to all endpoints together, and to one.
const AT_ONCE: usize = 128;
const TO_ONE: usize = 4;
/// After so long a message that was being sent is sent again: whoever sent it has died. Longer than any try may take.
pub const CLAIM_MS: i64 = 60 * 1_000;

/// Works until the task is stopped.
pub async fn work(app: App) {
    let mut ticks = tokio::time::interval(IDLE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = run_due(&app).await {
            tracing::warn!(%error, "webhooks could not be taken or finished; they stay");
        }
    }
}

/// What is being sent to whom.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Result<(), db::Error>>,
    whose: HashMap<Id, (String, String)>,
}

impl Running {
    /// To this endpoint no more than this may be begun now. One that has failed is tried by one message at a time.
    fn free(&self, endpoint: &EndpointRow) -> usize {
        let whose = |of: &&(String, String)| of.0 == endpoint.site_id && of.1 == endpoint.endpoint_id;
        let most = if endpoint.failures == 0 { TO_ONE } else { 1 };
        most.saturating_sub(self.whose.values().filter(whose).count()).min(AT_ONCE.saturating_sub(self.tasks.len()))
    }

    fn ended(&mut self, done: Result<(Id, Result<(), db::Error>), JoinError>) -> Result<(), db::Error> {
        match done {
            Ok((id, done)) => {
                self.whose.remove(&id);
                done
            }
            // Its claim ends, and it is sent again.
            Err(error) => {
                self.whose.remove(&error.id());
                tracing::warn!(%error, "a webhook was left");
                Ok(())
            }
        }
    }
}

/// Sends everything that is due, and what becomes due meanwhile. An endpoint that takes long keeps its own places and nobody
/// else's.
///
/// # Errors
/// The database's. What was taken and not finished is taken again when its claim ends.
pub async fn run_due(app: &App) -> Result<(), db::Error> {
    let mut running = Running::default();
    let mut outcome = Ok(());
    loop {
        if outcome.is_ok() {
            outcome = begin_due(app, &mut running).await;
        }
        if running.tasks.is_empty() {
            return outcome;
        }
        let look_again = tokio::time::sleep(IDLE);
        tokio::select! {
            Some(done) = running.tasks.join_next_with_id() => {
                let done = running.ended(done);
                outcome = outcome.and(done);
            }
            () = look_again, if outcome.is_ok() => {}
        }
    }
}

async fn begin_due(app: &App, running: &mut Running) -> Result<(), db::Error> {
    let now = app.clock.now();
    for endpoint in endpoint_store::due(&app.db, now).await? {
        let free = running.free(&endpoint);
        if free == 0 {
            continue;
        }
        let (claim, site) = (app.random.id(), endpoint.site());
        let to = (&site, endpoint.endpoint_id.as_str());
        let taken = store::claim(&app.db, to, claim.clone(), now, now.plus_ms(CLAIM_MS), free as i64).await?;
        for one in taken {
            let (app, endpoint, claim) = (app.clone(), endpoint.clone(), claim.clone());
            let whose = (endpoint.site_id.clone(), endpoint.endpoint_id.clone());
            let task = running.tasks.spawn(async move { deliver::deliver(&app, &endpoint, &one, &claim).await });
            running.whose.insert(task.id(), whose);
        }
    }
    Ok(())
}

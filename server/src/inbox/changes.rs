//! What is new in a queue since a version: at once, or as soon as there is something.

use super::{counts, show};
use crate::{app::App, conversations::queue_store, error::Error};
use aftercart_shared::{
    api::{conversations::WAIT_MAX, desk::InboxChanges},
    ids::{AgentId, SiteId},
};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Left for the answer before a request's own time is up.
const SPARE_S: u64 = 3;
/// Whoever has missed more than this reads the queue anew.
const TOLD_MAX: usize = 100;

/// `still_here` is asked after the last read: whoever has logged out before something happened must not be told of it.
///
/// # Errors
/// Whatever `still_here` says.
pub async fn since<F: Future<Output = Result<(), Error>>>(
    app: &App,
    (site, agent): (&SiteId, &AgentId),
    since: u64,
    wait: u32,
    still_here: impl Fn() -> F,
) -> Result<InboxChanges, Error> {
    // Before the first read, so that nothing falls in between.
    let mut following = app.hub.follow_queue(site);
    let most = app.config.limits.request_timeout_s.saturating_sub(SPARE_S);
    let mut deadline = Instant::now() + Duration::from_secs(u64::from(wait.min(WAIT_MAX)).min(most));
    loop {
        let version = queue_store::version(&mut &app.db, site).await?;
        if version.unsigned_abs() != since || Instant::now() >= deadline {
            let told = told(app, site, agent, since, version).await?;
            still_here().await?;
            return Ok(told);
        }
        tokio::select! {
            _ = timeout_at(deadline.min(Instant::now() + app.config.sockets.poll), following.news()) => {}
            () = app.hub.closing() => deadline = Instant::now(),
        }
    }
}

/// `version` was read before: whatever comes after it is told again the next time.
async fn told(app: &App, site: &SiteId, agent: &AgentId, since: u64, version: i64) -> Result<InboxChanges, Error> {
    let counts = counts::counts(app, site, version, agent).await?;
    // What is ahead of us is of another database: nobody knows what has changed since.
    let known = i64::try_from(since).ok().filter(|since| *since <= version);
    let ids = match known {
        Some(since) if since < version => {
            Some(queue_store::changed_since(&app.db, site, since, TOLD_MAX as i64 + 1).await?)
        }
        Some(_) => Some(Vec::new()),
        None => None,
    };
    let ids = ids.filter(|ids| ids.len() <= TOLD_MAX);
    Ok(InboxChanges {
        version: version.unsigned_abs(),
        counts,
        reload: ids.is_none(),
        rows: show::rows(&app.db, site, &ids.unwrap_or_default()).await?,
    })
}

//! Looks after the conversations that are followed on this node: hints may be lost, and those of other nodes never come.
//!
//! One task asks for many of them at once; each socket asking for itself would cost a core for ten thousand who are silent.

use super::{
    line, place_store, routing,
    watch_store::{self, BATCH},
};
use crate::{app::App, error::Error};
use aftercart_shared::ids::{ConversationId, SiteId};
use std::{collections::HashMap, time::Duration};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// However fast a queue moves: to thousands who wait it is told no more often.
const MOVED_EVERY: Duration = Duration::from_millis(200);

/// Watches until the task is stopped.
pub async fn watch(app: App) {
    let mut ticks = interval(app.config.sockets.poll);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let looked = tokio::select! {
            _ = ticks.tick() => look(&app).await,
            sites = app.hub.queues_moved() => moved(&app, &sites).await,
        };
        if let Err(error) = looked {
            tracing::warn!(%error, "it cannot be seen whether conversations go on");
        }
    }
}

async fn moved(app: &App, sites: &[SiteId]) -> Result<(), Error> {
    let waited_at = app.hub.waited_at();
    for site in sites {
        if waited_at.contains(site) {
            line::look(app, site).await?;
        } else {
            app.lines.forget(site);
        }
    }
    sleep(MOVED_EVERY).await;
    Ok(())
}

async fn look(app: &App) -> Result<(), Error> {
    let mut followed: HashMap<SiteId, Vec<ConversationId>> = HashMap::new();
    for (site, id) in app.hub.followed() {
        followed.entry(site).or_default().push(id);
    }
    for (site, ids) in followed {
        for some in ids.chunks(BATCH) {
            for row in watch_store::stands(&app.db, &site, some).await? {
                app.hub.stands(&site, &ConversationId(row.conversation_id), (row.last_seq, row.marks));
            }
        }
    }
    let waited_at = app.hub.waited_at();
    app.lines.keep_only(&waited_at);
    for site in waited_at {
        if let Some(stand) = place_store::line(&app.db, &site).await?
            && (app.hub.queue_stands(&site, (stand.waiting, stand.newest)) || app.lines.is_old(&site, app.clock.now()))
        {
            line::look(app, &site).await?;
        }
    }
    Ok(routing::look_everywhere(app).await?)
}

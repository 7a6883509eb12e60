//! Looks after the conversations that are followed on this node: hints may be lost, and those of other nodes never come.
//!
//! One task asks for many of them at once; each socket asking for itself would cost a core for ten thousand who are silent.

use super::{
    place_store, routing,
    watch_store::{self, BATCH},
};
use crate::{app::App, db};
use aftercart_shared::ids::{ConversationId, SiteId};
use std::collections::HashMap;
use tokio::time::{MissedTickBehavior, interval};

/// Watches until the task is stopped.
pub async fn watch(app: App) {
    let mut ticks = interval(app.config.sockets.poll);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = look(&app).await {
            tracing::warn!(%error, "it cannot be seen whether conversations go on");
        }
    }
}

async fn look(app: &App) -> Result<(), db::Error> {
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
    for site in app.hub.waited_at() {
        if let Some(line) = place_store::line(&app.db, &site).await? {
            app.hub.queue_stands(&site, (line.waiting, line.newest));
        }
    }
    routing::look_everywhere(app).await
}

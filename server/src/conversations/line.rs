//! A shop's queue as it stood at one look: read once for everybody here who waits in it, and not by each for herself.

use super::{
    place_store::{self, PlaceRow},
    queue,
    waits::Pace,
};
use crate::{app::App, error::Error, sites::Site};
use aftercart_shared::{
    api::conversations::QueueView,
    ids::{ConversationId, SiteId},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const OLD_MS: i64 = Timestamp::MINUTE_MS;

/// How the queues stood in which somebody waits whose conversation is followed on this node.
#[derive(Debug, Default)]
pub struct Lines(Mutex<HashMap<SiteId, Arc<Line>>>);

#[derive(Debug)]
struct Line {
    at: Timestamp,
    site: Arc<Site>,
    pace: Option<Pace>,
    places: HashMap<ConversationId, PlaceRow>,
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, HashMap<SiteId, Arc<Line>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What she is told who waits; `None`: at that look she did not.
    pub fn view(&self, site: &SiteId, id: &ConversationId, now: Timestamp) -> Option<QueueView> {
        let line = self.lock().get(site).cloned()?;
        let row = line.places.get(id)?;
        Some(queue::view(&line.site, row.ahead + 1, Some(row), line.pace, now))
    }

    /// How long somebody waits is told by how quickly others were taken on, and that changes while the queue stands.
    pub(super) fn is_old(&self, site: &SiteId, now: Timestamp) -> bool {
        self.lock().get(site).is_none_or(|line| now.0 - line.at.0 >= OLD_MS)
    }

    /// It has moved, and nobody here asks.
    pub(super) fn forget(&self, site: &SiteId) {
        self.lock().remove(site);
    }

    /// Of other sites nobody here asks any more.
    pub(super) fn keep_only(&self, sites: &[SiteId]) {
        self.lock().retain(|site, _| sites.contains(site));
    }
}

/// Reads it anew, and tells whoever stands elsewhere than at the look before.
///
/// # Errors
/// The database's.
pub(super) async fn look(app: &App, id: &SiteId) -> Result<(), Error> {
    let site = app.sites.by_id(id).await?;
    let now = app.clock.now();
    let pace = queue::pace(app, &site, now).await?;
    let rows = place_store::queue(&app.db, id).await?;
    let place = |(row, ahead): (place_store::QueuedRow, i64)| {
        let place = PlaceRow { ahead, queued_at: row.queued_at, begun_place: row.begun_place };
        (ConversationId(row.conversation_id), place)
    };
    let line = Arc::new(Line { at: now, site, pace, places: rows.into_iter().zip(0..).map(place).collect() });
    app.lines.lock().insert(id.clone(), line.clone());
    app.hub.places(id, |conversation| line.places.get(conversation).map(|row| row.ahead));
    Ok(())
}

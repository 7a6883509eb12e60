//! The long poll: the answer comes as soon as there is news, or when the caller's patience ends.

use super::{
    access::{self, Looking},
    answers, queue, read, typing,
};
use crate::{app::App, error::Error};
use aftercart_shared::{
    api::conversations::{ConversationState, Events, WAIT_MAX},
    events::Cursor,
    ids::{ConversationId, SiteId},
};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// That the other side types is soon true no more.
const TYPED: Duration = Duration::from_secs(2);
/// Left for the answer before a request's own time is up.
const SPARE_S: u64 = 3;

/// By what somebody comes in. It is shown anew before anything is told: she may have signed out while she waited.
#[derive(Clone, Copy, Debug)]
pub enum Door<'a> {
    /// A visitor's token.
    Visitor(&'a str),
    /// The shop's secret key, which has been seen.
    Desk,
}

impl Door<'_> {
    async fn enter(self, app: &App, site: &SiteId, id: &ConversationId) -> Result<Looking, Error> {
        match self {
            Door::Visitor(token) => Ok((&access::visitor(app, site, token, id).await?).into()),
            Door::Desk => Ok((&access::desk(app, site, id).await?).into()),
        }
    }
}

/// For how long somebody waits, and what is no news to her.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patience {
    pub seconds: u32,
    /// Her place in the queue, as she was told it last.
    pub place: Option<u32>,
}

impl From<u32> for Patience {
    fn from(seconds: u32) -> Patience {
        Patience { seconds, place: None }
    }
}

/// What stands after the cursor, at once or within `wait` seconds; also when somebody reads, begins or stops to write, or leaves
/// the queue before her.
///
/// # Errors
/// As [`read::events`], and whatever the door says.
pub async fn events(
    app: &App,
    (site, id): (&SiteId, &ConversationId),
    door: Door<'_>,
    cursor: Option<Cursor>,
    patience: impl Into<Patience>,
) -> Result<Events, Error> {
    let Patience { seconds: wait, place } = patience.into();
    // Before the first read, so that nothing falls in between.
    let mut following = app.hub.follow(site, id);
    let after = cursor.map_or(0, |cursor| cursor.seq);
    let first = loop {
        let looking = door.enter(app, site, id).await?;
        // A tab behind others asks without waiting: nobody is there.
        if wait > 0 && matches!(door, Door::Visitor(_)) {
            answers::here(app, site, id).await?;
        }
        let first = read::look(app, &looking, cursor).await?;
        let moved = place.is_some() && place != first.queue.map(|queue| queue.position);
        if !first.events.is_empty() || wait == 0 || moved {
            return still(app, (site, id), door, first).await;
        }
        // The head is read after the events: what came in between must not be taken for what the caller has.
        if first.last_seq == after {
            break first;
        }
    };
    following.waits(first.state == ConversationState::Queued);
    let most = app.config.limits.request_timeout_s.saturating_sub(SPARE_S);
    let patience = Duration::from_secs(u64::from(wait.min(WAIT_MAX)).min(most));
    // Perhaps this is news to the caller: then it must not be kept until it is true no more.
    let patience = if first.typing { patience.min(TYPED) } else { patience };
    let deadline = Instant::now() + patience;
    loop {
        tokio::select! {
            _ = timeout_at(deadline.min(Instant::now() + app.config.sockets.poll), following.news()) => {}
            () = app.hub.closing() => return still(app, (site, id), door, first).await,
        }
        let looking = door.enter(app, site, id).await?;
        let head = read::head(app, &looking).await?;
        let same = head.last_seq.unsigned_abs() == first.last_seq
            && read::marks(&head) == first.read
            && typing::other_types(app, &looking) == first.typing
            && queue::of(app, &looking, read::state(id, &head.state)?).await? == first.queue;
        if !same || Instant::now() >= deadline {
            let events = read::look(app, &looking, cursor).await?;
            return still(app, (site, id), door, events).await;
        }
    }
}

/// Tells it to whoever may still come in: between the door and what was read somebody may have left, and more have been said.
async fn still(
    app: &App,
    (site, id): (&SiteId, &ConversationId),
    door: Door<'_>,
    events: Events,
) -> Result<Events, Error> {
    if !events.events.is_empty() {
        door.enter(app, site, id).await?;
    }
    Ok(events)
}

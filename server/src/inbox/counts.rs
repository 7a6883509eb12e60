//! How many conversations everybody has. Counted once for each version of a queue on a node, however many desks look at it.

use crate::{
    app::App,
    conversations::queue_store::{self, Held},
    db,
};
use aftercart_shared::{
    api::desk::InboxCounts,
    ids::{AgentId, SiteId},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Counted = HashMap<SiteId, (i64, Arc<Vec<Held>>)>;

/// What was counted last of each shop.
#[derive(Debug, Default)]
pub struct QueueCounts(Mutex<Counted>);

impl QueueCounts {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, site: &SiteId, version: i64) -> Option<Arc<Vec<Held>>> {
        self.counted().get(site).filter(|(of, _)| *of == version).map(|(_, held)| held.clone())
    }
}

/// As they stand at this version, which was read before, or newer.
pub async fn counts(app: &App, site: &SiteId, version: i64, agent: &AgentId) -> Result<InboxCounts, db::Error> {
    let held = match app.queues.at(site, version) {
        Some(held) => held,
        None => {
            let held = Arc::new(queue_store::held(&app.db, site).await?);
            app.queues.counted().insert(site.clone(), (version, held.clone()));
            held
        }
    };
    Ok(of(&held, agent))
}

fn of(held: &[Held], agent: &AgentId) -> InboxCounts {
    let open = |wanted: &dyn Fn(&Held) -> bool| {
        let sum: i64 = held.iter().filter(|held| wanted(held)).map(|held| held.open).sum();
        u32::try_from(sum).unwrap_or(u32::MAX)
    };
    InboxCounts {
        mine: open(&|held| held.agent_id.as_deref() == Some(agent.as_str())),
        unassigned: open(&|held| held.agent_id.is_none()),
        all: open(&|_| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_her_own() {
        let held = |agent: Option<&str>, open| Held { agent_id: agent.map(str::to_owned), open };
        let all = [held(None, 4), held(Some("a"), 2), held(Some("b"), 1)];
        assert_eq!(of(&all, &"a".into()), InboxCounts { mine: 2, unassigned: 4, all: 7 });
        assert_eq!(of(&all, &"c".into()), InboxCounts { mine: 0, unassigned: 4, all: 7 });
        assert_eq!(of(&[], &"a".into()), InboxCounts::default());
    }
}

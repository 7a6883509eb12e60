//! Which conversations belong into a part of the queue, and in what order: as the server has them.

use aftercart_shared::api::{
    conversations::ConversationState,
    desk::{InboxRow, InboxView},
};
use std::{cmp::Reverse, sync::Arc};

pub fn belongs(row: &InboxRow, view: InboxView, me: &str) -> bool {
    let closed = row.conversation.view.state == ConversationState::Closed;
    // Nobody was asked: it is found by whoever looks for it, and waits for nobody.
    if row.conversation.view.state == ConversationState::Answered {
        return false;
    }
    match view {
        InboxView::Closed => closed,
        InboxView::All => !closed,
        InboxView::Unassigned => !closed && row.conversation.agent_email.is_none(),
        InboxView::Mine => {
            !closed && row.conversation.agent_email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(me))
        }
    }
}

/// Whoever waits longest comes first; of those that wait for nobody, and of closed ones, the newest.
type Key<'a> = (i64, Reverse<i64>, &'a str);

fn key(row: &InboxRow, view: InboxView) -> Key<'_> {
    let conversation = &row.conversation;
    let newest = Reverse(conversation.updated_at.0);
    let waits = row.waiting_since.filter(|_| view != InboxView::Closed).map_or(i64::MAX, |since| since.0);
    (waits, newest, conversation.view.id.as_str())
}

/// Puts in what has changed, and takes out what belongs elsewhere now. `more`: the list goes on beyond what is here, so that
/// what comes behind its end is not to be put there.
pub fn merge(
    rows: &mut Vec<Arc<InboxRow>>,
    changed: Vec<InboxRow>,
    view: InboxView,
    me: &str,
    more: bool,
    insert: bool,
) {
    for row in changed {
        let id = &row.conversation.view.id;
        let stood = rows.iter().position(|known| known.conversation.view.id == *id);
        if let Some(at) = stood {
            rows.remove(at);
        }
        // What was looked for and found stays where it is.
        let found = stood.is_some() && !insert && row.conversation.view.state == ConversationState::Answered;
        if !(found || belongs(&row, view, me)) || (stood.is_none() && !insert) {
            continue;
        }
        let at = rows.partition_point(|known| key(known, view) <= key(&row, view));
        if at < rows.len() || !more {
            rows.insert(at, Arc::new(row));
        }
    }
}

/// Another page behind what is here; what is here already stays where it is.
pub fn append(rows: &mut Vec<Arc<InboxRow>>, page: Vec<InboxRow>) {
    let known: std::collections::HashSet<String> =
        rows.iter().map(|row| row.conversation.view.id.as_str().to_owned()).collect();
    rows.extend(page.into_iter().filter(|row| !known.contains(row.conversation.view.id.as_str())).map(Arc::new));
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::{
        api::{
            conversations::{ConversationView, Subject},
            desk::{Certainty, DeskConversation, DeskVisitor},
        },
        events::ReadMarks,
        ids::ConversationId,
        time::Timestamp,
    };

    fn row(id: &str, waiting: Option<i64>, updated: i64, agent: Option<&str>) -> InboxRow {
        let state = if agent.is_some() { ConversationState::Assigned } else { ConversationState::Queued };
        InboxRow {
            conversation: DeskConversation {
                view: ConversationView {
                    id: ConversationId(id.into()),
                    state,
                    epoch: 1,
                    last_seq: 1,
                    read: ReadMarks::default(),
                    agent: None,
                    created_at: Timestamp(0),
                    queue: None,
                },
                locale: "en".into(),
                subject: Subject::default(),
                visitor: DeskVisitor {
                    certainty: Certainty::Anonymous,
                    shopper: None,
                    proof: None,
                    name: None,
                    email: None,
                    phone: None,
                },
                agent_email: agent.map(str::to_owned),
                updated_at: Timestamp(updated),
                closed_at: None,
            },
            last: None,
            waiting_since: waiting.map(Timestamp),
        }
    }

    fn ids(rows: &[Arc<InboxRow>]) -> Vec<&str> {
        rows.iter().map(|row| row.conversation.view.id.as_str()).collect()
    }

    #[test]
    fn whoever_waits_longest_comes_first_and_then_the_newest() {
        let mut rows = Vec::new();
        let all = vec![
            row("new", None, 90, None),
            row("old", None, 10, None),
            row("late", Some(5), 50, None),
            row("early", Some(2), 20, None),
        ];
        merge(&mut rows, all, InboxView::All, "me", false, true);
        assert_eq!(ids(&rows), ["early", "late", "new", "old"]);
        // Somebody answered: she waits no more.
        merge(&mut rows, vec![row("early", None, 95, Some("me"))], InboxView::All, "me", false, true);
        assert_eq!(ids(&rows), ["late", "early", "new", "old"]);
    }

    #[test]
    fn what_a_colleague_has_taken_leaves_the_queue() {
        let mut rows = Vec::new();
        merge(
            &mut rows,
            vec![row("a", Some(1), 1, None), row("b", Some(2), 2, None)],
            InboxView::Unassigned,
            "me",
            false,
            true,
        );
        merge(&mut rows, vec![row("a", Some(1), 3, Some("ann"))], InboxView::Unassigned, "me", false, true);
        assert_eq!(ids(&rows), ["b"]);
        let mut mine = Vec::new();
        merge(
            &mut mine,
            vec![row("a", None, 3, Some("ME")), row("b", None, 4, Some("ann"))],
            InboxView::Mine,
            "me",
            false,
            true,
        );
        assert_eq!(ids(&mine), ["a"]);
    }

    #[test]
    fn behind_the_end_of_what_is_loaded_nothing_is_put() {
        let mut rows = Vec::new();
        merge(&mut rows, vec![row("a", Some(1), 1, None)], InboxView::All, "me", false, true);
        merge(&mut rows, vec![row("z", None, 1, None)], InboxView::All, "me", true, true);
        assert_eq!(ids(&rows), ["a"]);
        // Among what was searched for, nothing appears that was not found.
        merge(&mut rows, vec![row("b", Some(0), 1, None)], InboxView::All, "me", false, false);
        assert_eq!(ids(&rows), ["a"]);
        append(&mut rows, vec![row("a", Some(1), 1, None), row("c", None, 0, None)]);
        assert_eq!(ids(&rows), ["a", "c"]);
    }
}

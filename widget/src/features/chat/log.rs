//! The conversation as far as it is known here: events of the log, each once and in order, whatever way they came.

use crate::api::read_conversations::Page;
use aftercart_shared::{
    api::conversations::{ConversationState, QueueView},
    events::{Event, ReadMarks, Sender, What},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Another number is another log.
    pub epoch: Option<u64>,
    /// Everything up to here has been read; from here it goes on.
    pub through: u64,
    pub events: Vec<Event>,
    pub state: ConversationState,
    pub read: ReadMarks,
    /// While she waits for somebody.
    pub queue: Option<QueueView>,
}

impl Default for Log {
    fn default() -> Log {
        Log {
            epoch: None,
            through: 0,
            events: Vec::new(),
            state: ConversationState::Queued,
            read: ReadMarks::default(),
            queue: None,
        }
    }
}

impl Log {
    /// One look at the log. `true`: there is more to read at once.
    pub fn take(&mut self, page: Page) -> bool {
        let Page { events: news, through } = page;
        if self.epoch.is_some_and(|epoch| epoch != news.epoch) {
            *self = Log::default();
        }
        self.epoch = Some(news.epoch);
        self.state = news.state;
        self.queue = news.queue;
        self.read.visitor = self.read.visitor.max(news.read.visitor);
        self.read.agent = self.read.agent.max(news.read.agent);
        for event in news.events {
            self.put(event);
        }
        self.through = self.through.max(through);
        self.through < news.last_seq
    }

    /// What has just been acknowledged is part of it, before it is read. Read again it is the same.
    pub fn put(&mut self, event: Event) {
        match self.events.binary_search_by_key(&event.seq, |known| known.seq) {
            Ok(at) => self.events[at] = event,
            Err(at) => self.events.insert(at, event),
        }
    }

    pub fn is_closed(&self) -> bool {
        self.state == ConversationState::Closed
    }

    pub fn last_seq(&self) -> u64 {
        self.events.last().map_or(0, |event| event.seq)
    }

    /// What the shop has said and she has not seen; `seen` is the last that was on this screen.
    pub fn unread(&self, seen: u64) -> u32 {
        let seen = seen.max(self.read.visitor);
        self.events.iter().filter(|event| event.seq > seen && is_news(event)).count() as u32
    }

    /// Who looks after it, by the name that was said last.
    pub fn agent(&self) -> Option<&str> {
        self.events.iter().rev().find_map(|event| match (&event.what, &event.from) {
            (What::Assigned { agent }, _) => Some(agent.as_str()),
            (_, Sender::Agent { name }) => Some(name.as_str()),
            _ => None,
        })
    }

    /// It ended with an answer that was enough: what she says next goes on here.
    pub fn goes_on(&self) -> bool {
        let mut last = self.events.iter().rev().filter(|event| !matches!(event.what, What::Rated { .. }));
        let ended = last.next().is_some_and(|event| matches!(event.what, What::Closed {}));
        ended && last.next().is_some_and(|event| matches!(event.what, What::Helped {}))
    }

    pub fn score(&self) -> Option<u8> {
        self.events.iter().rev().find_map(|event| match &event.what {
            What::Rated { score, .. } => Some(*score),
            _ => None,
        })
    }

    pub fn has(&self, client_id: &str) -> bool {
        self.events.iter().any(|event| event.client_id.as_deref() == Some(client_id))
    }
}

pub fn is_said_by_shop(event: &Event) -> bool {
    let said = matches!(event.what, What::Message { .. } | What::Attachment { .. });
    said && event.from != Sender::Visitor
}

/// What she has not said herself and wants to know of.
pub fn is_news(event: &Event) -> bool {
    is_said_by_shop(event) || matches!(event.what, What::Answer { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::{api::conversations::Events, time::Timestamp};

    fn event(seq: u64, from: Sender) -> Event {
        let client_id = (from == Sender::Visitor).then(|| format!("c{seq}"));
        let what = What::Message { text: format!("no. {seq}"), came: None };
        Event { seq, at: Timestamp(seq as i64), from, client_id, what }
    }

    fn agent() -> Sender {
        Sender::Agent { name: "Ann".into() }
    }

    fn page(epoch: u64, last_seq: u64, events: Vec<Event>) -> Page {
        let through = events.last().map_or(0, |event| event.seq);
        let read = ReadMarks { visitor: 0, agent: 0 };
        let state = ConversationState::Assigned;
        Page { events: Events { epoch, last_seq, state, read, typing: false, queue: None, events }, through }
    }

    #[test]
    fn events_stand_once_and_in_order_whatever_way_they_came() {
        let mut log = Log::default();
        // An acknowledgement overtakes the news before it.
        log.put(event(3, Sender::Visitor));
        assert_eq!(log.through, 0);
        assert!(!log.take(page(1, 3, vec![event(1, Sender::Visitor), event(2, agent()), event(3, Sender::Visitor)])));
        log.take(page(1, 3, vec![event(2, agent())]));
        assert_eq!(log.events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(log.through, 3);
        assert!(log.has("c3") && !log.has("c2"));
    }

    #[test]
    fn a_long_log_is_read_on_at_once() {
        let mut log = Log::default();
        assert!(log.take(page(1, 3, vec![event(1, agent()), event(2, agent())])));
        assert!(!log.take(page(1, 3, vec![event(3, agent())])));
    }

    #[test]
    fn another_epoch_is_another_log() {
        let mut log = Log::default();
        log.take(page(1, 2, vec![event(1, agent()), event(2, agent())]));
        log.take(page(2, 1, vec![event(1, Sender::Visitor)]));
        assert_eq!(log.events.len(), 1);
        assert_eq!((log.epoch, log.through), (Some(2), 1));
    }

    #[test]
    fn unread_is_what_the_shop_said_and_nobody_has_seen() {
        let mut log = Log::default();
        let joined = Event { what: What::Assigned { agent: "Ann".into() }, ..event(2, Sender::System) };
        log.take(page(1, 4, vec![event(1, Sender::Visitor), joined, event(3, agent()), event(4, agent())]));
        assert_eq!((log.unread(0), log.unread(3), log.unread(4)), (2, 1, 0));
        log.read.visitor = 4;
        assert_eq!(log.unread(0), 0);
        assert_eq!(log.agent(), Some("Ann"));
    }

    #[test]
    fn marks_never_go_back() {
        let mut log = Log::default();
        log.read.agent = 5;
        log.take(page(1, 0, vec![]));
        assert_eq!(log.read.agent, 5);
    }

    #[test]
    fn an_answer_that_was_enough_is_where_she_goes_on() {
        let mut log = Log::default();
        let found = What::Answer { cards: Vec::new() };
        log.put(event(1, Sender::Visitor));
        log.put(Event { what: found, ..event(2, Sender::Assistant) });
        assert_eq!((log.unread(1), log.goes_on(), log.agent()), (1, false, None));
        log.put(Event { what: What::Helped {}, ..event(3, Sender::Visitor) });
        log.put(Event { what: What::Closed {}, ..event(4, Sender::System) });
        assert!(log.goes_on());
        log.put(Event { what: What::Rated { score: 5, comment: None }, ..event(5, Sender::Visitor) });
        assert!(log.goes_on());
        log.put(event(6, Sender::Visitor));
        log.put(Event { what: What::Closed {}, ..event(7, agent()) });
        assert!(!log.goes_on());
    }
}

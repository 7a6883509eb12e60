//! Conversations, read from [`Json`]. Held to `serde_json` by tests, as its neighbours are.

use super::{
    json::Json,
    read::{Read, count, maybe, named, text, yes},
    read_orders::ORDER_STATUSES,
};
use aftercart_shared::{
    api::conversations::{
        AnswerMailView, ConversationState, ConversationView, Events, Minutes, Opened, QueueView, VisitorToken,
    },
    events::{Ack, Came, Card, Event, ReadMarks, Sender, What},
    ids::{ConversationId, OrderId},
};

const STATES: [(&str, ConversationState); 4] = [
    ("answered", ConversationState::Answered),
    ("queued", ConversationState::Queued),
    ("assigned", ConversationState::Assigned),
    ("closed", ConversationState::Closed),
];

fn whole(json: &Json, name: &str) -> Option<u64> {
    json.get(name).number()?.try_into().ok()
}

impl Read for ReadMarks {
    fn read(json: &Json) -> Option<Self> {
        Some(ReadMarks { visitor: whole(json, "visitor")?, agent: whole(json, "agent")? })
    }
}

impl Read for Ack {
    fn read(json: &Json) -> Option<Self> {
        Some(Ack { seq: whole(json, "seq")?, at: maybe(json, "at")? })
    }
}

impl Read for ConversationView {
    fn read(json: &Json) -> Option<Self> {
        Some(ConversationView {
            id: ConversationId(text(json, "id")?),
            state: named(json.get("state"), &STATES)?,
            epoch: whole(json, "epoch")?,
            last_seq: whole(json, "last_seq")?,
            read: maybe(json, "read")?,
            agent: text(json, "agent"),
            created_at: maybe(json, "created_at")?,
            queue: maybe(json, "queue"),
        })
    }
}

impl Read for QueueView {
    fn read(json: &Json) -> Option<Self> {
        let minutes = json.get("minutes");
        let minutes = count(minutes, "from").zip(count(minutes, "to")).map(|(from, to)| Minutes { from, to });
        let (closed, opens_at) = (yes(json, "closed"), maybe(json, "opens_at"));
        Some(QueueView { position: count(json, "position")?, minutes, closed, opens_at })
    }
}

impl Read for AnswerMailView {
    fn read(json: &Json) -> Option<Self> {
        Some(AnswerMailView { to: text(json, "to"), own: text(json, "own") })
    }
}

impl Read for VisitorToken {
    fn read(json: &Json) -> Option<Self> {
        Some(VisitorToken { token: text(json, "token")?, expires_at: maybe(json, "expires_at")? })
    }
}

impl Read for Opened {
    fn read(json: &Json) -> Option<Self> {
        Some(Opened { conversation: maybe(json, "conversation")?, visitor: maybe(json, "visitor") })
    }
}

/// What one look at the log brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub events: Events,
    /// The last event that was sent, whether or not we know its kind: from there it goes on.
    pub through: u64,
}

impl Read for Page {
    fn read(json: &Json) -> Option<Self> {
        let items = json.get("events").list()?;
        let mut events = Vec::with_capacity(items.len());
        for item in items {
            // A newer server may know kinds that we do not: the rest is no worse for it.
            events.extend(Event::read(item));
        }
        let events = Events {
            epoch: whole(json, "epoch")?,
            last_seq: whole(json, "last_seq")?,
            state: named(json.get("state"), &STATES)?,
            read: maybe(json, "read")?,
            typing: yes(json, "typing"),
            queue: maybe(json, "queue"),
            events,
        };
        Some(Page { events, through: items.last().and_then(|last| whole(last, "seq")).unwrap_or(0) })
    }
}

impl Read for Event {
    fn read(json: &Json) -> Option<Self> {
        Some(Event {
            seq: whole(json, "seq")?,
            at: maybe(json, "at")?,
            from: maybe(json, "from")?,
            client_id: text(json, "client_id"),
            what: What::read(json)?,
        })
    }
}

impl Read for Sender {
    fn read(json: &Json) -> Option<Self> {
        Some(match json.get("by").text()? {
            "visitor" => Sender::Visitor,
            "agent" => Sender::Agent { name: text(json, "name")? },
            "assistant" => Sender::Assistant,
            "system" => Sender::System,
            _ => return None,
        })
    }
}

impl Read for What {
    fn read(json: &Json) -> Option<Self> {
        Some(match json.get("kind").text()? {
            "message" => {
                What::Message { text: text(json, "text")?, came: text(json, "came").as_deref().and_then(Came::parse) }
            }
            "attachment" => What::Attachment {
                attachment_id: text(json, "attachment_id")?,
                width: count(json, "width")?,
                height: count(json, "height")?,
            },
            "answer" => What::Answer { cards: json.get("cards").list()?.iter().filter_map(Card::read).collect() },
            "handoff_requested" => What::HandoffRequested {},
            "helped" => What::Helped {},
            "assigned" => What::Assigned { agent: text(json, "agent")? },
            "closed" => What::Closed {},
            "rated" => What::Rated { score: count(json, "score")?.try_into().ok()?, comment: text(json, "comment") },
            _ => return None,
        })
    }
}

impl Read for Card {
    fn read(json: &Json) -> Option<Self> {
        Some(match json.get("card").text()? {
            "order" => Card::Order {
                id: OrderId(text(json, "id")?),
                number: text(json, "number")?,
                status: named(json.get("status"), &ORDER_STATUSES)?,
            },
            "article" => Card::Article {
                slug: text(json, "slug")?,
                title: text(json, "title")?,
                snippet: text(json, "snippet")?,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
#[path = "read_conversations_tests.rs"]
mod tests;

//! Whatever the server writes of a conversation, the readers read.
#![allow(clippy::unwrap_used)]

use super::*;
use aftercart_shared::{time::Timestamp, tracking::OrderStatus};
use serde::Serialize;
use std::fmt::Debug;

fn survives<T: Read + Serialize + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(Json::parse(&text).and_then(|json| T::read(&json)).as_ref(), Some(value), "{text}");
}

fn event(seq: u64, from: Sender, what: What) -> Event {
    Event { seq, at: Timestamp(1_795_000_000_000 + seq as i64), from, client_id: None, what }
}

#[test]
fn every_kind_of_event_survives_the_wire() {
    let agent = || Sender::Agent { name: "林安".into() };
    let events = vec![
        Event {
            client_id: Some("c-1".into()),
            ..event(1, Sender::Visitor, What::Message { text: "在吗？\n\"A-1001\"".into(), came: None })
        },
        event(2, Sender::System, What::Assigned { agent: "林安".into() }),
        event(3, agent(), What::Attachment { attachment_id: "a1".into(), width: 320, height: 240 }),
        event(4, agent(), What::Closed {}),
        event(5, Sender::Visitor, What::Rated { score: 5, comment: Some("很快".into()) }),
        event(6, Sender::Visitor, What::Rated { score: 1, comment: None }),
        event(
            7,
            Sender::Assistant,
            What::Answer {
                cards: vec![
                    Card::Order { id: OrderId("o1".into()), number: "A-1001".into(), status: OrderStatus::Delivered },
                    Card::Article { slug: "退货".into(), title: "怎么退货".into(), snippet: "\"七天\"".into() },
                ],
            },
        ),
        event(8, Sender::Visitor, What::HandoffRequested {}),
        event(9, Sender::Visitor, What::Helped {}),
    ];
    for state in
        [ConversationState::Answered, ConversationState::Queued, ConversationState::Assigned, ConversationState::Closed]
    {
        let events = Events {
            epoch: 7,
            last_seq: 9,
            state,
            read: ReadMarks { visitor: 3, agent: 1 },
            typing: state == ConversationState::Assigned,
            queue: (state == ConversationState::Queued).then_some(QueueView {
                position: 3,
                minutes: Some(Minutes { from: 2, to: 9 }),
                closed: false,
                opens_at: None,
            }),
            events: events.clone(),
        };
        let text = serde_json::to_string(&events).unwrap();
        let page = Json::parse(&text).and_then(|json| Page::read(&json));
        assert_eq!(page, Some(Page { events, through: 9 }), "{text}");
    }
}

#[test]
fn answers_survive_the_wire() {
    survives(&Ack { seq: 9, at: Timestamp(12) });
    let conversation = ConversationView {
        id: ConversationId("v1".into()),
        state: ConversationState::Queued,
        epoch: 1,
        last_seq: 0,
        read: ReadMarks::default(),
        agent: Some("Ann".into()),
        created_at: Timestamp(3),
        queue: Some(QueueView { position: 1, minutes: None, closed: true, opens_at: Some(Timestamp(5)) }),
    };
    survives(&AnswerMailView { to: Some("e***@example.com".into()), own: None });
    survives(&AnswerMailView::default());
    survives(&QueueView { position: 1, minutes: None, closed: true, opens_at: None });
    survives(&Opened { conversation: ConversationView { agent: None, ..conversation.clone() }, visitor: None });
    let visitor = VisitorToken { token: "t".into(), expires_at: Timestamp(4) };
    survives(&Opened { conversation, visitor: Some(visitor) });
}

#[test]
fn an_event_of_tomorrow_is_no_reason_to_lose_today() {
    let text = r#"{"epoch":1,"last_seq":2,"state":"queued","read":{"visitor":0,"agent":0},"typing":false,"events":[
        {"seq":1,"at":2,"from":{"by":"system"},"kind":"closed"},{"seq":2,"at":2,"from":{"by":"system"},"kind":"confetti"}]}"#;
    let page = Json::parse(text).and_then(|json| Page::read(&json)).unwrap();
    assert_eq!((page.events.events.len(), page.through), (1, 2));
}

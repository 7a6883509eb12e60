//! What stands in a conversation, and what travels on the socket `GET /api/v1/socket`.
//!
//! A conversation is one append-only log: events are numbered from 1 without gaps, in the order in which they were stored.
//! Nothing but the log is the truth. Typing and who is there are said and forgotten.

use crate::{
    api::conversations::QueueView,
    ids::{ConversationId, OrderId},
    time::Timestamp,
    tracking::OrderStatus,
};
use serde::{Deserialize, Serialize};

/// Characters of one message, counted as a reader would: Unicode scalar values.
pub const TEXT_MAX: usize = 4_000;
/// Bytes of one frame on the socket, in either direction.
pub const FRAME_MAX: usize = 64 * 1024;
/// The number that a client draws for everything it sends: a UUID or the like.
pub const CLIENT_ID_MAX: usize = 64;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// From 1, without gaps.
    pub seq: u64,
    pub at: Timestamp,
    pub from: Sender,
    /// What its sender named it, told to that sender only: by it an outbox knows its own again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(flatten)]
    pub what: What,
}

/// Who said it, as the other side may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Sender {
    /// She who came with a question.
    Visitor,
    /// One of the shop's people, by the name that shoppers see.
    Agent { name: String },
    /// A machine of the shop's, and never one of its people.
    Assistant,
    /// The shop itself: closed for the night, handed to another, and so on.
    System,
}

/// What was said or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum What {
    /// At most [`TEXT_MAX`] characters, as typed.
    Message {
        text: String,
        /// How it came, where it was not typed here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        came: Option<Came>,
    },
    /// A picture, attached before; its sizes in pixels, so that its place is kept while it loads.
    Attachment { attachment_id: String, width: u32, height: u32 },
    /// What the assistant has found, at once. Nobody of the shop was asked.
    Answer { cards: Vec<Card> },
    /// It is for a person from here on: she has asked for one, or the assistant had nothing to say.
    HandoffRequested {},
    /// What the assistant had found was enough for her. What she says next goes on here.
    Helped {},
    /// One of the shop's people has taken it on.
    Assigned { agent: String },
    /// Nobody writes here any more. What she says next begins a new one.
    Closed {},
    /// How it was for her: 1 (bad) to 5 (good), and perhaps why.
    Rated {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
}

/// How a message came that was not typed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Came {
    /// As a reply to a mailed answer, from the address that she has proved to be hers.
    Mail,
    /// As a reply to a mailed answer, from another address, or from one that was only typed: whoever has that mailbox wrote it.
    MailUnproved,
}

impl Came {
    /// As it travels.
    pub fn parse(text: &str) -> Option<Came> {
        match text {
            "mail" => Some(Came::Mail),
            "mail_unproved" => Some(Came::MailUnproved),
            _ => None,
        }
    }
}

/// Something that an answer leads to, as it was when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Card {
    /// One of her own orders: whoever asks has proved that it is hers.
    Order { id: OrderId, number: String, status: OrderStatus },
    Article {
        slug: String,
        title: String,
        /// The words that answer, perhaps cut.
        snippet: String,
    },
}

/// What a client puts into the log. Everything else is written by us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Said {
    Message {
        text: String,
    },
    Attachment {
        attachment_id: String,
    },
    /// Visitors only: a person is to answer.
    HandoffRequested {},
    /// Visitors only, after an answer of the assistant's: it was enough.
    Helped {},
    /// Visitors only, once it is closed.
    Rated {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
}

/// The answer to a send: it stands in the log, on disk. The same for every copy of the same send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ack {
    pub seq: u64,
    pub at: Timestamp,
}

/// How far each side has read: `seq` of the last event that was on their screen; 0 for nothing yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadMarks {
    pub visitor: u64,
    pub agent: u64,
}

/// From where a client goes on. `epoch` is the log's own number: another one means that it was begun anew, and the client
/// reads it from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cursor {
    pub epoch: u64,
    /// The last event that it has; 0 for none.
    pub seq: u64,
}

/// A client's frame. The first must be `hello`, within five seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Up {
    /// Who it is and which conversation it follows from where. `token` never stands in an address.
    Hello {
        site: String,
        token: String,
        conversation: ConversationId,
        #[serde(default)]
        cursor: Option<Cursor>,
    },
    /// Answered by [`Down::Ack`] or [`Down::Refused`] with the same `client_id`.
    Send {
        client_id: String,
        said: Said,
    },
    Read {
        seq: u64,
    },
    Typing {},
    /// Every 25 s, so that proxies keep the line open; answered by [`Down::Pong`].
    Ping {},
}

/// A frame of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Down {
    /// It was let in. Everything after its cursor follows as [`Down::Event`], then what happens from now on.
    Welcome {
        epoch: u64,
        last_seq: u64,
        read: ReadMarks,
    },
    Event {
        event: Event,
    },
    Ack {
        client_id: String,
        ack: Ack,
    },
    /// It was not stored, and never will be as it is; or, with `retry_after` in seconds, not now.
    Refused {
        client_id: String,
        code: crate::error::ErrorCode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    Read {
        read: ReadMarks,
    },
    /// The other side is writing, or was within the last seconds.
    Typing {},
    /// Where she stands while nobody has taken it on, whenever that changes; `None`: she does not wait any more.
    Queue {
        queue: Option<QueueView>,
    },
    /// The cursor is of another epoch, or ahead of the log: forget what you have and read from 0.
    Resync {
        epoch: u64,
        last_seq: u64,
    },
    Pong {},
}

/// Why we end a socket.
pub mod close {
    /// We stop or restart: come back, spread out.
    pub const RESTART: u16 = 1012;
    /// No `hello` in time, or none that we let in.
    pub const DENIED: u16 = 3000;
    /// It does not read as fast as there is news: come back and go on from the cursor.
    pub const SLOW: u16 = 3008;
    /// A frame that is none of ours: binary, too large, unknown.
    pub const MALFORMED: u16 = 1008;
}

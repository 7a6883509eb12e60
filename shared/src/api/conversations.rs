//! Conversations by request and answer. The log itself is in [`crate::events`].
//!
//! A browser that talks is a visitor with a token of its own, sent as the header [`VISITOR_HEADER`]; it opens the visitor's own
//! conversations and nothing else. A verified shopper finds her open conversation on any device: there she gets a token for it.
//!
//! - `POST /api/v1/conversations` [`OpenRequest`] → 200 [`Opened`]
//! - `GET  /api/v1/queue` → 200 [`QueueView`]
//! - `GET  /api/v1/conversations/{id}/events?after=&epoch=&wait=&place=` → 200 [`Events`], or 409 `resync`
//! - `POST /api/v1/conversations/{id}/events` [`SendRequest`] → 200 [`crate::events::Ack`]
//! - `POST /api/v1/conversations/{id}/read` [`ReadRequest`] → 204
//! - `POST /api/v1/conversations/{id}/typing` → 204
//! - `GET  /api/v1/conversations/{id}/answer-mail` → 200 [`AnswerMailView`]; `PUT` [`AnswerMailRequest`] → 200; `DELETE` → 204
//! - `POST /api/v1/answer-mails/confirm`, `…/stop` [`super::notices::NoticeToken`] → 204

use crate::{
    events::{Event, ReadMarks, Said},
    ids::ConversationId,
    locale::Locale,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

pub const VISITOR_HEADER: &str = "aftercart-visitor";
/// Seconds that a long poll may ask us to wait.
pub const WAIT_MAX: u32 = 25;
/// Events in one answer; whoever is further behind asks again at once.
pub const EVENTS_MAX: usize = 200;

/// Opens a conversation, or finds the one that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenRequest {
    /// The language she reads.
    pub locale: Locale,
    /// What she was looking at when she asked for a person. Kept of a new conversation only.
    #[serde(default)]
    pub subject: Subject,
}

/// What is known when somebody asks for a person. Told to agents as a hint: it proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// An order's number as she typed or saw it. At most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// A return's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_number: Option<String>,
    /// An article's slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConversationState {
    /// The assistant has answered, and nobody of the shop was asked.
    Answered,
    /// Nobody of the shop has taken it on yet.
    Queued,
    Assigned,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationView {
    pub id: ConversationId,
    pub state: ConversationState,
    pub epoch: u64,
    pub last_seq: u64,
    pub read: ReadMarks,
    /// Who looks after it, by the name that shoppers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    pub created_at: Timestamp,
    /// While she waits for somebody to take it on; told to her only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueView>,
}

/// What somebody may expect who waits for one of the shop's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueView {
    /// From 1: whoever is first is next.
    pub position: u32,
    /// How long it takes from here on, by what the shop itself has lately taken; `None` where too little is known of that, and
    /// where she has waited longer already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<Minutes>,
    /// Nobody answers at this hour.
    pub closed: bool,
    /// When somebody does again, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
}

/// A range: the one takes less in one case of four, the other more in one of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Minutes {
    pub from: u32,
    pub to: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opened {
    pub conversation: ConversationView,
    /// The visitor's token where she has a new one; otherwise hers goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorToken>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorToken {
    pub token: String,
    /// Without a word in the meantime.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for VisitorToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitorToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Everything after the cursor, at most [`EVENTS_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Events {
    pub epoch: u64,
    /// Of the log: when the last of `events` is older, there is more.
    pub last_seq: u64,
    pub state: ConversationState,
    pub read: ReadMarks,
    /// The other side is writing.
    pub typing: bool,
    /// While she waits for somebody to take it on; told to her only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueView>,
    pub events: Vec<Event>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendRequest {
    /// Drawn once by the client for this send, the same on every try. The same with another body is a 409 `key_reused`.
    pub client_id: String,
    pub said: Said,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadRequest {
    pub seq: u64,
}

/// Where an answer is to be mailed that she does not see here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerMailRequest {
    /// As typed; left out, it is the address that she has proved to be hers.
    #[serde(default)]
    pub email: Option<String>,
    /// Of the mail.
    pub locale: Locale,
    /// She writes on a page of ours, and not in the shop's: the mail leads back there.
    #[serde(default)]
    pub on_page: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerMailView {
    /// Where it is mailed, masked; `None`: nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The address that she has proved to be hers, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
}

//! The desk: how the shop's people come in, what waits for them, and whom they have before them.
//!
//! Whoever is logged in has a session, kept in a cookie that scripts cannot read. With it the desk calls everything below
//! `/api/v1/desk` and `/api/v1/admin`, as far as the account's role reaches; what it changes carries the header
//! [`DESK_HEADER`], which no foreign page can send.
//!
//! - `POST   /api/v1/desk/log-in` [`LogInRequest`] → 200 [`Me`]
//! - `POST   /api/v1/desk/log-out` → 204
//! - `GET    /api/v1/desk/me` → 200 [`Me`]
//! - `GET    /api/v1/desk/sessions` → 200 [`Sessions`]; `DELETE /api/v1/desk/sessions/{id}` → 204
//! - `GET    /api/v1/desk/colleagues` → 200 [`Colleagues`]
//! - `GET    /api/v1/desk/availability` → 200 [`Availability`]; `PUT` [`SetAvailability`] → 200 [`Availability`]
//! - `GET    /api/v1/desk/inbox?view=&query=&cursor=&limit=` → 200 [`Inbox`]
//! - `GET    /api/v1/desk/inbox/changes?since=&wait=` → 200 [`InboxChanges`]
//! - `GET    /api/v1/desk/conversations/{id}/customer` → 200 [`Customer`]
//! - `GET    /api/v1/desk/orders/{order_id}` → 200 [`super::orders::FullOrder`], with nothing masked
//! - `GET    /api/v1/desk/conversations/{id}/notes` → 200 [`Notes`]; `POST` [`NewNote`] → 201 [`Note`]
//! - `GET    /api/v1/desk/canned-replies` → 200 [`CannedReplies`]; `PUT /api/v1/desk/canned-replies/{shortcut}` [`CannedText`]
//!   → 200 [`CannedReply`]; `DELETE` → 204

use super::{
    conversations::{ConversationView, Subject},
    orders::MyOrder,
    returns::ReturnSummary,
    shoppers::ShopperKind,
};
pub use crate::role::{Permission, Role};
use crate::{error::ErrorCode, locale::Locale, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Sent with everything that changes something, with any value: a page of another origin would have to ask before it may
/// send it, and is told no.
pub const DESK_HEADER: &str = "aftercart-desk";

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogInRequest {
    pub email: String,
    pub password: String,
    /// The six digits of the authenticator, where the account has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The shop's public key, for whoever works for several with one address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

impl std::fmt::Debug for LogInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogInRequest").finish_non_exhaustive()
    }
}

/// Her password is right at several shops: which one is meant? She sends the same again with `site`. Comes with a 409, after
/// the password was right and never before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhichShop {
    /// `site_required`
    pub code: ErrorCode,
    /// `site`
    pub field: String,
    pub message: String,
    /// By name.
    pub shops: Vec<ShopChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopChoice {
    /// Public key.
    pub site: String,
    pub name: String,
}

/// Whoever is logged in, and what she may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub id: String,
    pub email: String,
    /// As shoppers see it, too.
    pub name: String,
    pub role: Role,
    /// What the role allows; the server asks the very same table.
    pub may: Vec<Permission>,
    pub shop: Shop,
}

/// The shop that she works for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shop {
    /// Public key.
    pub site: String,
    pub name: String,
    /// IANA.
    pub time_zone: String,
    pub currency: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sessions {
    /// Last used first.
    pub sessions: Vec<SessionView>,
}

/// A browser in which she is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    pub id: String,
    /// What the browser called itself: `Firefox on Windows`.
    pub device: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    /// It is the one that asks.
    pub current: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleagues {
    /// Everybody who answers shoppers, by name.
    pub colleagues: Vec<Colleague>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    pub email: String,
    pub name: String,
    /// Conversations that she has now.
    pub open: u32,
}

/// A conversation with what only the shop's people see of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskConversation {
    #[serde(flatten)]
    pub view: ConversationView,
    /// The language she reads.
    pub locale: String,
    /// What she was looking at. It proves nothing.
    pub subject: Subject,
    pub visitor: DeskVisitor,
    /// E-mail address of the account that has it.
    pub agent_email: Option<String>,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Who came, as far as anybody knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskVisitor {
    pub certainty: Certainty,
    /// The shopper's id, where she is one.
    pub shopper: Option<String>,
    /// How she proved it: by a code sent to an `email` or `phone`, or by your own word (`customer`).
    pub proof: Option<ShopperKind>,
    pub name: Option<String>,
    /// As proved, not as typed.
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Certainty {
    /// Whatever she says of herself, nobody has proved it. Tell nothing of an order.
    Anonymous,
    Verified,
}

/// Which conversations of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InboxView {
    #[default]
    Mine,
    Unassigned,
    /// Everything open.
    All,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inbox {
    /// Whoever waits longest comes first; of those that wait for nobody, and of closed ones, the newest.
    pub rows: Vec<InboxRow>,
    /// `cursor` of the next page; `None` on the last.
    pub next: Option<String>,
    pub counts: InboxCounts,
    /// `since` of the changes that follow.
    pub version: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InboxCounts {
    pub mine: u32,
    pub unassigned: u32,
    pub all: u32,
}

/// A line of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InboxRow {
    #[serde(flatten)]
    pub conversation: DeskConversation,
    /// What was said last, in one line; `None` before the first word.
    pub last: Option<LastSaid>,
    /// Since when a shopper has waited for an answer; `None` while she does not.
    pub waiting_since: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastSaid {
    pub at: Timestamp,
    /// Of hers; otherwise somebody of the shop.
    pub hers: bool,
    /// At most 200 characters; `None` for a picture.
    pub text: Option<String>,
}

/// What is different, for a desk that has a queue on its screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InboxChanges {
    pub version: u64,
    pub counts: InboxCounts,
    /// As they are now, whatever view they belong to.
    pub rows: Vec<InboxRow>,
    /// More has changed than is told here: the queue is to be read anew.
    pub reload: bool,
}

/// Everything that is known of whoever is in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    pub visitor: DeskVisitor,
    /// Hers, newest first; nobody's, as long as she has proved nothing.
    pub orders: Vec<MyOrder>,
    /// Newest first.
    pub returns: Vec<CustomerReturn>,
    /// Her other conversations, newest first.
    pub earlier: Vec<DeskConversation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerReturn {
    #[serde(flatten)]
    pub summary: ReturnSummary,
    /// The record's own state: `awaiting_decision`, `approved`, …
    pub state: String,
    /// What is to be paid out, in minor units; `None` where nobody knows, or goods are sent instead.
    pub total: Option<i64>,
    pub currency: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notes {
    /// Oldest first.
    pub notes: Vec<Note>,
}

/// What colleagues tell one another of a conversation. No shopper ever sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    pub id: String,
    /// It was written after this event of the log; 0 for before the first.
    pub after_seq: u64,
    pub at: Timestamp,
    pub agent: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewNote {
    /// Drawn once by the desk for this note: the same again is the same note.
    pub client_id: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CannedReplies {
    /// By shortcut.
    pub replies: Vec<CannedReply>,
}

/// A text that is written often. In it `{name}` stands for the shopper's name, `{agent}` for the agent's, `{order}` for the
/// number of the order that she asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CannedReply {
    /// Typed after `/`: letters, digits, `-` and `_`, at most 32.
    pub shortcut: String,
    /// In one or more languages.
    pub texts: Vec<CannedIn>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CannedIn {
    pub locale: Locale,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CannedText {
    pub texts: Vec<CannedIn>,
}

/// Whether the shop gives conversations away by itself, and whether she is there to be given any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Availability {
    pub routed: bool,
    pub available: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAvailability {
    pub available: bool,
}

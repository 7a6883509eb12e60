//! How hints get from one node to the others.

mod memory;

pub use memory::Memory;

use aftercart_shared::ids::{ConversationId, SiteId};
use serde::{Deserialize, Serialize};

/// Something may be new: whoever cares reads the database. Carries nothing that anybody could not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hint {
    Order {
        site: SiteId,
        order_id: String,
    },
    Conversation {
        site: SiteId,
        conversation_id: ConversationId,
    },
    /// Somebody has left the queue, who is not the last in it.
    Queue {
        site: SiteId,
    },
    /// Somebody is writing; never stored.
    Typing {
        site: SiteId,
        conversation_id: ConversationId,
        by: Side,
    },
}

/// On which side of the counter somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Visitor,
    Agent,
}

impl Side {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Side::Visitor => "visitor",
            Side::Agent => "agent",
        }
    }

    pub fn other(self) -> Side {
        match self {
            Side::Visitor => Side::Agent,
            Side::Agent => Side::Visitor,
        }
    }
}

/// What takes a hint in. It does not wait.
pub type Receiver = Box<dyn Fn(Hint) + Send + Sync>;

/// A way to the other nodes. Hints may be lost, come twice or out of order: that costs whoever waits a poll, never a message.
pub trait Bus: Send + Sync + std::fmt::Debug {
    /// Tells every other node. Neither waits nor fails: a bus that is away drops hints and says so in the log.
    fn publish(&self, hint: &Hint);

    /// From now on hands over what other nodes tell, and nothing that this one has published. Called once.
    fn deliver_to(&self, receiver: Receiver);
}

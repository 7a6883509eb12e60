//! What a client asks for that takes a while: one after the other, in the order in which they came.

use super::Ticket;
use crate::{
    conversations::{append, read, typing},
    error::Error,
};
use aftercart_shared::events::{Ack, ReadMarks, Said};
use futures_util::future::BoxFuture;
use std::sync::Arc;

pub(super) enum Errand {
    Say { client_id: String, said: Said },
    Mark { seq: u64 },
    Typing,
}

pub(super) enum Done {
    Said {
        client_id: String,
        answer: Result<Ack, Error>,
    },
    /// `None`: it could not be stored, and is no loss.
    Marked(Option<ReadMarks>),
    Typed,
}

impl Errand {
    /// For each of them she is let in anew: she may have signed out.
    pub(super) fn run(self, ticket: Arc<Ticket>) -> BoxFuture<'static, Done> {
        Box::pin(async move {
            let who = ticket.admit().await;
            match (self, who) {
                (Errand::Say { client_id, .. }, Err(error)) => Done::Said { client_id, answer: Err(error) },
                (Errand::Say { client_id, said }, Ok(who)) => {
                    let answer = append::say(&ticket.app, &who, &client_id, said).await;
                    Done::Said { client_id, answer }
                }
                (Errand::Mark { seq }, Ok(who)) => Done::Marked(read::mark(&ticket.app, &who, seq).await.ok()),
                (Errand::Typing, Ok(who)) => {
                    typing(&ticket.app, &who);
                    Done::Typed
                }
                // Said again by the next read of the log.
                (Errand::Mark { .. } | Errand::Typing, Err(_)) => Done::Typed,
            }
        })
    }
}

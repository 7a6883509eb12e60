//! Before anybody of the shop is asked: what the assistant answers at once, and what becomes of the conversation then.
//!
//! The assistant is a room of its own that knows this one; here stands only what is asked of it. Whoever it has answered waits for
//! nobody until she asks for a person, or says something to which it has no answer.

use super::{
    access::Visitor,
    append,
    queue_store::Waiting,
    store::{self, Taken},
};
use crate::{app::App, db::Tx, error::Error};
use aftercart_shared::{
    events::{Card, What},
    ids::{ConversationId, SiteId},
    locale::Locale,
    time::Timestamp,
};
use futures_util::future::BoxFuture;
use std::time::Duration;
use tokio::time::timeout;

/// Whoever asks hears at once that it has arrived: an answer that takes longer is none, and she is given to a person.
const AT_ONCE: Duration = Duration::from_secs(2);

/// What the assistant is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub site: &'a SiteId,
    pub visitor: &'a Visitor,
    pub text: &'a str,
    /// The language that she reads.
    pub locale: Locale,
}

/// Whoever answers before a person does.
pub trait Assistant: Send + Sync + std::fmt::Debug {
    /// What it is sure of; otherwise nothing, and the question is a person's.
    fn answer<'a>(&'a self, app: &'a App, question: Question<'a>) -> BoxFuture<'a, Result<Vec<Card>, Error>>;
}

/// What there is to answer at once to what she says. Whatever goes wrong here, a person answers.
pub(super) async fn to(app: &App, site: &SiteId, visitor: &Visitor, text: &str) -> Vec<Card> {
    let Some(locale) = visitor.alone() else { return Vec::new() };
    let question = Question { site, visitor, text, locale };
    let asked = async {
        match app.sites.by_id(site).await?.first_answer {
            true => app.assistant.answer(app, question).await,
            false => Ok(Vec::new()),
        }
    };
    match timeout(AT_ONCE, asked).await {
        Ok(Ok(cards)) => cards,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the assistant could not answer; a person will");
            Vec::new()
        }
        Err(_) => {
            tracing::warn!("the assistant took too long to answer; a person will");
            Vec::new()
        }
    }
}

/// What follows in the log when she has said something, and whether she waits for somebody.
pub(super) async fn follows(
    tx: &mut Tx,
    (site, id): (&SiteId, &ConversationId),
    taken: &Taken,
    (said, cards): (&What, &[Card]),
    now: Timestamp,
) -> Result<Waiting, Error> {
    let alone = taken.state == "answered";
    let first = taken.state == "queued" && taken.last_seq == 1;
    match said {
        What::Helped {} if alone => {
            let seq = store::helped(tx, site, id, now).await?.ok_or(Error::ConversationClosed)?;
            append::note(tx, (site, id), seq, None, &What::Closed {}, now).await?;
            Ok(Waiting::Ended)
        }
        What::Helped {} => Err(Error::NotPossibleNow { message: "the assistant has not answered".into() }),
        // Another tab may have asked for a person meanwhile: then what was found comes too late.
        What::Message { .. } if (alone || first) && !cards.is_empty() => {
            store::answered(tx, site, id).await?;
            speaks(tx, (site, id), &What::Answer { cards: cards.to_vec() }, now).await?;
            Ok(Waiting::Ended)
        }
        _ if alone => {
            // Her own wish stands there already.
            if !matches!(said, What::HandoffRequested {}) {
                speaks(tx, (site, id), &What::HandoffRequested {}, now).await?;
            }
            store::hand_off(tx, site, id, now).await?;
            Ok(Waiting::Since(now))
        }
        _ => Ok(Waiting::Since(now)),
    }
}

async fn speaks(tx: &mut Tx, (site, id): (&SiteId, &ConversationId), what: &What, now: Timestamp) -> Result<(), Error> {
    let taken = store::next_seq(tx, site, id, false, now).await?.ok_or(Error::ConversationClosed)?;
    append::assistant(tx, (site, id), taken.last_seq, what, now).await
}

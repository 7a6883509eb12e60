//! Putting something into the log: once for each number that a client draws, and answered when it is on disk.

use super::{
    access::{ConversationRef, Side, Speaker, Visitor},
    answers,
    event_store::{self, NewEvent},
    first_answer, news, picture,
    queue_store::{self, Waiting},
    routing, say, store, words,
};
use crate::{
    app::App,
    attachments,
    db::{self, Tx},
    error::Error,
    random::hex,
    shoppers,
};
use aftercart_shared::{
    error::ErrorCode,
    events::{Ack, Card, Said, What},
    ids::{ConversationId, SiteId},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What is to be stored, and what goes with it.
#[derive(Debug)]
struct Entry {
    site: SiteId,
    id: ConversationId,
    event: NewEvent,
    what: What,
    /// What the assistant answers to it, where nobody else was asked.
    cards: Vec<Card>,
    /// It is said once the conversation is closed, and not before.
    afterwards: bool,
    /// A picture that becomes part of the conversation, and whose it is.
    picture: Option<(String, String)>,
    /// A session that would end without a sign of life.
    session: Option<String>,
}

/// Says something. The same `client_id` with the same body gets the answer that the first had, however many come at once.
///
/// # Errors
/// [`Error::Invalid`] and [`Error::Ruled`] for what cannot be said, [`Error::KeyReused`] for the same `client_id` with another
/// body, [`Error::ConversationClosed`], [`Error::RateLimited`]; [`Error::NotPossibleNow`] for a rating before the end, or a
/// second one, and for help that nobody has given.
pub async fn say<K: Speaker>(app: &App, who: &ConversationRef<K>, client_id: &str, said: Said) -> Result<Ack, Error> {
    let refused = |(code, field)| Error::invalid(code, field);
    say::client_id(client_id).map_err(refused)?;
    let said = say::checked(said).map_err(refused)?;
    let (side, visitor) = (who.who().side(), who.who().visitor());
    let hers = matches!(said, Said::Rated { .. } | Said::HandoffRequested {} | Said::Helped {});
    if side == Side::Agent && hers {
        return Err(Error::ruled(ErrorCode::Invalid, "said.kind", "only whoever asks says that"));
    }
    if let Some(visitor) = visitor {
        app.sends.count(who.site(), visitor.id())?;
    }
    let sender_id = who.who().sender_id().unwrap_or_default();
    let entry = entry(app, (who.site(), who.id()), (side, sender_id, visitor), client_id, said).await?;
    let (ack, waits) = put(app, entry).await?;
    app.typing.end(who.site(), who.id(), side);
    app.hub.conversation_changed(who.site(), who.id());
    if waits {
        routing::look(app, who.site()).await;
    }
    Ok(ack)
}

async fn entry(
    app: &App,
    (site, id): (&SiteId, &ConversationId),
    (side, sender_id, visitor): (Side, &str, Option<&Visitor>),
    client_id: &str,
    said: Said,
) -> Result<Entry, Error> {
    let body_hash = hex(&Sha256::digest(json(&said)?));
    let afterwards = matches!(said, Said::Rated { .. });
    let mut bound = None;
    let cards = match (&said, visitor) {
        (Said::Message { text }, Some(visitor)) => first_answer::to(app, site, visitor, text).await,
        _ => Vec::new(),
    };
    let what = match said {
        Said::Message { text } => What::Message { text, came: visitor.and_then(Visitor::came) },
        Said::HandoffRequested {} => What::HandoffRequested {},
        Said::Helped {} => What::Helped {},
        Said::Rated { score, comment } => What::Rated { score, comment },
        Said::Attachment { attachment_id } => {
            let shopper = visitor.and_then(Visitor::shopper_id).ok_or_else(picture::not_hers)?;
            let (width, height) = picture::size(app, site, shopper, &attachment_id).await?;
            bound = Some((shopper.to_owned(), attachment_id.clone()));
            What::Attachment { attachment_id, width, height }
        }
    };
    let event = NewEvent {
        sender_kind: side.name(),
        sender_id: sender_id.to_owned(),
        client_id: Some(client_id.to_owned()),
        body_hash,
        kind: kind(&what),
        body: json(&what)?,
        words: searched(&what),
    };
    let session = visitor.and_then(Visitor::session).map(str::to_owned);
    Ok(Entry { site: site.clone(), id: id.clone(), event, what, cards, afterwards, picture: bound, session })
}

/// And whether somebody begins to wait with it.
async fn put(app: &App, entry: Entry) -> Result<(Ack, bool), Error> {
    let (entry, now) = (Arc::new(entry), app.clock.now());
    let first = entry.clone();
    let stored = app.db.write::<_, Error, _>(move |tx| Box::pin(async move { store_entry(tx, &first, now).await }));
    match stored.await {
        // It stands there, or will when the writes of this moment are on disk: only a write of our own sees either.
        Err(Error::Db(db::Error::Conflict)) => {
            let stands = app.db.write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    match known(tx, &entry).await? {
                        Some(ack) => Ok((ack, false)),
                        None if entry.afterwards => Err(not_now("it was rated before")),
                        None if !begun_again(tx, &entry).await? => Err(Error::Db(db::Error::Conflict)),
                        None => Err(Error::ConversationClosed),
                    }
                })
            });
            stands.await
        }
        done => done,
    }
}

async fn store_entry(tx: &mut Tx, entry: &Entry, now: Timestamp) -> Result<(Ack, bool), Error> {
    let Entry { site, id, event, .. } = entry;
    let taken = match store::next_seq(tx, site, id, entry.afterwards, now).await? {
        Some(taken) => taken,
        None => {
            // What she has sent before is no new word.
            if let Some(ack) = known(tx, entry).await? {
                return Ok((ack, false));
            }
            let goes_on = !entry.afterwards && event.sender_kind == Side::Visitor.name();
            match if goes_on { store::reopen(tx, site, id, now).await? } else { None } {
                Some(taken) => taken,
                None if entry.afterwards => return Err(not_now("it is rated once it is closed")),
                None => return Err(Error::ConversationClosed),
            }
        }
    };
    let seq = taken.last_seq;
    event_store::insert(tx, site, id, seq, event, now).await?;
    news::logged(tx, (site, id), (seq, event), now).await?;
    if event.sender_kind == Side::Agent.name() {
        answers::said(tx, (site, id), seq, now).await?;
        store::take_up(tx, site, id, &event.sender_id).await?;
        store::hand_off(tx, site, id, now).await?;
    }
    if let Some((shopper, attachment)) = &entry.picture
        && !attachments::bind(tx, site, shopper, std::slice::from_ref(attachment), &picture::bound_to(id)).await?
    {
        return Err(picture::not_hers());
    }
    if let Some(session) = &entry.session {
        shoppers::store::session_seen(tx, site, session, now).await?;
    }
    // Whoever asks waits; whoever is answered does not; whoever rates has gone.
    let waiting = match event.sender_kind {
        _ if entry.afterwards => Waiting::AsBefore,
        kind if kind == Side::Visitor.name() => {
            first_answer::follows(tx, (site, id), &taken, (&entry.what, &entry.cards), now).await?
        }
        _ => Waiting::Ended,
    };
    queue_store::touch(tx, site, &[(id, waiting)]).await?;
    let begins = matches!(waiting, Waiting::Since(_)) && (seq == 1 || taken.state == "answered");
    Ok((Ack { seq: seq.unsigned_abs(), at: now }, begins))
}

/// It was closed, and she has begun another in the very moment in which it would have gone on.
async fn begun_again(tx: &mut Tx, entry: &Entry) -> Result<bool, Error> {
    Ok(store::head(tx, &entry.site, &entry.id).await?.is_some_and(|head| head.state == "closed"))
}

/// The answer to what came before under this number.
async fn known(tx: &mut Tx, entry: &Entry) -> Result<Option<Ack>, Error> {
    let Entry { site, id, event, .. } = entry;
    let client_id = event.client_id.as_deref().unwrap_or_default();
    let sender = (event.sender_kind, event.sender_id.as_str(), client_id);
    match event_store::by_client_id(tx, site, id, sender).await? {
        None => Ok(None),
        Some(stored) if stored.body_hash == event.body_hash => {
            Ok(Some(Ack { seq: stored.seq.unsigned_abs(), at: Timestamp(stored.at) }))
        }
        Some(_) => Err(Error::KeyReused),
    }
}

/// Writes down what was done, under a number that was taken in the same transaction. `agent`: who of the shop's people did it;
/// otherwise it was the shop itself.
pub(super) async fn note(
    tx: &mut Tx,
    (site, id): (&SiteId, &ConversationId),
    seq: i64,
    agent: Option<&str>,
    what: &What,
    now: Timestamp,
) -> Result<(), Error> {
    let by = (agent.map_or("system", |_| "agent"), agent.unwrap_or_default());
    written(tx, (site, id), seq, by, what, now).await
}

/// The same for what the assistant says.
pub(super) async fn assistant(
    tx: &mut Tx,
    of: (&SiteId, &ConversationId),
    seq: i64,
    what: &What,
    now: Timestamp,
) -> Result<(), Error> {
    written(tx, of, seq, ("assistant", ""), what, now).await
}

async fn written(
    tx: &mut Tx,
    (site, id): (&SiteId, &ConversationId),
    seq: i64,
    (sender_kind, sender_id): (&'static str, &str),
    what: &What,
    now: Timestamp,
) -> Result<(), Error> {
    let event = NewEvent {
        sender_kind,
        sender_id: sender_id.to_owned(),
        client_id: None,
        body_hash: String::new(),
        kind: kind(what),
        body: json(what)?,
        words: searched(what),
    };
    event_store::insert(tx, site, id, seq, &event, now).await?;
    Ok(news::logged(tx, (site, id), (seq, &event), now).await?)
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Message { .. } => "message",
        What::Attachment { .. } => "attachment",
        What::Answer { .. } => "answer",
        What::HandoffRequested {} => "handoff_requested",
        What::Helped {} => "helped",
        What::Assigned { .. } => "assigned",
        What::Closed {} => "closed",
        What::Rated { .. } => "rated",
    }
}

fn searched(what: &What) -> Option<String> {
    match what {
        What::Message { text, .. } => Some(words::folded(text)),
        _ => None,
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|fault| Error::Internal(format!("an event became no JSON: {fault}")))
}

fn not_now(message: &str) -> Error {
    Error::NotPossibleNow { message: message.into() }
}

//! Reading the log from a cursor, and how far each side has read.

use super::{
    access::{ConversationRef, Looking, Party, Side, Speaker},
    event_store::{self, EventRow},
    queue,
    queue_store::{self, Waiting},
    store::{self, HeadRow},
    typing,
};
use crate::{app::App, db, error::Error};
use aftercart_shared::{
    api::conversations::{ConversationState, ConversationView, EVENTS_MAX, Events},
    events::{Cursor, Event, ReadMarks, Sender},
    ids::ConversationId,
    time::Timestamp,
};

/// What stands after the cursor; without one, from the beginning.
///
/// # Errors
/// [`Error::Resync`] for a cursor that is ahead of the log or of another epoch.
pub async fn events<K: Party>(app: &App, who: &ConversationRef<K>, cursor: Option<Cursor>) -> Result<Events, Error> {
    look(app, &who.into(), cursor).await
}

/// How the conversation stands, without what was said.
///
/// # Errors
/// The database's.
pub async fn view<K: Party>(app: &App, who: &ConversationRef<K>) -> Result<ConversationView, Error> {
    view_of(who.id(), head(app, &who.into()).await?)
}

/// Notes that this one has read up to `seq`. A mark never goes back, and never beyond what there is.
///
/// # Errors
/// The database's.
pub async fn mark<K: Speaker>(app: &App, who: &ConversationRef<K>, seq: u64) -> Result<ReadMarks, Error> {
    let looking = Looking::from(who);
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let write = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let Looking { site, id, side, sender_id } = &looking;
            // What her side has read, no queue shows.
            let shown = *side == Side::Agent;
            if shown {
                queue_store::hold(tx, site, id).await?;
            }
            let before = store::head(tx, site, id).await?.ok_or(Error::ConversationNotFound)?;
            let reader = (side.name(), sender_id.as_deref().unwrap_or_default());
            if seq.min(before.last_seq) == 0
                || !event_store::mark(tx, site, id, reader, seq.min(before.last_seq)).await?
            {
                return Ok((marks(&before), false));
            }
            if shown {
                queue_store::touch(tx, site, &[(id, Waiting::AsBefore)]).await?;
            }
            let after = store::head(tx, site, id).await?.ok_or(Error::ConversationNotFound)?;
            Ok((marks(&after), true))
        })
    });
    let (marks, moved) = write.await?;
    if moved {
        app.hub.conversation_changed(who.site(), who.id());
    }
    Ok(marks)
}

pub(super) async fn head(app: &App, looking: &Looking) -> Result<HeadRow, Error> {
    store::head(&mut &app.db, &looking.site, &looking.id).await?.ok_or(Error::ConversationNotFound)
}

pub(super) async fn look(app: &App, looking: &Looking, cursor: Option<Cursor>) -> Result<Events, Error> {
    let mut events = log(app, looking, cursor).await?;
    events.queue = queue::of(app, looking, events.state).await?;
    Ok(events)
}

/// The same, without her place in the queue.
pub(super) async fn log(app: &App, looking: &Looking, cursor: Option<Cursor>) -> Result<Events, Error> {
    let seq = i64::try_from(cursor.map_or(0, |cursor| cursor.seq)).unwrap_or(i64::MAX);
    // The events first: what comes in between is then told by the head, and asked for next.
    let rows = event_store::after(&app.db, &looking.site, &looking.id, seq, EVENTS_MAX as i64).await?;
    let head = head(app, looking).await?;
    if cursor.is_some_and(|cursor| cursor.epoch != head.epoch.unsigned_abs()) || seq > head.last_seq {
        return Err(Error::Resync);
    }
    Ok(Events {
        epoch: head.epoch.unsigned_abs(),
        last_seq: head.last_seq.unsigned_abs(),
        state: state(&looking.id, &head.state)?,
        read: marks(&head),
        typing: typing::other_types(app, looking),
        queue: None,
        events: rows.into_iter().map(|row| event(looking, row)).collect::<Result<_, _>>()?,
    })
}

fn event(looking: &Looking, row: EventRow) -> Result<Event, Error> {
    let corrupt = || db::Error::Corrupt(format!("conversation {}: event {}", looking.id, row.seq));
    let own = row.sender_kind == looking.side.name()
        && looking.sender_id.as_ref().is_none_or(|sender| *sender == row.sender_id);
    let from = match row.sender_kind.as_str() {
        kind if kind == Side::Visitor.name() => Sender::Visitor,
        kind if kind == Side::Agent.name() => Sender::Agent { name: row.agent_name.clone().unwrap_or_default() },
        "assistant" => Sender::Assistant,
        "system" => Sender::System,
        _ => return Err(corrupt().into()),
    };
    Ok(Event {
        seq: row.seq.unsigned_abs(),
        at: Timestamp(row.at),
        from,
        what: serde_json::from_str(&row.body).map_err(|_| corrupt())?,
        client_id: row.client_id.filter(|_| own),
    })
}

pub fn marks(head: &HeadRow) -> ReadMarks {
    ReadMarks { visitor: head.read_visitor.unsigned_abs(), agent: head.read_agent.unsigned_abs() }
}

/// # Errors
/// When the database holds another word.
pub fn state(id: &ConversationId, name: &str) -> Result<ConversationState, Error> {
    parse_state(name).ok_or_else(|| db::Error::Corrupt(format!("conversation {id}: state")).into())
}

/// By its name, on the wire and in the database.
pub fn parse_state(name: &str) -> Option<ConversationState> {
    match name {
        "answered" => Some(ConversationState::Answered),
        "queued" => Some(ConversationState::Queued),
        "assigned" => Some(ConversationState::Assigned),
        "closed" => Some(ConversationState::Closed),
        _ => None,
    }
}

/// # Errors
/// When the database holds what we did not write.
pub fn view_of(id: &ConversationId, head: HeadRow) -> Result<ConversationView, Error> {
    Ok(ConversationView {
        id: id.clone(),
        state: state(id, &head.state)?,
        epoch: head.epoch.unsigned_abs(),
        last_seq: head.last_seq.unsigned_abs(),
        read: marks(&head),
        agent: head.agent_name,
        created_at: Timestamp(head.created_at),
        queue: None,
    })
}

//! What colleagues tell one another of a conversation, whether it goes on or is closed.

use super::note_store::{self, NewRow, NoteRow};
use crate::{
    agents::Account,
    app::App,
    conversations::{
        access::{ConversationRef, Desk},
        queue_store::{self, Waiting},
        say, store,
    },
    error::Error,
};
use aftercart_shared::{
    api::desk::{NewNote, Note, Notes},
    time::Timestamp,
};

/// The newest of them; nobody reads more.
const NOTES_MAX: i64 = 500;

impl From<NoteRow> for Note {
    fn from(row: NoteRow) -> Note {
        Note {
            id: row.note_id,
            after_seq: row.after_seq.unsigned_abs(),
            at: Timestamp(row.at),
            agent: row.agent,
            text: row.text,
        }
    }
}

/// Oldest first.
///
/// # Errors
/// The database's.
pub async fn list(app: &App, who: &ConversationRef<Desk>) -> Result<Notes, Error> {
    let newest = note_store::list(&app.db, who.site(), who.id(), NOTES_MAX).await?;
    Ok(Notes { notes: newest.into_iter().rev().map(Note::from).collect() })
}

/// Writes one. The same `client_id` with the same text gets the note that it has made.
///
/// # Errors
/// [`Error::Invalid`] for a text that says nothing or too much, [`Error::KeyReused`] for the same `client_id` with another.
pub async fn write(app: &App, who: ConversationRef<Desk>, account: &Account, new: NewNote) -> Result<Note, Error> {
    let refused = |(code, field)| Error::invalid(code, field);
    say::client_id(&new.client_id).map_err(refused)?;
    say::text(&new.text, "text").map_err(refused)?;
    let (site, id) = (who.site().clone(), who.id().clone());
    let (agent, note_id, now) = (account.id.clone(), app.random.id(), app.clock.now());
    let written = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let (site, id) = (who.site(), who.id());
            queue_store::hold(tx, site, id).await?;
            let head = store::head(tx, site, id).await?.ok_or(Error::ConversationNotFound)?;
            let NewNote { client_id, text } = new;
            let number = note_store::next_number(tx, site, id).await?;
            let row = NewRow { note_id, number, agent, client_id, after_seq: head.last_seq, text };
            let fresh = note_store::insert(tx, site, id, &row, now).await?;
            let stored = note_store::by_client_id(tx, site, id, &row.agent, &row.client_id).await?;
            let stored = stored.ok_or_else(|| Error::Internal("a note was not stored".into()))?;
            if stored.text != row.text {
                return Err(Error::KeyReused);
            }
            if fresh {
                queue_store::touch(tx, site, &[(id, Waiting::AsBefore)]).await?;
            }
            Ok(Note::from(stored))
        })
    });
    let note = written.await?;
    app.hub.conversation_changed(&site, &id);
    Ok(note)
}

//! Mail that comes in: replies to mailed answers go on in their conversations.
//!
//! Two ways in, [`route`] (a mail service hands each message over) and [`imap`] (a mailbox is looked into); behind them one function,
//! [`receive`]. [`letter`] reads a message, [`automatic`] tells what no person wrote, [`quoted`] and [`html`] find her own words. Whose
//! they are says the address that the message went to, and nothing else in it: `conversations::by_mail`.

mod automatic;
mod html;
pub mod imap;
pub mod letter;
pub mod quoted;
pub mod route;

use crate::{
    app::App,
    conversations::by_mail::{self, Letter, Taken},
    error::Error,
    notifications,
};

/// Bytes of a message. What mail services take is less, or a little more.
pub const MESSAGE_MAX: usize = 25 * 1024 * 1024;

/// What became of a message. Whoever sent it hears nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Taken(Taken),
    /// Nobody wrote it, for this reason.
    Automatic(&'static str),
    /// It went to no address that we have made, or to one that is over.
    Unknown,
    Unreadable,
}

/// Takes a message as it came. The same again changes nothing.
///
/// # Errors
/// What passes, as when the database cannot be reached: the message is to come again.
pub async fn receive(app: &App, raw: Vec<u8>) -> Result<Received, Error> {
    let received = sorted(app, raw).await?;
    let label = match received {
        Received::Taken(Taken::Said) => "said",
        Received::Taken(Taken::Before) => "before",
        Received::Taken(Taken::Empty) => "empty",
        Received::Taken(Taken::TooMany) => "too many",
        Received::Automatic(_) => "automatic",
        Received::Unknown => "unknown",
        Received::Unreadable => "unreadable",
    };
    metrics::counter!("aftercart_inbound_mails_total", "what" => label).increment(1);
    if let Received::Automatic(why) = received {
        tracing::info!(why, "a mail that nobody wrote");
    } else {
        tracing::info!(what = label, "a mail came");
    }
    Ok(received)
}

async fn sorted(app: &App, raw: Vec<u8>) -> Result<Received, Error> {
    // Decoding takes a while; and should a message break its reader, it breaks nothing else.
    let read = tokio::task::spawn_blocking(move || letter::read(&raw)).await;
    let letter = match read {
        Ok(letter::Came::Letter(letter)) => letter,
        Ok(letter::Came::Automatic(why)) => return Ok(Received::Automatic(why)),
        Ok(letter::Came::Unreadable) => return Ok(Received::Unreadable),
        Err(error) => {
            tracing::warn!(%error, "a mail broke its reader");
            return Ok(Received::Unreadable);
        }
    };
    let Some(signed) = by_mail::signed(app, &letter.to).await? else { return Ok(Received::Unknown) };
    let ours = letter.message_id.as_deref().and_then(|id| notifications::ours(&app.config.mail, id));
    if let Some(id) = ours
        && notifications::store::mail(&app.db, signed.site(), id).await?.is_some()
    {
        return Ok(Received::Automatic("our own"));
    }
    let letter::Letter { from, message_id, key, text, pictures, left_out, .. } = letter;
    let letter = Letter { from, message_id, key, text, pictures, left_out };
    Ok(Received::Taken(by_mail::take(app, &signed, letter).await?))
}

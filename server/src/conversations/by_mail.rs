//! She replies to the mail that told her of an answer: her words go on in her conversation, as if she had typed them in the panel.
//!
//! What a mail says of its sender proves nothing. The address that it went to does: it is a secret of whoever has the mailbox that
//! the answer was mailed to ([`super::reply_token`]). So words from another sender come in as well (people have their mail
//! forwarded, and answer from where they read it), but marked, as are those from an address that was only typed. Nobody is verified by it.
//! An address that was withdrawn or replaced is over, as its links are.

use super::{
    access::{self, ConversationRef, Visitor},
    answer_store::{self, AnswerMailRow, Wish},
    append, by_mail_store as kept,
    queue_store::{self, Waiting},
    reply_token,
    store::{self, NewConversation},
};
use crate::{
    app::App,
    attachments,
    db::{self, Tx},
    error::Error,
    shoppers::{self, code},
    sites,
};
use aftercart_shared::{
    error::ErrorCode,
    events::{Came, Said, TEXT_MAX},
    i18n::Messages,
    ids::{ConversationId, SiteId, VisitorId},
    locale::Locale,
};

/// Messages that one mail becomes. Nobody types more; what is over is somebody's pasted log.
const MESSAGES_MAX: usize = 5;
/// Mails within an hour into one conversation. Two machines that answer each other end here.
const MAILS_MAX: i64 = 30;
/// Others of hers at the same moment: the second finds what the first has made.
const TRIES: usize = 4;

/// What somebody wrote.
#[derive(Clone, Debug)]
pub struct Letter {
    /// In lower case.
    pub from: String,
    pub message_id: Option<String>,
    /// The same mail has the same.
    pub key: String,
    pub text: String,
    pub pictures: Vec<Vec<u8>>,
    /// Attachments that are no pictures.
    pub left_out: usize,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It stands in the conversation.
    Said,
    /// It came before.
    Before,
    /// There is nothing in it.
    Empty,
    /// Too many came within an hour.
    TooMany,
}

/// An address that we have made, for whoever has this mailbox. Made by [`signed`] alone.
#[derive(Clone, Debug)]
pub struct Signed {
    site: SiteId,
    id: ConversationId,
    row: AnswerMailRow,
}

impl Signed {
    pub fn site(&self) -> &SiteId {
        &self.site
    }
}

/// What the first of these addresses names that is ours and not over.
///
/// # Errors
/// The database's.
pub async fn signed(app: &App, addresses: &[String]) -> Result<Option<Signed>, Error> {
    let tokens: Vec<_> = addresses
        .iter()
        .filter_map(|address| app.config.mail.inbound.token(address))
        .filter_map(|token| Some((token, reply_token::names(token)?)))
        .collect();
    if tokens.is_empty() {
        return Ok(None);
    }
    let sites = sites::store::all(&app.db).await?;
    for (token, named) in tokens {
        for site in sites.iter().filter(|site| named.may_be_of(&app.secret, &site.id)) {
            let row = answer_store::of(&mut &app.db, &site.id, &named.id).await?;
            let Some(row) = row else { continue };
            if reply_token::holds(token, &app.secret, &site.id, &named.id, &row.email) {
                return Ok(Some(Signed { site: site.id.clone(), id: named.id, row }));
            }
        }
    }
    Ok(None)
}

/// Says it in the conversation, once, however often it comes.
///
/// # Errors
/// What passes: the same mail may come again.
pub async fn take(app: &App, signed: &Signed, letter: Letter) -> Result<Taken, Error> {
    if letter.text.is_empty() && letter.pictures.is_empty() && letter.left_out == 0 {
        return Ok(Taken::Empty);
    }
    let from_there = letter.from == signed.row.email;
    let came = if from_there && signed.row.verified { Came::Mail } else { Came::MailUnproved };
    let mut to = match target(app, signed, &letter, None).await? {
        Target::Is(id) => id,
        Target::Before => return Ok(Taken::Before),
        Target::TooMany => return Ok(Taken::TooMany),
    };
    let mut who = access::correspondent(app, signed, &to, came).await?;
    let t = Messages::new(Locale::parse(&signed.row.locale).unwrap_or(Locale::En));
    let (pictures, refused) = pictures(app, &who, &letter.pictures).await?;
    let saids = messages(t, &letter.text, letter.left_out + refused)
        .into_iter()
        .map(|text| Said::Message { text })
        .chain(pictures.into_iter().map(|attachment_id| Said::Attachment { attachment_id }));
    for (n, said) in saids.enumerate() {
        let client_id = format!("mail-{}-{n}", letter.key);
        let mut tries = 0;
        loop {
            match append::say(app, &who, &client_id, said.clone()).await {
                // It stands there, from when it came the first time and was broken off: a picture was drawn anew since.
                Ok(_) | Err(Error::KeyReused) => break,
                Err(Error::ConversationClosed) if tries < TRIES => {
                    tries += 1;
                    if let Target::Is(next) = target(app, signed, &letter, Some(&to)).await? {
                        who = access::correspondent(app, signed, &next, came).await?;
                        to = next;
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
    done(app, signed, &letter, to, from_there).await?;
    Ok(Taken::Said)
}

enum Target {
    Is(ConversationId),
    Before,
    TooMany,
}

/// Where it goes. `closed`: not there any more.
async fn target(app: &App, signed: &Signed, letter: &Letter, closed: Option<&ConversationId>) -> Result<Target, Error> {
    let bucket = code::bucket(&app.secret, &signed.site, "mails into conversation", signed.id.as_str());
    let now = app.clock.now();
    for _ in 0..TRIES {
        let (signed, bucket, fresh) = (signed.clone(), bucket.clone(), ConversationId(app.random.id()));
        let (key, message_id, closed) = (letter.key.clone(), letter.message_id.clone(), closed.cloned());
        let write = app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let site = &signed.site;
                match kept::known(tx, site, &key).await? {
                    Some(row) if row.taken_at.is_some() => return Ok(Target::Before),
                    Some(row) if closed.as_ref().is_none_or(|id| id.as_str() != row.conversation_id) => {
                        return Ok(Target::Is(ConversationId(row.conversation_id)));
                    }
                    Some(_) => {}
                    None if !shoppers::store::request_allowed(tx, site, &bucket, MAILS_MAX, now).await? => {
                        return Ok(Target::TooMany);
                    }
                    None => {}
                }
                let to = open(tx, &signed, fresh, now).await?;
                kept::goes_to(tx, site, (&key, &message_id), &to, now).await?;
                queue_store::touch(tx, site, &[(&to, Waiting::AsBefore)]).await?;
                Ok(Target::Is(to))
            })
        });
        match write.await {
            Err(Error::Db(db::Error::Conflict)) => {}
            done => return done,
        }
    }
    Err(Error::Db(db::Error::Conflict))
}

/// Her conversation; if nobody writes there any more, the one that she has open, or a new one: as the panel does it.
async fn open(
    tx: &mut Tx,
    signed: &Signed,
    fresh: ConversationId,
    now: aftercart_shared::time::Timestamp,
) -> Result<ConversationId, Error> {
    let site = &signed.site;
    let row = kept::of(tx, site, &signed.id).await?.ok_or(Error::ConversationNotFound)?;
    if row.state != "closed" {
        return Ok(signed.id.clone());
    }
    let visitor = VisitorId(row.visitor_id);
    let id = match store::open_of(tx, site, &visitor, row.shopper_id.as_deref()).await? {
        Some(id) => id,
        None => {
            let new = NewConversation {
                id: fresh,
                visitor,
                shopper_id: row.shopper_id,
                locale: row.locale,
                subject: row.subject,
                order_key: row.order_key,
            };
            store::insert(tx, site, &new, now).await?;
            new.id
        }
    };
    // Whoever writes by mail is answered by mail.
    if answer_store::of(tx, site, &id).await?.is_none() {
        let wish = Wish {
            email: signed.row.email.clone(),
            verified: signed.row.verified,
            locale: Locale::parse(&signed.row.locale).unwrap_or(Locale::En),
            on_page: signed.row.on_page,
        };
        answer_store::want(tx, site, &id, &wish, now).await?;
    }
    Ok(id)
}

/// Whoever replies from that mailbox wishes to hear of further answers there, as by the link that says so.
async fn done(app: &App, signed: &Signed, letter: &Letter, to: ConversationId, from_there: bool) -> Result<(), Error> {
    let (site, email, key, now) = (signed.site.clone(), signed.row.email.clone(), letter.key.clone(), app.clock.now());
    let write = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            if from_there {
                answer_store::confirm(tx, &site, &to, &email, now).await?;
            }
            kept::taken(tx, &site, &key, now).await
        })
    });
    Ok(write.await?)
}

/// Pictures that are kept, and how many are not: only a verified shopper has a place for hers.
async fn pictures(
    app: &App,
    who: &ConversationRef<Visitor>,
    pictures: &[Vec<u8>],
) -> Result<(Vec<String>, usize), Error> {
    let Some(shopper) = who.who().shopper_id() else { return Ok((Vec::new(), pictures.len())) };
    let (mut ids, mut refused) = (Vec::new(), 0);
    for picture in pictures {
        match attachments::routes::take(app, who.site(), shopper, picture.clone()).await {
            Ok(view) => ids.push(view.id),
            // Too many at once, no picture at all, too large: that does not change.
            Err(Error::Invalid { .. } | Error::RateLimited { .. }) => refused += 1,
            Err(error) => return Err(error),
        }
    }
    Ok((ids, refused))
}

/// Her words in as many messages as they take, and what did not come along.
fn messages(t: Messages, text: &str, left_out: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let mut pieces = pieces(text);
    if pieces.len() > MESSAGES_MAX {
        pieces.truncate(MESSAGES_MAX);
        notes.push(format!("[{}]", t.answers_cut()));
    }
    if left_out > 0 {
        notes.push(format!("[{}]", left_out_words(t, left_out)));
    }
    if notes.is_empty() {
        return pieces;
    }
    let notes = notes.join("\n");
    match pieces.last_mut() {
        Some(last) if last.chars().count() + notes.chars().count() + 2 <= TEXT_MAX => {
            last.push_str("\n\n");
            last.push_str(&notes);
        }
        _ => pieces.push(notes),
    }
    pieces
}

fn left_out_words(t: Messages, count: usize) -> String {
    match count {
        1 => t.answers_left_out_one("1"),
        more => t.answers_left_out_other(&more.to_string()),
    }
}

/// Broken where a line ends, if one does.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && pieces.len() <= MESSAGES_MAX {
        let end = rest.char_indices().nth(TEXT_MAX).map_or(rest.len(), |(at, _)| at);
        let head = &rest[..end];
        let whole = end == rest.len();
        let at = match head.rfind('\n').or_else(|| head.rfind(' ')) {
            Some(at) if !whole && at > end / 2 => at,
            _ => end,
        };
        let piece = rest[..at].trim();
        // Of what nobody can read there is no message.
        if super::say::text(piece, "said.text").map_err(|(code, _)| code) != Err(ErrorCode::Required) {
            pieces.push(piece.to_owned());
        }
        rest = rest[at..].trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_become_messages_that_fit_and_lose_nothing() {
        assert_eq!(pieces("  hello \n"), ["hello"]);
        assert_eq!(pieces(" \u{200b} "), [""; 0]);
        let long: String = (0..2_000).map(|n| format!("第{n}行\n")).collect();
        let broken = pieces(&long);
        assert!(broken.len() > 1 && broken.iter().all(|piece| piece.chars().count() <= TEXT_MAX));
        assert_eq!(broken.join("\n"), long.trim());
        let unbroken = "字".repeat(TEXT_MAX * 2 + 1);
        assert_eq!(pieces(&unbroken).concat(), unbroken);
    }

    #[test]
    fn what_did_not_come_along_is_said() {
        let t = Messages::new(Locale::En);
        assert_eq!(messages(t, "hello", 0), ["hello"]);
        assert_eq!(messages(t, "hello", 2).len(), 1);
        assert!(messages(t, "hello", 2)[0].starts_with("hello\n\n["));
        assert_eq!(messages(t, "", 1).len(), 1);
        assert_eq!(messages(t, &"x".repeat(TEXT_MAX), 1).len(), 2);
        let endless = messages(t, &"x".repeat(TEXT_MAX * 9), 0);
        assert_eq!(endless.len(), MESSAGES_MAX + 1);
        assert!(endless.iter().all(|one| one.chars().count() <= TEXT_MAX));
    }
}

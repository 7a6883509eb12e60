//! Mails and texts to shoppers: stored with the transaction that wants them, sent once by a job.

pub mod layout;
mod mail;
pub mod outbox;
pub mod store;
mod text;

use crate::{
    db::{self, Tx},
    jobs::{self, NewJob, job_id},
};
use aftercart_shared::{ids::SiteId, locale::Locale, time::Timestamp};

pub use layout::{Block, page};
pub use mail::{Mailer, deliver_mail, message_id, ours};
pub use text::{HttpTexts, Texts, deliver_text};

/// The kinds of job that send.
pub const MAIL: &str = "mail";
pub const TEXT: &str = "text";

/// A mail as it will be read.
#[derive(Clone, Debug)]
pub struct Mail {
    pub site: SiteId,
    /// What it is about: the same key is the same mail, and is sent once for ever.
    pub key: String,
    /// One address.
    pub to: String,
    pub locale: Locale,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// More headers, such as `List-Unsubscribe`.
    pub headers: Vec<(String, String)>,
    /// Past this moment it would only puzzle: a code that no longer works.
    pub useful_until: Option<Timestamp>,
}

/// A text message.
#[derive(Clone, Debug)]
pub struct Text {
    pub site: SiteId,
    /// As [`Mail::key`].
    pub key: String,
    /// E.164, with the plus.
    pub to: String,
    pub body: String,
    pub useful_until: Option<Timestamp>,
}

/// Stores the mail and the job that sends it.
///
/// # Errors
/// The database's.
pub async fn queue_mail(tx: &mut Tx, mail: Mail, now: Timestamp) -> Result<(), db::Error> {
    let job = job(&mail.site, MAIL, &mail.key, mail.useful_until, now);
    if jobs::enqueue(tx, job, now).await? {
        store::insert_mail(tx, &job_id(&mail.site, MAIL, &mail.key), &mail, now).await?;
    }
    Ok(())
}

/// Stores the text message and the job that sends it.
///
/// # Errors
/// The database's.
pub async fn queue_text(tx: &mut Tx, text: Text, now: Timestamp) -> Result<(), db::Error> {
    let job = job(&text.site, TEXT, &text.key, text.useful_until, now);
    if jobs::enqueue(tx, job, now).await? {
        store::insert_text(tx, &job_id(&text.site, TEXT, &text.key), &text, now).await?;
    }
    Ok(())
}

fn job(site: &SiteId, kind: &'static str, key: &str, useful_until: Option<Timestamp>, now: Timestamp) -> NewJob {
    let payload = useful_until.map_or_else(|| "null".to_owned(), |until| until.0.to_string());
    NewJob { site: site.clone(), kind, key: key.to_owned(), payload, run_at: now }
}

/// Has the moment passed after which the message would only puzzle?
fn is_stale(payload: &str, now: Timestamp) -> bool {
    payload.parse::<i64>().is_ok_and(|until| now.0 > until)
}

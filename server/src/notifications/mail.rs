//! Mails by SMTP.

use super::{is_stale, store};
use crate::{
    app::App,
    config,
    jobs::{Job, Outcome, job_id},
};
use aftercart_shared::{ids::SiteId, locale::Locale};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{ContentTransferEncoding, HeaderName, HeaderValue},
    },
};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// The way out: a mail server, or nowhere.
#[derive(Clone, Debug)]
pub enum Mailer {
    Smtp {
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        from: Box<Mailbox>,
    },
    /// Without a server mails are only kept: under `--demo` the outbox shows them.
    Kept,
}

impl Mailer {
    /// # Errors
    /// Names the setting at fault.
    pub fn new(settings: &config::Mail) -> Result<Mailer, String> {
        if settings.server.is_empty() {
            return Ok(Mailer::Kept);
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.server)
            .map_err(|e| format!("mail.server: {e}"))?
            .timeout(Some(PATIENCE))
            .build();
        let from: Mailbox = settings.from.parse().map_err(|e| format!("mail.from {:?}: {e}", settings.from))?;
        Ok(Mailer::Smtp { transport: Box::new(transport), from: Box::new(from) })
    }
}

/// Under what the mail about `key` goes out; `None` where nothing does.
pub fn message_id(settings: &config::Mail, site: &SiteId, key: &str) -> Option<String> {
    let from: Mailbox = settings.from.parse().ok()?;
    Some(format!("<{}@{}>", job_id(site, super::MAIL, key), from.email.domain()))
}

/// The stored mail that may have gone out under this `Message-ID`, without its brackets.
pub fn ours<'a>(settings: &config::Mail, message_id: &'a str) -> Option<&'a str> {
    let from: Mailbox = settings.from.parse().ok()?;
    let (id, domain) = message_id.split_once('@')?;
    let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    (is_id && domain.eq_ignore_ascii_case(from.email.domain())).then_some(id)
}

/// Sends one stored mail, under the shop's name.
pub async fn deliver_mail(app: App, job: Job) -> Outcome {
    if is_stale(&job.payload, app.clock.now()) {
        return Outcome::Failed("it was of no use any more".into());
    }
    let mail = match store::mail(&app.db, &job.site, &job.job_id).await {
        Ok(Some(mail)) => mail,
        Ok(None) => return Outcome::Failed("the mail is gone".into()),
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    if let Mailer::Smtp { transport, from } = &app.mailer {
        let name = match app.sites.by_id(&job.site).await {
            Ok(site) => site.name(Locale::parse(&mail.locale).unwrap_or(Locale::En)).to_owned(),
            Err(error) => return Outcome::Retry(error.to_string()),
        };
        let message = match message(&mail, from, &name) {
            Ok(message) => message,
            // Without the address: this goes to the log.
            Err(error) => return Outcome::Failed(format!("not a mail that can be sent: {error}")),
        };
        if let Err(error) = transport.send(message).await {
            return if error.is_permanent() {
                Outcome::Failed("the mail server refuses it for good".into())
            } else {
                Outcome::Retry("the mail server did not take it".into())
            };
        }
    }
    // What is useful for a while only is a code. Where nothing is sent, the outbox must still show it.
    let forget = job.payload != "null" && matches!(app.mailer, Mailer::Smtp { .. });
    match store::mail_sent(&app.db, job.site.clone(), job.job_id.clone(), forget, app.clock.now()).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn message(mail: &store::StoredMail, from: &Mailbox, name: &str) -> Result<Message, String> {
    let say = |e: &dyn std::fmt::Display| e.to_string();
    let to: Mailbox = Mailbox::new(None, mail.recipient.parse().map_err(|_| "the address".to_owned())?);
    let headers: Vec<(String, String)> = serde_json::from_str(&mail.headers).map_err(|e| say(&e))?;
    let mut message = Message::builder()
        .from(Mailbox::new(Some(name.to_owned()), from.email.clone()))
        .to(to)
        .subject(mail.subject.clone())
        // The same mail sent twice (we died between the server's answer and our own note) is recognised as one.
        .message_id(Some(format!("<{}@{}>", mail.mail_id, from.email.domain())));
    for (name, value) in headers {
        let name = HeaderName::new_from_ascii(name).map_err(|e| say(&e))?;
        message = message.raw_header(HeaderValue::new(name, value));
    }
    let part = |kind, body: &str| {
        lettre::message::SinglePart::builder()
            .header(kind)
            .header(ContentTransferEncoding::Base64)
            .body(body.to_owned())
    };
    use lettre::message::header::ContentType;
    message
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &mail.plain))
                .singlepart(part(ContentType::TEXT_HTML, &mail.html)),
        )
        .map_err(|e| say(&e))
}

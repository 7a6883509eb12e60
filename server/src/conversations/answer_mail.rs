//! The mail that tells of an answer: once for everything that was said in a row, and never while she is here.

use super::{
    answer_store::{self, AnswerMailRow, AnswerRow},
    answer_token::{self, Use},
    by_mail_store, reply_token,
};
use crate::{
    app::App,
    error::Error,
    jobs::{Job, NewJob, Outcome},
    notifications::{self, Block, Mail},
    shoppers::{self, code},
    sites::Site,
};
use aftercart_shared::{
    events::What,
    i18n::Messages,
    ids::{ConversationId, SiteId},
    locale::Locale,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

pub const KIND: &str = "answer_mail";
/// Whoever was here a moment ago comes back; and whoever writes one message writes a second.
const AWAY_MS: i64 = 2 * Timestamp::MINUTE_MS;
/// Then it is mailed, whether or not more follows.
const BURST_MS: i64 = 10 * Timestamp::MINUTE_MS;
/// Of one mail. The rest is in the conversation.
const ANSWERS_MAX: i64 = 20;
/// Within an hour, to one address that nobody has proved or confirmed: we fill nobody's mailbox.
const UNPROVED_MAX: i64 = 3;

/// What somebody said.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    conversation: ConversationId,
    seq: i64,
}

pub fn job(site: &SiteId, id: &ConversationId, seq: i64, now: Timestamp) -> NewJob {
    let payload = serde_json::to_string(&Answer { conversation: id.clone(), seq }).unwrap_or_default();
    NewJob { site: site.clone(), kind: KIND, key: format!("{id} {seq}"), payload, run_at: now.plus_ms(AWAY_MS) }
}

pub async fn run(app: App, job: Job) -> Outcome {
    let Ok(answer) = serde_json::from_str::<Answer>(&job.payload) else {
        return Outcome::Failed("the payload cannot be read".into());
    };
    match tell(&app, &job.site, answer).await {
        Ok(None) => Outcome::Done,
        Ok(Some(later)) => Outcome::Again(later),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Mails what she has not seen. The moment at which to look again, if it is too early.
async fn tell(app: &App, site: &SiteId, answer: Answer) -> Result<Option<Timestamp>, Error> {
    let (id, now) = (answer.conversation, app.clock.now());
    let Some(wished) = answer_store::of(&mut &app.db, site, &id).await? else { return Ok(None) };
    let from = wished.mailed_seq.max(wished.read_visitor);
    let said = answer_store::answers(&app.db, site, &id, from, ANSWERS_MAX).await?;
    let (Some(first), Some(last)) = (said.first(), said.last()) else { return Ok(None) };
    if now.0 - wished.seen_at < AWAY_MS {
        return Ok(Some(Timestamp(wished.seen_at).plus_ms(AWAY_MS)));
    }
    // More was said since: that has a job of its own, which tells of all of it.
    if last.seq > answer.seq && now.0 - last.at < AWAY_MS && now.0 - first.at < BURST_MS {
        return Ok(None);
    }
    let unproved = !wished.verified && wished.confirmed_at.is_none();
    if unproved && wished.mailed_seq > 0 {
        return Ok(None);
    }
    let site = app.sites.by_id(site).await?;
    let thread = thread(app, &site, &id, &wished).await?;
    let mail = mail(app, &site, &id, &wished, &said, thread);
    let bucket = unproved.then(|| code::bucket(&app.secret, &site.id, "answer mail to", &wished.email));
    let (step, site) = ((wished.mailed_seq, last.seq), site.id.clone());
    let write = app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if !answer_store::mailed(tx, &site, &id, step).await? {
                return Ok(());
            }
            match bucket {
                Some(bucket) if !shoppers::store::request_allowed(tx, &site, &bucket, UNPROVED_MAX, now).await? => {
                    Ok(())
                }
                _ => Ok(notifications::queue_mail(tx, mail, now).await?),
            }
        })
    });
    write.await.map(|()| None)
}

/// Where a reply goes, and what the mail goes on with: mail programs show both ways as one conversation. Nothing where no mail is
/// taken.
async fn thread(
    app: &App,
    site: &Site,
    id: &ConversationId,
    wished: &AnswerMailRow,
) -> Result<Vec<(String, String)>, Error> {
    let inbound = &app.config.mail.inbound;
    let token = reply_token::seal(&app.secret, &site.id, id, &wished.email).filter(|_| inbound.is_on());
    let Some(address) = token.map(|token| inbound.address(&token)) else { return Ok(vec![]) };
    let mut headers = vec![
        ("Reply-To".to_owned(), address),
        // Absence notes need not answer it.
        ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress".to_owned(), "OOF, AutoReply".to_owned()),
    ];
    let before = (wished.mailed_seq > 0).then(|| key(id, wished.mailed_seq));
    let ours = before.and_then(|key| notifications::message_id(&app.config.mail, &site.id, &key));
    let hers = by_mail_store::last_message_id(&app.db, &site.id, id).await?.map(|id| format!("<{id}>"));
    if let Some(last) = hers.as_ref().or(ours.as_ref()) {
        headers.push(("In-Reply-To".to_owned(), last.clone()));
        let references: Vec<String> = [ours, hers].into_iter().flatten().collect();
        headers.push(("References".to_owned(), references.join(" ")));
    }
    Ok(headers)
}

/// What the mail is about that tells of everything up to `seq`.
fn key(id: &ConversationId, seq: i64) -> String {
    format!("answer {id} {seq}")
}

fn mail(
    app: &App,
    site: &Site,
    id: &ConversationId,
    wished: &AnswerMailRow,
    said: &[AnswerRow],
    headers: Vec<(String, String)>,
) -> Mail {
    let locale = Locale::parse(&wished.locale).unwrap_or(Locale::En);
    let t = Messages::new(locale);
    let shop = site.name(locale);
    let link = |name: &str, used: Use| {
        let token = answer_token::seal(&app.secret, &site.id, used, id, &wished.email);
        format!("{}/n/{}?locale={}#{name}.{token}", app.config.public_url, site.key, locale.tag())
    };
    let mut blocks = vec![Block::Title(t.answers_title(shop))];
    match wished.verified {
        true => blocks.extend(said.iter().flat_map(|one| paragraphs(&words(t, shop, one)))),
        false => blocks.push(Block::Paragraph(t.answers_waiting(shop))),
    }
    if wished.verified && !headers.is_empty() {
        blocks.push(Block::Paragraph(t.answers_reply().into()));
    }
    blocks.push(Block::Button { label: t.answers_read().into(), url: back(app, site, wished, locale) });
    if !wished.verified && wished.confirmed_at.is_none() {
        blocks.push(Block::Small(t.answers_once().into()));
        blocks.push(Block::SmallLink { label: t.answers_more().into(), url: link("answers", Use::Confirm) });
    }
    blocks.push(Block::Small(t.answers_why(shop)));
    blocks.push(Block::SmallLink { label: t.answers_stop().into(), url: link("quiet", Use::Stop) });
    let (text, html) = notifications::page(site, locale, &blocks);
    let last = said.last().map_or(0, |one| one.seq);
    Mail {
        site: site.id.clone(),
        key: key(id, last),
        to: wished.email.clone(),
        locale,
        subject: t.answers_subject(shop),
        text,
        html,
        headers,
        useful_until: None,
    }
}

/// A line each, as it was typed.
fn paragraphs(text: &str) -> Vec<Block> {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| Block::Paragraph(line.to_owned())).collect()
}

fn words(t: Messages, shop: &str, said: &AnswerRow) -> String {
    let name = said.agent_name.as_deref().unwrap_or(shop);
    match serde_json::from_str::<What>(&said.body) {
        Ok(What::Message { text, .. }) => t.answers_said(name, &text),
        _ => t.answers_picture(name),
    }
}

/// Where she wrote: a browser keeps a conversation apart for each page that embeds it.
fn back(app: &App, site: &Site, wished: &AnswerMailRow, locale: Locale) -> String {
    match site.origins.first() {
        Some(shop) if !wished.on_page => format!("{}/", shop.as_str()),
        _ => format!("{}/s/{}/talk?locale={}", app.config.public_url, site.key, locale.tag()),
    }
}

//! How the conversation travels: requests that are answered, and one that waits for news. Whatever else will carry it
//! one day has the same log, the same cursor and the same result.

use super::{kept::Who, log::Log, outbox::written};
use crate::{
    api::{
        client::{By, Failure, PATIENCE, read},
        json::{Said, object},
        read_conversations::Page,
    },
    session::Session,
};
use aftercart_shared::{
    api::conversations::{AnswerMailView, Opened, Subject, VISITOR_HEADER, WAIT_MAX},
    events::{self, Ack},
};
use leptos::prelude::*;
use std::time::Duration;
use web_sys::AbortController;

/// A request that waits is given up after this: the wait, and what a slow network adds.
const PATIENCE_WAITING: Duration = Duration::from_secs(WAIT_MAX as u64 + 15);

fn by(who: &Who, shopper: bool, patience: Duration) -> By {
    let pass = (!who.token.is_empty()).then(|| (VISITOR_HEADER, who.token.clone()));
    By { shopper, pass, patience, abort: None }
}

/// Opens a conversation, or finds the one that is open.
pub async fn open(session: Session, who: Who, about: &Subject) -> Result<Opened, Failure> {
    let known = [("order", &about.order), ("return_number", &about.return_number), ("article", &about.article)];
    let known: Vec<(&str, Said)> =
        known.iter().filter_map(|(name, value)| Some((*name, Said::Text(value.as_deref()?)))).collect();
    let about = object(&known);
    let locale = session.locale.try_get_untracked().map_or("en", |locale| locale.tag());
    let body = object(&[("locale", Said::Text(locale)), ("subject", Said::Json(&about))]);
    // A verified shopper finds hers on any device.
    let by = by(&who, true, PATIENCE);
    read(&session.api.ask("POST", "/conversations".into(), Some(body), by).await?)
}

pub async fn send(session: Session, who: Who, client_id: &str, said: &events::Said) -> Result<Ack, Failure> {
    let said = written(said);
    let body = object(&[("client_id", Said::Text(client_id)), ("said", Said::Json(&said))]);
    let path = format!("/conversations/{}/events", who.conversation);
    read(&session.api.ask("POST", path, Some(body), by(&who, false, PATIENCE)).await?)
}

/// Everything after what is known. With `wait`, which ends it, the answer comes when there is news.
pub fn events(
    session: Session,
    who: Who,
    log: &Log,
    wait: Option<AbortController>,
) -> impl Future<Output = Result<Page, Failure>> + use<> {
    let mut path = format!("/conversations/{}/events?after={}", who.conversation, log.through);
    if let Some(epoch) = log.epoch {
        path.push_str(&format!("&epoch={epoch}"));
    }
    let mut by = by(&who, false, PATIENCE);
    if wait.is_some() {
        path.push_str(&format!("&wait={WAIT_MAX}"));
        if let Some(queue) = log.queue {
            path.push_str(&format!("&place={}", queue.position));
        }
        by.patience = PATIENCE_WAITING;
        by.abort = wait;
    }
    let answer = session.api.ask("GET", path, None, by);
    async move { read(&answer.await?) }
}

/// Lost on the way it does no harm: the next one says more.
pub async fn has_read(session: Session, who: Who, seq: u64) -> Result<(), Failure> {
    let seq = seq.to_string();
    let body = object(&[("seq", Said::Json(&seq))]);
    let path = format!("/conversations/{}/read", who.conversation);
    session.api.ask("POST", path, Some(body), by(&who, false, PATIENCE)).await.map(drop)
}

/// An address for this page alone.
pub async fn picture(session: Session, who: Who, attachment: &str) -> Result<String, Failure> {
    let path = format!("/conversations/{}/attachments/{attachment}", who.conversation);
    session.api.file_for(path, by(&who, false, PATIENCE)).await
}

/// Where an answer is mailed that she does not see here: to be seen, said or forgotten.
pub async fn answer_mail(
    session: Session,
    who: Who,
    method: &'static str,
    body: Option<String>,
) -> Result<AnswerMailView, Failure> {
    let path = format!("/conversations/{}/answer-mail", who.conversation);
    let answer = session.api.ask(method, path, body, by(&who, false, PATIENCE)).await?;
    if answer.is_empty() { Ok(AnswerMailView::default()) } else { read(&answer) }
}

pub async fn is_typing(session: Session, who: Who) {
    let path = format!("/conversations/{}/typing", who.conversation);
    let _ = session.api.ask("POST", path, None, by(&who, false, PATIENCE)).await;
}

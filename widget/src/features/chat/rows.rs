//! What stands in the conversation, from top to bottom: days, bubbles and what happened in between.

use super::{
    log::Log,
    outbox::{self, Letter, Outbox},
};
use aftercart_shared::{
    error::ErrorCode,
    events::{Card, Event, Sender, What},
    time::Timestamp,
};

/// Bubbles of one sender within this time stand together, under one name.
const TOGETHER_MS: i64 = 5 * 60_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The same for as long as it is the same thing: also when what was on its way has arrived.
    pub key: String,
    pub at: Timestamp,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Day,
    Bubble(Bubble),
    /// What the assistant has found.
    Answer(Vec<Card>),
    /// It is for a person now.
    Handed,
    /// One of the shop's people has joined.
    Joined(String),
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bubble {
    pub from: From,
    /// Begins a group.
    pub first: bool,
    pub what: What,
    /// Hers only, and only where it is worth saying.
    pub state: Option<State>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    Her,
    Agent(String),
    Shop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Sending,
    /// It takes long, and goes on.
    Slow,
    /// Tried, and tried again: why it was not taken yet.
    Waiting(ErrorCode),
    /// It was given back.
    Refused(ErrorCode),
    Sent,
    Read,
}

/// How the letter that goes out now is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Going {
    pub slow: bool,
    pub failure: Option<ErrorCode>,
}

/// `day` names the calendar day of a moment, by her own clock.
pub fn rows(log: &Log, outbox: &Outbox, going: Going, day: impl Fn(Timestamp) -> String) -> Vec<Row> {
    let mut rows = Rows { all: Vec::new(), day: String::new(), last: None, handed: false };
    let pending: Vec<&Letter> = outbox.letters.iter().filter(|letter| letter.is_words()).collect();
    // Said once, below the last of them: the others go the same way.
    let last_waiting = pending.iter().rposition(|letter| letter.refused.is_none());
    let said = |event: &&Event| matches!(event.what, What::Message { .. } | What::Attachment { .. });
    let hers = |event: &&Event| event.from == Sender::Visitor && said(event);
    let last_hers = log.events.iter().rev().find(hers).filter(|_| last_waiting.is_none()).map(|event| event.seq);
    for event in &log.events {
        let key = event.client_id.clone().unwrap_or_else(|| format!("e{}", event.seq));
        let from = match &event.from {
            Sender::Visitor => From::Her,
            Sender::Agent { name } => From::Agent(name.clone()),
            Sender::Assistant | Sender::System => From::Shop,
        };
        match &event.what {
            What::Message { .. } | What::Attachment { .. } => {
                let state = (Some(event.seq) == last_hers).then_some(match event.seq <= log.read.agent {
                    true => State::Read,
                    false => State::Sent,
                });
                rows.bubble(key, event.at, from, event.what.clone(), state, &day);
            }
            What::Assigned { agent } => rows.note(key, event.at, Kind::Joined(agent.clone()), &day),
            What::Closed {} => rows.note(key, event.at, Kind::Ended, &day),
            What::Answer { cards } => rows.note(key, event.at, Kind::Answer(cards.clone()), &day),
            // A second wish changes nothing.
            What::HandoffRequested {} if rows.handed => {}
            What::HandoffRequested {} => {
                rows.note(key, event.at, Kind::Handed, &day);
                rows.handed = true;
            }
            What::Helped {} | What::Rated { .. } => {}
        }
    }
    for (nth, letter) in pending.into_iter().enumerate() {
        let waits = match going {
            Going { failure: Some(code), .. } => State::Waiting(code),
            Going { slow: true, .. } => State::Slow,
            _ => State::Sending,
        };
        let state = letter.refused.map(State::Refused).or((last_waiting == Some(nth)).then_some(waits));
        rows.bubble(letter.client_id.clone(), Timestamp(letter.at), From::Her, outbox::what(&letter.said), state, &day);
    }
    rows.all
}

struct Rows {
    all: Vec<Row>,
    day: String,
    last: Option<(From, Timestamp)>,
    /// It was said that a person answers from here on.
    handed: bool,
}

impl Rows {
    fn turn(&mut self, at: Timestamp, day: &dyn Fn(Timestamp) -> String) {
        let now = day(at);
        if now != self.day {
            // Her clock and ours may disagree about what is on its way: no day is named a second time.
            let key = format!("d{now}");
            if self.all.iter().all(|row| row.key != key) {
                self.all.push(Row { key, at, kind: Kind::Day });
                self.last = None;
            }
            self.day = now;
        }
    }

    fn bubble(
        &mut self,
        key: String,
        at: Timestamp,
        from: From,
        what: What,
        state: Option<State>,
        day: &dyn Fn(Timestamp) -> String,
    ) {
        self.turn(at, day);
        let with_last = self.last.as_ref().is_some_and(|(last, then)| *last == from && at.0 - then.0 < TOGETHER_MS);
        self.last = Some((from.clone(), at));
        self.all.push(Row { key, at, kind: Kind::Bubble(Bubble { from, first: !with_last, what, state }) });
    }

    fn note(&mut self, key: String, at: Timestamp, kind: Kind, day: &dyn Fn(Timestamp) -> String) {
        self.turn(at, day);
        self.last = None;
        self.all.push(Row { key, at, kind });
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;

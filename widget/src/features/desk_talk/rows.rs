//! What stands in the conversation, from top to bottom: days, what was said, notes, and what happened in between.

use super::letters::{Letter, State};
use aftercart_shared::{
    api::desk::Note,
    events::{Came, Card, Event, ReadMarks, Sender, What},
    time::Timestamp,
};

/// Of one sender within this time they stand together, under one name.
const TOGETHER_MS: i64 = 5 * 60_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Day(Timestamp),
    Said {
        by: By,
        at: Timestamp,
        what: Body,
        first: bool,
    },
    Note {
        agent: String,
        at: Timestamp,
        text: String,
    },
    /// What the assistant has found: no word of ours.
    Answer {
        cards: Vec<Card>,
        at: Timestamp,
    },
    Handed {
        at: Timestamp,
    },
    Helped {
        at: Timestamp,
    },
    Taken {
        agent: String,
        at: Timestamp,
    },
    Closed {
        at: Timestamp,
    },
    Rated {
        score: u8,
        comment: Option<String>,
        at: Timestamp,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Shopper,
    Agent(String),
    Shop,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    Text(String, Option<Came>),
    Picture { id: String, width: u32, height: u32 },
}

/// How far the last of ours has come. Changed in its place, and not read out with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    Sent,
    Read,
    Going(State),
}

#[derive(Debug, Default)]
pub struct Laid {
    pub rows: Vec<(String, Row)>,
    /// Key of a row, and how far it is.
    pub marks: Vec<(String, Mark)>,
}

pub struct Known<'a> {
    pub events: &'a [Event],
    pub notes: &'a [Note],
    /// Of this conversation.
    pub letters: Vec<&'a Letter>,
    pub read: ReadMarks,
    /// Whoever works here.
    pub me: &'a str,
}

/// `day` names the calendar day of a moment, by her own clock.
pub fn lay(known: &Known, day: impl Fn(Timestamp) -> String) -> Laid {
    let mut laid = Laying { laid: Laid::default(), day: String::new(), last: None };
    let arrived = |client_id: &str| known.events.iter().any(|event| event.client_id.as_deref() == Some(client_id));
    let mut notes = known.notes.iter().peekable();
    let ours = |event: &&Event| {
        matches!(event.from, Sender::Agent { .. })
            && matches!(event.what, What::Message { .. } | What::Attachment { .. })
    };
    let last_ours = known.events.iter().rev().find(ours).map(|event| event.seq);
    while let Some(note) = notes.next_if(|note| note.after_seq == 0) {
        laid.note(note, &day);
    }
    for event in known.events {
        // Ours keep the id under which they were on their way. Hers are none of our business: she might choose one that is taken.
        let sent = event.client_id.clone().filter(|_| event.from != Sender::Visitor);
        let key = sent.unwrap_or_else(|| format!("e{}", event.seq));
        let by = match &event.from {
            Sender::Visitor => By::Shopper,
            Sender::Agent { name } => By::Agent(name.clone()),
            Sender::Assistant | Sender::System => By::Shop,
        };
        let at = event.at;
        match &event.what {
            What::Message { text, came } => laid.said(key.clone(), by, at, Body::Text(text.clone(), *came), &day),
            What::Attachment { attachment_id, width, height } => {
                let body = Body::Picture { id: attachment_id.clone(), width: *width, height: *height };
                laid.said(key.clone(), by, at, body, &day);
            }
            What::Answer { cards } => {
                laid.happened(key.clone(), at, Row::Answer { cards: cards.clone(), at }, &day);
            }
            What::HandoffRequested {} => laid.happened(key.clone(), at, Row::Handed { at }, &day),
            What::Helped {} => laid.happened(key.clone(), at, Row::Helped { at }, &day),
            What::Assigned { agent } => laid.happened(key.clone(), at, Row::Taken { agent: agent.clone(), at }, &day),
            What::Closed {} => laid.happened(key.clone(), at, Row::Closed { at }, &day),
            What::Rated { score, comment } => {
                let row = Row::Rated { score: *score, comment: comment.clone(), at };
                laid.happened(key.clone(), at, row, &day);
            }
        }
        if Some(event.seq) == last_ours {
            let read = event.seq <= known.read.visitor;
            laid.laid.marks.push((key, if read { Mark::Read } else { Mark::Sent }));
        }
        while let Some(note) = notes.next_if(|note| note.after_seq <= event.seq) {
            laid.note(note, &day);
        }
    }
    for note in notes {
        laid.note(note, &day);
    }
    for letter in known.letters.iter().filter(|letter| !arrived(&letter.client_id)) {
        let (key, at) = (letter.client_id.clone(), Timestamp(letter.at));
        if letter.note {
            if known.notes.iter().any(|note| note.id == letter.client_id) {
                continue;
            }
            let row = Row::Note { agent: known.me.to_owned(), at, text: letter.text.clone() };
            laid.happened(key.clone(), at, row, &day);
        } else {
            laid.said(key.clone(), By::Agent(known.me.to_owned()), at, Body::Text(letter.text.clone(), None), &day);
        }
        laid.laid.marks.push((key, Mark::Going(letter.state.clone())));
    }
    laid.laid
}

struct Laying {
    laid: Laid,
    day: String,
    last: Option<(By, Timestamp)>,
}

impl Laying {
    fn turn(&mut self, at: Timestamp, day: &dyn Fn(Timestamp) -> String) {
        let now = day(at);
        if now != self.day {
            // Two clocks may disagree about what is on its way: no day is named a second time.
            let key = format!("d{now}");
            if self.laid.rows.iter().all(|(known, _)| *known != key) {
                self.laid.rows.push((key, Row::Day(at)));
                self.last = None;
            }
            self.day = now;
        }
    }

    fn said(&mut self, key: String, by: By, at: Timestamp, what: Body, day: &dyn Fn(Timestamp) -> String) {
        self.turn(at, day);
        let goes_on = self.last.as_ref().is_some_and(|(last, then)| *last == by && at.0 - then.0 < TOGETHER_MS);
        self.last = Some((by.clone(), at));
        self.laid.rows.push((key, Row::Said { by, at, what, first: !goes_on }));
    }

    fn happened(&mut self, key: String, at: Timestamp, row: Row, day: &dyn Fn(Timestamp) -> String) {
        self.turn(at, day);
        self.last = None;
        self.laid.rows.push((key, row));
    }

    fn note(&mut self, note: &Note, day: &dyn Fn(Timestamp) -> String) {
        let row = Row::Note { agent: note.agent.clone(), at: note.at, text: note.text.clone() };
        self.happened(format!("n{}", note.id), note.at, row, day);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64, by: Sender, client_id: Option<&str>, text: &str) -> Event {
        let at = Timestamp(seq as i64 * 1_000);
        Event {
            seq,
            at,
            from: by,
            client_id: client_id.map(str::to_owned),
            what: What::Message { text: text.into(), came: None },
        }
    }

    fn ann() -> Sender {
        Sender::Agent { name: "Ann".into() }
    }

    fn letter(client_id: &str, note: bool) -> Letter {
        Letter {
            client_id: client_id.into(),
            conversation: "c".into(),
            note,
            text: "?".into(),
            at: 9_000,
            after_seq: 0,
            state: State::Sending,
        }
    }

    fn laid(events: &[Event], notes: &[Note], letters: &[Letter], visitor: u64) -> Laid {
        let letters = letters.iter().collect();
        let read = ReadMarks { visitor, agent: 0 };
        lay(&Known { events, notes, letters, read, me: "Ann" }, |_| "today".into())
    }

    #[test]
    fn what_is_on_its_way_stands_at_the_end_and_only_once() {
        let events = [event(1, Sender::Visitor, None, "hi"), event(2, ann(), Some("a"), "hello")];
        let both = [letter("a", false), letter("b", false)];
        let laid = laid(&events, &[], &both, 1);
        let keys: Vec<&str> = laid.rows.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["dtoday", "e1", "a", "b"]);
        assert_eq!(laid.marks, [("a".into(), Mark::Sent), ("b".into(), Mark::Going(State::Sending))]);
    }

    #[test]
    fn her_ids_take_nobody_elses_place() {
        let events = [
            event(1, Sender::Visitor, Some("dtoday"), "hi"),
            event(2, ann(), Some("a"), "hello"),
            event(3, Sender::Visitor, Some("a"), "and?"),
        ];
        let laid = laid(&events, &[], &[letter("b", false)], 2);
        let keys: Vec<&str> = laid.rows.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["dtoday", "e1", "a", "e3", "b"]);
    }

    #[test]
    fn notes_stand_where_they_were_written() {
        let events = [event(1, Sender::Visitor, None, "hi"), event(2, ann(), None, "hello")];
        let note = |id: &str, after_seq| Note {
            id: id.into(),
            after_seq,
            at: Timestamp(1_500),
            agent: "Tom".into(),
            text: "careful".into(),
        };
        let laid = laid(&events, &[note("x", 0), note("y", 1), note("z", 9)], &[], 2);
        let keys: Vec<&str> = laid.rows.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["dtoday", "nx", "e1", "ny", "e2", "nz"]);
        assert_eq!(laid.marks, [("e2".into(), Mark::Read)]);
    }

    #[test]
    fn one_who_goes_on_is_named_once() {
        let mut events = [event(1, ann(), None, "a"), event(2, ann(), None, "b"), event(3, ann(), None, "c")];
        events[2].at = Timestamp(TOGETHER_MS + 2_000);
        let laid = laid(&events, &[], &[], 0);
        let first: Vec<bool> = laid
            .rows
            .iter()
            .filter_map(|(_, row)| if let Row::Said { first, .. } = row { Some(*first) } else { None })
            .collect();
        assert_eq!(first, [true, false, true]);
    }
}

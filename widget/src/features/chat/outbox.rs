//! What she has said and the log does not have yet: kept in order, under a number drawn once, until it is acknowledged.

use super::log::Log;
use crate::api::json::{self, Json, object};
use aftercart_shared::{
    error::ErrorCode,
    events::{Said, What},
};

/// What another tab has written is that tab's to send; after this it may have been closed.
const OTHERS_MS: i64 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same on every try: by it the server knows a copy.
    pub client_id: String,
    pub said: Said,
    /// When it was said, in milliseconds: the order in which it goes out.
    pub at: i64,
    /// Written in this tab.
    pub here: bool,
    /// She may still say more; without that it goes out with the next visit.
    pub held: bool,
    /// Another tab has brought it there, or has taken it back: the next look at the log tells.
    pub gone: bool,
    /// It will never be taken as it is.
    pub refused: Option<ErrorCode>,
}

/// What follows when a letter was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The same again, later.
    Later,
    /// In a conversation of its own.
    Elsewhere,
    /// As somebody new: who we were is not known any more.
    AsStranger,
    /// She gets it back, and the reason.
    GiveBack,
}

pub fn then(code: ErrorCode) -> Then {
    match code {
        ErrorCode::Offline
        | ErrorCode::Unavailable
        | ErrorCode::Timeout
        | ErrorCode::Internal
        | ErrorCode::RateLimited
        | ErrorCode::StorageFull => Then::Later,
        ErrorCode::ConversationClosed | ErrorCode::ConversationNotFound | ErrorCode::NotFound => Then::Elsewhere,
        ErrorCode::SessionExpired => Then::AsStranger,
        _ => Then::GiveBack,
    }
}

impl Letter {
    /// It will stand there as a bubble of hers.
    pub fn is_words(&self) -> bool {
        matches!(self.said, Said::Message { .. } | Said::Attachment { .. })
    }

    fn goes_out(&self) -> bool {
        self.refused.is_none() && !self.held && !self.gone
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox {
    pub letters: Vec<Letter>,
}

impl Outbox {
    pub fn add(&mut self, client_id: String, said: Said, now: i64) -> Letter {
        // Two within one millisecond, or a clock that was put back: the later one is still the later one.
        let at = self.letters.last().map_or(now, |last| now.max(last.at + 1));
        let letter = Letter { client_id, said, at, here: true, held: false, gone: false, refused: None };
        self.letters.push(letter.clone());
        letter
    }

    /// The one that goes out now. One that she got back holds up nobody.
    pub fn next(&self, now: i64) -> Option<&Letter> {
        let first = self.letters.iter().find(|letter| letter.goes_out())?;
        (first.here || now - first.at > OTHERS_MS).then_some(first)
    }

    pub fn is_waiting(&self) -> bool {
        self.letters.iter().any(Letter::goes_out)
    }

    pub fn remove(&mut self, client_id: &str) -> Option<Letter> {
        let at = self.letters.iter().position(|letter| letter.client_id == client_id)?;
        Some(self.letters.remove(at))
    }

    pub fn refuse(&mut self, client_id: &str, code: ErrorCode) {
        if let Some(letter) = self.letters.iter_mut().find(|letter| letter.client_id == client_id) {
            letter.refused = Some(code);
        }
    }

    /// What the log has is delivered, whoever brought it there: taken out and named.
    pub fn settle(&mut self, log: &Log) -> Vec<String> {
        let mut settled = Vec::new();
        self.letters.retain(|letter| {
            let there = log.has(&letter.client_id);
            if there {
                settled.push(letter.client_id.clone());
            }
            !there
        });
        settled
    }

    /// What this browser has kept: letters of other tabs, and of this one from before.
    pub fn adopt(&mut self, kept: Vec<Letter>) {
        for letter in kept {
            if !self.letters.iter().any(|known| known.client_id == letter.client_id) {
                let at = self.letters.partition_point(|known| {
                    (known.at, known.client_id.as_str()) <= (letter.at, letter.client_id.as_str())
                });
                self.letters.insert(at, letter);
            }
        }
    }

    /// What another tab keeps no longer is not to be sent again.
    pub fn missing(&mut self, kept: &[Letter]) {
        for letter in self.letters.iter_mut().filter(|letter| !letter.here) {
            letter.gone = kept.iter().all(|one| one.client_id != letter.client_id);
        }
    }

    pub fn drop_gone(&mut self) {
        self.letters.retain(|letter| !letter.gone);
    }

    /// How it was, before she has said why; another tap is another score. `None`: it is on its way already.
    pub fn hold(&mut self, client_id: String, score: u8, now: i64) -> Option<Letter> {
        let said = Said::Rated { score, comment: None };
        let rated = |letter: &&mut Letter| matches!(letter.said, Said::Rated { .. });
        match self.letters.iter_mut().find(rated) {
            Some(letter) if letter.held => {
                letter.said = said;
                Some(letter.clone())
            }
            Some(_) => None,
            None => {
                self.add(client_id, said, now);
                let letter = self.letters.last_mut()?;
                letter.held = true;
                Some(letter.clone())
            }
        }
    }

    pub fn held(&self) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.held)
    }

    /// It goes out now, with what she has said of it.
    pub fn release(&mut self, why: Option<String>) -> Option<Letter> {
        let letter = self.letters.iter_mut().find(|letter| letter.held)?;
        letter.held = false;
        if let Said::Rated { comment, .. } = &mut letter.said {
            *comment = why;
        }
        Some(letter.clone())
    }

    /// What belongs to a conversation that is over: neither it nor its answer can be rated in another.
    pub fn drop_ratings(&mut self) -> Vec<String> {
        let rated = |letter: &Letter| matches!(letter.said, Said::Rated { .. } | Said::Helped {});
        let dropped = self.letters.iter().filter(|letter| rated(letter)).map(|one| one.client_id.clone()).collect();
        self.letters.retain(|letter| !rated(letter));
        dropped
    }
}

/// As the server takes it.
pub fn written(said: &Said) -> String {
    let text = |kind: &str, name: &'static str, value: &str| {
        object(&[("kind", json::Said::Text(kind)), (name, json::Said::Text(value))])
    };
    match said {
        Said::Message { text: message } => text("message", "text", message),
        Said::Attachment { attachment_id } => text("attachment", "attachment_id", attachment_id),
        Said::HandoffRequested {} => object(&[("kind", json::Said::Text("handoff_requested"))]),
        Said::Helped {} => object(&[("kind", json::Said::Text("helped"))]),
        Said::Rated { score, comment } => {
            let score = score.to_string();
            let mut members = vec![("kind", json::Said::Text("rated")), ("score", json::Said::Json(&score))];
            members.extend(comment.as_deref().map(|comment| ("comment", json::Said::Text(comment))));
            object(&members)
        }
    }
}

/// As this browser keeps it, beside its number.
pub fn kept(letter: &Letter) -> String {
    let (at, said) = (letter.at.to_string(), written(&letter.said));
    object(&[("at", json::Said::Json(&at)), ("said", json::Said::Json(&said))])
}

/// `None` where somebody else has written there.
pub fn read(client_id: &str, text: &str, here: bool) -> Option<Letter> {
    let json = Json::parse(text)?;
    let said = json.get("said");
    let words = |name: &str| said.get(name).text().map(String::from);
    let said = match said.get("kind").text()? {
        "message" => Said::Message { text: words("text")? },
        "attachment" => Said::Attachment { attachment_id: words("attachment_id")? },
        "handoff_requested" => Said::HandoffRequested {},
        "helped" => Said::Helped {},
        "rated" => Said::Rated { score: said.get("score").number()?.try_into().ok()?, comment: words("comment") },
        _ => return None,
    };
    Some(Letter {
        client_id: client_id.into(),
        said,
        at: json.get("at").number()?,
        here,
        held: false,
        gone: false,
        refused: None,
    })
}

/// How it will stand in the log.
pub fn what(said: &Said) -> What {
    match said.clone() {
        Said::Message { text } => What::Message { text, came: None },
        // Its size comes with the log.
        Said::Attachment { attachment_id } => What::Attachment { attachment_id, width: 0, height: 0 },
        Said::HandoffRequested {} => What::HandoffRequested {},
        Said::Helped {} => What::Helped {},
        Said::Rated { score, comment } => What::Rated { score, comment },
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;

//! The writing side against stand-ins that keep records as the engines do, and that answer late, twice, or not at all.
#![allow(clippy::unwrap_used)]

mod medusa;
mod medusa_stand_in;
mod vendure;
mod vendure_stand_in;

use super::{
    super::outgoing::{Answer, Call, Fault, Outgoing},
    Act, Commerce, Connection, GiveBack, Goods, Journal, Kind, Piece, Setback, connect,
};
use aftercart_shared::money::{Currency, Money};
use futures_util::future::BoxFuture;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    Fine,
    /// It is done, and its answer is not heard.
    Unheard,
    /// It never gets there.
    Lost,
    Says(u16, &'static str),
}

/// Records that change with what is asked: status and body.
pub trait Records: Send + 'static {
    fn ask(&mut self, call: &Call, body: &Value) -> (u16, Value);
    /// Does this request change anything?
    fn changes(call: &Call, body: &Value) -> bool;
}

/// An engine behind a bad line.
pub struct Engine<R> {
    pub records: Mutex<R>,
    /// For the requests that change something, one after the other; then all is fine.
    pub troubles: Mutex<VecDeque<Trouble>>,
    /// The requests that changed something, or tried to.
    pub asked: Mutex<Vec<Value>>,
}

impl<R> std::fmt::Debug for Engine<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl<R: Records> Outgoing for Engine<R> {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Answer, Fault>> {
        let body: Value = serde_json::from_slice(&call.body).unwrap_or(Value::Null);
        let changes = R::changes(&call, &body);
        let trouble = if changes {
            self.asked.lock().unwrap().push(body.clone());
            self.troubles.lock().unwrap().pop_front().unwrap_or(Trouble::Fine)
        } else {
            Trouble::Fine
        };
        let answer = |status: u16, body: String| {
            let mut headers = HeaderMap::new();
            if status == 429 {
                headers.insert("retry-after", "7".parse().unwrap());
            }
            Ok(Answer { status, headers, body: body.into_bytes() })
        };
        let said = match trouble {
            Trouble::Lost => Err(Fault::Unreachable("it took too long".into())),
            Trouble::Says(status, body) => answer(status, body.into()),
            Trouble::Fine | Trouble::Unheard => {
                let (status, said) = self.records.lock().unwrap().ask(&call, &body);
                if trouble == Trouble::Unheard {
                    Err(Fault::Unreachable("it took too long".into()))
                } else {
                    answer(status, said.to_string())
                }
            }
        };
        Box::pin(async move { said })
    }
}

pub fn engine<R: Records>(kind: Kind, records: R) -> (Box<dyn Commerce>, Arc<Engine<R>>) {
    let engine = Arc::new(Engine { records: Mutex::new(records), troubles: Mutex::default(), asked: Mutex::default() });
    let connection = Connection {
        base_url: "https://shop.example".into(),
        credential: "secret".into(),
        country: "US".into(),
        http: engine.clone(),
    };
    (connect(kind, connection), engine)
}

impl<R> Engine<R> {
    pub fn next(&self, troubles: &[Trouble]) {
        *self.troubles.lock().unwrap() = troubles.iter().cloned().collect();
    }

    pub fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// A journal as it lies on disk between two attempts.
#[derive(Default)]
pub struct Notes {
    written: Mutex<Option<String>>,
    last: Option<String>,
    fresh: bool,
}

impl Notes {
    /// The next attempt, soon after.
    pub fn soon(self) -> Notes {
        Notes { last: self.written.into_inner().unwrap().or(self.last), fresh: true, written: Mutex::default() }
    }

    /// The next attempt, when nothing of before can be under way any more.
    pub fn later(self) -> Notes {
        Notes { fresh: false, ..self.soon() }
    }
}

impl Journal for Notes {
    fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    fn fresh(&self) -> bool {
        self.fresh
    }

    fn before<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        *self.written.lock().unwrap() = Some(step.to_owned());
        Box::pin(async { Ok(()) })
    }
}

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

pub fn goods(order: &str, key: &str, pieces: &[(&str, i64)]) -> Goods {
    let piece = |(line, quantity): &(&str, i64)| Piece {
        line: (*line).to_owned(),
        title: "Harbour lamp".into(),
        quantity: *quantity,
    };
    Goods {
        key: key.into(),
        return_key: KEY.into(),
        order: order.into(),
        number: "R-7K2M9Q".into(),
        pieces: pieces.iter().map(piece).collect(),
    }
}

pub fn back(order: &str, minor: i64, currency: &str) -> GiveBack {
    let currency = Currency::parse(currency).unwrap();
    GiveBack { key: KEY.into(), order: order.into(), number: "R-7K2M9Q".into(), sum: Money { minor, currency } }
}

pub fn is_done(act: &Result<Act, Setback>) -> bool {
    matches!(act, Ok(Act::Done { .. }))
}

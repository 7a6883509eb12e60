//! Reads and checks orders on a thread of its own, so that the database never waits for parsing, and hands them over in
//! batches. The channel is short: whatever the size of the file, few batches exist at a time.

use super::{
    fields::{Reading, Shift},
    jsonl,
    prepare::{Prepared, prepare},
    report::{Bad, Rejected},
    shopify,
    source::{self, Broken, Format, Layout, ORDER_MAX, Orders, Position, Record},
};
use aftercart_shared::ids::SiteId;
use serde::{Deserialize, de::IgnoredAny};
use std::io::{self, Read};
use tokio::sync::mpsc;

/// Orders to a transaction: enough to hide the commit, few enough to hold in memory twice.
pub const BATCH: u64 = 500;

/// What a file is read with.
#[derive(Debug)]
pub struct Plan {
    pub site: SiteId,
    pub country: String,
    pub shift: Shift,
    pub layout: Layout,
    pub format: Format,
    pub from: Position,
    /// Orders before `from`.
    pub index: u64,
}

#[derive(Debug)]
pub struct Batch {
    pub orders: Vec<Prepared>,
    pub rejected: Vec<Rejected>,
    /// Behind the last order of the batch.
    pub end: Position,
}

#[derive(Debug)]
pub enum News {
    Batch(Batch),
    /// Nothing can be read beyond this; everything before it has been handed over.
    Broken(Broken),
    Failed(io::Error),
}

/// Starts reading.
pub fn start(input: impl Read + Send + 'static, plan: Plan) -> mpsc::Receiver<News> {
    let (send, batches) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || read(input, &plan, &send));
    batches
}

/// Ends early when nobody listens any more.
fn read(input: impl Read, plan: &Plan, send: &mpsc::Sender<News>) {
    let mut orders = Orders::new(input, plan.layout, plan.from);
    let mut index = plan.index;
    loop {
        let mut batch = Batch { orders: Vec::new(), rejected: Vec::new(), end: plan.from };
        let mut last = None;
        for _ in 0..BATCH {
            let record = match orders.next() {
                Ok(Some(Ok(record))) => record,
                Ok(Some(Err(broken))) => {
                    last = Some(News::Broken(broken));
                    break;
                }
                Ok(None) => break,
                Err(error) => {
                    last = Some(News::Failed(error));
                    break;
                }
            };
            match one(&record, plan) {
                Ok(order) => batch.orders.push(order),
                Err(Refusal::Broken(broken)) => {
                    last = Some(News::Broken(broken));
                    break;
                }
                Err(Refusal::Row(reason)) => batch.rejected.push(Rejected {
                    line: record.line,
                    index: index + 1,
                    order: name(&record.json),
                    reason,
                }),
            }
            index += 1;
            batch.end = orders.position();
        }
        let size = (batch.orders.len() + batch.rejected.len()) as u64;
        if size > 0 && send.blocking_send(News::Batch(batch)).is_err() {
            return;
        }
        if let Some(last) = last {
            // Nobody to tell is as good as told.
            let _ = send.blocking_send(last);
            return;
        }
        if size < BATCH {
            return;
        }
    }
}

enum Refusal {
    Row(String),
    Broken(Broken),
}

fn one(record: &Record, plan: &Plan) -> Result<Prepared, Refusal> {
    if record.cut {
        return Err(Refusal::Row(format!("the line is longer than {} MB", ORDER_MAX / 1024 / 1024)));
    }
    let reading = Reading { country: &plan.country, shift: plan.shift };
    let order = match plan.format {
        Format::Shopify => shopify::order(&record.json, &reading),
        Format::Jsonl => jsonl::order(&record.json, &reading),
    };
    match order {
        Ok(order) => prepare(order, &plan.site, plan.format.source()).map_err(Refusal::Row),
        Err(Bad::Row(reason)) => Err(Refusal::Row(reason)),
        Err(Bad::Json(error)) => Err(refusal(&error, record, plan.layout)),
    }
}

/// In a list, an order that is no JSON means that we may have lost our place: what looks like one order could be many.
/// A line stands for itself.
fn refusal(error: &serde_json::Error, record: &Record, layout: Layout) -> Refusal {
    if layout == Layout::List
        && !error.is_data()
        && let Some(broken) = source::wrong_inside(&record.json, record.line, record.column)
    {
        return Refusal::Broken(broken);
    }
    let place = source::broken_at(error, record.line, record.column);
    let line = if place.line == record.line { String::new() } else { format!("line {}, ", place.line) };
    Refusal::Row(format!("{} ({line}column {})", place.message, place.column))
}

/// What the shop calls the order, if that much can be read.
fn name(json: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Names {
        name: Option<super::fields::Scalar>,
        number: Option<super::fields::Scalar>,
        #[serde(rename = "line_items")]
        _lines: Option<IgnoredAny>,
    }
    let names: Names = serde_json::from_slice(json).ok()?;
    let shown = names.name.or(names.number)?.0.chars().filter(|c| !super::fields::is_refused(*c)).take(100).collect();
    Some(shown)
}

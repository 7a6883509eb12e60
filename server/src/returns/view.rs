//! A return as its shopper sees it, and as whoever has its code does.

use super::{
    code,
    kept::Kept,
    label_store::LabelRow,
    policy::reasons::{OwnReason, in_words},
    record::ReturnRow,
    store::{EventRow, LineRow, PhotoRow},
    words::{Told, can_cancel, stage},
};
use aftercart_shared::{
    api::returns::{ReturnEventView, ReturnSum, ReturnSummary, ReturnView, ReturnedLine},
    ids::OrderId,
    money::Currency,
    returns::{Method, Resolution},
    time::Timestamp,
};

/// Everything that is shown of one.
#[derive(Debug)]
pub struct Whole {
    pub row: ReturnRow,
    pub order_number: String,
    pub lines: Vec<LineRow>,
    pub photos: Vec<PhotoRow>,
    pub events: Vec<EventRow>,
    /// The reasons of the policy that it is under.
    pub reasons: Vec<OwnReason>,
    pub label: LabelNow,
}

/// A carrier's label, where the shop has them made.
#[derive(Debug)]
pub enum LabelNow {
    None,
    /// Asked for, and not there yet.
    Awaited,
    Ready(LabelRow),
}

impl Whole {
    /// For whom it belongs to. `code` is what its QR code says.
    pub fn full(&self, told: Told, code: impl FnOnce() -> String) -> ReturnView {
        let row = &self.row;
        let t = told.t();
        let resolution = row.resolution().unwrap_or(Resolution::Refund);
        let method = row.method.as_deref().and_then(Method::parse);
        let happened =
            |event: &EventRow| told.happened(row, event).map(|says| ReturnEventView { at: Timestamp(event.at), says });
        let to_hand_over = row.goods_back && matches!(row.state.as_str(), "approved" | "reserved" | "in_transit");
        ReturnView {
            summary: summary(row, self.lines.first().map(|line| line.title.as_str()), told),
            state: row.state.clone(),
            order_id: Some(OrderId(row.order_id.clone())),
            order_number: self.order_number.clone(),
            decimals: Currency::parse(&row.currency).map_or(2, |currency| currency.decimals()),
            currency: row.currency.clone(),
            resolution,
            resolution_words: resolution.words(t).into(),
            method,
            method_words: method.map(|method| method.words(t).into()),
            lines: self.lines.iter().map(|line| self.line(line, told)).collect(),
            sum: self.sum(told),
            next: if to_hand_over {
                self.label_says(told).into_iter().chain(told.next(row)).collect()
            } else {
                told.next(row)
            },
            code: to_hand_over.then(code).and_then(code::code),
            send_by: row.send_by.map(Timestamp).filter(|_| to_hand_over),
            can_cancel: can_cancel(row),
            history: self.events.iter().filter_map(happened).collect(),
        }
    }

    /// For whoever has the code: what comes back and by when, nothing of money, order and cancelling.
    pub fn limited(&self, told: Told, code: impl FnOnce() -> String) -> ReturnView {
        ReturnView { order_id: None, sum: None, can_cancel: false, ..self.full(told, code) }
    }

    /// Where the label is: what she does next rests on it.
    fn label_says(&self, told: Told) -> Vec<String> {
        let t = told.t();
        match &self.label {
            LabelNow::None => vec![],
            LabelNow::Awaited => vec![t.label_pending().into()],
            LabelNow::Ready(label) => {
                let carrier = label.carrier.clone().unwrap_or_default();
                let number = label.tracking_number.clone().unwrap_or_else(|| label.reference.clone());
                let until = label.expires_at.map(|at| t.label_until(&told.day(at)));
                [Some(t.label_ready(&carrier, &number)), until].into_iter().flatten().collect()
            }
        }
    }

    fn line(&self, line: &LineRow, told: Told) -> ReturnedLine {
        ReturnedLine {
            line: line.line_id.clone(),
            title: line.title.clone(),
            sku: line.sku.clone(),
            quantity: u32::try_from(line.quantity).unwrap_or(0),
            reason_words: in_words(&self.reasons, &line.reason, told.t()),
            photos: self.photos.iter().filter(|photo| photo.line_id == line.line_id).count() as u32,
        }
    }

    pub fn sum(&self, told: Told) -> Option<ReturnSum> {
        let kept = Kept::read(self.row.sums.as_deref()?)?;
        let title = |id: &str| {
            self.lines.iter().find(|line| line.line_id == id).map(|line| line.title.clone()).unwrap_or_default()
        };
        let says = told.paid_when(self.row.resolution()?, self.row.goods_back);
        Some(kept.sum(title, says))
    }
}

/// One in a list. `title` is the first article's.
pub fn summary(row: &ReturnRow, title: Option<&str>, told: Told) -> ReturnSummary {
    ReturnSummary {
        id: row.id(),
        number: row.number.clone(),
        kind: super::record::Kind::parse(&row.kind).unwrap_or(super::record::Kind::Return).wire(),
        stage: stage(&row.state),
        headline: told.headline(row),
        title: title.unwrap_or_default().to_owned(),
        created_at: Timestamp(row.created_at),
    }
}

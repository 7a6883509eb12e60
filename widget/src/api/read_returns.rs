//! What comes back, read from [`Json`]. Held to `serde_json` by tests, as its neighbour is.

use super::{
    json::Json,
    read::{Read, all, count, maybe, named, text, yes},
};
use aftercart_shared::{
    api::{
        attachments::AttachmentView,
        returns::{
            MethodView, MyReturns, Quote, ReasonAnswer, ReasonView, ResolutionOffer, ReturnCode, ReturnEventView,
            ReturnKind, ReturnOptions, ReturnStage, ReturnSum, ReturnSummary, ReturnView, ReturnableLine, ReturnedLine,
            SumLine, VariantView, Variants, WithdrawalReceived,
        },
    },
    ids::{OrderId, ReturnId},
    returns::{Method, Resolution, Verdict},
};

const KINDS: [(&str, ReturnKind); 4] = [
    ("return", ReturnKind::Return),
    ("exchange", ReturnKind::Exchange),
    ("claim", ReturnKind::Claim),
    ("withdrawal", ReturnKind::Withdrawal),
];

const STAGES: [(&str, ReturnStage); 5] = [
    ("requested", ReturnStage::Requested),
    ("sending", ReturnStage::Sending),
    ("received", ReturnStage::Received),
    ("done", ReturnStage::Done),
    ("ended", ReturnStage::Ended),
];

fn texts(json: &Json, name: &str) -> Vec<String> {
    json.get(name).list().unwrap_or_default().iter().filter_map(|one| one.text().map(Into::into)).collect()
}

fn amount(json: &Json, name: &str) -> Option<i64> {
    json.get(name).number()
}

fn resolution(json: &Json) -> Option<Resolution> {
    Resolution::parse(json.get("resolution").text()?)
}

fn method(json: &Json) -> Option<Method> {
    Method::parse(json.get("method").text()?)
}

fn verdict(json: &Json) -> Option<Verdict> {
    Verdict::parse(json.get("verdict").text()?)
}

impl Read for ReturnOptions {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnOptions {
            order_id: OrderId(text(json, "order_id")?),
            number: text(json, "number")?,
            currency: text(json, "currency")?,
            decimals: count(json, "decimals")?,
            reasons: all(json.get("reasons"))?,
            lines: all(json.get("lines"))?,
            earlier: all(json.get("earlier"))?,
        })
    }
}

impl Read for ReasonView {
    fn read(json: &Json) -> Option<Self> {
        Some(ReasonView { id: text(json, "id")?, words: text(json, "words")?, under: text(json, "under") })
    }
}

impl Read for ReturnableLine {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnableLine {
            line: text(json, "line")?,
            sku: text(json, "sku"),
            title: text(json, "title")?,
            bought: count(json, "bought")?,
            left: count(json, "left")?,
            paid_each: amount(json, "paid_each"),
            answers: all(json.get("answers"))?,
            because: texts(json, "because"),
        })
    }
}

impl Read for ReasonAnswer {
    fn read(json: &Json) -> Option<Self> {
        Some(ReasonAnswer {
            reason: text(json, "reason")?,
            verdict: verdict(json)?,
            photo: yes(json, "photo"),
            says: texts(json, "says"),
        })
    }
}

impl Read for Quote {
    fn read(json: &Json) -> Option<Self> {
        Some(Quote {
            verdict: verdict(json)?,
            says: texts(json, "says"),
            photos: texts(json, "photos"),
            resolutions: all(json.get("resolutions"))?,
            methods: all(json.get("methods"))?,
            sum: maybe(json, "sum"),
        })
    }
}

impl Read for ResolutionOffer {
    fn read(json: &Json) -> Option<Self> {
        Some(ResolutionOffer {
            resolution: resolution(json)?,
            words: text(json, "words")?,
            total: amount(json, "total"),
            goods_back: yes(json, "goods_back"),
            says: text(json, "says"),
        })
    }
}

impl Read for MethodView {
    fn read(json: &Json) -> Option<Self> {
        Some(MethodView {
            method: method(json)?,
            words: text(json, "words")?,
            cost: amount(json, "cost")?,
            says: text(json, "says"),
        })
    }
}

impl Read for Variants {
    fn read(json: &Json) -> Option<Self> {
        Some(Variants { line: text(json, "line")?, variants: all(json.get("variants"))? })
    }
}

impl Read for VariantView {
    fn read(json: &Json) -> Option<Self> {
        Some(VariantView {
            id: text(json, "id")?,
            words: text(json, "words")?,
            choosable: yes(json, "choosable"),
            difference: amount(json, "difference")?,
            says: text(json, "says"),
        })
    }
}

impl Read for ReturnSum {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnSum {
            lines: all(json.get("lines"))?,
            delivery: amount(json, "delivery")?,
            restocking: amount(json, "restocking")?,
            postage: amount(json, "postage")?,
            bonus: amount(json, "bonus")?,
            exchanged: amount(json, "exchanged").unwrap_or(0),
            adjusted: amount(json, "adjusted").unwrap_or(0),
            total: amount(json, "total")?,
            to_gift_cards: amount(json, "to_gift_cards")?,
            says: text(json, "says"),
        })
    }
}

impl Read for SumLine {
    fn read(json: &Json) -> Option<Self> {
        Some(SumLine {
            line: text(json, "line")?,
            title: text(json, "title")?,
            quantity: count(json, "quantity")?,
            paid: amount(json, "paid")?,
            instead: text(json, "instead"),
        })
    }
}

impl Read for ReturnSummary {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnSummary {
            id: ReturnId(text(json, "id")?),
            number: text(json, "number")?,
            kind: named(json.get("kind"), &KINDS)?,
            stage: named(json.get("stage"), &STAGES)?,
            headline: text(json, "headline")?,
            title: text(json, "title")?,
            created_at: maybe(json, "created_at")?,
        })
    }
}

impl Read for MyReturns {
    fn read(json: &Json) -> Option<Self> {
        Some(MyReturns { returns: all(json.get("returns"))? })
    }
}

impl Read for ReturnView {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnView {
            summary: maybe(json, "summary")?,
            state: text(json, "state")?,
            order_id: text(json, "order_id").map(OrderId),
            order_number: text(json, "order_number")?,
            currency: text(json, "currency")?,
            decimals: count(json, "decimals")?,
            resolution: resolution(json)?,
            resolution_words: text(json, "resolution_words")?,
            method: method(json),
            method_words: text(json, "method_words"),
            lines: all(json.get("lines"))?,
            sum: maybe(json, "sum"),
            next: texts(json, "next"),
            code: maybe(json, "code"),
            send_by: maybe(json, "send_by"),
            can_cancel: yes(json, "can_cancel"),
            can_renew: yes(json, "can_renew"),
            history: all(json.get("history"))?,
        })
    }
}

impl Read for ReturnedLine {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnedLine {
            line: text(json, "line")?,
            title: text(json, "title")?,
            sku: text(json, "sku"),
            quantity: count(json, "quantity")?,
            reason_words: text(json, "reason_words")?,
            photos: count(json, "photos")?,
            instead: text(json, "instead"),
        })
    }
}

impl Read for ReturnCode {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnCode { text: text(json, "text")?, rows: texts(json, "rows") })
    }
}

impl Read for ReturnEventView {
    fn read(json: &Json) -> Option<Self> {
        Some(ReturnEventView { at: maybe(json, "at")?, says: text(json, "says")? })
    }
}

impl Read for WithdrawalReceived {
    fn read(json: &Json) -> Option<Self> {
        Some(WithdrawalReceived { number: text(json, "number")?, received_at: maybe(json, "received_at")? })
    }
}

impl Read for AttachmentView {
    fn read(json: &Json) -> Option<Self> {
        Some(AttachmentView {
            id: text(json, "id")?,
            width: count(json, "width")?,
            height: count(json, "height")?,
            bytes: count(json, "bytes")?,
        })
    }
}

#[cfg(test)]
#[path = "read_returns_tests.rs"]
mod tests;

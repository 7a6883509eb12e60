//! What a return's shopper is told of it: where it is, what happened, what she does next.

use super::{
    kept::Kept,
    policy::{window::ShopCalendar, wording::ServerWording},
    record::{Kind, ReturnRow},
    store::EventRow,
};
use crate::sites::{
    Site,
    hours::{Door, Hours},
};
use aftercart_shared::{
    api::returns::ReturnStage,
    i18n::Messages,
    locale::Locale,
    returns::{Method, Resolution, Wording},
    time::Timestamp,
};

/// In one language, by the shop's calendar.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub locale: Locale,
    pub calendar: &'a ShopCalendar,
    /// The shop's counter, where its hours are known, and what time it is.
    counter: Option<(&'a Hours, Timestamp)>,
}

/// Where money and goods are, in four steps.
pub fn stage(state: &str) -> ReturnStage {
    match state {
        "requested" | "open" | "awaiting_evidence" => ReturnStage::Requested,
        "approved" | "reserved" | "awaiting_payment" | "in_transit" => ReturnStage::Sending,
        "refunded" | "completed" | "replaced" | "sent_ahead" => ReturnStage::Done,
        "refused" | "cancelled" | "expired" | "rejected" | "written_off" => ReturnStage::Ended,
        _ => ReturnStage::Received,
    }
}

impl<'a> Told<'a> {
    /// For words that stay true: nothing is said of who is at the counter now.
    pub fn new(locale: Locale, calendar: &'a ShopCalendar) -> Told<'a> {
        Told { locale, calendar, counter: None }
    }

    /// For somebody who reads it now.
    pub fn at(self, site: &'a Site, now: Timestamp) -> Told<'a> {
        Told { counter: site.counter_hours.as_deref().map(|hours| (hours, now)), ..self }
    }

    /// Whether the counter is open, and until when; or when it opens.
    pub fn counter_now(&self) -> Option<String> {
        let (hours, now) = self.counter?;
        let (t, calendar) = (self.t(), self.calendar);
        Some(match hours.door(now, calendar.zone()) {
            Door::Open { until: Some(until) } => t.counter_open_until(&calendar.clock(until)),
            Door::Open { until: None } => t.counter_open_always().into(),
            Door::Closed { opens: Some(at) } if calendar.date(at) == calendar.date(now) => {
                t.counter_opens_today(&calendar.clock(at))
            }
            Door::Closed { opens: Some(at) } => t.counter_opens_on(&self.day(at.0), &calendar.clock(at)),
            Door::Closed { opens: None } => t.counter_closed().into(),
        })
    }

    /// The counter is shut on the last day: the day by which to come instead.
    fn counter_by(&self, by: i64) -> Option<String> {
        let (hours, now) = self.counter?;
        let last = self.calendar.date(Timestamp(by));
        if hours.open_on(last) {
            return None;
        }
        let day = hours.last_open(self.calendar.date(now), last)?;
        let noon = self.calendar.moment(day.at(12, 0, 0, 0));
        Some(self.t().counter_shut_on_last_day(&self.day(noon.0)))
    }

    pub fn t(&self) -> Messages {
        Messages::new(self.locale)
    }

    pub fn day(&self, at: i64) -> String {
        ServerWording(self.locale).day(self.calendar.day(Timestamp(at)))
    }

    pub fn headline(&self, row: &ReturnRow) -> String {
        let t = self.t();
        let day = || self.day(row.updated_at);
        let credit = row.resolution() == Some(Resolution::StoreCredit);
        match row.state.as_str() {
            "requested" | "open" => t.returned_is_requested().into(),
            "awaiting_evidence" => t.returned_is_evidence().into(),
            "approved" | "reserved" => match row.send_by.filter(|_| row.goods_back) {
                Some(by) => t.returned_is_to_send(&self.day(by)),
                None => t.returned_is_approved().into(),
            },
            "refused" => t.returned_is_refused().into(),
            "cancelled" => t.returned_is_cancelled(&day()),
            "expired" => t.returned_is_expired(&day()),
            "in_transit" => t.returned_is_in_transit().into(),
            "arrived" => t.returned_is_arrived().into(),
            "received" => t.returned_is_received().into(),
            "rejected" => t.returned_is_rejected().into(),
            "refunding" if credit => t.returned_is_crediting().into(),
            "refunding" => t.returned_is_refunding().into(),
            "refund_failed" => t.returned_is_refund_failed().into(),
            "refunded" if credit => t.returned_is_credited(&day()),
            "refunded" => t.returned_is_refunded(&day()),
            "completed" | "replaced" | "sent_ahead" if row.resolution() == Some(Resolution::Repair) => {
                t.returned_is_repaired(&day())
            }
            "completed" | "replaced" | "sent_ahead" => t.returned_is_replaced(&day()),
            "written_off" => t.returned_is_closed(&day()),
            _ => t.returned_is_approved().into(),
        }
    }

    /// `None` for what is of no interest to her.
    pub fn happened(&self, row: &ReturnRow, event: &EventRow) -> Option<String> {
        #[derive(Default, serde::Deserialize)]
        struct Note {
            reason: Option<String>,
        }
        let t = self.t();
        let note: Note = serde_json::from_str(&event.note).unwrap_or_default();
        let credit = row.resolution() == Some(Resolution::StoreCredit);
        Some(match (event.event.as_str(), note.reason) {
            ("submit", _) => t.returned_did_submit().into(),
            ("approve", _) => t.returned_did_approve().into(),
            ("refuse", Some(reason)) => t.returned_did_refuse_because(&reason),
            ("refuse", None) => t.returned_did_refuse().into(),
            ("cancel", _) => t.returned_did_cancel().into(),
            ("expire", _) => t.returned_did_expire().into(),
            ("ship", _) => t.returned_did_ship().into(),
            ("carrier_deliver", _) => t.returned_did_carrier_deliver().into(),
            ("receive", _) => t.returned_did_receive().into(),
            ("reject", Some(reason)) => t.returned_did_reject_because(&reason),
            ("reject", None) => t.returned_did_reject().into(),
            ("refund" | "refund_without_goods" | "refund_at_scan" | "refund_received", _) if credit => {
                t.returned_did_credit().into()
            }
            ("refund" | "refund_without_goods" | "refund_at_scan" | "refund_received", _) => {
                t.returned_did_refund().into()
            }
            ("refund_fail", _) => t.returned_did_refund_fail().into(),
            ("refund_retry", _) => t.returned_did_refund_retry().into(),
            ("refund_succeed", _) if credit => t.returned_did_credited().into(),
            ("refund_succeed", _) => t.returned_did_refunded().into(),
            ("send_new" | "replace" | "send_ahead", _) if row.resolution() == Some(Resolution::Repair) => {
                t.returned_did_repair().into()
            }
            ("send_new" | "replace" | "send_ahead", _) => t.returned_did_replace().into(),
            ("difference_paid", _) if is_credit(row) => t.exchange_did_credit().into(),
            ("difference_paid", _) => t.exchange_did_refund().into(),
            ("reopen", _) => t.returned_did_reopen().into(),
            ("adjust", _) => t.returned_did_adjust().into(),
            _ => return None,
        })
    }

    /// What the shopper does next, in order.
    pub fn next(&self, row: &ReturnRow) -> Vec<String> {
        let t = self.t();
        match row.state.as_str() {
            "requested" | "open" => vec![t.returns_why_person_decides().into()],
            "approved" | "reserved" if row.goods_back => self.sending(row),
            "expired" => vec![t.label_was_until(&self.day(row.send_by.unwrap_or(row.updated_at)))],
            "approved" | "refunding" | "refunded" if row.resolution() == Some(Resolution::KeepItem) => {
                vec![t.returned_next_keep().into(), t.returned_next_bank().into()]
            }
            "refunding" if row.resolution() == Some(Resolution::Refund) => vec![t.returned_next_bank().into()],
            _ => vec![],
        }
    }

    fn sending(&self, row: &ReturnRow) -> Vec<String> {
        let t = self.t();
        let by = self.day(row.send_by.unwrap_or(row.updated_at));
        let (pack, receipt) = (t.returned_next_pack().to_owned(), t.returned_next_receipt().to_owned());
        match row.method.as_deref().and_then(Method::parse) {
            Some(Method::DropOff) | None => vec![pack, t.returned_next_drop_off(&by), receipt],
            Some(Method::Label) => vec![pack, t.returned_next_label(&by), receipt],
            Some(Method::Pickup) => vec![pack, t.returned_next_pickup(&by), receipt],
            Some(Method::InStore) => [
                Some(t.returned_next_in_store(&by)),
                self.counter_by(row.send_by.unwrap_or(row.updated_at)),
                self.counter_now(),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Some(Method::ShipLater) => {
                vec![pack, t.returned_next_note(&row.number), t.returned_next_ship_later(&by), receipt]
            }
        }
    }

    /// By when the money, or what comes in exchange, is there.
    pub fn comes_when(&self, resolution: Resolution, goods_back: bool, kept: Option<&Kept>) -> Option<String> {
        let t = self.t();
        if resolution != Resolution::ExchangeVariant {
            return self.paid_when(resolution, goods_back);
        }
        Some(match kept.filter(|kept| kept.total() > 0).map(|kept| kept.as_credit) {
            Some(true) => t.exchange_when_credit().to_owned(),
            Some(false) => t.exchange_when_refund().to_owned(),
            None => t.exchange_when().to_owned(),
        })
    }

    /// By when the money is there.
    pub fn paid_when(&self, resolution: Resolution, goods_back: bool) -> Option<String> {
        let t = self.t();
        let words = match (resolution, goods_back) {
            (Resolution::StoreCredit, true) => t.returned_credit_when_back(),
            (Resolution::StoreCredit, false) => t.returned_credit_when_now(),
            (Resolution::Refund | Resolution::KeepItem, true) => t.returned_refund_when_back(),
            (Resolution::Refund | Resolution::KeepItem, false) => t.returned_refund_when_now(),
            _ => return None,
        };
        Some(words.to_owned())
    }
}

/// What an exchange gives back is store credit.
fn is_credit(row: &ReturnRow) -> bool {
    row.sums.as_deref().and_then(Kept::read).is_some_and(|kept| kept.as_credit)
}

/// Whether the shopper may still call it off.
pub fn can_cancel(row: &ReturnRow) -> bool {
    Kind::parse(&row.kind).is_some_and(|kind| kind.can(&row.state, "cancel"))
}

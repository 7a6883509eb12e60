//! The one thing about an order that its shopper should know without asking, in a sentence.

use crate::random::hex;
use aftercart_shared::{
    api::{
        notices::NoticeView,
        orders::{OrderView, ParcelView},
    },
    i18n::Messages,
    ids::OrderId,
    locale::Locale,
    time::Timestamp,
    tracking::ParcelStatus,
    trouble::Trouble,
};
use sha2::{Digest, Sha256};

/// The order's gravest trouble, or that a parcel waits to be collected; `None` when all goes its way.
pub fn of(order_id: &str, order: &OrderView, locale: Locale) -> Option<NoticeView> {
    let worth = order.parcels.iter().filter(|p| p.trouble.is_some() || p.status == ParcelStatus::ReadyForPickup);
    let parcel = worth.min_by_key(|parcel| rank(parcel.trouble.map(|trouble| trouble.kind)))?;
    let trouble = parcel.trouble.map(|trouble| trouble.kind);
    let since = parcel.trouble.map_or_else(|| began_to_wait(parcel), |trouble| trouble.since);
    let (title, text) = words(Messages::new(locale), trouble, &order.number);
    Some(NoticeView {
        key: key(order_id, &parcel.id, trouble, since),
        order_id: OrderId(order_id.to_owned()),
        number: order.number.clone(),
        trouble,
        since,
        title: title.to_owned(),
        text,
        seen: false,
    })
}

/// The gravest first: what needs the shopper's word, then what needs ours, then what may solve itself.
fn rank(trouble: Option<Trouble>) -> u8 {
    match trouble {
        Some(Trouble::Returned) => 0,
        Some(Trouble::Returning) => 1,
        Some(Trouble::Held) => 2,
        Some(Trouble::Missed) => 3,
        Some(Trouble::Disputed) => 4,
        Some(Trouble::Stuck) => 5,
        Some(Trouble::Silent) => 6,
        Some(Trouble::Late) => 7,
        None => 8,
    }
}

/// Of its events, newest first: the oldest of those that say so without a break.
fn began_to_wait(parcel: &ParcelView) -> Option<Timestamp> {
    parcel.events.iter().take_while(|event| event.status == ParcelStatus::ReadyForPickup).last().map(|event| event.at)
}

/// The same trouble keeps its key. When a parcel should have come is reckoned anew every day, so it is no part of it.
fn key(order_id: &str, parcel: &str, trouble: Option<Trouble>, since: Option<Timestamp>) -> String {
    let since = since.filter(|_| trouble != Some(Trouble::Late)).map_or(0, |at| at.0);
    let kind = trouble.map_or("pickup", Trouble::name);
    let mut hash = Sha256::new();
    for part in [order_id, parcel, kind, &since.to_string()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
}

fn words(t: Messages, trouble: Option<Trouble>, number: &str) -> (&'static str, String) {
    match trouble {
        Some(Trouble::Late) => (t.alert_late(), t.alert_late_text(number)),
        Some(Trouble::Stuck) => (t.alert_stuck(), t.alert_stuck_text(number)),
        Some(Trouble::Held) => (t.alert_held(), t.alert_held_text(number)),
        Some(Trouble::Missed) => (t.alert_missed(), t.alert_missed_text(number)),
        Some(Trouble::Returning) => (t.alert_returning(), t.alert_returned_text(number)),
        Some(Trouble::Returned) => (t.alert_returned(), t.alert_returned_text(number)),
        Some(Trouble::Silent) => (t.alert_silent(), t.alert_silent_text(number)),
        Some(Trouble::Disputed) => (t.alert_disputed(), t.alert_disputed_text(number)),
        None => (t.alert_pickup(), t.alert_pickup_text(number)),
    }
}

//! The answer to a look-up: where everything is, in words first.

use super::{
    Draft,
    headline::{Arrival, Headline, arrival, headline},
    parcel::parcel,
    share::share,
    times::{Calendar, delivery_day},
    watch::watch,
};
use crate::{
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward, pressed},
        dom::{Dom, afterwards, el, redrawn},
        frame::{focus_title, focus_waits, heading_meanwhile, title},
        notice::{Tone, failed, notice},
        progress::progress,
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    api::orders::{DateRange, ExpectedSource, OrderView},
    time::Timestamp,
    tracking::{OrderStatus, ParcelStatus},
};
use leptos::prelude::*;

/// Without an answer (the page was loaded anew) the form asks again.
/// `number` leads back to the form while nothing has been found; `foot` is what more there is to it.
pub fn order(session: Session, draft: Draft, number: Option<String>, foot: Dom) -> Dom {
    let nothing = || draft.found.data.with_untracked(|found| found.as_ref().is_none_or(|order| order.shared));
    if let Some(number) = number.filter(|_| nothing()) {
        session.nav.replace(View::Track { number: Some(number) });
        return Dom::default();
    }
    watch(session, draft);
    shown(session, draft, foot)
}

/// What somebody else has sent a link to.
pub fn shared(session: Session, draft: Draft, token: String) -> Dom {
    let known = draft.link.with_value(|link| link.as_ref() == Some(&token));
    if !known || draft.found.data.with_untracked(Option::is_none) {
        draft.open_link(session, token);
    }
    // The heading comes with the answer, and the watch begins with it.
    let begun = StoredValue::new(false);
    afterwards(move || {
        if draft.found.data.with(Option::is_some) && !begun.get_value() {
            begun.set_value(true);
            watch(session, draft);
            if focus_waits() {
                focus_title(session);
            }
        }
    });
    [
        heading_meanwhile(draft.found.data, session.t().track_title()),
        skeleton(session, draft.found.pace, &["title", "half", "card"]),
        shown(session, draft, Dom::default()),
    ]
    .into()
}

fn shown(session: Session, draft: Draft, foot: Dom) -> Dom {
    let t = session.t();
    // A refreshed answer is read out; the first one was, when it was found.
    let was_busy = StoredValue::new(false);
    afterwards(move || {
        let busy = draft.found.is_busy();
        if was_busy.get_value() && !busy && draft.found.failure.with_untracked(Option::is_none) {
            session.announce(session.t().track_updated_now());
        }
        was_busy.set_value(busy);
    });
    let drawn = redrawn(move || {
        draft.found.data.with(|order| order.as_ref().map(|order| answer(session, draft, order))).into()
    });
    let another = inward(session, Kind::Quiet, "search", t.track_another(), View::Track { number: None });
    let sharing = redrawn(move || {
        let own = draft.found.data.with(|order| order.as_ref().is_some_and(|order| !order.shared));
        own.then(|| share(session, draft)).into()
    });
    [
        el("div", "ac-order").child(drawn).into(),
        failed(session, draft.found),
        foot,
        el("div", "ac-order-foot").child(el("div", "ac-buttons").child(another).child(sharing)).into(),
    ]
    .into()
}

fn answer(session: Session, draft: Draft, order: &OrderView) -> Dom {
    let t = session.t();
    let locale = session.locale.get_untracked();
    let zone = order.time_zone.as_str();
    let said = said(order);
    let span = |text: String| el("span", "").child(text);
    let line = el("p", "ac-order-line")
        .child(order.shared.then(|| span(t.track_shared_line().into())))
        .child(span(t.track_order_line(&order.number)))
        .child(span(t.track_placed_line(&i18n::date(locale, zone, Style::Short, order.placed_at))))
        .child(order.exchange_of.as_ref().map(|number| span(t.track_exchange_line(number))))
        .child(order.recipient.as_ref().map(|name| span(t.track_recipient_line(name))));
    let never = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Returned) || said == Headline::Digital;
    let trouble = order.parcels.iter().any(|parcel| parcel.needs_attention);
    let bar = (!never).then(|| el("div", "ac-order-progress").child(progress(session, order.stage, trouble)));
    let count = order.parcels.len();
    let items = |n| i18n::plural(n, |n| t.track_items_one(n), |n| t.track_items_other(n));
    let unshipped = (order.items_unshipped > 0 && count > 0 && !never)
        .then(|| i18n::plural(order.items_unshipped, |n| t.track_unshipped_one(n), |n| t.track_unshipped_other(n)));
    let later = (order.items_pre_ordered > 0).then(|| match order.available_at {
        Some(at) => {
            t.track_pre_order_from(&i18n::date(locale, zone, Style::Short, at), &items(order.items_pre_ordered))
        }
        None => t.track_pre_order_later(&items(order.items_pre_ordered)),
    });
    let digital = (order.items_digital > 0).then(|| t.track_digital_items(&items(order.items_digital)));
    let notes = [("clock", unshipped), ("clock", later), ("mail", digital)];
    let notes = notes.map(|(icon, text)| text.map(|text| notice(Tone::Calm, icon, None, &text, vec![])).into());
    let parcels: Vec<Dom> = order
        .parcels
        .iter()
        .enumerate()
        .map(|(i, one)| parcel(session, draft, order, one, i + 1, count).into())
        .collect();
    [
        line.into(),
        title(spoken(session, order)).into(),
        note(session, order, said).map(|note| el("p", "ac-intro").child(note)).into(),
        bar.into(),
        updated(session, draft, order),
        Dom::from(notes),
        (count > 0).then(|| el("h2", "ac-vh").child(t.track_parcels())).into(),
        parcels.into(),
    ]
    .into()
}

/// How fresh the answer is, and a way to ask again.
fn updated(session: Session, draft: Draft, order: &OrderView) -> Dom {
    let (news, as_of) = (order.updated_at, order.as_of);
    let text = redrawn(move || {
        let t = session.t();
        let (heard, silent) = draft.heard.get();
        let ago = |at| i18n::since(session.locale.get_untracked(), at, now());
        match as_of.or(silent.then_some(heard)) {
            Some(at) => match ago(at) {
                Some(ago) => notice(Tone::Trouble, "offline", None, &t.track_as_of(&ago), vec![]),
                None => notice(Tone::Trouble, "offline", None, t.track_as_of_now(), vec![]),
            },
            None => el("span", "")
                .child(ago(news).map_or_else(|| t.track_updated_now().into(), |ago| t.track_updated(&ago)))
                .into(),
        }
    });
    el("div", "ac-updated")
        .id("ac-updated")
        .attr_follows("aria-busy", move || draft.found.is_busy().then(|| "true".into()))
        .child(text)
        .child(
            pressed(Kind::Plain, "refresh", session.t().common_refresh(), move || draft.found.retry()).id("ac-refresh"),
        )
        .into()
}

fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

fn said(order: &OrderView) -> Headline {
    headline(order, now(), |at| day(order, at))
}

/// By the calendar in which the arrival is said.
fn day(order: &OrderView, at: Timestamp) -> String {
    match &order.expected {
        Some(range) => Calendar::of(range, &order.time_zone).day(at),
        None => i18n::day_key(&order.time_zone, at),
    }
}

/// The order in one line.
pub fn spoken(session: Session, order: &OrderView) -> String {
    let t = session.t();
    let zone = order.time_zone.as_str();
    let locale = session.locale.get_untracked();
    match said(order) {
        Headline::Placed => t.track_placed(),
        Headline::Preparing => t.track_preparing(),
        Headline::OnTheWay => t.track_on_the_way(),
        Headline::OutForDelivery => t.track_out_for_delivery(),
        Headline::Arriving(arrival) => return arrival_text(session, order, order.expected, arrival),
        Headline::Late(_) => t.track_late(),
        Headline::Stuck => t.track_stuck(),
        Headline::ReadyForPickup => t.track_ready_for_pickup(),
        Headline::Attempted => t.track_attempted(),
        Headline::Exception => t.track_exception(),
        Headline::Returning => t.parcel_status(ParcelStatus::Returning),
        Headline::NoNews => t.parcel_status(ParcelStatus::Expired),
        Headline::PartlyShipped => t.track_partly_shipped(),
        Headline::PartlyDelivered => t.track_partly_delivered(),
        Headline::Delivered(Some(at)) => {
            let events = order.parcels.iter().flat_map(|parcel| &parcel.events);
            return t.track_delivered_on(&delivery_day(locale, zone, events, at));
        }
        Headline::Delivered(None) => t.track_delivered(),
        Headline::Disputed => t.track_disputed(),
        Headline::PreOrder => t.track_pre_order(),
        Headline::Digital => t.track_digital(),
        Headline::Returned => t.track_returned(),
        Headline::Cancelled => t.track_cancelled(),
    }
    .to_owned()
}

fn note(session: Session, order: &OrderView, said: Headline) -> Option<String> {
    let t = session.t();
    match said {
        Headline::Placed => Some(t.track_placed_note().into()),
        Headline::Preparing => Some(t.track_preparing_note().into()),
        Headline::Cancelled => Some(t.track_cancelled_note().into()),
        Headline::Late(Some(arrival)) => Some(arrival_text(session, order, order.expected, arrival)),
        Headline::Arriving(_) if order.parcels.len() == 1 => estimate(session, order.expected),
        _ => None,
    }
}

/// Whose word it is, when it is not the carrier's.
fn estimate(session: Session, expected: Option<DateRange>) -> Option<String> {
    let ours = expected.is_some_and(|range| range.source == ExpectedSource::History);
    ours.then(|| session.t().track_estimate().into())
}

fn arrival_text(session: Session, order: &OrderView, expected: Option<DateRange>, arrival: Arrival) -> String {
    let t = session.t();
    let locale = session.locale.get_untracked();
    let Some(expected) = expected else { return String::new() };
    let calendar = Calendar::of(&expected, &order.time_zone);
    match arrival {
        Arrival::Today => t.track_arriving_today().into(),
        Arrival::Tomorrow => t.track_arriving_tomorrow().into(),
        Arrival::On(at) => t.track_arriving(&calendar.date(locale, at)),
        Arrival::Between(from, to) => t.track_arriving_between(&calendar.range(locale, from, to)),
    }
}

/// When one parcel is expected, in words; `None` when that is unknown or past.
pub fn expected_text(session: Session, order: &OrderView, expected: Option<DateRange>) -> Option<String> {
    let calendar = Calendar::of(&expected?, &order.time_zone);
    let arrival = arrival(expected?, now(), |at| calendar.day(at))?;
    let text = arrival_text(session, order, expected, arrival);
    Some(match estimate(session, expected) {
        Some(estimate) => format!("{text} · {estimate}"),
        None => text,
    })
}

//! The answer to a look-up: where everything is, in words first.

use super::{
    Draft,
    headline::{Arrival, Headline, arrival, headline},
    parcel::parcel,
    times::delivery_day,
};
use crate::{
    api::loading::Pace,
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, button, inward},
        dom::{Dom, afterwards, el, redrawn},
        frame::{focus_title, title},
        notice::{Tone, failed, notice},
        progress::progress,
    },
};
use aftercart_shared::{
    api::orders::{DateRange, OrderView},
    time::Timestamp,
    tracking::{OrderStatus, ParcelStatus},
};
use leptos::prelude::*;

/// Without an answer (the page was loaded anew) the form asks again.
/// `number` leads back to the form while nothing has been found; `foot` is what more there is to it.
pub fn order(session: Session, draft: Draft, number: Option<String>, foot: Dom) -> Dom {
    if let Some(number) = number.filter(|_| draft.found.data.with_untracked(Option::is_none)) {
        session.nav.replace(View::Track { number: Some(number) });
        return Dom::default();
    }
    let t = session.t();
    // A refreshed answer is read out; the first one was, when it was found.
    let was_busy = StoredValue::new(false);
    afterwards(move || {
        let pace = draft.found.pace.get();
        if was_busy.get_value() && pace == Pace::Done {
            session.announce(session.t().track_updated_now());
            // The button that was pressed is drawn anew with everything else.
            focus_title(session);
        }
        was_busy.set_value(pace.is_busy());
    });
    let drawn = redrawn(move || {
        draft.found.data.with(|order| order.as_ref().map(|order| answer(session, draft, order))).into()
    });
    let another = inward(session, Kind::Quiet, "search", t.track_another(), View::Track { number: None });
    [
        el("div", "ac-order").child(drawn).into(),
        failed(session, draft.found),
        foot,
        el("div", "ac-order-foot").child(another).into(),
    ]
    .into()
}

fn answer(session: Session, draft: Draft, order: &OrderView) -> Dom {
    let t = session.t();
    let locale = session.locale.get_untracked();
    let now = Timestamp(js_sys::Date::now() as i64);
    let zone = order.time_zone.as_str();
    let said = headline(order, now, |at| i18n::day_key(zone, at));
    let trouble = order.parcels.iter().any(|parcel| parcel.needs_attention);
    let placed = t.track_placed_line(&i18n::date(locale, zone, Style::Short, order.placed_at));
    let recipient = order.recipient.as_ref().map(|name| el("span", "").child(t.track_recipient_line(name)));
    let line = el("p", "ac-order-line")
        .child(el("span", "").child(t.track_order_line(&order.number)))
        .child(el("span", "").child(placed))
        .child(recipient);
    let ends = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Returned);
    let bar = (!ends).then(|| el("div", "ac-order-progress").child(progress(session, order.stage, trouble)));
    let updated = match i18n::since(locale, order.updated_at, now) {
        Some(ago) => t.track_updated(&ago),
        None => t.track_updated_now().into(),
    };
    let updated = el("div", "ac-updated")
        .attr_follows("aria-busy", move || draft.found.is_busy().then(|| "true".into()))
        .child(el("span", "").child(updated))
        .child(button(Kind::Plain, "refresh", t.common_refresh(), move || draft.found.retry()));
    let count = order.parcels.len();
    let unshipped = (order.items_unshipped > 0 && count > 0 && !ends).then(|| {
        let text = i18n::plural(order.items_unshipped, |n| t.track_unshipped_one(n), |n| t.track_unshipped_other(n));
        notice(Tone::Calm, "clock", None, &text, vec![])
    });
    let parcels: Vec<Dom> =
        order.parcels.iter().enumerate().map(|(i, one)| parcel(session, order, one, i + 1, count).into()).collect();
    [
        line.into(),
        title(headline_text(session, order, said)).into(),
        note(session, zone, said).map(|note| el("p", "ac-intro").child(note)).into(),
        bar.into(),
        updated.into(),
        unshipped.into(),
        (count > 0).then(|| el("h2", "ac-vh").child(t.track_parcels())).into(),
        parcels.into(),
    ]
    .into()
}

fn headline_text(session: Session, order: &OrderView, said: Headline) -> String {
    let t = session.t();
    let zone = order.time_zone.as_str();
    let locale = session.locale.get_untracked();
    match said {
        Headline::Placed => t.track_placed(),
        Headline::Preparing => t.track_preparing(),
        Headline::OnTheWay => t.track_on_the_way(),
        Headline::OutForDelivery => t.track_out_for_delivery(),
        Headline::Arriving(arrival) => return arrival_text(session, zone, arrival),
        Headline::Late(_) => t.track_late(),
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
        Headline::Returned => t.track_returned(),
        Headline::Cancelled => t.track_cancelled(),
    }
    .to_owned()
}

fn note(session: Session, zone: &str, said: Headline) -> Option<String> {
    let t = session.t();
    match said {
        Headline::Placed => Some(t.track_placed_note().into()),
        Headline::Preparing => Some(t.track_preparing_note().into()),
        Headline::Cancelled => Some(t.track_cancelled_note().into()),
        Headline::Late(by) => {
            let date = i18n::date(session.locale.get_untracked(), zone, Style::Day, by);
            Some(t.track_late_note(&date))
        }
        _ => None,
    }
}

fn arrival_text(session: Session, zone: &str, arrival: Arrival) -> String {
    let t = session.t();
    let locale = session.locale.get_untracked();
    match arrival {
        Arrival::Today => t.track_arriving_today().into(),
        Arrival::Tomorrow => t.track_arriving_tomorrow().into(),
        Arrival::On(at) => t.track_arriving(&i18n::date(locale, zone, Style::Day, at)),
        Arrival::Between(from, to) => t.track_arriving_between(&i18n::date_range(locale, zone, from, to)),
    }
}

/// When one parcel is expected, in words; `None` when that is unknown or past.
pub fn expected_text(session: Session, zone: &str, expected: Option<DateRange>) -> Option<String> {
    let now = Timestamp(js_sys::Date::now() as i64);
    arrival(expected?, now, |at| i18n::day_key(zone, at)).map(|arrival| arrival_text(session, zone, arrival))
}

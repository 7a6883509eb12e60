//! The answer to a look-up: where everything is, in words first.

use super::{
    Draft,
    headline::{Arrival, Headline, arrival, headline},
    parcel::parcel,
};
use crate::{
    api::loading::Pace,
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, button, inward},
        frame,
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
pub fn order(session: Session, draft: Draft, number: String) -> AnyView {
    if draft.found.data.with_untracked(Option::is_none) {
        session.nav.replace(View::Track { number: Some(number) });
        return ().into_any();
    }
    let t = session.t();
    // A refreshed answer is read out; the first one was, when it was found.
    Effect::new(move |before: Option<Pace>| {
        let pace = draft.found.pace.get();
        if before.is_some_and(Pace::is_busy) && pace == Pace::Done {
            session.announce(session.t().track_updated_now());
            // The button that was pressed is drawn anew with everything else.
            frame::focus_title();
        }
        pace
    });
    let drawn = move || draft.found.data.get().map(|order| answer(session, draft, &order));
    view! {
        <div class="ac-order">{drawn}</div>
        {failed(session, draft.found)}
        <div class="ac-order-foot">{inward(session, Kind::Quiet, "search", t.track_another(), View::Track { number: None })}</div>
    }
    .into_any()
}

fn answer(session: Session, draft: Draft, order: &OrderView) -> AnyView {
    let t = session.t();
    let locale = session.locale.get_untracked();
    let now = Timestamp(js_sys::Date::now() as i64);
    let zone = order.time_zone.as_str();
    let said = headline(order, now, |at| i18n::day_key(zone, at));
    let trouble = order.parcels.iter().any(|parcel| parcel.needs_attention);
    let placed = t.track_placed_line(&i18n::date(locale, zone, Style::Short, order.placed_at));
    let recipient = order.recipient.as_ref().map(|name| view! { <span>{t.track_recipient_line(name)}</span> });
    let ends = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Returned);
    let count = order.parcels.len();
    let parcels = order.parcels.iter().enumerate().map(|(i, one)| parcel(session, order, one, i + 1, count)).collect_view();
    let unshipped = (order.items_unshipped > 0 && count > 0 && !ends).then(|| {
        let text = i18n::plural(order.items_unshipped, |n| t.track_unshipped_one(n), |n| t.track_unshipped_other(n));
        notice(Tone::Calm, "clock", None, text, vec![])
    });
    let updated = match i18n::since(locale, order.updated_at, now) {
        Some(ago) => t.track_updated(&ago),
        None => t.track_updated_now().into(),
    };
    view! {
        <p class="ac-order-line">
            <span>{t.track_order_line(&order.number)}</span><span>{placed}</span>{recipient}
        </p>
        <h1 class="ac-title" id="ac-title" tabindex="-1">{headline_text(session, zone, said)}</h1>
        {note(session, zone, said).map(|note| view! { <p class="ac-intro">{note}</p> })}
        {(!ends).then(|| view! { <div class="ac-order-progress">{progress(session, order.stage, trouble)}</div> })}
        <div class="ac-updated" aria-busy=move || draft.found.is_busy().then_some("true")>
            <span>{updated}</span>
            {button(Kind::Plain, "refresh", t.common_refresh(), move || draft.found.retry())}
        </div>
        {unshipped}
        {(count > 0).then(|| view! { <h2 class="ac-vh">{t.track_parcels()}</h2> })}
        {parcels}
    }
    .into_any()
}

fn headline_text(session: Session, zone: &str, said: Headline) -> String {
    let t = session.t();
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
        Headline::Delivered(Some(at)) => return t.track_delivered_on(&i18n::date(locale, zone, Style::Day, at)),
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
